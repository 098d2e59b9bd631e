#include "tests/support/s3_check.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace runner::test {
namespace {

constexpr long long kAllowedSkew = 15 * 60;
constexpr std::string_view kEmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

std::string digest(std::string_view bytes, const EVP_MD* kind) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), out, &size, kind, nullptr);
  return {reinterpret_cast<char*>(out), size};
}

std::string keyed(std::string_view key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
  return {reinterpret_cast<char*>(out), size};
}

std::string base64_of(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const auto size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(size));
  return text;
}

// A CRC of any width with its bits reversed, eight bytes a step.
template <class Word, Word Polynomial>
class Crc {
 public:
  Crc() {
    for (unsigned byte = 0; byte < 256; ++byte) {
      Word value = byte;
      for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
      tables_[0][byte] = value;
    }
    for (size_t table = 1; table < 8; ++table) {
      for (size_t byte = 0; byte < 256; ++byte)
        tables_[table][byte] = (tables_[table - 1][byte] >> 8) ^ tables_[0][tables_[table - 1][byte] & 255];
    }
  }
  std::string of(std::string_view bytes) const {
    Word crc = ~Word{0};
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
      uint64_t word = 0;
      std::memcpy(&word, bytes.data(), 8);
      word ^= crc;
      crc = 0;
      for (size_t at = 0; at < 8; ++at) crc ^= tables_[7 - at][(word >> (8 * at)) & 255];
    }
    for (const char c : bytes) crc = (crc >> 8) ^ tables_[0][(crc ^ static_cast<unsigned char>(c)) & 255];
    crc = ~crc;
    std::string text(sizeof(Word), '\0');
    for (size_t at = 0; at < sizeof(Word); ++at)
      text[at] = static_cast<char>(crc >> (8 * (sizeof(Word) - 1 - at)));
    return text;
  }

 private:
  std::array<std::array<Word, 256>, 8> tables_{};
};

std::string folded(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c != ' ' || text.empty() || text.back() != ' ') text += c;
  }
  return text;
}

struct Claim {  // what a request says of its own signature
  std::string key, day, region, service, signed_headers, signature, stamp, payload;
  bool in_query = false;
};

std::vector<std::string> cut(const std::string& text, char at) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string part_after(const std::string& text, const std::string& name) {
  const auto at = text.find(name);
  if (at == std::string::npos) return "";
  const auto begin = at + name.size();
  return text.substr(begin, text.find_first_of(", ", begin) - begin);
}

std::optional<Claim> claim_of(const S3HttpRequest& request) {
  Claim claim;
  std::string credential;
  if (request.has_query("X-Amz-Signature")) {
    claim.in_query = true;
    credential = request.query_value("X-Amz-Credential");
    claim.signed_headers = request.query_value("X-Amz-SignedHeaders");
    claim.signature = request.query_value("X-Amz-Signature");
    claim.stamp = request.query_value("X-Amz-Date");
    claim.payload = "UNSIGNED-PAYLOAD";
  } else {
    const auto text = request.header("authorization");
    if (!text.starts_with("AWS4-HMAC-SHA256 ")) return std::nullopt;
    credential = part_after(text, "Credential=");
    claim.signed_headers = part_after(text, "SignedHeaders=");
    claim.signature = part_after(text, "Signature=");
    claim.stamp = request.header("x-amz-date");
    claim.payload = request.header("x-amz-content-sha256");
  }
  const auto scope = cut(credential, '/');
  if (scope.size() != 5 || scope[4] != "aws4_request" || claim.stamp.size() != 16) return std::nullopt;
  claim.key = scope[0];
  claim.day = scope[1];
  claim.region = scope[2];
  claim.service = scope[3];
  return claim;
}

std::string canonical(const S3HttpRequest& request, const Claim& claim) {
  auto query = request.raw_query;
  std::erase_if(query, [](const auto& part) { return part.first == "X-Amz-Signature"; });
  std::ranges::sort(query);
  std::string text = request.method + "\n" + request.path + "\n";
  for (size_t at = 0; at < query.size(); ++at)
    text += (at == 0 ? "" : "&") + query[at].first + "=" + query[at].second;
  text += "\n";
  for (const auto& name : cut(claim.signed_headers, ';'))
    text += name + ":" + folded(request.header(name)) + "\n";
  return text + "\n" + claim.signed_headers + "\n" + claim.payload;
}

std::string signature_of(const S3HttpRequest& request, const Claim& claim, const S3Rules& rules) {
  const auto scope = claim.day + "/" + claim.region + "/" + claim.service + "/aws4_request";
  const auto text = "AWS4-HMAC-SHA256\n" + claim.stamp + "\n" + scope + "\n" +
                    hex_of(digest(canonical(request, claim), EVP_sha256()));
  static thread_local std::string kept_scope, kept_key;
  if (kept_scope != scope + rules.secret_key) {
    kept_key = keyed(keyed(keyed(keyed("AWS4" + rules.secret_key, claim.day), claim.region), claim.service),
                     "aws4_request");
    kept_scope = scope + rules.secret_key;
  }
  return hex_of(keyed(kept_key, text));
}

