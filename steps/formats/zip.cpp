#include "steps/formats/zip.hpp"

#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <exception>
#include <set>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/formats/libarchive.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/files.hpp"
#include "steps/system/new_file.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;
using libarchive::check;
using libarchive::Entry;
using libarchive::Reader;
using libarchive::Writer;
using Buffer = std::array<char, 1 << 16>;

// libarchive converts names by the locale of the thread; those of zip files are UTF-8, whatever the user's
// is.
class Utf8Names {
 public:
  Utf8Names() : made_(::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)), before_(::uselocale(made_)) {}
  ~Utf8Names() {
    ::uselocale(before_);
    if (made_ != nullptr) ::freelocale(made_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t made_, before_;
};

Reader open_zip(const fs::path& file) {
  Reader reader(archive_read_new());
  // The seekable reader only: it goes by the table at the end, as everybody's unzip does.
  check(reader.get(), archive_read_support_format_zip_seekable(reader.get()), "read a zip file");
  check(reader.get(), archive_read_open_filename(reader.get(), file.c_str(), 1 << 16),
        fmt::format("open {}", file.string()));
  return reader;
}

bool next_entry(const Reader& reader, archive_entry*& entry, const fs::path& file) {
  const int code = archive_read_next_header(reader.get(), &entry);
  if (code == ARCHIVE_EOF) return false;
  check(reader.get(), code, fmt::format("read {}", file.string()));
  return true;
}

class ZipWriter {
 public:
  ZipWriter(int level, const ByteSink& sink) : sink_(sink, "write a zip file"), writer_(archive_write_new()) {
    check(archive_write_set_format_zip(writer_.get()));
    check(archive_write_set_options(writer_.get(), fmt::format("zip:compression-level={}", level).c_str()));
    archive_write_set_bytes_per_block(writer_.get(), 1 << 16);
    archive_write_set_bytes_in_last_block(writer_.get(), 1);
    sink_.open(writer_.get());
  }

  void begin(const std::string& name, bool executable, uint64_t size, time_t modified) {
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), name.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), executable ? 0755 : 0644);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(size));
    archive_entry_set_mtime(entry.get(), modified, 0);
    check(archive_write_header(writer_.get(), entry.get()));
  }
  void write(const char* bytes, size_t size) {
    if (archive_write_data(writer_.get(), bytes, size) < 0) check(ARCHIVE_FATAL);
  }
  void end() { check(archive_write_close(writer_.get())); }

 private:
  void check(la_ssize_t code) const { sink_.check(writer_.get(), code); }

  libarchive::Sink sink_;
  Writer writer_;
};

void add_file(ZipWriter& writer, const ZipEntry& entry) {
  const Fd fd = open_regular(entry.source);
  struct stat facts {};
  if (::fstat(fd.get(), &facts) != 0) throw Error("read {}: {}", entry.source.string(), std::strerror(errno));
  auto left = static_cast<uint64_t>(facts.st_size);
  writer.begin(entry.name, (facts.st_mode & S_IXUSR) != 0, left, facts.st_mtime);
  Buffer buffer;
  while (left > 0) {  // no more than announced, should the file be growing
    const auto size = ::read(fd.get(), buffer.data(), std::min<uint64_t>(buffer.size(), left));
    if (size < 0) throw Error("read {}: {}", entry.source.string(), std::strerror(errno));
    if (size == 0) throw Error("read {}: it became shorter meanwhile", entry.source.string());
    writer.write(buffer.data(), static_cast<size_t>(size));
    left -= static_cast<uint64_t>(size);
  }
}

void add_from(ZipWriter& writer, const fs::path& base, const std::set<std::string>& replaced) {
  const auto reader = open_zip(base);
  archive_entry* entry = nullptr;
  Buffer buffer;
  while (next_entry(reader, entry, base)) {
    const std::string name = archive_entry_pathname(entry);
    if (replaced.count(name) > 0) continue;
    writer.begin(name, (archive_entry_perm(entry) & S_IXUSR) != 0,
                 static_cast<uint64_t>(archive_entry_size(entry)), archive_entry_mtime(entry));
    for (la_ssize_t size = 0; (size = archive_read_data(reader.get(), buffer.data(), buffer.size())) != 0;) {
      check(reader.get(), size < 0 ? ARCHIVE_FATAL : ARCHIVE_OK, fmt::format("read {}", base.string()));
      writer.write(buffer.data(), static_cast<size_t>(size));
    }
  }
}

// Where it is unpacked: a descriptor, and its name for messages.
struct Root {
  fs::path path;
  Fd fd;
};

