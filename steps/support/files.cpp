#include "steps/support/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "parser/base/error.hpp"
#include "steps/support/fd.hpp"
#include "steps/support/new_file.hpp"

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

std::string read_file(const fs::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw Error("read {}: {}", file.string(), std::strerror(errno));
  std::string text;
  char buffer[16384];
  while (true) {
    const auto got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      const int error = errno;
      ::close(fd);
      throw Error("read {}: {}", file.string(), std::strerror(error));
    }
    if (got == 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  ::close(fd);
  return text;
}

void remove_tree(const fs::path& folder) noexcept try {
  std::error_code error;
  fs::remove_all(folder, error);
  if (!error) return;
  // A module cache or a build made folders read-only: give ourselves write permission and try once more.
  const auto options = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(folder, options, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_directory(error) && !at->is_symlink(error)) {
      fs::permissions(at->path(), fs::perms::owner_all, fs::perm_options::add, error);
    }
  }
  fs::remove_all(folder, error);
} catch (...) {
}

}  // namespace runner
