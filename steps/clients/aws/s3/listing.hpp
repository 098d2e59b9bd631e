// steps/clients/aws/s3/listing.hpp -- what is in a bucket, page by page; the next page is on its way while
// one is looked at.
#pragma once
#include <cstdint>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "steps/clients/aws/s3/wire.hpp"

namespace runner::aws::s3 {

struct Object {
  std::string key, etag{}, storage_class{};  // etag with its quotes
  uint64_t size = 0;
  Time modified{};
};

struct Page {
  std::vector<Object> objects;
  std::vector<std::string> prefixes;
  std::string next_token;  // "": the last one
};

struct ListRequest {
  std::string bucket, prefix{}, delimiter{};
  int page_size = 0;  // 0: the service's, 1,000
  Headers headers{};  // x-amz-request-payer
};

Page parse_page(std::string_view document);  // throws Error
Page list_page(Wire& wire, const ListRequest& request, const std::string& token);

class Listing {
 public:
  Listing(Wire& wire, ListRequest request);
  std::optional<Page> next_page();      // nothing after the last one; throws as Wire::call()
  std::optional<Object> next_object();  // the same, one by one

 private:
  void ask(const std::string& token);

  Wire& wire_;
  ListRequest request_;
  std::future<Page> coming_;
  Page page_;
  size_t at_ = 0;
};

struct Bucket {
  std::string name;
  Time created;
};
std::vector<Bucket> list_buckets(Wire& wire, const Headers& query);

}  // namespace runner::aws::s3
