// A .actrc is not read: its translation is offered.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "runner/doctor/actrc.hpp"
#include "runner/doctor/checks.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

constexpr auto kSettings = "Settings";

void check_file(const Examined& examined, const std::filesystem::path& file, const std::filesystem::path& to,
                std::vector<Finding>& findings) {
  const auto text = examined.world.read(file);
  if (!text) return;
  const auto translated = translate_actrc(*text);
  Finding finding{kSettings, Health::note, fmt::format("{} is not read", file.string())};
  if (examined.world.read(to)) {
    finding.text += fmt::format("; {} is", to.string());
  } else if (!translated.lines.empty()) {
    finding.fix = "printf '%s\\n'";
    for (const auto& line : translated.lines) finding.fix += " " + shell_word(line);
    finding.fix += fmt::format(" > {}", shell_word(to.string()));
  }
  if (!translated.dropped.empty())
    finding.text += fmt::format("; no counterpart here for: {}", fmt::join(translated.dropped, ", "));
  findings.push_back(std::move(finding));
}

}  // namespace

void check_actrc(const Examined& examined, std::vector<Finding>& findings) {
  const auto& home = examined.folders.user_home;
  check_file(examined, examined.directory / ".actrc", examined.directory / ".runnerrc", findings);
  if (home != examined.directory)
    check_file(examined, home / ".actrc", home / ".config/runner/.runnerrc", findings);
}

}  // namespace runner
