#include "steps/support/docker/build/context.hpp"

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
#include "steps/support/docker/build/ignore.hpp"
#include "steps/support/fd.hpp"
#include "steps/support/sha256.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr size_t kChunk = 256 * 1024;

// Adds a folder's files to a tar in the order of their names, so that the same folder gives the same tar.
class FolderTar {
 public:
  FolderTar(TarWriter& tar, fs::path root, const DockerIgnore& ignore, const BuildContext& context)
      : tar_(tar), root_(std::move(root)), ignore_(ignore), context_(context), buffer_(kChunk, '\0') {}

  void add_all(const std::string& folder = {}) {
    for (const auto& name : names(folder)) {
      const auto path = folder.empty() ? name : folder + "/" + name;
      struct stat info {};
      if (::lstat((root_ / path).c_str(), &info) != 0) fail(path);
      const bool excluded = ignore_.excludes(path);
      if (S_ISDIR(info.st_mode)) {
        add_folder(path, info, excluded);
      } else if (!excluded && !S_ISSOCK(info.st_mode)) {
        add_waiting_folders();
        add_one(path, info);
      }
    }
  }

 private:
  // An excluded folder is sent only once something below it is: then with its own mode.
  void add_folder(const std::string& path, const struct stat& info, bool excluded) {
    if (excluded && !ignore_.may_include_below(path)) return;
    waiting_.push_back(entry(path, info));
    if (!excluded) add_waiting_folders();
    add_all(path);
    if (!waiting_.empty() && waiting_.back().name == path) waiting_.pop_back();
  }

  void add_waiting_folders() {
    for (const auto& folder : waiting_) tar_.add(folder);
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
      fail(folder.empty() ? "." : folder);
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  static TarEntry entry(const std::string& path, const struct stat& info) {
    TarEntry result;
    result.name = path;
    result.mode = info.st_mode & 07777;
    result.modified = info.st_mtime;
    if (S_ISDIR(info.st_mode)) result.kind = TarKind::folder;
    if (S_ISLNK(info.st_mode)) result.kind = TarKind::symlink;
    if (S_ISFIFO(info.st_mode)) result.kind = TarKind::fifo;
    if (S_ISCHR(info.st_mode)) result.kind = TarKind::character_device;
    if (S_ISBLK(info.st_mode)) result.kind = TarKind::block_device;
    result.device_major = major(info.st_rdev), result.device_minor = minor(info.st_rdev);
    return result;
  }

  void add_one(const std::string& path, const struct stat& info) {
    auto header = entry(path, info);
    if (context_.rewritten && path == context_.dockerfile) {
      return tar_.add_file(header, context_.dockerfile_text);
    }
    if (header.kind == TarKind::symlink) header.link = fs::read_symlink(root_ / path).string();
    if (header.kind == TarKind::file) return add_content(path, header);
    tar_.add(header);
  }

  void add_content(const std::string& path, TarEntry& header) {
    const Fd file(::open((root_ / path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat info {};
    if (file.get() < 0 || ::fstat(file.get(), &info) != 0) fail(path);
    header.size_bytes = static_cast<uint64_t>(info.st_size);
    tar_.add(header);
    while (tar_.missing_bytes() > 0) {
      const auto want = std::min<uint64_t>(buffer_.size(), tar_.missing_bytes());
      const auto count = ::read(file.get(), buffer_.data(), want);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail(path);
      if (count == 0) throw Error("send the build context: {} became shorter while it was read", path);
      tar_.write({buffer_.data(), static_cast<size_t>(count)});
    }
  }

  [[noreturn]] static void fail(const std::string& path) {
    if (errno == EACCES) throw Error("no permission to read from '{}'", path);
    throw Error("send the build context: read {}: {}", path, std::strerror(errno));
  }

  TarWriter& tar_;
  fs::path root_;
  const DockerIgnore& ignore_;
  const BuildContext& context_;
  std::string buffer_;
  std::vector<TarEntry> waiting_;  // excluded folders above the current place
};

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

// A file named for the Dockerfile beats .dockerignore.
std::string ignore_text(const fs::path& folder, const fs::path& dockerfile) {
  if (auto own = read_text(dockerfile.string() + ".dockerignore")) return *own;
  return read_text(folder / ".dockerignore").value_or("");
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

void add_outside_dockerfile(TarWriter& tar, const BuildContext& context, const fs::path& folder) {
  TarEntry entry;
  if (context.hide_added_dockerfile) {
    const auto ignored = read_text(folder / ".dockerignore").value_or(".dockerignore");
    entry.name = ".dockerignore";
    tar.add_file(entry, ignored + "\n" + context.dockerfile + "\n");
  }
  entry.name = context.dockerfile;
  tar.add_file(entry, context.dockerfile_text);
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
  DockerIgnore ignore(ignore_text(root, path));
  const bool outside = context.dockerfile.empty();
  if (outside) context.dockerfile = name_for(*text);
  ignore.keep(context.dockerfile);
  ignore.keep(".dockerignore");
  context.content = [root, ignore, outside](TarWriter& tar, const BuildContext& self) {
    FolderTar(tar, root, ignore, self).add_all();
    if (outside) add_outside_dockerfile(tar, self, root);
  };
  return context;
}

}  // namespace runner
