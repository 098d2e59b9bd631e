#include "steps/clients/aws/s3/remove.hpp"

#include <algorithm>
#include <map>

#include "parser/base/text.hpp"
#include "steps/clients/aws/s3/checksum.hpp"
#include "steps/clients/aws/s3/parallel.hpp"
#include "steps/formats/xml.hpp"
#include "steps/system/digest.hpp"

namespace runner::aws::s3 {
namespace {

constexpr size_t kMostKeys = 1000;

using OnDone = std::function<void(const std::string& key, const std::string& error)>;

struct Batch {
  std::vector<std::string>::const_iterator begin, end;
};

std::string document_of(const Batch& batch) {
  auto text = fmt::format("<Delete xmlns=\"{}\">", kXmlNamespace);
  for (auto key = batch.begin; key != batch.end; ++key)
    text += "<Object><Key>" + xml_escape(*key) + "</Key></Object>";
  return text + "<Quiet>true</Quiet></Delete>";
}

// A checksum is a must here. Servers that are older than the new ones know this one.
void add_checksums(Wire& wire, Call& call) {
  const auto* algorithm = checksum_algorithm("CRC64NVME");
  const bool own_server = !wire.settings().endpoint.empty();
  if (own_server || !wire.settings().checksum_requests)
    call.headers.emplace_back("Content-MD5", base64(md5(call.body)));
  if (!wire.settings().checksum_requests) return;
  call.headers.emplace_back("x-amz-sdk-checksum-algorithm", std::string(algorithm->name));
  call.headers.emplace_back(std::string(algorithm->header), base64(algorithm->digest(call.body)));
}

std::map<std::string, std::string> errors_in(const std::string& document) {
  std::map<std::string, std::string> errors;
  if (trim(document).empty()) return errors;
  const auto root = parse_xml(document);
  if (root.name == "Error") throw ServiceError(root.text_of("Code"), "DeleteObject", root.text_of("Message"));
  for (const auto& node : root.children) {
    if (node.name != "Error") continue;
    errors[node.text_of("Key")] =
        ServiceError(node.text_of("Code"), "DeleteObject", node.text_of("Message")).what();
  }
  return errors;
}

void remove_one(Wire& wire, const std::string& bucket, const std::string& key, const Headers& headers,
                const OnDone& on_done) {
  try {
    remove_object(wire, bucket, key, headers);
    on_done(key, "");
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    on_done(key, error.what());
  }
}

bool is_lacking(const ServiceError& error) {
  return error.status() == 501 || error.status() == 405 || error.code() == "NotImplemented" ||
         error.code() == "MethodNotAllowed";
}

void remove_batch(Wire& wire, const std::string& bucket, const Batch& batch, const Headers& headers,
                  const OnDone& on_done) {
  const auto body = document_of(batch);
  Call call{.operation = "DeleteObjects", .method = "POST", .bucket = bucket, .query = {{"delete", ""}}};
  call.headers = headers;
  call.headers.emplace_back("Content-Type", "application/xml");
  call.body = body;
  add_checksums(wire, call);
  try {
    const auto errors = errors_in(wire.call(call).body);
    for (auto key = batch.begin; key != batch.end; ++key) {
      const auto at = errors.find(*key);
      on_done(*key, at == errors.end() ? "" : at->second);
    }
  } catch (const ServiceError& error) {
    // Not every server has it, and a policy or a firewall may know single removals only.
    const auto count = static_cast<size_t>(batch.end - batch.begin);
    if (is_lacking(error)) {
      in_parallel(
          count, [&] { return wire.throttle().limit(); },
          [&](size_t at) { remove_one(wire, bucket, batch.begin[static_cast<long>(at)], headers, on_done); });
      return;
    }
    const ServiceError single(error.code(), "DeleteObject", error.message(), error.status());
    for (auto key = batch.begin; key != batch.end; ++key) on_done(*key, single.what());
  } catch (const Cancelled&) {
    throw;
  } catch (const std::exception& error) {
    for (auto key = batch.begin; key != batch.end; ++key) on_done(*key, error.what());
  }
}

}  // namespace

void remove_object(Wire& wire, const std::string& bucket, const std::string& key, const Headers& headers) {
  wire.call(
      {.operation = "DeleteObject", .method = "DELETE", .bucket = bucket, .key = key, .headers = headers});
}

void remove_objects(Wire& wire, const std::string& bucket, const std::vector<std::string>& keys,
                    const Headers& headers, const OnDone& on_done) {
  if (keys.size() == 1) return remove_one(wire, bucket, keys.front(), headers, on_done);
  in_parallel((keys.size() + kMostKeys - 1) / kMostKeys, 4, [&](size_t batch) {
    const auto begin = keys.begin() + static_cast<long>(batch * kMostKeys);
    const auto end = keys.begin() + static_cast<long>(std::min(keys.size(), (batch + 1) * kMostKeys));
    remove_batch(wire, bucket, {begin, end}, headers, on_done);
  });
}

}  // namespace runner::aws::s3
