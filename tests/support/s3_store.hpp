// tests/support/s3_store.hpp -- buckets and objects in memory, and S3's answers to requests on them.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/s3_check.hpp"
#include "tests/support/s3_http.hpp"

namespace runner::test {

struct StoredObject {
  std::shared_ptr<const std::string> body;
  std::string etag;  // with its quotes
  std::map<std::string, std::string>
      headers;             // what was sent with it: content-type, x-amz-meta-..., checksums
  long long modified = 0;  // seconds since 1970
  std::string tags{};
};

class S3Store {
 public:
  explicit S3Store(S3Rules& rules) : rules_(rules) {}

  size_t page_size = 1000;
  bool has_batch_delete = true;

  // `bucket` and `key` decoded; an empty bucket: the service.
  S3HttpAnswer answer(S3HttpRequest& request, const std::string& bucket, const std::string& key,
                      long long now);
  static std::string operation(const S3HttpRequest& request, const std::string& bucket,
                               const std::string& key);

  using Objects = std::map<std::string, StoredObject>;
  std::map<std::string, Objects> buckets;
  std::map<std::string, std::string> websites;  // by bucket: the document that was put
  struct Upload {
    std::string bucket, key;
    std::map<std::string, std::string> headers;
    struct Part {
      std::string body, checksum, tag;
    };
    std::map<int, Part> parts;
  };
  std::map<std::string, Upload> uploads;  // begun, neither completed nor aborted
  int aborted = 0;

 private:
  struct At {  // one request and where it goes
    S3HttpRequest& request;
    const std::string &bucket, &key;
    long long now;
  };
  S3HttpAnswer list_buckets();
  S3HttpAnswer create_bucket(const At& at);
  S3HttpAnswer delete_bucket(const At& at);
  S3HttpAnswer list(const At& at, bool second_version);
  S3HttpAnswer delete_many(const At& at);
  S3HttpAnswer put(const At& at);
  S3HttpAnswer copy(const At& at);
  S3HttpAnswer get(const At& at, bool head);
  S3HttpAnswer begin_upload(const At& at);
  S3HttpAnswer put_part(const At& at);
  S3HttpAnswer complete_upload(const At& at);
  S3HttpAnswer abort_upload(const At& at);

  S3Rules& rules_;
  int next_upload_ = 1;
};

std::map<std::string, std::string> object_headers(const S3HttpRequest& request);

}  // namespace runner::test
