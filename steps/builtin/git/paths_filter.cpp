// dorny/paths-filter: which named groups of files an event changed.
#include <filesystem>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/git/paths_filter/changes.hpp"
#include "steps/builtin/git/paths_filter/filters.hpp"
#include "steps/requirement.hpp"
#include "steps/step.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace paths_filter_action {
namespace {

namespace fs = std::filesystem;

// One line without a colon is the name of a file.
bool is_path(const std::string& filters) { return filters.find_first_of("\n:") == std::string::npos; }

std::string read_filters(const StepInputs& inputs, const fs::path& folder) {
  const auto text = inputs.input("filters");
  if (text.empty()) throw InputError("Input required and not supplied: filters");
  if (!is_path(text)) return text;
  std::error_code error;
  if (!fs::exists(folder / text, error))
    throw InputError(fmt::format("Configuration file '{}' not found", text));
  if (!fs::is_regular_file(folder / text, error)) throw InputError(fmt::format("'{}' is not a file.", text));
  return read_file(folder / text);
}

std::string list_form(const StepInputs& inputs) {
  auto form = lower(inputs.input("list-files"));
  if (form.empty()) form = "none";
  if (form != "none") listed({}, form);  // throws for one that is not known
  return form;
}

Quantifier quantifier_of(const StepInputs& inputs) {
  const auto text = inputs.input("predicate-quantifier");
  if (text.empty() || text == "some") return Quantifier::some;
  if (text == "every") return Quantifier::every;
  throw InputError(fmt::format(
      "Input parameter 'predicate-quantifier' is set to invalid value '{}'. Valid values: every, some",
      text));
}

void log_filter(StepHost& host, const std::string& name, const std::vector<ChangedFile>& files) {
  host.group(fmt::format("Filter {} = {}", name, !files.empty()));
  host.log(files.empty() ? "Matching files: none" : "Matching files:");
  for (const auto& file : files) host.log(fmt::format("{} [{}]", file.path, file.status));
  host.end_group();
}

StepResult run(StepHost& host) {
  const auto folder = host.workspace() / host.input("working-directory");
  const auto form = list_form(host);
  const auto quantifier = quantifier_of(host);
  const auto filters = read_path_filters(read_filters(host, folder));
  const auto files = changed_files(host, folder, host.input("base"), host.input("ref"));
  host.log(fmt::format("Detected {} changed files", files.size()));
  auto changes = nlohmann::json::array();
  bool name_taken = false;
  for (const auto& filter : filters) {
    const auto matching = matching_files(filter, files, quantifier);
    log_filter(host, filter.name, matching);
    host.set_output(filter.name, matching.empty() ? "false" : "true");
    host.set_output(filter.name + "_count", std::to_string(matching.size()));
    if (form != "none") host.set_output(filter.name + "_files", listed(matching, form));
    if (!matching.empty()) changes.push_back(filter.name);
    name_taken = name_taken || filter.name == "changes";
  }
  if (name_taken)
    host.log("Cannot set changes output variable - name already used by filter output");
  else
    host.set_output("changes", changes.dump());
  host.note(fmt::format("{} of {} filters, {} files changed", changes.size(), filters.size(), files.size()));
  return {};
}

bool is_known(const std::string& text) { return !expr::has_expression(text); }

std::vector<std::string> effects(const StepInputs& inputs) {
  const auto base = inputs.input("base");
  return {fmt::format("find the files that changed{}", base.empty() ? "" : " since " + base)};
}

std::vector<std::string> problems(const StepInputs& inputs) {
  try {
    if (is_known(inputs.input("list-files"))) list_form(inputs);
    if (is_known(inputs.input("predicate-quantifier"))) quantifier_of(inputs);
    const auto filters = inputs.input("filters");
    if (!filters.empty() && is_known(filters) && !is_path(filters)) read_path_filters(filters);
    return {};
  } catch (const InputError& error) {
    return {error.what()};
  }
}

std::vector<Requirement> requirements(const StepInputs&) { return {{Requirement::Kind::program, "git"}}; }

std::vector<InputSpec> inputs_of_spec() {
  return {{.name = "filters", .doc = "YAML: globs by name, or a file of it", .required = true},
          {.name = "base", .doc = "branch, tag or commit to compare with; default: the default branch"},
          {.name = "ref", .doc = "branch or tag that is compared; default: the event's"},
          {.name = "working-directory", .doc = "of the repository, below the workspace"},
          {.name = "list-files", .doc = "`none`, `csv`, `json`, `shell` or `escape`", .fallback = "none"},
          {.name = "predicate-quantifier", .doc = "`some` or `every` glob must match", .fallback = "some"},
          {.name = "initial-fetch-depth", .doc = "without effect: nothing is fetched", .fallback = "100"},
          {.name = "token", .doc = "without effect: git is asked, not GitHub"}};
}

}  // namespace
}  // namespace paths_filter_action

BuiltinAction paths_filter() {
  using namespace paths_filter_action;
  return {.spec = {.uses = "dorny/paths-filter",
                   .doc = "Tells which groups of files changed: `true` or `false` for each filter.",
                   .inputs = inputs_of_spec(),
                   .outputs = {{"changes", "JSON: the names of the filters that matched"}},
                   .first_major = 2,
                   .last_major = 4},
          .run = run,
          .post = nullptr,
          .effects = effects,
          .differences = nullptr,
          .problems = problems,
          .requirements = requirements};
}

}  // namespace runner
