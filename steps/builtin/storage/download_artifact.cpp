// actions/download-artifact: artifacts of this run into the workspace.
#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/step.hpp"
#include "steps/store/artifact_names.hpp"
#include "steps/store/artifact_store.hpp"

namespace runner {

namespace download_artifact_action {
namespace {

namespace fs = std::filesystem;

fs::path target_of(const StepHost& host) {
  auto path = host.input("path");
  if (path == "~" || path.starts_with("~/")) {
    const auto home = host.env().find("HOME");
    if (home != host.env().end()) path = home->second + path.substr(1);
  }
  // v1 alone makes a folder of the artifact's name.
  if (path.empty() && host.version().major == 1) path = host.input("name");
  auto target = (host.workspace() / path).lexically_normal();
  return target.has_filename() ? target : target.parent_path();
}

[[noreturn]] void not_found(const std::string& what, const std::vector<Artifact>& all) {
  std::string names;
  for (const auto& artifact : all) names += (names.empty() ? "" : ", ") + artifact.name;
  throw InputError(fmt::format("Unable to download artifact(s): Artifact not found for {}; this run has {}",
                               what, names.empty() ? "no artifacts so far" : names));
}

std::vector<Artifact> by_ids(StepHost& host, const std::vector<Artifact>& all) {
  std::vector<Artifact> found;
  const auto text = host.input("artifact-ids");
  for (const auto part : split(text, ',')) {
    const auto digits = trim(part);
    if (digits.empty()) continue;
    int id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc() || end != digits.data() + digits.size()) {
      throw InputError(fmt::format("Invalid artifact ID: '{}'. Must be a number.", digits));
    }
    const auto at = std::find_if(all.begin(), all.end(), [&](const auto& item) { return item.id == id; });
    if (at != all.end()) {
      found.push_back(*at);
    } else {
      host.warn(fmt::format("Could not find the artifact with ID {}", id));
    }
  }
  if (found.empty()) not_found("ids: " + text, all);
  return found;
}

std::vector<Artifact> select(StepHost& host) {
  const auto all = host.artifacts().list();
  const auto name = host.input("name"), ids = host.input("artifact-ids");
  if (!name.empty() && !ids.empty()) {
    throw InputError("Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one.");
  }
  if (!name.empty()) {
    const auto at =
        std::find_if(all.rbegin(), all.rend(), [&](const auto& item) { return item.name == name; });
    if (at == all.rend()) not_found("name: " + name, all);
    return {*at};
  }
  if (host.version().major == 1) throw InputError("Input required and not supplied: name");
  if (!ids.empty()) return by_ids(host, all);
  const auto pattern = host.input("pattern");
  if (pattern.empty()) return all;
  std::vector<Artifact> found;
  for (const auto& artifact : all) {
    if (name_matches(pattern, artifact.name)) found.push_back(artifact);
  }
  return found;
}

// Into `path` itself instead of a folder each: builtin-actions.md 3 has the differences between majors.
bool is_flat(const StepHost& host, size_t selected) {
  if (!host.input("name").empty()) return true;
  if (boolean_input(host, "merge-multiple")) return true;
  return selected == 1 && host.version().at_least(5);
}

void check_digest(StepHost& host, const Artifact& artifact) {
  const auto wanted = host.version().at_least(8) ? host.input("digest-mismatch") : std::string("warn");
  if (wanted == "ignore") return;
  try {
    host.artifacts().verify(artifact);
  } catch (const DigestMismatch& mismatch) {
    if (wanted == "info") return host.log(mismatch.what());
    if (wanted != "warn") throw;
    host.warn(mismatch.what());
  }
}

void fetch(StepHost& host, const Artifact& artifact, const fs::path& folder) {
  check_digest(host, artifact);
  if (boolean_input(host, "skip-decompress") && !artifact.raw) {
    host.artifacts().copy_stored(artifact, folder / (artifact.name + ".zip"));
  } else {
    host.artifacts().unpack_unverified(artifact, folder);
  }
  host.log(
      fmt::format("Artifact {} ({} bytes) is in {}", artifact.name, artifact.size_bytes, folder.string()));
}

// Another run's artifacts are on the forge. Without a token the original ignores these two inputs.
void refuse_other_runs(const StepHost& host) {
  if (host.input("github-token").empty()) return;
  const auto run_id = host.input("run-id"), repository = host.input("repository");
  const bool same =
      (run_id.empty() || run_id == host.context("github.run_id")) &&
      (repository.empty() || equal_ignoring_case(repository, host.context("github.repository")));
  if (same) return;
  throw InputError(
      "artifacts of another run or repository cannot be downloaded: only those of this run are here");
}

std::vector<std::string> problems(const StepInputs& inputs) {
  const auto wanted = inputs.input("digest-mismatch");
  if (expr::has_expression(wanted)) return {};
  for (const auto* known : {"error", "warn", "info", "ignore"}) {
    if (wanted == known) return {};
  }
  return {fmt::format("digest-mismatch is \"{}\", expected error, warn, info or ignore", wanted)};
}

StepResult run(StepHost& host) {
  for (const auto& problem : problems(host)) return failure(problem);
  refuse_other_runs(host);
  const auto target = target_of(host);
  const auto selected = select(host);
  const bool flat = is_flat(host, selected.size());
  fs::create_directories(target);
  for (const auto& artifact : selected) fetch(host, artifact, flat ? target : target / artifact.name);
  host.log(fmt::format("Total of {} artifact(s) downloaded", selected.size()));
  host.note(selected.size() == 1 ? selected.front().name : fmt::format("{} artifacts", selected.size()));
  host.set_output("download-path", target.string());
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  auto what = inputs.input("name").empty() ? "artifacts" : "artifact " + inputs.input("name");
  if (inputs.input("name").empty() && !inputs.input("pattern").empty()) what += " " + inputs.input("pattern");
  const auto path = inputs.input("path");
  return {fmt::format("download {} into {}", what, path.empty() ? "the workspace" : path)};
}

}  // namespace
}  // namespace download_artifact_action

BuiltinAction download_artifact() {
  using namespace download_artifact_action;
  return {
      .spec =
          {.uses = "actions/download-artifact",
           .doc = "Brings artifacts of the run into the workspace.",
           .inputs = {{.name = "name", .doc = "one artifact, into path itself"},
                      {.name = "path", .doc = "folder; the workspace without it"},
                      {.name = "pattern", .doc = "over names, without name"},
                      {.name = "merge-multiple", .doc = "all into path itself", .fallback = "false"},
                      {.name = "artifact-ids", .doc = "numbers with commas"},
                      {.name = "github-token", .doc = "for another run: refused", .secret = true},
                      {.name = "repository", .doc = "of another run"},
                      {.name = "run-id", .doc = "of another run"},
                      {.name = "skip-decompress", .doc = "the zip file as it is", .fallback = "false"},
                      {.name = "digest-mismatch", .doc = "error, warn, info or ignore", .fallback = "error"}},
           .outputs = {{"download-path", "where they are, absolute"}},
           .first_major = 1,
           .last_major = 8},
      .run = run,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