// Opens the folder of `name` below `root`, making what is missing, never through a symlink.
Fd open_folder_of(const Root& root, std::string_view name) {
  Fd folder(::fcntl(root.fd.get(), F_DUPFD_CLOEXEC, 0));
  for (auto slash = name.find('/'); slash != std::string_view::npos; slash = name.find('/')) {
    const std::string part(name.substr(0, slash));
    name.remove_prefix(slash + 1);
    if (part.empty() || part == ".") continue;
    if (::mkdirat(folder.get(), part.c_str(), 0755) != 0 && errno != EEXIST)
      throw_write_error(root.path / part, errno);
    Fd below(::openat(folder.get(), part.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!below) {
      throw Error("unpack {}: \"{}\" is a symlink or no folder: files are not written through it", name,
                  part);
    }
    folder = std::move(below);
  }
  return folder;
}

Fd create(const Root& root, const std::string& name) {
  const Fd folder = open_folder_of(root, name);
  const auto slash = name.rfind('/');
  const auto last = slash == std::string::npos ? name : name.substr(slash + 1);
  ::unlinkat(folder.get(), last.c_str(), 0);  // a file is replaced, and a symlink too, not what it points to
  Fd file(::openat(folder.get(), last.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) throw_write_error(root.path / name, errno);
  return file;
}

class Extraction {
 public:
  Extraction(const fs::path& file, const fs::path& target, const ZipLimits& limits)
      : file_(file),
        root_{target, Fd(::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))},
        limits_(limits),
        stored_(fs::file_size(file)) {
    if (!root_.fd) throw Error("open {}: {}", target.string(), std::strerror(errno));
  }

  int run() {
    const auto reader = open_zip(file_);
    archive_entry* entry = nullptr;
    int files = 0;
    while (next_entry(reader, entry, file_)) {
      const char* raw = archive_entry_pathname(entry);
      const std::string name = raw == nullptr ? "" : raw;
      check_entry_name(name);
      if (archive_entry_filetype(entry) == AE_IFDIR) {
        open_folder_of(root_, name + "/");
        continue;
      }
      if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) {
        throw Error("unpack {}: it is no file but a link or a device: refused", name);
      }
      copy(reader, name);
      ++files;
    }
    return files;
  }

 private:
  void copy(const Reader& reader, const std::string& name) {
    const Fd out = create(root_, name);
    Buffer buffer;
    for (la_ssize_t size = 0; (size = archive_read_data(reader.get(), buffer.data(), buffer.size())) != 0;) {
      check(reader.get(), size < 0 ? ARCHIVE_FATAL : ARCHIVE_OK, fmt::format("unpack {}", name));
      unpacked_ += static_cast<uint64_t>(size);
      if (unpacked_ > limits_.bytes && unpacked_ / limits_.ratio > stored_) {
        throw Error(
            "unpack {}: {} bytes of zip make more than {} bytes, over {} times as much: refused as a zip "
            "bomb",
            file_.string(), stored_, limits_.bytes, limits_.ratio);
      }
      write_all(out.get(), {buffer.data(), static_cast<size_t>(size)}, root_.path / name);
    }
  }

  const fs::path& file_;
  Root root_;
  ZipLimits limits_;
  uint64_t stored_, unpacked_ = 0;
};

}  // namespace

void check_entry_name(std::string_view name) {
  const auto refuse = [&](std::string_view why) { throw Error("unpack \"{}\": {}: refused", name, why); };
  if (name.empty()) refuse("the name is empty");
  if (name.find('\0') != std::string_view::npos) refuse("the name holds a zero byte");
  if (name[0] == '/' || name[0] == '\\') refuse("the name is absolute");
  if (name.size() > 1 && name[1] == ':' && std::isalpha(static_cast<unsigned char>(name[0]))) {
    refuse("the name has a drive letter");
  }
  const auto slashes = replace_all(std::string(name), "\\", "/");
  for (const auto part : split(slashes, '/')) {
    if (part == "..") refuse("the name leaves the folder");
  }
}

void write_zip(const std::vector<ZipEntry>& entries, int level, const fs::path& base, const ByteSink& sink) {
  const Utf8Names names;
  ZipWriter writer(level, sink);
  std::set<std::string> added;
  for (const auto& entry : entries) added.insert(entry.name);
  if (!base.empty()) add_from(writer, base, added);
  for (const auto& entry : entries) add_file(writer, entry);
  writer.end();
}

int extract_zip(const fs::path& file, const fs::path& target, const ZipLimits& limits) {
  const Utf8Names names;
  return Extraction(file, target, limits).run();
}

}  // namespace runner
