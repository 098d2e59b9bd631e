#include "steps/store/cache/archive.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string>
#include <thread>

#include "parser/base/error.hpp"
#include "steps/formats/libarchive.hpp"
#include "steps/system/fd.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;
using libarchive::check;
using libarchive::Entry;
using libarchive::Reader;
using libarchive::Writer;
using Buffer = std::array<char, 1 << 16>;

void check_stop(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error("the cache was cancelled");
}

class ArchiveWriter {
 public:
  explicit ArchiveWriter(const std::function<void(std::string_view)>& sink)
      : sink_(sink, "write a cache"), writer_(archive_write_new()) {
    check(archive_write_set_format_pax(writer_.get()));  // the restricted kind drops parts of a second
    check(archive_write_add_filter_zstd(writer_.get()));
    // names are bytes, whatever the user's locale is
    check(archive_write_set_options(writer_.get(), "hdrcharset=BINARY"));
    // one thread packs where the library knows no more
    archive_write_set_filter_option(writer_.get(), "zstd", "threads",
                                    std::to_string(std::thread::hardware_concurrency()).c_str());
    archive_write_set_bytes_in_last_block(writer_.get(), 1);
    sink_.open(writer_.get());
  }

  void add(const CacheFile& file, const std::stop_token& stop) {
    struct stat facts {};
    if (::lstat(file.source.c_str(), &facts) != 0) return;  // gone since the walk
    // a folder kept behind a link stands for itself
    if (S_ISLNK(facts.st_mode) && file.linked_folder) ::stat(file.source.c_str(), &facts);
    if (S_ISLNK(facts.st_mode)) return add_link(file, facts);
    if (S_ISDIR(facts.st_mode)) return header(file, facts, 0);
    if (S_ISREG(facts.st_mode)) add_content(file, stop);
  }
  void end() { check(archive_write_close(writer_.get())); }

 private:
  void header(const CacheFile& file, const struct stat& facts, int64_t size, const std::string& link = {}) {
    const Entry entry(archive_entry_new());
    archive_entry_copy_stat(entry.get(), &facts);
    archive_entry_unset_atime(entry.get());
    archive_entry_unset_ctime(entry.get());
    archive_entry_set_pathname(entry.get(), file.name.c_str());
    archive_entry_set_size(entry.get(), size);
    if (!link.empty()) archive_entry_set_symlink(entry.get(), link.c_str());
    check(archive_write_header(writer_.get(), entry.get()));
  }

  void add_link(const CacheFile& file, const struct stat& facts) {
    header(file, facts, 0, fs::read_symlink(file.source).string());
  }

  void add_content(const CacheFile& file, const std::stop_token& stop) {
    const Fd fd(::open(file.source.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat facts {};
    if (!fd || ::fstat(fd.get(), &facts) != 0) {
      throw Error("read {}: {}", file.source.string(), std::strerror(errno));
    }
    header(file, facts, facts.st_size);
    for (auto left = facts.st_size; left > 0;) {
      check_stop(stop);
      const auto size =
          ::read(fd.get(), buffer_.data(), std::min<size_t>(buffer_.size(), static_cast<size_t>(left)));
      if (size < 0) throw Error("read {}: {}", file.source.string(), std::strerror(errno));
      if (size == 0) throw Error("read {}: it became shorter meanwhile", file.source.string());
      check(archive_write_data(writer_.get(), buffer_.data(), static_cast<size_t>(size)));
      left -= size;
    }
  }

  void check(la_ssize_t code) const { sink_.check(writer_.get(), code); }

  libarchive::Sink sink_;
  Writer writer_;
  Buffer buffer_{};
};

// A file of the same size and time is the same: what HOME keeps between runs need not be written again, and
// may be without the right to be.
bool is_there(const std::string& place, archive_entry* entry) {
  struct stat found {};
  return archive_entry_filetype(entry) == AE_IFREG && ::lstat(place.c_str(), &found) == 0 &&
         S_ISREG(found.st_mode) && found.st_size == archive_entry_size(entry) &&
         found.st_mtim.tv_sec == archive_entry_mtime(entry) &&
         found.st_mtim.tv_nsec == archive_entry_mtime_nsec(entry) &&
         (found.st_mode & 07777) == archive_entry_perm(entry);
}

// What a small archive may become.
class Limit {
 public:
  explicit Limit(int archive_fd) : packed_(size_of(archive_fd)) {}
  void add(uint64_t bytes) {
    unpacked_ += bytes;
    if (unpacked_ > kPlenty && unpacked_ / kMostTimes > packed_)
      throw Error("unpack a cache: {} bytes have become {}, which is no cache of ours", packed_, unpacked_);
  }

 private:
  static constexpr uint64_t kPlenty = uint64_t{256} << 20, kMostTimes = 200;
  static uint64_t size_of(int fd) {
    struct stat facts {};
    return ::fstat(fd, &facts) == 0 ? static_cast<uint64_t>(facts.st_size) : 0;
  }
  uint64_t packed_, unpacked_ = 0;
};

// Where it goes. Throws Error for what no archive of ours has.
std::string checked_place(archive_entry* entry, const CachePaths& paths) {
  const char* name = archive_entry_pathname(entry);
  if (name == nullptr) throw Error("unpack a cache: an entry has no name");
  const auto type = archive_entry_filetype(entry);
  if (archive_entry_hardlink(entry) != nullptr || (type != AE_IFREG && type != AE_IFDIR && type != AE_IFLNK))
    throw Error("unpack a cache: \"{}\" is neither a file nor a folder nor a symbolic link", name);
  const auto place = paths.place_of(name, type == AE_IFDIR);
  if (type == AE_IFLNK) {
    const char* target = archive_entry_symlink(entry);
    if (target == nullptr) throw Error("unpack a cache: the link \"{}\" leads nowhere", name);
    paths.check_link(place, target);
  }
  return place.string();
}

}  // namespace

void write_cache_archive(const std::vector<CacheFile>& files,
                         const std::function<void(std::string_view)>& sink, const std::stop_token& stop) {
  ArchiveWriter writer(sink);
  for (const auto& file : files) {
    check_stop(stop);
    writer.add(file, stop);
  }
  writer.end();
}

void read_cache_archive(int archive_fd, const CachePaths& paths, const std::stop_token& stop) {
  const Reader reader(archive_read_new());
  check(reader.get(), archive_read_support_format_tar(reader.get()), "read the cache");
  check(reader.get(), archive_read_support_filter_zstd(reader.get()), "read the cache");
  check(reader.get(), archive_read_open_fd(reader.get(), archive_fd, 1 << 17), "read the cache");
  const Writer disk(archive_write_disk_new());
  archive_write_disk_set_options(
      disk.get(), ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_SYMLINKS);
  Limit limit(archive_fd);
  for (archive_entry* entry = nullptr;;) {
    const int code = archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) break;
    check(reader.get(), code, "read the cache");
    check_stop(stop);
    const auto place = checked_place(entry, paths);
    archive_entry_set_perm(entry, archive_entry_perm(entry) & 0777);
    if (is_there(place, entry)) continue;
    archive_entry_set_pathname(entry, place.c_str());
    check(disk.get(), archive_write_header(disk.get(), entry), "write " + place);
    libarchive::copy_content(reader.get(), disk.get(), "read the cache", "write " + place, [&](size_t size) {
      limit.add(size);
      check_stop(stop);
    });
    check(disk.get(), archive_write_finish_entry(disk.get()), "write " + place);
  }
  check(disk.get(), archive_write_close(disk.get()), "write the cache");
}

}  // namespace runner
