#include "steps/clients/docker/reference.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool is_word(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '_'; }

// Letters and digits, with one '.', one or two '_' or any number of '-' between them.
bool valid_component(std::string_view text) {
  if (text.empty() || !is_lower_or_digit(text.front()) || !is_lower_or_digit(text.back())) return false;
  for (size_t at = 0; at < text.size();) {
    if (is_lower_or_digit(text[at])) {
      ++at;
      continue;
    }
    const auto end = text.find_first_not_of(text[at], at);
    const size_t count = (end == std::string_view::npos ? text.size() : end) - at;
    const size_t most = text[at] == '.' ? 1 : text[at] == '_' ? 2 : text[at] == '-' ? text.size() : 0;
    if (count > most) return false;
    at += count;
  }
  return true;
}

bool valid_path(std::string_view path) {
  const auto parts = split(path, '/');
  return path.size() <= 255 && std::all_of(parts.begin(), parts.end(), valid_component);
}

bool valid_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= 128 && is_word(tag.front()) &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return is_word(c) || c == '.' || c == '-'; });
}

bool valid_host(std::string_view host) {
  return std::all_of(host.begin(), host.end(), [](char c) {
    return is_word(c) || c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
  });
}

// "ghost/app" is a user of Docker Hub; a host has a dot or a port, or is localhost.
bool is_host(std::string_view first_part) {
  return first_part.find_first_of(".:") != std::string_view::npos || first_part == "localhost" ||
         lower(first_part) != first_part;
}

}  // namespace

ImageReference parse_image_reference(std::string_view text) {
  ImageReference reference;
  auto rest = text;
  if (const auto slash = rest.find('/'); slash != std::string_view::npos && is_host(rest.substr(0, slash))) {
    reference.host = rest.substr(0, slash);
    rest.remove_prefix(slash + 1);
  }
  const auto colon = rest.find(':');
  reference.path = rest.substr(0, colon);
  reference.tag = colon == std::string_view::npos ? "latest" : rest.substr(colon + 1);
  if (lower(reference.path) != reference.path && valid_path(lower(reference.path))) {
    throw InputError(
        fmt::format("invalid tag \"{}\": repository name ({}) must be lowercase", text, reference.path));
  }
  if (!valid_path(reference.path) || !valid_tag(reference.tag) || !valid_host(reference.host)) {
    throw InputError(fmt::format("invalid tag \"{}\": invalid reference format", text));
  }
  return reference;
}

std::string registry_host(std::string_view address) {
  if (const auto scheme = address.find("://"); scheme != std::string_view::npos)
    address.remove_prefix(scheme + 3);
  return std::string(address.substr(0, address.find('/')));
}

}  // namespace runner
