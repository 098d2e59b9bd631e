#include "steps/system/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>

#include "parser/base/error.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/new_file.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

fs::path mount_point_of(fs::path path) {
  struct stat here {
  }, above{};
  while (::stat(path.c_str(), &here) != 0 && path.has_relative_path()) path = path.parent_path();
  while (path.has_relative_path() && ::stat(path.parent_path().c_str(), &above) == 0 &&
         above.st_dev == here.st_dev) {
    path = path.parent_path();
  }
  return path;
}

bool is_mount_point(int folder, const char* name) {
  struct statx facts {};
  return ::statx(folder, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &facts) == 0 &&
         (facts.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// Goes down by descriptors, never by names that a step could turn into links meanwhile, and not into what is
// mounted.
class TreeRemover {
 public:
  TreeRemover(const fs::path& root, std::vector<fs::path>& mounted) : root_(root), mounted_(mounted) {}

  void run() {
    const auto above = root_.parent_path();
    const Fd folder(::open(above.empty() ? "." : above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return;
    do {  // what lay too deep was moved up, beside the rest
      too_deep_ = 0;
      remove(folder.get(), root_.filename().c_str(), root_, 0);
    } while (too_deep_ > 0);
  }

 private:
  static constexpr int kMostDepth = 200;  // of open descriptors

  void remove(int above, const char* name, const fs::path& path, int depth) {
    if (is_mount_point(above, name)) {
      mounted_.push_back(path);
      return;
    }
    if (::unlinkat(above, name, 0) == 0 || errno == ENOENT) return;
    // A module cache or a build made folders read-only: the folder above may be one.
    if (errno == EACCES || errno == EPERM) {
      ::fchmod(above, 0700);
      if (::unlinkat(above, name, 0) == 0) return;
    }
    remove_folder(above, name, path, depth);
  }

  void remove_folder(int above, const char* name, const fs::path& path, int depth) {
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = ::openat(above, name, kFlags);
    if (fd < 0 && errno == EACCES && ::fchmodat(above, name, 0700, 0) == 0)
      fd = ::openat(above, name, kFlags);
    if (fd < 0) return;
    if (depth == 0) top_ = fd;
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(fd), ::closedir);
    if (!listing) return;
    while (const auto* entry = ::readdir(listing.get())) {
      const std::string_view item = entry->d_name;
      if (item == "." || item == "..") continue;
      if (depth < kMostDepth)
        remove(fd, entry->d_name, path / item, depth + 1);
      else
        move_up(fd, entry->d_name);
    }
    ::unlinkat(above, name, AT_REMOVEDIR);
  }

  void move_up(int folder, const char* name) {
    if (::unlinkat(folder, name, 0) == 0) return;
    const auto new_name = ".removed-" + std::to_string(++moved_);
    if (::renameat(folder, name, top_, new_name.c_str()) == 0) ++too_deep_;
  }

  const fs::path& root_;
  std::vector<fs::path>& mounted_;
  int top_ = -1, moved_ = 0, too_deep_ = 0;
};

}  // namespace

std::string cause_of(int error_number, const fs::path& path) {
  std::string cause = std::strerror(error_number);
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EROFS) {
    cause += " (the file system mounted at " + mount_point_of(fs::absolute(path)).string() + ")";
  }
  return cause;
}

void make_private_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return;
  if (errno == ENOENT && folder.has_parent_path() && folder.has_relative_path()) {
    make_private_folder(folder.parent_path());
    if (::mkdir(folder.c_str(), 0700) == 0) return;
  }
  const int error = errno;
  struct stat found {};
  if (error == EEXIST && ::stat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return;
  throw Error("make the folder {}: {}", folder.string(), cause_of(error, folder));
}

void write_private_file(const fs::path& file, std::string_view text) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) throw_write_error(file, errno);
  write_all(fd.get(), text, file);
}

void replace_private_file(const fs::path& file, std::string_view text) {
  std::string name = file.string() + ".XXXXXX";
  const Fd fd(::mkostemp(name.data(), O_CLOEXEC));  // 0600
  if (!fd) throw_write_error(file, errno);
  try {
    write_all(fd.get(), text, file);
    if (::fsync(fd.get()) != 0 || ::rename(name.c_str(), file.c_str()) != 0) throw_write_error(file, errno);
  } catch (...) {
    ::unlink(name.c_str());
    throw;
  }
}

std::string read_all(const Fd& fd, const fs::path& file) {
  std::string text;
  char buffer[16384];
  while (true) {
    const auto got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Error("read {}: {}", file.string(), std::strerror(errno));
    if (got == 0) return text;
    text.append(buffer, static_cast<size_t>(got));
  }
}

Fd open_regular(const fs::path& file) {
  Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat facts {};
  if (!fd || ::fstat(fd.get(), &facts) != 0) throw Error("read {}: {}", file.string(), std::strerror(errno));
  if (S_ISREG(facts.st_mode)) return fd;
  throw Error("read {}: {}", file.string(),
              S_ISDIR(facts.st_mode) ? std::strerror(EISDIR) : "it is no regular file");
}

std::string read_file(const fs::path& file) { return read_all(open_regular(file), file); }

std::string read_if_there(const fs::path& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  char buffer[8192];
  for (ssize_t got = 0; fd && (got = ::read(fd.get(), buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(got));
  return text;
}

std::string read_given_file(const fs::path& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw Error("read {}: {}", file.string(), std::strerror(errno));
  return read_all(fd, file);
}

std::vector<fs::path> remove_tree(const fs::path& folder) noexcept try {
  std::vector<fs::path> mounted;
  TreeRemover(folder, mounted).run();
  return mounted;
} catch (...) {
  return {};
}

}  // namespace runner
