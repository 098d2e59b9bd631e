#include "steps/builtin/chat/webhook.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/system/http.hpp"

namespace runner::chat {
namespace {

constexpr size_t kShortestSecret = 16;  // masking "api" or "services" would only blur the log

}  // namespace

void mask_webhook(StepHost& host, const std::string& url) {
  if (url.empty()) return;
  host.add_mask(url);
  auto path = url.substr(0, url.find_first_of("?#"));
  for (const std::string_view suffix : {"/", "/github", "/slack"}) {  // Discord takes others' messages there
    if (path.ends_with(suffix)) path.erase(path.size() - suffix.size());
  }
  const auto secret = path.substr(path.rfind('/') + 1);
  if (secret.size() >= kShortestSecret) host.add_mask(secret);
}

bool known(std::string_view text) { return !expr::has_expression(text); }

std::vector<std::string> address_problems(std::string_view name, std::string_view url) {
  if (url.empty() || !known(url)) return {};
  const auto scheme = url.find("://");
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  if (!web) return {fmt::format("{}: an address that starts with https:// was expected", name)};
  if (url.find_first_of("/?#", scheme + 3) == scheme + 3 || url.size() == scheme + 3)
    return {fmt::format("{}: the address names no host", name)};
  if (std::any_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; }))
    return {fmt::format("{}: the address has white space in it", name)};
  return {};
}

std::string add_query(std::string url, std::string_view name, std::string_view value) {
  url += url.find('?') == url.npos ? '?' : '&';
  return url.append(name).append("=").append(percent_encode(value));
}

std::vector<std::string> choice_problems(std::string_view name, const std::string& value,
                                         const std::vector<std::string>& candidates) {
  if (!known(value) || std::find(candidates.begin(), candidates.end(), value) != candidates.end()) return {};
  return {fmt::format("{}: \"{}\" is none of {}{}", name, value, fmt::join(candidates, ", "),
                      did_you_mean(value, candidates))};
}

}  // namespace runner::chat
