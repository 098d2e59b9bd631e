#include "steps/clients/aws/sigv4.hpp"

#include <time.h>

#include <algorithm>
#include <array>
#include <mutex>

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "parser/base/text.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/http.hpp"

namespace runner::aws {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::string hmac(std::string_view key, std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(), &size);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

std::string stamp(Time now) {
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 24> text{};
  const auto size = ::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return {text.data(), size};
}

// Of the day, kept: thousands of requests are signed with one.
std::string signing_key(const Credentials& credentials, const SigningScope& scope, const std::string& day) {
  static std::mutex mutex;
  static std::string last_name, last_key;
  const auto name =
      fmt::format("{}\n{}\n{}\n{}", credentials.secret_access_key, day, scope.region, scope.service);
  const std::lock_guard lock(mutex);
  if (name != last_name) {
    last_key =
        hmac(hmac(hmac(hmac("AWS4" + credentials.secret_access_key, day), scope.region), scope.service),
             "aws4_request");
    last_name = name;
  }
  return last_key;
}

std::string canonical_query(std::string_view query) {
  Pairs parts;
  while (!query.empty()) {
    const auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty()) continue;
    const auto equals = part.find('=');
    parts.emplace_back(part.substr(0, equals),
                       equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
  }
  std::ranges::sort(parts);
  std::string text;
  for (const auto& [name, value] : parts)
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  return text;
}

// Inner runs of blanks become one.
std::string folded(std::string_view value) {
  std::string text;
  for (const char c : trim(value)) {
    if (c == ' ' && text.ends_with(' ')) continue;
    text += c;
  }
  return text;
}

struct Canonical {
  std::string text, signed_headers;
};

Canonical canonical_request(const RequestToSign& request, const SigningScope& scope, Pairs headers,
                            const std::string& query) {
  headers.insert(headers.end(), request.headers.begin(), request.headers.end());
  headers.emplace_back("host", request.host);
  for (auto& [name, value] : headers) {
    name = lower(name);
    value = folded(value);
  }
  std::ranges::sort(headers);
  std::string lines, names;
  for (const auto& [name, value] : headers) {
    lines.append(name).append(":").append(value).append("\n");
    names.append(names.empty() ? "" : ";").append(name);
  }
  const auto path = scope.service == "s3" ? request.path : percent_encode(request.path, "-_.~/");
  return {fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, path, canonical_query(query), lines, names,
                      request.payload_hash),
          names};
}

std::string signature(const std::string& canonical, const Credentials& credentials, const SigningScope& scope,
                      const std::string& date) {
  const auto day = date.substr(0, 8);
  const auto text = fmt::format("{}\n{}\n{}/{}/{}/aws4_request\n{}", kAlgorithm, date, day, scope.region,
                                scope.service, hex_sha256(canonical));
  return hex(hmac(signing_key(credentials, scope, day), text));
}

std::string credential(const Credentials& credentials, const SigningScope& scope, const std::string& date) {
  return fmt::format("{}/{}/{}/{}/aws4_request", credentials.access_key_id, date.substr(0, 8), scope.region,
                     scope.service);
}

}  // namespace

SignedHeaders sign(const RequestToSign& request, const Credentials& credentials, const SigningScope& scope,
                   Time now) {
  const auto date = stamp(now);
  SignedHeaders added{{"X-Amz-Date", date}};
  if (!credentials.session_token.empty())
    added.emplace_back("X-Amz-Security-Token", credentials.session_token);
  const auto canonical = canonical_request(request, scope, added, request.query);
  added.emplace_back("Authorization",
                     fmt::format("{} Credential={}, SignedHeaders={}, Signature={}", kAlgorithm,
                                 credential(credentials, scope, date), canonical.signed_headers,
                                 signature(canonical.text, credentials, scope, date)));
  return added;
}

std::string presigned_query(const RequestToSign& request, const Credentials& credentials,
                            const SigningScope& scope, Time now, std::chrono::seconds lifetime) {
  const auto date = stamp(now);
  std::string names = "host";
  Pairs sorted;
  for (const auto& [name, value] : request.headers) sorted.emplace_back(lower(name), value);
  sorted.emplace_back("host", "");
  std::ranges::sort(sorted);
  names.clear();
  for (const auto& [name, value] : sorted) names.append(names.empty() ? "" : ";").append(name);
  auto query = fmt::format(
      "{}{}X-Amz-Algorithm={}&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}&X-Amz-SignedHeaders={}",
      request.query, request.query.empty() ? "" : "&", kAlgorithm,
      percent_encode(credential(credentials, scope, date)), date, lifetime.count(), percent_encode(names));
  if (!credentials.session_token.empty())
    query += "&X-Amz-Security-Token=" + percent_encode(credentials.session_token);
  auto unsigned_body = request;
  unsigned_body.payload_hash = "UNSIGNED-PAYLOAD";
  const auto canonical = canonical_request(unsigned_body, scope, {}, query);
  return query + "&X-Amz-Signature=" + signature(canonical.text, credentials, scope, date);
}

}  // namespace runner::aws
