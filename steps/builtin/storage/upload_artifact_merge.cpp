// actions/upload-artifact/merge: several artifacts of this run as one.
#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "parser/expr/expression.hpp"
#include "steps/formats/file_glob.hpp"
#include "steps/step.hpp"
#include "steps/store/artifact_names.hpp"
#include "steps/store/artifact_store.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace upload_artifact_merge_action {
namespace {

namespace fs = std::filesystem;

// Below the job's temporary folder, gone with this object.
class WorkFolder {
 public:
  explicit WorkFolder(const fs::path& temp) : path_(temp / "merge-artifact") {
    remove_tree(path_);
    make_private_folder(path_);
  }
  ~WorkFolder() { remove_tree(path_); }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::vector<Artifact> matching(StepHost& host) {
  const auto pattern = host.input("pattern");
  auto all = host.artifacts().list();
  std::string names;
  for (const auto& artifact : all) names += (names.empty() ? "" : ", ") + artifact.name;
  std::erase_if(all, [&](const auto& artifact) { return !name_matches(pattern, artifact.name); });
  if (!all.empty()) return all;
  throw InputError(fmt::format("No artifacts found matching pattern '{}'; this run has {}", pattern,
                               names.empty() ? "none so far" : names));
}

bool is_hidden(const fs::path& relative) {
  return std::any_of(relative.begin(), relative.end(),
                     [](const auto& part) { return part.string().starts_with('.'); });
}

std::vector<ArtifactFile> files_below(const fs::path& folder, bool with_hidden) {
  std::vector<ArtifactFile> files;
  for (const auto& file : FileGlob(folder.string(), folder).walk()) {
    const auto name = file.lexically_relative(folder);
    if (with_hidden || !is_hidden(name)) files.push_back({file, name.generic_string()});
  }
  return files;
}

int compression_level(const StepHost& host) {
  const auto text = host.input("compression-level");
  int level = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  if (error == std::errc() && end == text.data() + text.size() && level >= 0 && level <= 9) return level;
  throw InputError(fmt::format("Invalid compression-level: \"{}\" is no whole number from 0 to 9", text));
}

Artifact store(StepHost& host, const std::string& name, const std::vector<ArtifactFile>& files) {
  try {
    return host.artifacts().upload(name, files, compression_level(host), NameClash::refuse, false,
                                   host.stop());
  } catch (const NameTaken&) {
    throw InputError(
        fmt::format("Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: "
                    "an artifact with this name already exists on the workflow run ({})",
                    name));
  }
}

StepResult run(StepHost& host) {
  const auto name = host.input("name");
  if (const auto bad = bad_in_artifact_name(name); !bad.empty() || name.empty())
    throw InputError(fmt::format("The artifact name is not valid: {}: {}", name,
                                 name.empty() ? "it is empty" : "it holds " + bad));
  const bool separate = boolean_input(host, "separate-directories"),
             remove = boolean_input(host, "delete-merged");
  const auto parts = matching(host);
  const WorkFolder folder(host.temp());
  for (const auto& part : parts)
    host.artifacts().download(part, separate ? folder.path() / part.name : folder.path());
  const auto files = files_below(folder.path(), boolean_input(host, "include-hidden-files"));
  if (files.empty()) throw InputError("The artifacts that match hold no files to merge");
  const auto merged = store(host, name, files);
  host.log(fmt::format(
      "Artifact '{}' has been successfully merged from {} artifacts ({} files). Final size is {} bytes. "
      "Artifact ID is {}",
      name, parts.size(), files.size(), merged.size_bytes, merged.id));
  host.note(fmt::format("{} from {} artifacts", name, parts.size()));
  host.set_output("artifact-id", std::to_string(merged.id));
  host.set_output("artifact-digest", merged.digest);
  host.set_output("artifact-url",
                  fmt::format("{}/{}/actions/runs/{}/artifacts/{}", host.context("github.server_url"),
                              host.context("github.repository"), host.context("github.run_id"), merged.id));
  if (!remove) return {};
  for (const auto& part : parts) host.artifacts().remove(part);
  host.log(fmt::format("The {} merged artifacts were deleted", parts.size()));
  return {};
}

std::vector<std::string> effects(const StepInputs& inputs) {
  return {fmt::format("store artifact {} (merged from {})", inputs.input("name"), inputs.input("pattern"))};
}

std::vector<std::string> problems(const StepInputs& inputs) {
  const auto name = inputs.input("name");
  const auto bad = !expr::has_expression(name) ? bad_in_artifact_name(name) : "";
  if (bad.empty()) return {};
  return {fmt::format("The artifact name is not valid: {}: it holds {}", name, bad)};
}

}  // namespace
}  // namespace upload_artifact_merge_action

BuiltinAction upload_artifact_merge() {
  using namespace upload_artifact_merge_action;
  return {
      .spec = {.uses = "actions/upload-artifact/merge",
               .doc = "Merges artifacts of the run into one.",
               .inputs = {{.name = "name", .doc = "of the new artifact", .fallback = "merged-artifacts"},
                          {.name = "pattern", .doc = "over the names of those to merge", .fallback = "*"},
                          {.name = "separate-directories", .doc = "true: a folder each", .fallback = "false"},
                          {.name = "retention-days", .doc = "accepted"},
                          {.name = "compression-level", .doc = "0 to 9", .fallback = "6"},
                          {.name = "delete-merged",
                           .doc = "true: delete those that were merged",
                           .fallback = "false"},
                          {.name = "include-hidden-files",
                           .doc = "take those with a leading dot too",
                           .fallback = "false"}},
               .outputs = {{"artifact-id", "number of the artifact"},
                           {"artifact-url", "where a forge would show it"},
                           {"artifact-digest", "sha256 of the stored file"}},
               .first_major = 4,
               .last_major = 7},
      .run = run,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
