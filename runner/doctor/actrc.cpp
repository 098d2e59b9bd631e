#include "runner/doctor/actrc.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

struct Translation {
  const char *theirs, *short_form;
  const char* ours;
  bool takes_value = true;
};

// Options of act that people keep in a .actrc. -P names an image there; here a label can stand for this
// machine.
constexpr Translation kOptions[] = {{"--platform", "-P", "--platform"},
                                    {"--secret", "-s", "--secret"},
                                    {"--secret-file", "", "--secret-file"},
                                    {"--var", "", "--var"},
                                    {"--var-file", "", "--var-file"},
                                    {"--env", "", "--env"},
                                    {"--env-file", "", "--env-file"},
                                    {"--input", "", "--input"},
                                    {"--input-file", "", "--input-file"},
                                    {"--eventpath", "-e", "--event-path"},
                                    {"--actor", "-a", "--actor"},
                                    {"--job", "-j", "--job"},
                                    {"--matrix", "", "--matrix"},
                                    {"--directory", "-C", "--directory"},
                                    {"--concurrent-jobs", "", "--parallel"},
                                    {"--action-offline-mode", "", "--offline", false},
                                    {"--verbose", "-v", "--verbose", false},
                                    {"--quiet", "-q", "--quiet", false},
                                    {"--dryrun", "-n", "--dry-run", false}};

const Translation* find_option(std::string_view name) {
  for (const auto& option : kOptions) {
    const std::string_view short_form = option.short_form;
    if (name == option.theirs || (!short_form.empty() && name == short_form)) return &option;
  }
  return nullptr;
}

// "-P ubuntu-latest=node:16" as "--platform ubuntu-latest=host"; ubuntu-* is served anyway.
std::string platform_line(std::string_view value) {
  const auto label = value.substr(0, value.find('='));
  return label.starts_with("ubuntu-") ? "" : fmt::format("--platform {}=host", label);
}

void translate_line(std::string_view line, TranslatedActrc& result) {
  const auto end = line.find_first_of(" =");
  const auto name = line.substr(0, end);
  const auto value = end == std::string_view::npos ? std::string_view() : trim(line.substr(end + 1));
  const auto* option = find_option(name);
  if (option == nullptr) {
    result.dropped.emplace_back(line);
  } else if (std::string_view(option->ours) == "--platform") {
    if (auto text = platform_line(value); !text.empty()) result.lines.push_back(std::move(text));
  } else if (!option->takes_value) {
    if (value != "false") result.lines.emplace_back(option->ours);
  } else {
    result.lines.push_back(fmt::format("{} {}", option->ours, value));
  }
}

}  // namespace

TranslatedActrc translate_actrc(std::string_view text) {
  TranslatedActrc result;
  for (const auto line : split_lines(text)) {
    const auto trimmed = trim(line);
    if (!trimmed.empty() && !trimmed.starts_with('#')) translate_line(trimmed, result);
  }
  return result;
}

}  // namespace runner
