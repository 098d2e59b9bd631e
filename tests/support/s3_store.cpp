#include "tests/support/s3_store.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

namespace runner::test {
namespace {

constexpr size_t kSmallestPart = 5 << 20;

S3HttpAnswer no_such_bucket(const std::string& bucket) {
  return s3_error(404, "NoSuchBucket", "The specified bucket does not exist",
                  "<BucketName>" + bucket + "</BucketName>");
}
S3HttpAnswer no_such_key(const std::string& key) {
  return s3_error(404, "NoSuchKey", "The specified key does not exist.", "<Key>" + xml_text(key) + "</Key>");
}
S3HttpAnswer no_such_upload() {
  return s3_error(404, "NoSuchUpload", "The specified multipart upload does not exist.");
}

S3HttpAnswer xml_answer(std::string body) {
  return {200,
          {{"Content-Type", "application/xml"}},
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::move(body)};
}

// What stands between the first <tag> and </tag> from `from` on; moves `from` behind it.
std::optional<std::string> element(const std::string& text, const std::string& tag, size_t& from) {
  const auto open = text.find("<" + tag + ">", from);
  if (open == std::string::npos) return std::nullopt;
  const auto begin = open + tag.size() + 2, end = text.find("</" + tag + ">", begin);
  if (end == std::string::npos) return std::nullopt;
  from = end + tag.size() + 3;
  return text.substr(begin, end - begin);
}

std::string element(const std::string& text, const std::string& tag) {
  size_t from = 0;
  return element(text, tag, from).value_or("");
}

std::string without_entities(std::string text) {
  static const std::pair<std::string, std::string> kEntities[] = {
      {"&lt;", "<"},   {"&gt;", ">"},   {"&quot;", "\""}, {"&apos;", "'"}, {"&#13;", "\r"}, {"&#xD;", "\r"},
      {"&#10;", "\n"}, {"&#xA;", "\n"}, {"&#34;", "\""},  {"&#39;", "'"},  {"&#x27;", "'"}, {"&amp;", "&"}};
  for (const auto& [entity, plain] : kEntities) {
    for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + plain.size()))
      text.replace(at, entity.size(), plain);
  }
  return text;
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

StoredObject object_of(std::string body, std::map<std::string, std::string> headers, long long now) {
  StoredObject object;
  object.etag = in_quotes(hex_of(md5_of(body)));
  object.body = std::make_shared<const std::string>(std::move(body));
  object.headers = std::move(headers);
  object.modified = now;
  return object;
}

}  // namespace

std::map<std::string, std::string> object_headers(const S3HttpRequest& request) {
  static constexpr std::string_view kKept[] = {"content-type",     "cache-control",    "content-disposition",
                                               "content-encoding", "content-language", "expires"};
  std::map<std::string, std::string> kept;
  for (const auto& [name, value] : request.headers) {
    const bool own = name.starts_with("x-amz-meta-") || name.starts_with("x-amz-checksum-") ||
                     name.starts_with("x-amz-server-side") || name == "x-amz-storage-class" ||
                     name == "x-amz-acl" || name.starts_with("x-amz-grant-") ||
                     name == "x-amz-website-redirect-location";
    if (own || std::ranges::count(kKept, name) > 0) kept[name] = value;
  }
  return kept;
}

std::string S3Store::operation(const S3HttpRequest& request, const std::string& bucket,
                               const std::string& key) {
  struct Row {
    const char* method;
    bool on_object;
    const char *query, *name;
  };
  static constexpr Row kRows[] = {
      {"GET", false, "location", "GetBucketLocation"},
      {"GET", false, "list-type", "ListObjectsV2"},
      {"GET", false, "uploads", "ListMultipartUploads"},
      {"GET", false, "", "ListObjects"},
      {"HEAD", false, "", "HeadBucket"},
      {"PUT", false, "website", "PutBucketWebsite"},
      {"PUT", false, "", "CreateBucket"},
      {"DELETE", false, "", "DeleteBucket"},
      {"POST", false, "delete", "DeleteObjects"},
      {"GET", true, "tagging", "GetObjectTagging"},
      {"GET", true, "", "GetObject"},
      {"HEAD", true, "", "HeadObject"},
      {"PUT", true, "partNumber", "UploadPart"},
      {"PUT", true, "", "PutObject"},
      {"POST", true, "uploads", "CreateMultipartUpload"},
      {"POST", true, "uploadId", "CompleteMultipartUpload"},
      {"DELETE", true, "uploadId", "AbortMultipartUpload"},
      {"DELETE", true, "", "DeleteObject"},
  };
  if (bucket.empty()) return "ListBuckets";
  for (const auto& row : kRows) {
    if (request.method != row.method || row.on_object == key.empty()) continue;
    if (*row.query != '\0' && !request.has_query(row.query)) continue;
    const std::string name = row.name;
    return name == "PutObject" && !request.header("x-amz-copy-source").empty() ? "CopyObject" : name;
  }
  return "?";
}

