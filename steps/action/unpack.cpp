#include "steps/action/unpack.hpp"

#include <fcntl.h>

#include "steps/formats/libarchive.hpp"
#include "steps/system/fd.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using libarchive::check;

constexpr auto kDoing = "unpack an action";

}  // namespace

void unpack_tar(const fs::path& file, const fs::path& folder) {
  const Fd input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input) throw Error("read {}", file.string());
  const libarchive::Reader reader(archive_read_new());
  check(reader.get(), archive_read_support_format_tar(reader.get()), kDoing);
  check(reader.get(), archive_read_open_fd(reader.get(), input.get(), 1 << 16), kDoing);
  const libarchive::Writer disk(archive_write_disk_new());
  archive_write_disk_set_options(disk.get(), ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_SECURE_SYMLINKS);
  const auto root = fs::canonical(folder);
  for (archive_entry* entry = nullptr;;) {
    const int code = archive_read_next_header(reader.get(), &entry);
    if (code == ARCHIVE_EOF) break;
    check(reader.get(), code, kDoing);
    const auto way = fs::path(archive_entry_pathname(entry)).lexically_normal();
    if (way.is_absolute() || way.empty() || *way.begin() == ".." || archive_entry_hardlink(entry) != nullptr)
      throw Error("{}: it names {}, which leads out of it", kDoing, way.string());
    archive_entry_set_pathname(entry, (root / way).c_str());
    archive_entry_set_perm(entry, archive_entry_perm(entry) & 0777);
    check(disk.get(), archive_write_header(disk.get(), entry), kDoing);
    libarchive::copy_content(reader.get(), disk.get(), kDoing, kDoing, [](size_t) {});
    check(disk.get(), archive_write_finish_entry(disk.get()), kDoing);
  }
  check(disk.get(), archive_write_close(disk.get()), kDoing);
}

}  // namespace runner
