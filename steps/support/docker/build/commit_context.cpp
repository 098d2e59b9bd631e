#include <sys/stat.h>

#include <ctime>
#include <set>

#include "parser/base/error.hpp"
#include "steps/support/docker/build/context.hpp"
#include "steps/support/docker/build/ignore.hpp"
#include "steps/support/git_tree.hpp"

namespace runner {
namespace {

// The folders above `path` that are new, outermost first: an engine would make them with a mode of its own.
void add_folders(TarWriter& tar, std::set<std::string>& known, const std::string& path, int64_t now) {
  for (auto end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
    TarEntry entry;
    entry.name = path.substr(0, end);
    entry.kind = TarKind::folder;
    entry.mode = 0755;
    entry.modified = now;
    if (known.insert(entry.name).second) tar.add(entry);
  }
}

void add_tree_file(TarWriter& tar, const std::string& path, const TreeFile& file, int64_t now) {
  TarEntry entry;
  entry.name = path;
  entry.modified = now;
  entry.mode = (file.mode & 0100) != 0 ? 0755 : 0644;
  if (S_ISLNK(file.mode)) {
    entry.kind = TarKind::symlink;
    entry.mode = 0777;
    entry.link = file.bytes;
    tar.add(entry);
  } else {
    tar.add_file(entry, file.bytes);
  }
}

}  // namespace

BuildContext commit_context(const Repository& repository, const std::string& sha, const std::string& folder,
                            const std::string& dockerfile) {
  const auto prefix = folder.empty() ? "" : folder + "/";
  auto name = dockerfile.empty() ? "Dockerfile" : dockerfile;
  auto text = tree_file(repository, sha, prefix + name);
  if (!text && dockerfile.empty()) text = tree_file(repository, sha, prefix + (name = "dockerfile"));
  if (!text) {
    throw Error("failed to read dockerfile: open {}: no such file or directory in commit {}",
                dockerfile.empty() ? "Dockerfile" : dockerfile, sha);
  }
  auto ignored = tree_file(repository, sha, prefix + name + ".dockerignore");
  if (!ignored) ignored = tree_file(repository, sha, prefix + ".dockerignore");
  DockerIgnore ignore(ignored.value_or(""));
  ignore.keep(name);
  ignore.keep(".dockerignore");
  BuildContext context{.dockerfile = name, .dockerfile_text = *text};
  context.content = [repository, sha, prefix, ignore](TarWriter& tar, const BuildContext& self) {
    const auto now = static_cast<int64_t>(std::time(nullptr));  // as in a fresh clone
    std::set<std::string> folders;
    export_tree(repository, sha, [&](const TreeFile& file) {
      if (!file.path.starts_with(prefix)) return;
      const auto path = file.path.substr(prefix.size());
      if (ignore.excludes(path)) return;
      add_folders(tar, folders, path, now);
      auto sent = file;
      if (self.rewritten && path == self.dockerfile) sent.bytes = self.dockerfile_text;
      add_tree_file(tar, path, sent, now);
    });
  };
  return context;
}

}  // namespace runner
