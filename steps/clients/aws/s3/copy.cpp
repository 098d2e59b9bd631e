#include "steps/clients/aws/s3/copy.hpp"

#include <algorithm>
#include <array>

#include "parser/base/text.hpp"
#include "steps/clients/aws/s3/multipart.hpp"
#include "steps/clients/aws/s3/parallel.hpp"
#include "steps/formats/xml.hpp"
#include "steps/system/http.hpp"

namespace runner::aws::s3 {
namespace {

// Up to this the service copies in one request, all properties included; the CLI goes by parts from 8 MiB on.
constexpr uint64_t kLargestInOne = uint64_t{5} << 30;
constexpr uint64_t kPartSize = uint64_t{512} << 20;
constexpr size_t kCopiesAtOnce = 16;

constexpr std::array<std::string_view, 6> kCarried = {"content-type",        "cache-control",
                                                      "content-disposition", "content-encoding",
                                                      "content-language",    "expires"};

std::string source_path(const Source& source) {
  return percent_encode(source.bucket) + "/" + percent_encode(source.key, "-_.~/");
}

bool has_header(const Headers& headers, std::string_view name) {
  return std::ranges::any_of(headers,
                             [&](const auto& header) { return equal_ignoring_case(header.first, name); });
}

void copy_whole(Wire& wire, const Copy& copy) {
  Call call{.operation = "CopyObject", .method = "PUT", .bucket = copy.target.bucket, .key = copy.target.key};
  call.headers = copy.target.properties;
  for (const auto* more : {&copy.target.part_properties, &copy.headers})
    call.headers.insert(call.headers.end(), more->begin(), more->end());
  call.headers.emplace_back("x-amz-copy-source", source_path(copy.source));
  if (copy.keep != CopyProperties::all) call.headers.emplace_back("x-amz-tagging-directive", "REPLACE");
  if (copy.keep == CopyProperties::none && !has_header(call.headers, "x-amz-metadata-directive"))
    call.headers.emplace_back("x-amz-metadata-directive", "REPLACE");
  if (copy.target.checksum != nullptr)
    call.headers.emplace_back("x-amz-checksum-algorithm", std::string(copy.target.checksum->name));
  if (copy.target.keep_existing) call.headers.emplace_back("If-None-Match", "*");
  call.error_in_200 = true;
  wire.call(call);
}

std::string tags_of(Wire& wire, const Source& source) {
  Call call{
      .operation = "GetObjectTagging", .bucket = source.bucket, .key = source.key, .headers = source.headers};
  call.query = {{"tagging", ""}};
  const auto root = parse_xml(wire.call(call).body);
  const auto* set = root.child("TagSet");
  std::string text;
  for (const auto& tag : set == nullptr ? std::vector<XmlNode>() : set->children)
    text.append(text.empty() ? "" : "&")
        .append(percent_encode(tag.text_of("Key")))
        .append("=")
        .append(percent_encode(tag.text_of("Value")));
  return text;
}

// Parts carry no properties: they are read and given when the upload begins.
Target with_properties(Wire& source_wire, const Copy& copy) {
  auto target = copy.target;
  if (copy.keep == CopyProperties::none) return target;
  Answer head;
  head_object(source_wire, copy.source.bucket, copy.source.key, copy.source.headers, &head);
  for (const auto& [name, value] : head.headers) {
    const bool carried =
        lower(name).starts_with("x-amz-meta-") || std::ranges::count(kCarried, lower(name)) > 0;
    if (carried && !has_header(target.properties, name)) target.properties.emplace_back(name, value);
  }
  if (copy.keep == CopyProperties::all)
    target.properties.emplace_back("x-amz-tagging", tags_of(source_wire, copy.source));
  return target;
}

void copy_parts(Wire& wire, Wire& source_wire, const Copy& copy) {
  const auto target = with_properties(source_wire, copy);
  const auto size = part_size_for(copy.source.size, kPartSize);
  auto headers = copy.headers;
  std::erase_if(headers, [](const auto& header) { return header.first == "x-amz-metadata-directive"; });
  headers.emplace_back("x-amz-copy-source-if-match", copy.source.etag);
  MultipartUpload upload(wire, target);
  in_parallel((copy.source.size + size - 1) / size, kCopiesAtOnce, [&](size_t part) {
    const auto begin = part * size, end = std::min(begin + size, copy.source.size);
    upload.copy_part(part + 1, source_path(copy.source), begin, end - 1, headers);
  });
  upload.complete();
}

}  // namespace

void copy_object(Wire& wire, Wire& source_wire, const Copy& copy) {
  if (copy.source.size <= kLargestInOne) {
    copy_whole(wire, copy);
  } else {
    copy_parts(wire, source_wire, copy);
  }
}

}  // namespace runner::aws::s3
