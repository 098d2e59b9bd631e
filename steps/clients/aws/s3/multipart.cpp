#include "steps/clients/aws/s3/multipart.hpp"

#include "parser/base/text.hpp"
#include "steps/formats/xml.hpp"

namespace runner::aws::s3 {
namespace {

Headers joined(Headers headers, const Headers& more) {
  headers.insert(headers.end(), more.begin(), more.end());
  return headers;
}

}  // namespace

MultipartUpload::MultipartUpload(Wire& wire, const Target& target) : wire_(wire), target_(target) {
  Call call{
      .operation = "CreateMultipartUpload", .method = "POST", .bucket = target.bucket, .key = target.key};
  call.query = {{"uploads", ""}};
  call.headers = joined(target.properties, target.part_properties);
  if (target.checksum != nullptr)
    call.headers.emplace_back("x-amz-checksum-algorithm", std::string(target.checksum->name));
  id_ = parse_xml(wire.call(call).body).text_of("UploadId");
  if (id_.empty())
    throw Error("begin the upload of s3://{}/{}: the answer names no UploadId", target.bucket, target.key);
}

MultipartUpload::~MultipartUpload() {
  if (completed_) return;
  try {
    Call call{.operation = "AbortMultipartUpload",
              .method = "DELETE",
              .bucket = target_.bucket,
              .key = target_.key};
    call.query = id_query();
    wire_.last_call(call);
  } catch (const std::exception&) {
    // The error that led here is the one to tell; what is left expires by the bucket's rules.
  }
}

void MultipartUpload::send_part(size_t number, std::string_view bytes) {
  Call call{.operation = "UploadPart", .method = "PUT", .bucket = target_.bucket, .key = target_.key};
  call.query = {{"partNumber", std::to_string(number)}, {"uploadId", id_}};
  call.headers = target_.part_properties;
  call.body = bytes;
  Part part;
  if (target_.checksum != nullptr) {
    part.checksum = base64(target_.checksum->digest(bytes));
    call.covered = true;
    call.headers.emplace_back("x-amz-sdk-checksum-algorithm", std::string(target_.checksum->name));
    call.headers.emplace_back(std::string(target_.checksum->header), part.checksum);
  }
  part.etag = wire_.call(call).header("etag");
  keep(number, std::move(part));
}

void MultipartUpload::copy_part(size_t number, const std::string& source, uint64_t from, uint64_t to,
                                const Headers& headers) {
  Call call{.operation = "UploadPartCopy", .method = "PUT", .bucket = target_.bucket, .key = target_.key};
  call.query = {{"partNumber", std::to_string(number)}, {"uploadId", id_}};
  call.headers = joined(headers, target_.part_properties);
  call.headers.emplace_back("x-amz-copy-source", source);
  call.headers.emplace_back("x-amz-copy-source-range", fmt::format("bytes={}-{}", from, to));
  call.error_in_200 = true;
  const auto result = parse_xml(wire_.call(call).body);
  Part part{result.text_of("ETag"), {}};
  if (target_.checksum != nullptr) part.checksum = result.text_of(target_.checksum->element);
  keep(number, std::move(part));
}

void MultipartUpload::keep(size_t number, Part part) {
  const std::lock_guard lock(mutex_);
  if (parts_.size() < number) parts_.resize(number);
  parts_[number - 1] = std::move(part);
}

std::string MultipartUpload::completion() const {
  auto text = fmt::format("<CompleteMultipartUpload xmlns=\"{}\">", kXmlNamespace);
  for (size_t at = 0; at < parts_.size(); ++at) {
    text += "<Part>";
    if (!parts_[at].checksum.empty())
      text += fmt::format("<{0}>{1}</{0}>", target_.checksum->element, parts_[at].checksum);
    text +=
        fmt::format("<ETag>{}</ETag><PartNumber>{}</PartNumber></Part>", xml_escape(parts_[at].etag), at + 1);
  }
  return text + "</CompleteMultipartUpload>";
}

void MultipartUpload::complete() {
  const auto body = completion();
  Call call{
      .operation = "CompleteMultipartUpload", .method = "POST", .bucket = target_.bucket, .key = target_.key};
  call.query = id_query();
  call.headers = target_.part_properties;
  call.headers.emplace_back("Content-Type", "application/xml");
  if (target_.keep_existing) call.headers.emplace_back("If-None-Match", "*");
  call.body = body;
  call.error_in_200 = true;
  wire_.call(call);
  completed_ = true;
}

}  // namespace runner::aws::s3
