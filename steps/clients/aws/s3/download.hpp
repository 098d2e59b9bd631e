// steps/clients/aws/s3/download.hpp -- an object becomes a file that appears whole or not at all, or is
// streamed.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "steps/clients/aws/s3/wire.hpp"

namespace runner::aws::s3 {

struct Source {
  std::string bucket, key;
  Headers headers{};  // x-amz-request-payer, the customer's key
  uint64_t size = 0;
  std::string etag{};
  Time modified{};
  std::string storage_class{};
};

// Throws ServiceError with the code "404" when it is not there.
Source head_object(Wire& wire, const std::string& bucket, const std::string& key, const Headers& headers,
                   Answer* answer = nullptr);
// Makes the folders above `file`; gives it the object's time. Throws what Wire::call() throws, and Error.
void download_file(Wire& wire, const Source& source, const std::filesystem::path& file);
void download_stream(Wire& wire, const Source& source, const std::function<void(std::string_view)>& write);

}  // namespace runner::aws::s3
