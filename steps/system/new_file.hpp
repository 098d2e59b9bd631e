// steps/system/new_file.hpp -- a file that appears whole or not at all: written beside its place, then
// renamed.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "steps/system/digest.hpp"
#include "steps/system/fd.hpp"

namespace runner {

class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& folder);  // a temporary name there
  ~NewFile();                                             // removed unless kept
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes);  // throws Error; a full disk names its mount point
  void keep_as(const std::filesystem::path& file);

  const std::filesystem::path& path() const { return path_; }
  uint64_t size() const { return size_; }
  std::string sha256() { return hash_.hex(); }  // of all that was written; once

 private:
  std::filesystem::path path_;
  Fd fd_;
  uint64_t size_ = 0;
  Sha256 hash_;
  bool kept_ = false;
};

// "write /a/b: No space left on device (the file system mounted at /a)".
[[noreturn]] void throw_write_error(const std::filesystem::path& file, int error);
void write_all(int fd, std::string_view bytes, const std::filesystem::path& file);

}  // namespace runner
