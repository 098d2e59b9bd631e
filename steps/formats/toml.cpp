#include "steps/formats/toml.hpp"

#include <toml++/toml.h>

namespace runner {
namespace {

toml::table read(std::string_view file) {
  try {
    return toml::parse(file);
  } catch (const toml::parse_error&) {
    return {};
  }
}

}  // namespace

std::optional<std::string> toml_text(std::string_view file, std::string_view path) {
  const auto table = read(file);
  const auto found = table.at_path(path);
  if (!found || found.is_table()) return std::nullopt;
  return found.value_exact<std::string>().value_or("");
}

bool has_toml_table(std::string_view file, std::string_view path) {
  const auto table = read(file);
  return table.at_path(path).is_table();
}

}  // namespace runner
