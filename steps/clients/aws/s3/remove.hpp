// steps/clients/aws/s3/remove.hpp -- objects removed, up to a thousand with one request.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "steps/clients/aws/s3/wire.hpp"

namespace runner::aws::s3 {

void remove_object(Wire& wire, const std::string& bucket, const std::string& key, const Headers& headers);
// `on_done` hears of each key, from several threads: "" or why not, in the words of a single removal. Throws
// Cancelled only.
void remove_objects(Wire& wire, const std::string& bucket, const std::vector<std::string>& keys,
                    const Headers& headers,
                    const std::function<void(const std::string& key, const std::string& error)>& on_done);

}  // namespace runner::aws::s3
