#include "steps/formats/tar_writer.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <vector>

#include <doctest/doctest.h>

#include "steps/system/handle.hpp"

namespace runner {
namespace {

struct Read {
  std::string name, link, content;
  uint32_t mode = 0;
  int64_t modified = 0;
  unsigned type = 0;
};

// What another program makes of the stream.
std::vector<Read> read_back(const std::string& bytes) {
  const Handle<archive, archive_read_free> tar(archive_read_new());
  archive_read_support_format_tar(tar.get());
  REQUIRE(archive_read_open_memory(tar.get(), bytes.data(), bytes.size()) == ARCHIVE_OK);
  std::vector<Read> entries;
  archive_entry* entry = nullptr;
  int code = 0;
  while ((code = archive_read_next_header(tar.get(), &entry)) == ARCHIVE_OK) {
    const char* link = archive_entry_symlink(entry);
    Read read{archive_entry_pathname(entry), link == nullptr ? "" : link, "",
              archive_entry_perm(entry),     archive_entry_mtime(entry),  archive_entry_filetype(entry)};
    read.content.resize(static_cast<size_t>(archive_entry_size(entry)));
    REQUIRE(archive_read_data(tar.get(), read.content.data(), read.content.size()) ==
            static_cast<la_ssize_t>(read.content.size()));
    entries.push_back(std::move(read));
  }
  REQUIRE(code == ARCHIVE_EOF);
  return entries;
}

}  // namespace

TEST_CASE("tar: names, links and contents come back as they went in") {
  const std::string deep = std::string(90, 'd') + "/" + std::string(60, 'e') + "/file";
  const std::string flat(180, 'n');
  struct Case {
    const char* why;
    TarEntry entry;
    std::string content;
  };
  const Case cases[] = {
      {"a short file", {.name = "a.txt", .mode = 0755, .modified = 1700000000}, "hello"},
      {"an empty file", {.name = "empty"}, ""},
      {"a whole block", {.name = "block"}, std::string(512, 'x')},
      {"a name that fits with a prefix", {.name = deep}, "deep"},
      {"a name that only pax can hold", {.name = flat}, "flat"},
      {"letters beyond ASCII", {.name = "größe/ファイル"}, "utf8"},
      {"a folder", {.name = "folder", .kind = TarKind::folder, .mode = 0700}, ""},
      {"a link", {.name = "link", .kind = TarKind::symlink, .link = "../x"}, ""},
      {"a link too long for ustar",
       {.name = "far", .kind = TarKind::symlink, .link = std::string(150, 'l')},
       ""},
  };
  std::string bytes;
  TarWriter tar([&](std::string_view piece) { bytes += piece; });
  for (const auto& c : cases) {
    auto entry = c.entry;
    entry.kind == TarKind::file ? tar.add_file(entry, c.content) : tar.add(entry);
  }
  tar.finish();
  const auto entries = read_back(bytes);
  REQUIRE(entries.size() == std::size(cases));
  for (size_t i = 0; i < entries.size(); ++i) {
    SUBCASE(cases[i].why) {
      const auto& want = cases[i].entry;
      CHECK(entries[i].name == want.name + (want.kind == TarKind::folder ? "/" : ""));
      CHECK(entries[i].content == cases[i].content);
      CHECK(entries[i].link == want.link);
      CHECK(entries[i].mode == want.mode);
      CHECK(entries[i].modified == want.modified);
    }
  }
}

TEST_CASE("tar: a size beyond ustar's eleven digits goes into a pax record") {
  std::string bytes;
  TarWriter tar([&](std::string_view piece) { bytes += piece; });
  TarEntry entry;
  entry.name = "big";
  entry.size_bytes = 9'000'000'000;
  tar.add(entry);
  CHECK(bytes.find("19 size=9000000000\n") != std::string::npos);
  CHECK(tar.missing_bytes() == 9'000'000'000);
}

}  // namespace runner
