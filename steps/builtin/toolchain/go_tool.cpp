#include "steps/builtin/toolchain/go_tool.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/toolchain/version_range.hpp"

namespace runner {

namespace {

// "1.22rc1" is a version of its own, "1.22" any of 1.22.
std::string range_text(std::string_view wanted) {
  if (wanted.starts_with("go")) wanted.remove_prefix(2);
  for (const std::string_view word : {"rc", "beta"}) {
    const auto at = wanted.find(word);
    if (at != std::string_view::npos && at > 0 && is_digit(wanted[at - 1]))
      return find_version(wanted)->text();
  }
  return std::string(wanted);
}

bool is_release(const SemanticVersion& version) { return version.prerelease.empty(); }

}  // namespace

const ToolKind& go_kind() {
  static const ToolKind kind{
      .name = "Go",
      .cached_as = "go",
      .programs = {"go"},
      .ask = {"version"},
      .places = {{"/usr/local/go", "", "/usr/local/go", "bin"},
                 {"/usr/lib/go-*", "", "/usr/lib", "go-*/bin"},
                 {"~/sdk", "", "~/sdk", "go*/bin"},
                 {"gvm", "GVM_ROOT", "~/.gvm", "gos/go*/bin", "gvm install go{}"},
                 {"goenv", "GOENV_ROOT", "~/.goenv", "versions/*/bin", "goenv install {}"},
                 {"mise", "MISE_DATA_DIR", "~/.local/share/mise", "installs/go/*/bin", "mise install go@{}"},
                 {"asdf", "ASDF_DATA_DIR", "~/.asdf", "installs/golang/*/go/bin", "asdf install golang {}"}},
      .command = "go install golang.org/dl/go{}@latest, or apt-get install golang-go where Debian's will do"};
  return kind;
}

std::optional<InstalledTool> choose_go(std::string_view wanted, const std::vector<InstalledTool>& found) {
  const auto word = lower(trim(wanted));
  const auto stable = first_tool(found, is_release);
  if (word == "stable" || word == "latest") return stable;
  if (word == "oldstable") {
    return first_tool(found, [&](const SemanticVersion& version) {
      return is_release(version) && (version.numbers[0] != stable->version.numbers[0] ||
                                     version.numbers[1] != stable->version.numbers[1]);
    });
  }
  const auto range = VersionRange::parse(range_text(word));
  if (!range)
    throw InputError(fmt::format("go-version: \"{}\" is neither a version nor a range of them", wanted));
  return first_tool(found, [&](const SemanticVersion& version) { return range->contains(version); });
}

std::optional<InstalledTool> newer_go(std::string_view least, const std::vector<InstalledTool>& found) {
  const auto from = find_version(least);
  if (!from) return {};
  const auto at = std::find_if(found.rbegin(), found.rend(), [&](const auto& tool) {
    return is_release(tool.version) && tool.version >= *from;
  });
  return at == found.rend() ? std::nullopt : std::optional(*at);
}

std::string go_text(const SemanticVersion& version) {
  auto text = fmt::format("{}.{}", version.numbers[0], version.numbers[1]);
  // since 1.21 the first release is called 1.21.0
  if (version.numbers[2] > 0 || (is_release(version) && version.numbers[1] >= 21))
    text += fmt::format(".{}", version.numbers[2]);
  for (const auto& part : version.prerelease) text += part;
  return text;
}

}  // namespace runner
