// steps/formats/tar_writer.hpp -- a tar stream, written as it goes: ustar, with pax records where ustar is
// too small (long names and links, 8 GiB and more). Reads no files and keeps nothing: the caller says what is
// in it.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace runner {

enum class TarKind : char {
  file = '0',
  symlink = '2',
  character_device = '3',
  block_device = '4',
  folder = '5',
  fifo = '6'
};

struct TarEntry {
  std::string name;  // relative, '/' between parts; a folder's needs no '/' at its end
  TarKind kind = TarKind::file;
  uint32_t mode = 0644;     // permission bits
  int64_t modified = 0;     // seconds since 1970
  uint64_t size_bytes = 0;  // of a file: exactly so many bytes must be written
  std::string link{};       // of a symlink
  uint32_t user = 0, group = 0, device_major = 0, device_minor = 0;
  std::string user_name{}, group_name{};  // who unpacks as root looks for these first
};

class TarWriter {
 public:
  using Sink = std::function<void(std::string_view bytes)>;
  explicit TarWriter(Sink sink) : sink_(std::move(sink)) {}

  // The entry before must be complete.
  void add(const TarEntry& entry);
  void write(std::string_view bytes);  // the content of the last added file, piece by piece
  void add_file(TarEntry entry, std::string_view content);
  uint64_t missing_bytes() const { return missing_; }  // of the last added file
  void finish();

 private:
  void header(const TarEntry& entry, char kind, std::string_view name, std::string_view prefix);
  void pax(const TarEntry& entry, const std::string& records);
  void pad(uint64_t size_bytes);

  Sink sink_;
  uint64_t missing_ = 0, size_ = 0;
};

}  // namespace runner
