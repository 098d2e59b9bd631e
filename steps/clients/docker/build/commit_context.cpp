#include <sys/stat.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

#include "parser/base/error.hpp"
#include "steps/clients/docker/build/context.hpp"
#include "steps/clients/git/git_tree.hpp"

namespace runner {
namespace {

// A commit's files below a folder, read from an object store that is open as long as this is used.
class CommitFiles {
 public:
  CommitFiles(const Repository& repository, const std::string& sha, const std::string& folder)
      : tree_(repository, sha), prefix_(folder.empty() ? 0 : folder.size() + 1) {
    tree_.list(folder, [this](CommitTree::File file) { files_.push_back(std::move(file)); });
    // git sorts a folder as if its name ended with '/'; in a context it stands before its neighbours
    // "name-...".
    std::sort(files_.begin(), files_.end(), [](const auto& a, const auto& b) {
      return std::lexicographical_compare(a.path.begin(), a.path.end(), b.path.begin(), b.path.end(),
                                          [](char x, char y) { return rank(x) < rank(y); });
    });
  }

  void list(const DockerIgnore& ignore, const std::function<void(const TarEntry&)>& sink) {
    std::set<std::string> folders;
    for (const auto& file : files_) {
      const auto path = file.path.substr(prefix_);
      if (ignore.excludes(path)) continue;
      add_folders(folders, path, sink);
      by_path_[path] = &file;
      sink(entry(path, file));
    }
  }

  void read(const TarEntry& entry, const std::function<void(std::string_view)>& sink) const {
    sink(tree_.read(*by_path_.at(entry.name)));
  }

 private:
  static unsigned rank(char c) { return c == '/' ? 0 : static_cast<unsigned char>(c); }

  // The folders above `path` that are new, outermost first: an engine would make them with a mode of its own.
  void add_folders(std::set<std::string>& known, const std::string& path,
                   const std::function<void(const TarEntry&)>& sink) const {
    for (auto end = path.find('/'); end != std::string::npos; end = path.find('/', end + 1)) {
      TarEntry entry;
      entry.name = path.substr(0, end);
      entry.kind = TarKind::folder;
      entry.mode = 0755;
      entry.modified = now_;
      if (known.insert(entry.name).second) sink(entry);
    }
  }

  TarEntry entry(const std::string& path, const CommitTree::File& file) const {
    TarEntry entry;
    entry.name = path;
    entry.modified = now_;
    entry.mode = (file.mode & 0100) != 0 ? 0755 : 0644;
    entry.size_bytes = file.size_bytes;
    if (!S_ISLNK(file.mode)) return entry;
    entry.kind = TarKind::symlink;
    entry.mode = 0777;
    entry.link = tree_.read(file);
    return entry;
  }

  CommitTree tree_;
  size_t prefix_;
  std::vector<CommitTree::File> files_;
  std::unordered_map<std::string, const CommitTree::File*> by_path_;
  const int64_t now_ = static_cast<int64_t>(std::time(nullptr));  // as in a fresh clone
};

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
  BuildContext context{.dockerfile = name, .dockerfile_text = *text};
  context.ignore_text = tree_file(repository, sha, prefix + ".dockerignore");
  context.own_ignore_text = tree_file(repository, sha, prefix + name + ".dockerignore");
  context.open = [repository, sha, folder] {
    const auto files = std::make_shared<CommitFiles>(repository, sha, folder);
    return ContextFiles{[files](const DockerIgnore& ignore, const auto& sink) { files->list(ignore, sink); },
                        [files](const TarEntry& entry, const auto& sink) { files->read(entry, sink); }};
  };
  return context;
}

}  // namespace runner
