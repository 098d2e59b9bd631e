#include "steps/clients/docker/buildx/build.hpp"

#include <sys/stat.h>

#include <fstream>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/build/step_build.hpp"
#include "steps/clients/docker/buildx/builder.hpp"
#include "steps/clients/docker/buildx/command.hpp"
#include "steps/clients/git/git_tree.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

// A folder for one build: it holds secrets, and goes with the build.
class BuildFolder {
 public:
  explicit BuildFolder(const StepHost& host) {
    std::string form = (host.temp() / "docker-buildx-XXXXXX").string();
    if (::mkdtemp(form.data()) == nullptr) throw Error("make {}: {}", form, cause_of(errno, host.temp()));
    path_ = form;
  }
  ~BuildFolder() { remove_tree(path_); }
  BuildFolder(const BuildFolder&) = delete;
  BuildFolder& operator=(const BuildFolder&) = delete;

  fs::path operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

void write_tree_file(const fs::path& target, const CommitTree& tree, const CommitTree::File& file) {
  fs::create_directories(target.parent_path());
  if (S_ISLNK(file.mode)) return fs::create_symlink(tree.read(file), target);
  std::ofstream out(target, std::ios::binary);
  out << tree.read(file);
  out.close();
  if (!out) throw Error("write {}: {}", target.string(), cause_of(errno, target));
  if ((file.mode & 0100) != 0) fs::permissions(target, fs::perms(0755));
}

// The default context: files of the commit, as the program reads folders only.
fs::path export_commit(StepHost& host, const BuildInputs& build, const fs::path& folder) {
  step_context(host, build);  // is there a commit, and a Dockerfile in it?
  const auto prefix = build.context.empty() ? 0 : build.context.size() + 1;
  fs::create_directories(folder);
  const CommitTree tree(host.repository(), host.context("github.sha"));
  tree.list(build.context, [&](const CommitTree::File& file) {
    write_tree_file(folder / file.path.substr(prefix), tree, file);
  });
  return folder;
}

BuildxPlaces places_of(StepHost& host, const BuildInputs& build, const BuildFolder& folder) {
  BuildxPlaces places;
  places.context = build.context;
  places.dockerfile = build.dockerfile;
  if (build.kind == ContextKind::commit) {
    const auto context = export_commit(host, build, folder / "context");
    places.context = context.string();
    if (!build.dockerfile.empty()) places.dockerfile = (context / build.dockerfile).string();
  }
  places.image_id_file = folder / "iidfile";
  places.metadata_file = folder / "metadata-file";
  size_t number = 0;
  for (const auto& [id, value] : build_step_secrets(host, build)) {
    const auto file = folder / fmt::format("secret-{}", number++);
    write_private_file(file, value);
    places.secret_files[id] = file;
  }
  return places;
}

// What the program said last, for the step's failure.
struct LastWords {
  std::string first_out, last_err;
  void add(Stream stream, std::string_view line) {
    if (trim(line).empty()) return;
    if (stream == Stream::err) last_err = trim(line);
    if (stream == Stream::out && first_out.empty()) first_out = trim(line);
  }
};

StepResult failed(const StepHost& host, const LastWords& words) {
  // A check tells its findings as its result.
  if (host.input("call") == "check" && !words.first_out.empty()) return failure(words.first_out);
  return failure("buildx failed with: " + (words.last_err.empty() ? "unknown error" : words.last_err));
}

void set_outputs(StepHost& host, const BuildInputs& build, const BuildxPlaces& places) {
  if (fs::exists(places.image_id_file))
    host.set_output("imageid", std::string(trim(read_file(places.image_id_file))));
  std::string digest;
  if (fs::exists(places.metadata_file)) {
    const auto text = std::string(trim(read_file(places.metadata_file)));
    const auto metadata = read_json(text);
    if (metadata.is_object()) {
      host.set_output("metadata", text);
      digest = metadata.value("containerimage.digest", "");
    }
  }
  if (digest.empty()) return;
  host.set_output("digest", digest);
  const auto platforms = list_items(host.input("platforms"));
  host.note(fmt::format("{}… {}{}", digest.substr(0, sizeof "sha256:" + 3), build.push ? "pushed" : "built",
                        platforms.empty() ? "" : fmt::format(", {}", fmt::join(platforms, " and "))));
}

void tell_of_left_out_caches(StepHost& host) {
  for (const auto* name : {"cache-from", "cache-to"}) {
    for (const auto& cache : list_items(host.input(name), Commas::keep)) {
      if (!is_github_cache(cache)) continue;
      return host.notice(
          fmt::format("{}: {} is left out: there is no such cache here; the "
                      "builder's own lasts as long as the builder",
                      name, cache));
    }
  }
}

// Buildx pushes what it builds, and the Engine never has it.
void tell_of_unseen_image(StepHost& host) {
  if (!host.care().fail_on_leak) return;
  host.warn(
      "an image that docker buildx builds is not looked through for secrets "
      "(--fail-on-leak): only the Engine's own builds are");
}

}  // namespace

StepResult build_by_buildx(StepHost& host, const Buildx& buildx, const BuildInputs& build) {
  tell_of_left_out_caches(host);
  tell_of_unseen_image(host);
  const BuildFolder folder(host);
  auto places = places_of(host, build, folder);
  places.builder = ready_builder(host, buildx, host.input("builder"), needs_container_builder(host));
  const auto command = buildx_build_command(host, places);
  LastWords words;
  const auto show = [&](Stream stream, std::string_view line) {
    words.add(stream, line);
    host.log(line);
  };
  if (buildx.run(command.arguments, show, command.env) != 0) return failed(host, words);
  set_outputs(host, build, places);
  return {};
}

}  // namespace runner