S3HttpAnswer S3Store::answer(S3HttpRequest& request, const std::string& bucket, const std::string& key,
                             long long now) {
  const auto name = operation(request, bucket, key);
  const At at{request, bucket, key, now};
  if (name == "ListBuckets") return list_buckets();
  if (name == "CreateBucket") return create_bucket(at);
  if (!buckets.contains(bucket)) {
    if (request.method == "HEAD") return {404};
    return no_such_bucket(bucket);
  }
  if (name == "HeadBucket") return {200, {{"x-amz-bucket-region", rules_.region}}};
  if (name == "GetBucketLocation")
    return xml_answer("<LocationConstraint>" + (rules_.region == "us-east-1" ? "" : rules_.region) +
                      "</LocationConstraint>");
  if (name == "DeleteBucket") return delete_bucket(at);
  if (name == "PutBucketWebsite") return websites[bucket] = request.body, S3HttpAnswer{200};
  if (name == "ListObjectsV2" || name == "ListObjects") return list(at, name == "ListObjectsV2");
  if (name == "ListMultipartUploads")
    return xml_answer("<ListMultipartUploadsResult></ListMultipartUploadsResult>");
  if (name == "DeleteObjects") return delete_many(at);
  if (name == "GetObject" || name == "HeadObject") return get(at, name == "HeadObject");
  if (name == "GetObjectTagging") return xml_answer("<Tagging><TagSet></TagSet></Tagging>");
  if (name == "PutObject") return put(at);
  if (name == "CopyObject") return copy(at);
  if (name == "DeleteObject") return buckets[bucket].erase(key), S3HttpAnswer{204};
  if (name == "CreateMultipartUpload") return begin_upload(at);
  if (name == "UploadPart") return put_part(at);
  if (name == "CompleteMultipartUpload") return complete_upload(at);
  if (name == "AbortMultipartUpload") return abort_upload(at);
  return s3_error(501, "NotImplemented",
                  "A header or query you provided implies functionality that is not implemented");
}

S3HttpAnswer S3Store::list_buckets() {
  std::string text = "<ListAllMyBucketsResult><Owner><ID>test</ID></Owner><Buckets>";
  for (const auto& [name, objects] : buckets)
    text += "<Bucket><Name>" + name + "</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket>";
  return xml_answer(text + "</Buckets></ListAllMyBucketsResult>");
}

S3HttpAnswer S3Store::create_bucket(const At& at) {
  const auto region = element(at.request.body, "LocationConstraint");
  if ((region.empty() ? "us-east-1" : region) != rules_.region)
    return s3_error(400, "IllegalLocationConstraintException",
                    "The " + region +
                        " location constraint is incompatible for the region specific endpoint this "
                        "request was sent to.");
  if (buckets.contains(at.bucket))
    return s3_error(409, "BucketAlreadyOwnedByYou",
                    "Your previous request to create the named bucket succeeded and you already own it.");
  buckets[at.bucket];
  return {200, {{"Location", "/" + at.bucket}}};
}

