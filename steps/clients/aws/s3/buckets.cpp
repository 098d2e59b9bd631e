#include "steps/clients/aws/s3/buckets.hpp"

#include "parser/base/text.hpp"
#include "steps/clients/aws/s3/checksum.hpp"
#include "steps/formats/xml.hpp"
#include "steps/system/digest.hpp"

namespace runner::aws::s3 {
namespace {}  // namespace

void create_bucket(Wire& wire, const std::string& bucket,
                   const std::vector<std::pair<std::string, std::string>>& tags) {
  std::string inner;
  // us-east-1 is the place of a bucket that names none, and refused as a name.
  if (const auto region = wire.region_of(bucket); region != "us-east-1")
    inner += "<LocationConstraint>" + xml_escape(region) + "</LocationConstraint>";
  if (!tags.empty()) inner += "<Tags>";
  for (const auto& [name, value] : tags)
    inner += fmt::format("<Tag><Key>{}</Key><Value>{}</Value></Tag>", xml_escape(name), xml_escape(value));
  if (!tags.empty()) inner += "</Tags>";
  const auto body =
      inner.empty() ? ""
                    : fmt::format("<CreateBucketConfiguration xmlns=\"{}\">{}</CreateBucketConfiguration>",
                                  kXmlNamespace, inner);
  Call call{.operation = "CreateBucket", .method = "PUT", .bucket = bucket, .body = body};
  wire.call(call);
}

void delete_bucket(Wire& wire, const std::string& bucket) {
  wire.call({.operation = "DeleteBucket", .method = "DELETE", .bucket = bucket});
}

void put_website(Wire& wire, const std::string& bucket, const std::string& index_document,
                 const std::string& error_document) {
  auto body = fmt::format("<WebsiteConfiguration xmlns=\"{}\">", kXmlNamespace);
  if (!error_document.empty())
    body += "<ErrorDocument><Key>" + xml_escape(error_document) + "</Key></ErrorDocument>";
  if (!index_document.empty())
    body += "<IndexDocument><Suffix>" + xml_escape(index_document) + "</Suffix></IndexDocument>";
  body += "</WebsiteConfiguration>";
  Call call{.operation = "PutBucketWebsite", .method = "PUT", .bucket = bucket, .query = {{"website", ""}}};
  call.headers = {{"Content-Type", "application/xml"}, {"Content-MD5", base64(md5(body))}};
  call.body = body;
  wire.call(call);
}

}  // namespace runner::aws::s3
