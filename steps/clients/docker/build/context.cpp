#include "steps/clients/docker/build/context.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "parser/base/error.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/fd.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr size_t kChunk = 256 * 1024;

using EntrySink = std::function<void(const TarEntry&)>;
using ByteSink = std::function<void(std::string_view)>;

[[noreturn]] void fail_at(const std::string& path) {
  if (errno == EACCES) throw Error("no permission to read from '{}'", path);
  throw Error("send the build context: read {}: {}", path, std::strerror(errno));
}

// Lists a folder's files in the order of their names, so that the same folder gives the same context.
class FolderList {
 public:
  FolderList(fs::path root, const DockerIgnore& ignore, const EntrySink& sink)
      : root_(std::move(root)), ignore_(ignore), sink_(sink) {}

  void add_all(const std::string& folder = {}) {
    for (const auto& name : names(folder)) {
      const auto path = folder.empty() ? name : folder + "/" + name;
      struct stat info {};
      if (::lstat((root_ / path).c_str(), &info) != 0) fail_at(path);
      const bool excluded = ignore_.excludes(path);
      if (S_ISDIR(info.st_mode)) {
        add_folder(path, info, excluded);
      } else if (!excluded && !S_ISSOCK(info.st_mode)) {
        add_waiting_folders();
        sink_(entry(path, info));
      }
    }
  }

 private:
  // An excluded folder is listed only once something below it is: then with its own mode.
  void add_folder(const std::string& path, const struct stat& info, bool excluded) {
    if (excluded && !ignore_.may_include_below(path)) return;
    waiting_.push_back(entry(path, info));
    if (!excluded) add_waiting_folders();
    add_all(path);
    if (!waiting_.empty() && waiting_.back().name == path) waiting_.pop_back();
  }

  void add_waiting_folders() {
    for (const auto& folder : waiting_) sink_(folder);
    waiting_.clear();
  }

  std::vector<std::string> names(const std::string& folder) const {
    std::vector<std::string> result;
    std::error_code error;
    for (fs::directory_iterator at(root_ / folder, error), end; !error && at != end; at.increment(error)) {
      result.push_back(at->path().filename().string());
    }
    if (error) {
      errno = error.value();
      fail_at(folder.empty() ? "." : folder);
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  TarEntry entry(const std::string& path, const struct stat& info) const {
    TarEntry result;
    result.name = path;
    result.mode = info.st_mode & 07777;
    result.modified = info.st_mtime;
    if (S_ISREG(info.st_mode)) result.size_bytes = static_cast<uint64_t>(info.st_size);
    if (S_ISDIR(info.st_mode)) result.kind = TarKind::folder;
    if (S_ISLNK(info.st_mode)) result.kind = TarKind::symlink;
    if (S_ISFIFO(info.st_mode)) result.kind = TarKind::fifo;
    if (S_ISCHR(info.st_mode)) result.kind = TarKind::character_device;
    if (S_ISBLK(info.st_mode)) result.kind = TarKind::block_device;
    if (S_ISLNK(info.st_mode)) result.link = fs::read_symlink(root_ / path).string();
    result.device_major = major(info.st_rdev), result.device_minor = minor(info.st_rdev);
    return result;
  }

  fs::path root_;
  const DockerIgnore& ignore_;
  const EntrySink& sink_;
  std::vector<TarEntry> waiting_;  // excluded folders above the current place
};

// As many bytes as were there when the file was listed.
void read_listed(const fs::path& root, const TarEntry& entry, const ByteSink& sink) {
  const Fd file(::open((root / entry.name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (file.get() < 0) fail_at(entry.name);
  std::string buffer(std::min<uint64_t>(kChunk, entry.size_bytes), '\0');
  for (auto missing = entry.size_bytes; missing > 0;) {
    const auto count = ::read(file.get(), buffer.data(), std::min<uint64_t>(buffer.size(), missing));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail_at(entry.name);
    if (count == 0) throw Error("send the build context: {} became shorter while it was read", entry.name);
    sink({buffer.data(), static_cast<size_t>(count)});
    missing -= static_cast<uint64_t>(count);
  }
}

ContextFiles folder_files(const fs::path& root) {
  return {
      [root](const DockerIgnore& ignore, const EntrySink& sink) { FolderList(root, ignore, sink).add_all(); },
      [root](const TarEntry& entry, const ByteSink& sink) { read_listed(root, entry, sink); }};
}

std::optional<std::string> read_text(const fs::path& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) {
    if (errno == EACCES) throw Error("no permission to read from '{}'", file.string());
    return std::nullopt;
  }
  std::string text, piece(kChunk, '\0');
  while (true) {
    const auto count = ::read(fd.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;  // a folder
    if (count == 0) return text;
    text.append(piece, 0, static_cast<size_t>(count));
  }
}

// The same Dockerfile under the same name: a new one each time would spoil the cache of `COPY . .`.
std::string name_for(std::string_view dockerfile_text) {
  Sha256 hash;
  hash.update(dockerfile_text);
  return ".dockerfile." + hash.hex().substr(0, 16);
}

fs::path find_dockerfile(const fs::path& folder, const fs::path& given) {
  if (!given.empty()) return given;
  const bool only_lower = !fs::exists(folder / "Dockerfile") && fs::exists(folder / "dockerfile");
  return folder / (only_lower ? "dockerfile" : "Dockerfile");
}

// The Dockerfile's name in the context, or "" when it lies outside or is a link, which may lead outside.
std::string name_inside(const fs::path& folder, const fs::path& dockerfile) {
  if (fs::is_symlink(dockerfile)) return {};
  const auto relative =
      (fs::canonical(dockerfile.parent_path()) / dockerfile.filename()).lexically_relative(folder);
  return relative.empty() || *relative.begin() == ".." ? "" : relative.generic_string();
}

}  // namespace

BuildContext folder_context(const fs::path& folder, const fs::path& dockerfile) {
  std::error_code error;
  const auto root = fs::canonical(folder, error);
  if (error || !fs::is_directory(root)) {
    throw Error("unable to prepare context: path \"{}\" not found{}", folder.string(),
                error ? "" : ": it is not a folder");
  }
  const auto path = find_dockerfile(root, dockerfile);
  auto text = read_text(path);
  if (!text) {
    const auto shown = path.lexically_relative(root);
    throw Error("failed to read dockerfile: open {}: no such file or directory",
                shown.empty() || *shown.begin() == ".." ? path.string() : shown.string());
  }
  BuildContext context{.dockerfile = name_inside(root, path), .dockerfile_text = *text};
  context.dockerfile_outside = context.dockerfile.empty();
  if (context.dockerfile_outside) context.dockerfile = name_for(*text);
  context.ignore_text = read_text(root / ".dockerignore");
  context.own_ignore_text = read_text(path.string() + ".dockerignore");
  context.open = [root] { return folder_files(root); };
  return context;
}

}  // namespace runner
