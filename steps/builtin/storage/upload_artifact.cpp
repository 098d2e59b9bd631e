// actions/upload-artifact: files of the workspace into the run's artifact store.
#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/formats/file_glob.hpp"
#include "steps/step.hpp"
#include "steps/store/artifact_names.hpp"
#include "steps/store/artifact_store.hpp"
#include "steps/store/outgoing.hpp"

namespace runner {

namespace upload_artifact_action {
namespace {

namespace fs = std::filesystem;

int whole_number(const StepInputs& inputs, std::string_view name, int low, int high) {
  const auto text = inputs.input(name);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < low || number > high) {
    throw InputError(
        fmt::format("Invalid {}: \"{}\" is no whole number from {} to {}", name, text, low, high));
  }
  return number;
}

// v3.2 and v4.4 were the first to leave them out; inputs of other majors do no harm.
bool takes_hidden(const StepInputs& inputs) {
  if (inputs.given("include-hidden-files")) return boolean_input(inputs, "include-hidden-files");
  const auto version = inputs.version();
  if (version.major == 3) return !version.at_least(3, 2);
  return !version.at_least(4, 4);
}

// Below and including the folder the search starts at; a hidden folder above it was asked for by name.
bool is_hidden(const fs::path& file, const std::vector<fs::path>& roots) {
  for (const auto& root : roots) {
    const auto relative = file.lexically_relative(root);
    if (relative.empty() || *relative.begin() == "..") continue;
    if (root.filename().string().starts_with('.')) return true;
    return std::any_of(relative.begin(), relative.end(),
                       [](const fs::path& part) { return part != "." && part.string().starts_with('.'); });
  }
  return false;
}

// What is cut off the stored names: the search path, or what several have in common.
fs::path stored_root(const std::vector<fs::path>& search, const std::vector<fs::path>& files) {
  if (search.size() == 1) {
    return files.size() == 1 && files[0] == search[0] ? search[0].parent_path() : search[0];
  }
  fs::path common = search.at(0);
  for (const auto& path : search) {
    fs::path shared;
    for (auto a = common.begin(), b = path.begin(); a != common.end() && b != path.end() && *a == *b;
         ++a, ++b) {
      shared /= *a;
    }
    common = shared;
  }
  return common;
}

struct Found {
  std::vector<ArtifactFile> files;
  std::vector<fs::path> search;  // where it was looked
};

Found find_files(const StepHost& host) {
  FileGlobOptions options;
  options.follow_symbolic_links = true;
  options.stop = host.stop();
  if (const auto home = host.env().find("HOME"); home != host.env().end()) options.home = home->second;
  const FileGlob glob(host.raw_input("path"), host.workspace(), options);
  auto found = glob.walk();
  const auto search = glob.search_paths();
  if (search.empty()) return {};
  if (!takes_hidden(host)) std::erase_if(found, [&](const auto& file) { return is_hidden(file, search); });
  const auto root = stored_root(search, found);
  std::vector<ArtifactFile> files;
  for (const auto& file : found) files.push_back({file, file.lexically_relative(root).generic_string()});
  return {std::move(files), search};
}

void check_names(StepHost& host, const std::vector<ArtifactFile>& files) {
  std::map<std::string, std::string> seen;
  for (const auto& file : files) {
    if (const auto bad = bad_in_artifact_path(file.name); !bad.empty()) {
      throw InputError(fmt::format("The path for one of the files in artifact is not valid: {}: it holds {}",
                                   file.name, bad));
    }
    const auto [other, added] = seen.emplace(lower(file.name), file.name);
    if (!added) {
      host.notice(fmt::format("{} and {} differ only by case: not every system can unpack both",
                              other->second, file.name));
    }
  }
}

void check_content(StepHost& host, const std::string& name, const Found& found) {
  LinkRule links(host, found.search);
  Outgoing outgoing(host, "the artifact " + name);
  for (const auto& file : found.files) {
    links.check(file.source, "an artifact");
    outgoing.look_at(file.source, file.name);
  }
  outgoing.tell();
}

StepResult nothing_found(StepHost& host) {
  const auto text = fmt::format(
      "No files were found with the provided path: {}. No artifacts will be uploaded.", host.input("path"));
  const auto wanted = host.given("if-no-files-found") || host.version().at_least(2)
                          ? host.input("if-no-files-found")
                          : std::string("error");
  if (wanted == "error") return failure(text);
  if (wanted == "warn") host.warn(text);
  if (wanted == "ignore") host.log(text);
  return {};
}

void check_retention(StepHost& host) {
  const auto text = host.input("retention-days");
  if (text.empty() || text == "0") return;
  const int days = whole_number(host, "retention-days", 1, 100'000);
  const auto limit = host.env().find("GITHUB_RETENTION_DAYS");
  if (limit == host.env().end() || limit->second.empty()) return;
  int most = 0;
  std::from_chars(limit->second.data(), limit->second.data() + limit->second.size(), most);
  if (most > 0 && days > most) {
    host.warn(
        fmt::format("Retention days is greater than the {} days that are allowed: {} it is", most, most));
  }
}

Artifact store(StepHost& host, const std::string& name, const std::vector<ArtifactFile>& files, bool raw) {
  const int level = whole_number(host, "compression-level", 0, 9);
  auto clash = NameClash::refuse;
  if (boolean_input(host, "overwrite")) clash = NameClash::replace;
  if (!host.version().at_least(4)) clash = NameClash::merge;
  try {
    return host.artifacts().upload(name, files, level, clash, raw, host.stop());
  } catch (const NameTaken&) {
    throw InputError(
        fmt::format("Failed to CreateArtifact: Received non-retryable error: Failed request: (409) "
                    "Conflict: an artifact with this name already exists on the workflow run ({}); "
                    "give each upload a name of its own, or overwrite: true",
                    name));
  }
}

std::string name_of(const StepHost& host, const std::vector<ArtifactFile>& files, bool raw) {
  if (!raw) return host.input("name");
  if (files.size() == 1) return files.front().source.filename().string();
  throw InputError(
      fmt::format("archive: false stores exactly one file, and the path finds {}", files.size()));
}

StepResult run(StepHost& host) {
  if (host.input("path").empty()) throw InputError("Input required and not supplied: path");
  const auto when_empty = host.input("if-no-files-found");
  if (when_empty != "warn" && when_empty != "error" && when_empty != "ignore") {
    throw InputError(
        fmt::format("Unrecognized if-no-files-found input. Provided: {}. Available options: "
                    "warn,error,ignore",
                    when_empty));
  }
  check_retention(host);
  const auto found = find_files(host);
  const auto& files = found.files;
  if (files.empty()) return nothing_found(host);
  const bool raw = !boolean_input(host, "archive");
  const auto name = name_of(host, files, raw);
  if (const auto bad = bad_in_artifact_name(name); !bad.empty() || name.empty()) {
    throw InputError(fmt::format("The artifact name is not valid: {}: {}", name,
                                 name.empty() ? "it is empty" : "it holds " + bad));
  }
  host.log(fmt::format("With the provided path, there will be {} file{} uploaded", files.size(),
                       files.size() == 1 ? "" : "s"));
  check_names(host, files);
  check_content(host, name, found);
  const auto artifact = store(host, name, files, raw);
  host.log(
      fmt::format("Artifact {} has been successfully uploaded! Final size is {} bytes. Artifact ID is {}",
                  name, artifact.size_bytes, artifact.id));
  host.note(fmt::format("{}: {} file{}", name, files.size(), files.size() == 1 ? "" : "s"));
  if (!host.version().at_least(4)) return {};
  host.set_output("artifact-id", std::to_string(artifact.id));
  host.set_output("artifact-digest", artifact.digest);
  host.set_output("artifact-url",
                  fmt::format("{}/{}/actions/runs/{}/artifacts/{}", host.context("github.server_url"),
                              host.context("github.repository"), host.context("github.run_id"), artifact.id));
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  std::string paths;
  for (const auto& line : line_inputs(inputs, "path")) paths += (paths.empty() ? "" : ", ") + line;
  return {fmt::format("store artifact {} ({})", inputs.input("name"), paths)};
}

std::vector<std::string> problems(const StepInputs& inputs) {
  const auto name = inputs.input("name");
  const auto bad = !expr::has_expression(name) ? bad_in_artifact_name(name) : "";
  if (bad.empty() || lower(inputs.input("archive")) == "false") return {};
  return {fmt::format("The artifact name is not valid: {}: it holds {}", name, bad)};
}

}  // namespace
}  // namespace upload_artifact_action

BuiltinAction upload_artifact() {
  using namespace upload_artifact_action;
  return {
      .spec = {.uses = "actions/upload-artifact",
               .doc = "Keeps files for later jobs and after the run.",
               .inputs = {{.name = "name", .doc = "of the artifact", .fallback = "artifact"},
                          {.name = "path", .doc = "files, folders, globs; ! excludes", .required = true},
                          {.name = "if-no-files-found", .doc = "warn, error or ignore", .fallback = "warn"},
                          {.name = "retention-days", .doc = "accepted"},
                          {.name = "compression-level", .doc = "0 to 9", .fallback = "6"},
                          {.name = "overwrite", .doc = "replace one of the same name", .fallback = "false"},
                          {.name = "include-hidden-files",
                           .doc = "take those with a leading dot too",
                           .fallback = "false"},
                          {.name = "archive", .doc = "false: one file as it is", .fallback = "true"}},
               .outputs = {{"artifact-id", "number of the artifact"},
                           {"artifact-url", "where a forge would show it"},
                           {"artifact-digest", "sha256 of the stored file"}},
               .first_major = 1,
               .last_major = 7},
      .run = run,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
