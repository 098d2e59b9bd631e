#include "steps/system/new_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "parser/base/error.hpp"
#include "steps/system/files.hpp"

namespace runner {

namespace fs = std::filesystem;

void throw_write_error(const fs::path& file, int error) {
  throw Error("write {}: {}", file.string(), cause_of(error, file));
}

void write_all(int fd, std::string_view bytes, const fs::path& file) {
  while (!bytes.empty()) {
    const auto written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_write_error(file, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
}

NewFile::NewFile(const fs::path& folder) {
  std::string name = (folder / ".new-XXXXXX").string();
  fd_.reset(::mkostemp(name.data(), O_CLOEXEC));
  if (!fd_) throw_write_error(folder / "new file", errno);
  path_ = name;
}

NewFile::~NewFile() {
  if (!kept_ && fd_) ::unlink(path_.c_str());
}

void NewFile::write(std::string_view bytes) {
  write_all(fd_.get(), bytes, path_);
  hash_.update(bytes);
  size_ += bytes.size();
}

void NewFile::keep_as(const fs::path& file) {
  if (::rename(path_.c_str(), file.c_str()) != 0) throw_write_error(file, errno);
  kept_ = true;
}

}  // namespace runner