long long seconds_of(const std::string& stamp) {
  tm parts{};
  if (::strptime(stamp.c_str(), "%Y%m%dT%H%M%SZ", &parts) == nullptr) return 0;
  return ::timegm(&parts);
}

std::optional<S3HttpAnswer> clock_refusal(const S3HttpRequest& request, const Claim& claim, long long now) {
  const auto signed_at = seconds_of(claim.stamp);
  if (claim.in_query) {
    if (now > signed_at + std::atoll(request.query_value("X-Amz-Expires").c_str()))
      return s3_error(403, "AccessDenied", "Request has expired");
    return std::nullopt;
  }
  if (std::llabs(signed_at - now) > kAllowedSkew)
    return s3_error(403, "RequestTimeTooSkewed",
                    "The difference between the request time and the current time is too large.");
  return std::nullopt;
}

// host and every x-amz-* header must be under the signature: else another could change them on the way.
std::optional<S3HttpAnswer> coverage_refusal(const S3HttpRequest& request, const Claim& claim) {
  const auto names = cut(claim.signed_headers, ';');
  for (const auto& [name, value] : request.headers) {
    if (name != "host" && (!name.starts_with("x-amz-") || claim.in_query)) continue;
    if (std::ranges::count(names, name) == 0)
      return s3_error(403, "AccessDenied", "There were headers present in the request which were not signed",
                      "<HeadersNotSigned>" + name + "</HeadersNotSigned>");
  }
  return std::nullopt;
}

std::optional<S3HttpAnswer> signature_refusal(const S3HttpRequest& request, const S3Rules& rules,
                                              long long now) {
  const auto claim = claim_of(request);
  if (!claim) return s3_error(403, "AccessDenied", "Access Denied");
  if (claim->key != rules.access_key)
    return s3_error(403, "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records.");
  if (claim->region != rules.region)
    return s3_error(
        400, "AuthorizationHeaderMalformed",
        fmt::format("The authorization header is malformed; the region '{}' is wrong; expecting '{}'",
                    claim->region, rules.region),
        "<Region>" + rules.region + "</Region>");
  const auto token =
      claim->in_query ? request.query_value("X-Amz-Security-Token") : request.header("x-amz-security-token");
  if (token != rules.session_token)
    return s3_error(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
  if (auto refused = clock_refusal(request, *claim, now)) return refused;
  if (auto refused = coverage_refusal(request, *claim)) return refused;
  if (claim->service != "s3" || signature_of(request, *claim, rules) != claim->signature)
    return s3_error(
        403, "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key "
        "and signing method.");
  return std::nullopt;
}

std::optional<S3HttpAnswer> body_refusal(const S3HttpRequest& request) {
  if (request.has_query("X-Amz-Signature")) return std::nullopt;
  const auto told = request.header("x-amz-content-sha256");
  const auto found =
      request.body.empty() ? std::string(kEmptyHash) : hex_of(digest(request.body, EVP_sha256()));
  if (told != found)  // over plain HTTP nothing else is safe
    return s3_error(400, "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.");
  return std::nullopt;
}

std::optional<S3HttpAnswer> checksum_refusal(const S3HttpRequest& request) {
  if (const auto told = request.header("content-md5");
      !told.empty() && told != base64_of(md5_of(request.body)))
    return s3_error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
  size_t count = 0;
  constexpr std::string_view kPrefix = "x-amz-checksum-";
  for (const auto& [name, value] : request.headers) {
    if (!name.starts_with(kPrefix) || name.ends_with("-algorithm") || name.ends_with("-mode") ||
        name.ends_with("-type"))
      continue;
    const auto algorithm = name.substr(kPrefix.size());
    if (++count > 1) return s3_error(400, "InvalidRequest", "Expecting a single x-amz-checksum- header");
    if (checksum_of(algorithm, request.body) != value)
      return s3_error(400, "BadDigest",
                      "The " + algorithm + " you specified did not match the calculated checksum.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<S3HttpAnswer> refusal(const S3HttpRequest& request, const S3Rules& rules, long long now) {
  if (!rules.strict) return std::nullopt;
  if (auto refused = signature_refusal(request, rules, now)) return refused;
  const bool unsigned_body =
      request.header("x-amz-content-sha256") == "UNSIGNED-PAYLOAD" && rules.unsigned_bodies;
  if (!unsigned_body) {
    if (auto refused = body_refusal(request)) return refused;
  }
  return checksum_refusal(request);
}

std::string md5_of(std::string_view bytes) { return digest(bytes, EVP_md5()); }

std::string hex_of(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[c & 15];
  }
  return text;
}

std::string checksum_of(const std::string& name, std::string_view bytes) {
  static const Crc<uint32_t, 0xEDB88320U> crc32;
  static const Crc<uint32_t, 0x82F63B78U> crc32c;
  static const Crc<uint64_t, 0x9A6C9329AC4BC9B5U> crc64;
  if (name == "crc32") return base64_of(crc32.of(bytes));
  if (name == "crc32c") return base64_of(crc32c.of(bytes));
  if (name == "crc64nvme") return base64_of(crc64.of(bytes));
  if (name == "sha1") return base64_of(digest(bytes, EVP_sha1()));
  if (name == "sha256") return base64_of(digest(bytes, EVP_sha256()));
  return "";
}

}  // namespace runner::test
