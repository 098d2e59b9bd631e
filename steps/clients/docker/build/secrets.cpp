#include "steps/clients/docker/build/secrets.hpp"

#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/core.h>

#include "steps/formats/list_input.hpp"

namespace runner {
namespace {

constexpr size_t kLargestSecret = 500 * 1024;  // BuildKit's own limit

// "id=value", both not empty.
std::optional<std::pair<std::string, std::string>> id_and_value(const std::string& item) {
  const auto equals = item.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == item.size()) return std::nullopt;
  return std::pair{item.substr(0, equals), item.substr(equals + 1)};
}

template <class Take>  // take(id, value)
void each_item(StepHost& host, const char* input, const Take& take) {
  for (const auto& item : list_items(host.raw_input(input), Commas::keep)) {
    if (const auto pair = id_and_value(item)) {
      take(pair->first, pair->second);
      continue;
    }
    if (std::string_view(input) == "secrets") host.add_mask(item);  // a line of a key that lacks its quotes
    host.warn(fmt::format("{} is not a valid secret: expected id=value{}", item,
                          std::string_view(input) == "secrets"
                              ? "; a value of several lines needs quotes around the whole `id=...`"
                              : ""));
  }
}

std::optional<std::string> read_secret_file(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file, ignored)) return std::nullopt;
  return std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

}  // namespace

BuildSecrets build_secrets(StepHost& host) {
  BuildSecrets secrets;
  const auto add = [&](const std::string& id, const std::string& value) {
    host.add_mask(value);
    if (value.size() > kLargestSecret) {
      return host.warn(
          fmt::format("secret {} has {} bytes, BuildKit takes at most {}", id, value.size(), kLargestSecret));
    }
    secrets[id] = value;
  };
  each_item(host, "secrets", add);
  each_item(host, "secret-envs", [&](const std::string& id, const std::string& name) {
    const auto at = host.env().find(name);
    if (at != host.env().end()) return add(id, at->second);
    host.warn(fmt::format("secret {}: the environment has no variable {}", id, name));
  });
  each_item(host, "secret-files", [&](const std::string& id, const std::string& path) {
    if (const auto content = read_secret_file(host.workspace() / path)) return add(id, *content);
    host.warn(fmt::format("secret file {} not found", path));
  });
  return secrets;
}

}  // namespace runner
