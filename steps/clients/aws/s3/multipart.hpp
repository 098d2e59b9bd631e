// steps/clients/aws/s3/multipart.hpp -- an upload in parts: begun, parts in any order, completed, or aborted
// so that none of it is kept (and paid for).
#pragma once
#include <mutex>
#include <string>
#include <vector>

#include "steps/clients/aws/s3/upload.hpp"

namespace runner::aws::s3 {

class MultipartUpload {
 public:
  MultipartUpload(Wire& wire, const Target& target);  // begins it; keeps both
  ~MultipartUpload();                                 // aborts unless completed
  MultipartUpload(const MultipartUpload&) = delete;
  MultipartUpload& operator=(const MultipartUpload&) = delete;

  void send_part(size_t number, std::string_view bytes);  // from 1; safe from several threads
  // A part that the service copies itself: bytes `from` to `to` of `source`, "/bucket/key" encoded.
  void copy_part(size_t number, const std::string& source, uint64_t from, uint64_t to,
                 const Headers& headers);
  void complete();

 private:
  struct Part {
    std::string etag{}, checksum{};
  };
  void keep(size_t number, Part part);
  Headers id_query() const { return {{"uploadId", id_}}; }
  std::string completion() const;

  Wire& wire_;
  const Target& target_;
  std::string id_;
  std::mutex mutex_;
  std::vector<Part> parts_;
  bool completed_ = false;
};

}  // namespace runner::aws::s3
