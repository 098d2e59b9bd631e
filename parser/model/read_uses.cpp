// `uses:` of steps and of jobs (workflow-syntax.md sections 8 and 11).
#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/model/convert.hpp"

namespace runner {

std::string Uses::action() const {
  if (owner.empty()) return {};
  return lower(owner + "/" + repository + (path.empty() ? "" : "/" + path));
}

namespace convert {
namespace {

constexpr std::string_view kWorkflowFolders[] = {".github/workflows/", ".github/workflows-lab/"};

// What stands behind the value on its line: "v4.2.2" in "uses: a/b@<sha> # v4.2.2".
std::string comment_after(const std::string& text, std::string_view line) {
  const auto at = line.find(text);
  if (at == std::string_view::npos) return {};
  const auto rest = line.substr(at + text.size());
  const auto mark = rest.find(" #");
  return mark == std::string_view::npos ? "" : std::string(trim(rest.substr(mark + 2)));
}

Uses start(const Template& node, const Reading& reading) {
  Uses uses{.text = node.text,
            .comment = {},
            .pos = node.pos,
            .owner = {},
            .repository = {},
            .path = {},
            .ref = {}};
  uses.comment = comment_after(node.text, reading.source.line(node.pos.line - 1));
  return uses;
}

// owner/repository[/path]@ref into its parts; false when it is not of that form.
bool split_reference(Uses& uses) {
  const auto halves = split(uses.text, '@');
  if (halves.size() != 2 || halves[1].empty()) return false;
  auto parts = split(halves[0], '/');
  if (parts.size() > 2 && parts.back().empty()) parts.pop_back();  // "owner/repository/path/@ref"
  const bool complete = std::none_of(parts.begin(), parts.end(), [](auto part) { return part.empty(); });
  if (parts.size() < 2 || !complete) return false;
  uses.owner = parts[0];
  uses.repository = parts[1];
  for (size_t i = 2; i < parts.size(); ++i) uses.path += (i > 2 ? "/" : "") + std::string(parts[i]);
  uses.ref = halves[1];
  return true;
}

bool in_workflow_folder(std::string_view path) {
  return std::any_of(std::begin(kWorkflowFolders), std::end(kWorkflowFolders),
                     [&](auto folder) { return path.starts_with(folder); });
}

std::string complaint_about_ref(std::string_view ref) {
  constexpr std::string_view kBad[] = {"..", "//", "?", "*", "[", "]", "\\", "~", "^", ":", " ", "\t"};
  if (ref.empty()) return "no version specified";
  for (const auto part : kBad) {
    if (ref.find(part) != std::string_view::npos)
      return fmt::format("the version must not contain '{}'", part);
  }
  return {};
}

std::string complaint_about_file(std::string_view path) {
  const auto* folder = std::find_if(std::begin(kWorkflowFolders), std::end(kWorkflowFolders),
                                    [&](auto name) { return path.starts_with(name); });
  if (folder == std::end(kWorkflowFolders))
    return "references to workflows must be rooted in '.github/workflows'";
  const auto file = path.substr(folder->size());
  if (file.find('/') != std::string_view::npos) {
    return "workflows must be defined at the top level of the .github/workflows/ directory";
  }
  if (!file.ends_with(".yml") && !file.ends_with(".yaml")) {
    return "references to workflows must have the extension .yml or .yaml";
  }
  return {};
}

std::string complaint_about_call(Uses& uses) {
  const auto versions = std::count(uses.text.begin(), uses.text.end(), '@');
  if (uses.local()) {
    if (versions > 0) return "a workflow of this repository has no version: leave out '@' and what follows";
    return complaint_about_file(std::string_view(uses.text).substr(2));
  }
  if (versions == 0) return "no version specified";
  if (versions > 1) return "too many '@'";
  if (uses.text.ends_with('@')) return "no version specified";
  if (!split_reference(uses)) {
    return "references to workflows must be prefixed with 'owner/repository/' or './' for local workflows";
  }
  auto complaint = complaint_about_file(uses.path);
  return complaint.empty() ? complaint_about_ref(uses.ref) : complaint;
}

}  // namespace

Uses step_uses(const Template& node, const Reading& reading) {
  auto uses = start(node, reading);
  const auto expected = fmt::format("Expected format {{org}}/{{repo}}[/path]@ref. Actual '{}'", uses.text);
  if (uses.docker()) {
    if (uses.text == "docker://")
      reading.report.error(uses.pos, "uses", "The name of the image after docker:// is missing");
  } else if (uses.text.starts_with("$/") && uses.text.find('@') != std::string::npos) {
    reading.report.error(uses.pos, "uses",
                         "A path below '$/' has no version: leave out '@' and what follows");
  } else if (!uses.local() && !split_reference(uses)) {
    reading.report.error(uses.pos, "uses", expected);
  } else if (in_workflow_folder(uses.path)) {
    reading.report.error(
        uses.pos, "uses",
        "reusable workflows should be referenced at the top-level `jobs.*.uses` key, not within steps");
  }
  return uses;
}

Uses job_uses(const Template& node, const Reading& reading) {
  auto uses = start(node, reading);
  const auto complaint = complaint_about_call(uses);
  if (!complaint.empty()) {
    reading.report.error(uses.pos, "uses",
                         fmt::format("Invalid workflow reference '{}': {}", uses.text, complaint));
  }
  return uses;
}

}  // namespace convert
}  // namespace runner