S3HttpAnswer S3Store::delete_bucket(const At& at) {
  if (!buckets[at.bucket].empty())
    return s3_error(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
  buckets.erase(at.bucket);
  return {204};
}

S3HttpAnswer S3Store::list(const At& at, bool second_version) {
  const auto& request = at.request;
  const auto& objects = buckets[at.bucket];
  const auto prefix = request.query_value("prefix"), delimiter = request.query_value("delimiter");
  const bool encode = request.query_value("encoding-type") == "url";
  const auto shown = [&](const std::string& text) {
    return encode ? percent_encoded(text, true) : xml_text(text);
  };
  auto most = page_size;
  if (const auto asked = request.query_value("max-keys"); !asked.empty())
    most = std::min<size_t>(most, std::strtoul(asked.c_str(), nullptr, 10));
  auto after = request.query_value(second_version ? "continuation-token" : "marker");
  if (after.empty()) after = request.query_value("start-after");
  std::string contents, prefixes, last;
  size_t count = 0;
  bool truncated = false;
  auto item = after.empty() ? objects.lower_bound(prefix) : objects.upper_bound(after);
  if (item != objects.end() && item->first < prefix) item = objects.lower_bound(prefix);
  while (item != objects.end() && item->first.starts_with(prefix)) {
    if (count == most) {
      truncated = true;
      break;
    }
    ++count;
    const auto cut = delimiter.empty() ? std::string::npos : item->first.find(delimiter, prefix.size());
    if (cut != std::string::npos) {
      const auto common = item->first.substr(0, cut + delimiter.size());
      prefixes += "<CommonPrefixes><Prefix>" + shown(common) + "</Prefix></CommonPrefixes>";
      while (item != objects.end() && item->first.starts_with(common)) last = (item++)->first;
      continue;
    }
    const auto& [key, object] = *item;
    contents += fmt::format(
        "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size>"
        "<StorageClass>STANDARD</StorageClass></Contents>",
        shown(key), iso_date(object.modified), xml_text(object.etag), object.body->size());
    last = (item++)->first;
  }
  auto text = fmt::format(
      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{}</Name>"
      "<Prefix>{}</Prefix><KeyCount>{}</KeyCount><MaxKeys>{}</MaxKeys><IsTruncated>{}</IsTruncated>",
      at.bucket, shown(prefix), count, most, truncated);
  if (!delimiter.empty()) text += "<Delimiter>" + shown(delimiter) + "</Delimiter>";
  if (encode) text += "<EncodingType>url</EncodingType>";
  if (truncated && second_version)
    text += "<NextContinuationToken>" + xml_text(last) + "</NextContinuationToken>";
  if (truncated && !second_version) text += "<NextMarker>" + shown(last) + "</NextMarker>";
  return xml_answer(text + contents + prefixes + "</ListBucketResult>");
}

S3HttpAnswer S3Store::delete_many(const At& at) {
  const auto& request = at.request;
  if (!has_batch_delete) return s3_error(501, "NotImplemented", "DeleteObjects is not here");
  const bool summed = std::ranges::any_of(request.headers, [](const auto& header) {
    return header.first == "content-md5" || header.first.starts_with("x-amz-checksum-");
  });
  if (rules_.strict && !summed)
    return s3_error(400, "InvalidRequest", "Missing required header for this request: Content-MD5");
  std::string text = "<DeleteResult>";
  size_t from = 0, count = 0;
  while (const auto object = element(request.body, "Object", from)) {
    if (++count > 1000) return s3_error(400, "MalformedXML", "The XML you provided was not well-formed");
    const auto key = without_entities(element(*object, "Key"));
    if (key.find("undeletable") != std::string::npos) {
      text += "<Error><Key>" + xml_text(key) +
              "</Key><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    } else {
      buckets[at.bucket].erase(key);
    }
  }
  return xml_answer(text + "</DeleteResult>");
}

S3HttpAnswer S3Store::put(const At& at) {
  auto& objects = buckets[at.bucket];
  if (at.request.header("if-none-match") == "*" && objects.contains(at.key))
    return s3_error(412, "PreconditionFailed",
                    "At least one of the pre-conditions you specified did not hold");
  auto headers = object_headers(at.request);
  S3HttpAnswer answer;
  for (const auto& header : headers) {
    if (header.first.starts_with("x-amz-checksum-")) answer.headers.push_back(header);
  }
  auto& object = objects[at.key] = object_of(std::move(at.request.body), std::move(headers), at.now);
  answer.headers.emplace_back("ETag", object.etag);
  return answer;
}

S3HttpAnswer S3Store::copy(const At& at) {
  auto source = percent_decoded(at.request.header("x-amz-copy-source"));
  if (source.starts_with('/')) source.erase(0, 1);
  const auto slash = source.find('/');
  const auto bucket = buckets.find(source.substr(0, slash));
  if (bucket == buckets.end()) return no_such_bucket(source.substr(0, slash));
  const auto found = bucket->second.find(source.substr(slash + 1));
  if (found == bucket->second.end()) return no_such_key(source.substr(slash + 1));
  auto object = found->second;
  if (at.request.header("x-amz-metadata-directive") == "REPLACE") object.headers = object_headers(at.request);
  object.modified = at.now;
  buckets[at.bucket][at.key] = object;
  return xml_answer(
      fmt::format("<CopyObjectResult><ETag>{}</ETag><LastModified>{}</LastModified></CopyObjectResult>",
                  xml_text(object.etag), iso_date(at.now)));
}

S3HttpAnswer S3Store::get(const At& at, bool head) {
  const auto& request = at.request;
  const auto& objects = buckets[at.bucket];
  const auto found = objects.find(at.key);
  if (found == objects.end()) return head ? S3HttpAnswer{404} : no_such_key(at.key);
  const auto& object = found->second;
  if (const auto match = request.header("if-match"); !match.empty() && match != object.etag)
    return s3_error(412, "PreconditionFailed",
                    "At least one of the pre-conditions you specified did not hold");
  S3HttpAnswer answer;
  const auto size = object.body->size();
  answer.headers = {
      {"ETag", object.etag}, {"Last-Modified", http_date(object.modified)}, {"Accept-Ranges", "bytes"}};
  bool typed = false;
  for (const auto& [name, value] : object.headers) {
    if (name.starts_with("x-amz-checksum-") && request.header("x-amz-checksum-mode") != "ENABLED") continue;
    if (name.starts_with("x-amz-checksum-") && !request.header("range").empty()) continue;
    if (name == "x-amz-acl" || name.starts_with("x-amz-grant-")) continue;
    typed = typed || name == "content-type";
    answer.headers.emplace_back(name, value);
  }
  if (!typed) answer.headers.emplace_back("Content-Type", "binary/octet-stream");
  answer.shared = object.body;
  answer.length = size;
  unsigned long begin = 0, end = 0;
  if (std::sscanf(request.header("range").c_str(), "bytes=%lu-%lu", &begin, &end) == 2 && begin < size) {
    answer.status = 206;
    answer.offset = begin;
    answer.length = std::min<size_t>(end, size - 1) - begin + 1;
    answer.headers.emplace_back("Content-Range",
                                fmt::format("bytes {}-{}/{}", begin, begin + answer.length - 1, size));
  }
  answer.head_only = head;
  return answer;
}

S3HttpAnswer S3Store::begin_upload(const At& at) {
  const auto id = fmt::format("upload-{}", next_upload_++);
  uploads[id] = {at.bucket, at.key, object_headers(at.request), {}};
  return xml_answer(
      fmt::format("<InitiateMultipartUploadResult><Bucket>{}</Bucket><Key>{}</Key><UploadId>{}</UploadId>"
                  "</InitiateMultipartUploadResult>",
                  at.bucket, xml_text(at.key), id));
}

S3HttpAnswer S3Store::put_part(const At& at) {
  const auto upload = uploads.find(at.request.query_value("uploadId"));
  const auto number = std::atoi(at.request.query_value("partNumber").c_str());
  if (upload == uploads.end() || upload->second.key != at.key) return no_such_upload();
  if (number < 1 || number > 10'000)
    return s3_error(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
  S3HttpAnswer answer;
  Upload::Part part;
  for (const auto& header : at.request.headers) {
    if (!header.first.starts_with("x-amz-checksum-")) continue;
    part.checksum = header.second;
    answer.headers.push_back(header);
  }
  // Not its MD5, as S3's is: clients must not look into it, and large uploads would mostly wait for it.
  part.tag = hex_of(checksum_of("crc64nvme", at.request.body));
  part.body = std::move(at.request.body);
  answer.headers.emplace_back("ETag", in_quotes(part.tag));
  upload->second.parts[number] = std::move(part);
  return answer;
}

// As S3 does: listed parts only, in order, each with the tag and the checksum it had, none but the last
// small.
S3HttpAnswer S3Store::complete_upload(const At& at) {
  const auto upload = uploads.find(at.request.query_value("uploadId"));
  if (upload == uploads.end() || upload->second.key != at.key) return no_such_upload();
  std::string whole, tags;
  size_t size = 0;
  for (const auto& [number, part] : upload->second.parts) size += part.body.size();
  whole.reserve(size);
  size_t from = 0, last_size = kSmallestPart;
  int last = 0, count = 0;
  while (const auto part = element(at.request.body, "Part", from)) {
    const auto number = std::atoi(element(*part, "PartNumber").c_str());
    if (number <= last)
      return s3_error(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
    const auto found = upload->second.parts.find(number);
    if (found == upload->second.parts.end()) return s3_error(400, "InvalidPart", "A part was not found.");
    auto& [body, checksum, tag] = found->second;
    const auto told = without_entities(element(*part, "ETag"));
    if (told != in_quotes(tag) && told != tag)
      return s3_error(400, "InvalidPart", "A part's entity tag did not match.");
    if (rules_.strict && !checksum.empty() && part->find(checksum) == std::string::npos)
      return s3_error(400, "InvalidPart", "A part's checksum was not repeated.");
    if (last_size < kSmallestPart)
      return s3_error(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
    last = number;
    last_size = body.size();
    whole += body;
    body.clear();
    body.shrink_to_fit();
    tags += tag;
    ++count;
  }
  if (count == 0) return s3_error(400, "MalformedXML", "The XML you provided was not well-formed");
  StoredObject object{
      std::make_shared<const std::string>(std::move(whole)), {}, upload->second.headers, at.now};
  object.etag = in_quotes(fmt::format("{}-{}", hex_of(md5_of(tags)), count));
  object.headers.erase("x-amz-checksum-algorithm");
  const auto etag = object.etag;
  buckets[at.bucket][at.key] = std::move(object);
  uploads.erase(upload);
  return xml_answer(
      fmt::format("<CompleteMultipartUploadResult><Bucket>{}</Bucket><Key>{}</Key><ETag>{}</ETag>"
                  "</CompleteMultipartUploadResult>",
                  at.bucket, xml_text(at.key), xml_text(etag)));
}

S3HttpAnswer S3Store::abort_upload(const At& at) {
  if (uploads.erase(at.request.query_value("uploadId")) == 0) return no_such_upload();
  ++aborted;
  return {204};
}

}  // namespace runner::test
