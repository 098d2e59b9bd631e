#include "steps/builtin/docker/metadata/pep440.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "steps/formats/js_regex.hpp"

namespace runner {
namespace {

// The groups: epoch, release, word and number of pre, number or word and number of post, dev and its number,
// local.
constexpr auto kPattern =
    "^v?(?:([0-9]+)!)?([0-9]+(?:\\.[0-9]+)*)"
    "(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]+)?)?"
    "(?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]+)?)?"
    "(?:[-_.]?(dev)[-_.]?([0-9]+)?)?"
    "(?:\\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$";

using Group = std::optional<std::string>;

std::string number(const Group& digits) {
  const auto text = digits.value_or("0");
  return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

std::string pre_word(const std::string& word) {
  static const std::map<std::string, std::string> kNormal{
      {"alpha", "a"}, {"beta", "b"}, {"c", "rc"}, {"pre", "rc"}, {"preview", "rc"}};
  const auto at = kNormal.find(lower(word));
  return at == kNormal.end() ? lower(word) : at->second;
}

// Its parts with commas, as the original happens to write them; an image tag has "-" for either.
std::string local_part(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '_' || c == '-'; }, '.');
  std::vector<std::string> parts;
  for (const auto part : split(text, '.')) {
    const bool digits = part.find_first_not_of("0123456789") == std::string_view::npos;
    parts.push_back(digits ? number(std::string(part)) : lower(part));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

}  // namespace

std::optional<Pep440> parse_pep440(std::string_view text) {
  static const JsRegex pattern(kPattern, "i");
  const auto found = pattern.match(text);
  if (!found) return {};
  const auto& group = *found;
  Pep440 version;
  if (group[1] && number(group[1]) != "0") version.clean = number(group[1]) + "!";
  for (const auto part : split(*group[2], '.')) version.release.push_back(number(std::string(part)));
  version.clean += fmt::format("{}", fmt::join(version.release, "."));
  version.pre = group[3].has_value();
  version.post = group[5] || group[6];
  version.dev = group[8].has_value();
  if (version.pre) version.clean += pre_word(*group[3]) + number(group[4]);
  if (version.post) version.clean += ".post" + number(group[5] ? group[5] : group[7]);
  if (version.dev) version.clean += ".dev" + number(group[9]);
  if (group[10]) version.clean += "+" + local_part(*group[10]);
  return version;
}

}  // namespace runner
