#include "steps/clients/git/share_objects.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "parser/base/error.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

struct StoredFile {
  std::string name;  // from the store's folder
  uintmax_t size = 0;
};

bool wanted(const fs::path& file) {  // not half-written packs, nor info/, which describes the old store
  const auto name = file.filename().string();
  return !name.starts_with("tmp_") && !name.ends_with(".lock") && !name.ends_with(".keep");
}

// Loose objects and packs; false when there is too much of it to copy.
bool list_store(const fs::path& store, std::vector<StoredFile>& files) {
  uintmax_t total = 0;
  for (const auto& folder : fs::directory_iterator(store)) {
    const auto name = folder.path().filename().string();
    if (!folder.is_directory() || (name.size() != 2 && name != "pack")) continue;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      if (!wanted(file.path())) continue;
      const auto size = file.file_size();
      total += size;
      files.push_back({name + "/" + file.path().filename().string(), size});
      if (total > kMostCopiedBytes || files.size() > kMostCopiedObjects) return false;
    }
  }
  return true;
}

class File {
 public:
  File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0444)) {
    if (fd_ < 0) throw Error("open {}: {}", path.string(), std::strerror(errno));
  }
  ~File() { ::close(fd_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

// std::filesystem::copy_file would carry over the mode and costs three more system calls a file.
void copy_object(const fs::path& from, const fs::path& to, uintmax_t size) {
  const File in(from, O_RDONLY);
  const File out(to, O_WRONLY | O_CREAT | O_TRUNC);
  if (size > (1u << 20) && ::ioctl(out.get(), FICLONE, in.get()) == 0) return;
  for (uintmax_t done = 0; done < size;) {
    const auto sent = ::sendfile(out.get(), in.get(), nullptr, size - done);
    if (sent <= 0) throw Error("copy {} to {}: {}", from.string(), to.string(), std::strerror(errno));
    done += static_cast<uintmax_t>(sent);
  }
}

// The stores that the old one refers to itself, as absolute paths.
std::vector<std::string> alternates_of(const fs::path& store) {
  std::vector<std::string> found;
  std::ifstream lines(store / "info" / "alternates");
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line[0] != '#') found.push_back((store / line).lexically_normal().string());
  }
  return found;
}

}  // namespace

bool share_objects(const fs::path& from, const fs::path& to) {
  auto alternates = alternates_of(from);
  std::vector<StoredFile> files;
  if (list_store(from, files)) {
    std::string folder;
    for (const auto& file : files) {
      if (const auto name = file.name.substr(0, file.name.find('/')); name != folder) {
        folder = name;
        fs::create_directories(to / folder);
      }
      if (!fs::exists(to / file.name)) copy_object(from / file.name, to / file.name, file.size);
    }
  } else {
    alternates = {from.string()};  // git follows the old store's own alternates by itself
  }
  if (alternates.empty()) return false;
  fs::create_directories(to / "info");
  std::ofstream out(to / "info" / "alternates");
  for (const auto& line : alternates) out << line << '\n';
  if (!out.flush()) throw Error("write {}", (to / "info" / "alternates").string());
  return true;
}

}  // namespace runner
