#include "steps/clients/aws/s3/listing.hpp"

#include <charconv>

#include "steps/clients/aws/time.hpp"
#include "steps/formats/xml.hpp"

namespace runner::aws::s3 {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// As forms encode: '+' is a blank.
std::string url_decoded(std::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    const int high = at + 2 < text.size() && text[at] == '%' ? hex_digit(text[at + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
    if (low >= 0) {
      plain += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      plain += text[at] == '+' ? ' ' : text[at];
    }
  }
  return plain;
}

Object object_of(const XmlNode& node, bool encoded) {
  const auto key = node.text_of("Key");
  Object object{encoded ? url_decoded(key) : key, node.text_of("ETag"), node.text_of("StorageClass")};
  const auto size = node.text_of("Size");
  std::from_chars(size.data(), size.data() + size.size(), object.size);
  object.modified = read_time(node.text_of("LastModified")).value_or(Time());
  return object;
}

}  // namespace

Page parse_page(std::string_view document) {
  const auto root = parse_xml(document);
  if (root.name != "ListBucketResult")
    throw Error("list the bucket: the answer is a <{}>, not a <ListBucketResult>", root.name);
  const bool encoded = root.text_of("EncodingType") == "url";
  Page page;
  for (const auto& node : root.children) {
    if (node.name == "Contents") {
      page.objects.push_back(object_of(node, encoded));
    } else if (node.name == "CommonPrefixes") {
      const auto prefix = node.text_of("Prefix");
      page.prefixes.push_back(encoded ? url_decoded(prefix) : prefix);
    }
  }
  if (root.text_of("IsTruncated") == "true") page.next_token = root.text_of("NextContinuationToken");
  return page;
}

Page list_page(Wire& wire, const ListRequest& request, const std::string& token) {
  Call call{.operation = "ListObjectsV2", .bucket = request.bucket, .headers = request.headers};
  call.query = {{"list-type", "2"}, {"prefix", request.prefix}, {"encoding-type", "url"}};
  if (!request.delimiter.empty()) call.query.emplace_back("delimiter", request.delimiter);
  if (request.page_size > 0) call.query.emplace_back("max-keys", std::to_string(request.page_size));
  if (!token.empty()) call.query.emplace_back("continuation-token", token);
  return parse_page(wire.call(call).body);
}

Listing::Listing(Wire& wire, ListRequest request) : wire_(wire), request_(std::move(request)) { ask(""); }

void Listing::ask(const std::string& token) {
  coming_ = std::async(std::launch::async, [this, token] { return list_page(wire_, request_, token); });
}

std::optional<Page> Listing::next_page() {
  if (!coming_.valid()) return std::nullopt;
  auto page = coming_.get();
  if (!page.next_token.empty()) ask(page.next_token);
  return page;
}

std::optional<Object> Listing::next_object() {
  while (at_ >= page_.objects.size()) {
    auto page = next_page();
    if (!page) return std::nullopt;
    page_ = std::move(*page);
    at_ = 0;
  }
  return std::move(page_.objects[at_++]);
}

std::vector<Bucket> list_buckets(Wire& wire, const Headers& query) {
  std::vector<Bucket> buckets;
  for (std::string token;;) {
    Call call{.operation = "ListBuckets", .query = query};
    if (!token.empty()) call.query.emplace_back("continuation-token", token);
    const auto root = parse_xml(wire.call(call).body);
    if (const auto* list = root.child("Buckets"); list != nullptr) {
      for (const auto& node : list->children)
        buckets.push_back({node.text_of("Name"), read_time(node.text_of("CreationDate")).value_or(Time())});
    }
    token = root.text_of("ContinuationToken");
    if (token.empty()) return buckets;
  }
}

}  // namespace runner::aws::s3
