#include "steps/clients/ssh/copy_list.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/formats/go_glob.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr size_t kDeepest = 200;  // a symlink that leads back up ends here when links are followed

// tar never stores a leading '/' nor anything up to the last "../".
std::string member_name(std::string_view source) {
  while (source.size() > 1 && source.ends_with('/') && source[source.size() - 2] == '/')
    source.remove_suffix(1);
  if (const auto up = source.rfind("../");
      up != std::string_view::npos && (up == 0 || source[up - 1] == '/')) {
    source.remove_prefix(up + 3);
  }
  while (source.starts_with('/')) source.remove_prefix(1);
  return source.empty() || source == ".." ? "." : std::string(source);
}

class Collector {
 public:
  explicit Collector(const CopyRequest& request) : request_(request) {}

  CopyList run() {
    std::vector<std::string> sources, missing;
    for (const auto& pattern : request_.sources) {
      const bool exclude = pattern.starts_with('!');
      auto found = go_glob(request_.folder, exclude ? std::string(trim(pattern.substr(1))) : pattern);
      if (found.empty() && !exclude) missing.push_back(pattern);
      auto& list = exclude ? excludes_ : sources;
      list.insert(list.end(), found.begin(), found.end());
    }
    if (sources.empty()) refuse(missing);
    for (const auto& pattern : missing) {
      list_.warnings.push_back(fmt::format("source \"{}\" matches nothing and is left out", pattern));
    }
    for (auto& exclude : excludes_) {
      while (exclude.ends_with('/')) exclude.pop_back();
    }
    for (const auto& source : sources) take(request_.folder / source, member_name(source), 0);
    return std::move(list_);
  }

 private:
  [[noreturn]] void refuse(const std::vector<std::string>& missing) const {
    std::string names;
    for (const auto& name : missing) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
    throw InputError(
        fmt::format("tar: Cowardly refusing to create an empty archive: nothing in {} matches {}",
                    request_.folder.string(), names.empty() ? "source" : names));
  }

  void take(const fs::path& path, std::string name, size_t depth) {
    while (name.size() > 1 && name.ends_with('/')) name.pop_back();
    for (const auto& exclude : excludes_) {
      if (excludes(exclude, name)) return;
    }
    struct stat found {};
    const int error = request_.follow_symlinks ? ::stat(path.c_str(), &found) : ::lstat(path.c_str(), &found);
    if (error != 0) throw Error("read {}: {}", path.string(), std::strerror(errno));
    if (S_ISDIR(found.st_mode)) {
      add(path, name + "/", TarKind::folder, found);
      take_folder(path, name, depth);
    } else if (S_ISLNK(found.st_mode)) {
      add(path, name, TarKind::symlink, found);
    } else if (S_ISREG(found.st_mode)) {
      add(path, name, TarKind::file, found);
    } else {
      list_.warnings.push_back(
          fmt::format("{} is no file, folder or symlink and is left out", path.string()));
    }
  }

  void take_folder(const fs::path& path, const std::string& name, size_t depth) {
    if (depth > kDeepest)
      throw Error("read {}: more than {} folders deep; is it a loop?", path.string(), kDeepest);
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
      names.push_back(at->path().filename().string());
    }
    if (error) throw Error("read the folder {}: {}", path.string(), error.message());
    std::sort(names.begin(), names.end());
    for (const auto& child : names) take(path / child, name + "/" + child, depth + 1);
  }

  void add(const fs::path& path, const std::string& name, TarKind kind, const struct stat& found) {
    if (kind == TarKind::file && ::access(path.c_str(), R_OK) != 0) {
      throw Error("read {}: {}", path.string(), std::strerror(errno));
    }
    CopyItem item{.source = path, .entry = {}};
    item.entry.name = stripped_name(name, request_.strip_components);
    if (item.entry.name.empty()) return;
    item.entry.kind = kind;
    item.entry.mode = found.st_mode & 07777;
    item.entry.modified = found.st_mtime;
    item.entry.user = found.st_uid, item.entry.group = found.st_gid;
    item.entry.user_name = user_name(found.st_uid), item.entry.group_name = group_name(found.st_gid);
    if (kind == TarKind::symlink) item.entry.link = fs::read_symlink(path).string();
    if (kind == TarKind::file) {
      item.entry.size_bytes = static_cast<uint64_t>(found.st_size);
      list_.bytes += item.entry.size_bytes;
      ++list_.files;
    }
    list_.items.push_back(std::move(item));
  }

  const std::string& user_name(uid_t id) {
    const auto [at, fresh] = users_.try_emplace(id);
    passwd entry{}, *found = nullptr;
    if (fresh && ::getpwuid_r(id, &entry, buffer_.data(), buffer_.size(), &found) == 0 && found != nullptr) {
      at->second = entry.pw_name;
    }
    return at->second;
  }

  const std::string& group_name(gid_t id) {
    const auto [at, fresh] = groups_.try_emplace(id);
    group entry{}, *found = nullptr;
    if (fresh && ::getgrgid_r(id, &entry, buffer_.data(), buffer_.size(), &found) == 0 && found != nullptr) {
      at->second = entry.gr_name;
    }
    return at->second;
  }

  const CopyRequest& request_;
  std::vector<char> buffer_ = std::vector<char>(16384);  // for names of users and groups
  std::map<uid_t, std::string> users_;
  std::map<gid_t, std::string> groups_;
  CopyList list_;
  std::vector<std::string> excludes_;
};

}  // namespace

std::string stripped_name(std::string_view name, int components) {
  for (; components > 0; --components) {
    const auto slash = name.find('/');
    if (slash == std::string_view::npos) return "";
    name.remove_prefix(slash);
    while (name.starts_with('/')) name.remove_prefix(1);
  }
  return std::string(name);
}

bool excludes(std::string_view exclude, std::string_view name) {
  for (size_t at = 0; at != std::string_view::npos && at < name.size();) {
    const auto rest = name.substr(at);
    if (rest == exclude || (rest.starts_with(exclude) && rest[exclude.size()] == '/')) return true;
    at = name.find('/', at);
    if (at != std::string_view::npos) ++at;
  }
  return false;
}

CopyList list_copies(const CopyRequest& request) { return Collector(request).run(); }

}  // namespace runner
