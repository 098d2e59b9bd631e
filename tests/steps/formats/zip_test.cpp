#include "steps/formats/zip.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Item {
  std::string name;
  unsigned type = AE_IFREG;
  std::string text = "x";  // of a symlink: where to
};

// A zip file as an attacker would make it.
void make_zip(const fs::path& file, const std::vector<Item>& items) {
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  REQUIRE(archive_write_open_filename(writer, file.c_str()) == ARCHIVE_OK);
  for (const auto& item : items) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, item.name.c_str());
    archive_entry_set_filetype(entry, item.type);
    archive_entry_set_perm(entry, 0755);
    archive_entry_set_size(entry, static_cast<la_int64_t>(item.type == AE_IFREG ? item.text.size() : 0));
    if (item.type == AE_IFLNK) archive_entry_set_symlink(entry, item.text.c_str());
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    if (item.type == AE_IFREG) archive_write_data(writer, item.text.data(), item.text.size());
    archive_entry_free(entry);
  }
  archive_write_free(writer);
}

TEST_CASE("zip: what would leave the folder is refused and writes nothing outside") {
  struct Case {
    const char* why;
    std::vector<Item> items;
  };
  const std::vector<Case> cases{{"dots", {{"../x"}}},
                                {"dots inside", {{"a/../../x"}}},
                                {"absolute", {{"/tmp/x"}}},
                                {"drive letter", {{"C:\\x"}}},
                                {"backslashes", {{"..\\x"}}},
                                {"symlink", {{"link", AE_IFLNK, ".."}}},
                                {"symlink, then through it", {{"link", AE_IFLNK, ".."}, {"link/x"}}}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      const TempDir folder;
      make_zip(folder.path() / "bad.zip", c.items);
      fs::create_directories(folder.path() / "out/in");
      CHECK_THROWS_AS(extract_zip(folder.path() / "bad.zip", folder.path() / "out/in"), Error);
      CHECK(!fs::exists(folder.path() / "out/x"));
      CHECK(!fs::exists(folder.path() / "x"));
      CHECK(!fs::is_symlink(folder.path() / "out/in/link"));
    }
  }
}

TEST_CASE("zip: a symlink that is already there") {
  const TempDir folder;
  fs::create_directories(folder.path() / "out");
  fs::create_directories(folder.path() / "secret");
  folder.write("secret/file", "kept");
  SUBCASE("of a folder is not gone through") {
    make_zip(folder.path() / "a.zip", {{"dir/file"}});
    fs::create_directory_symlink(folder.path() / "secret", folder.path() / "out/dir");
    CHECK_THROWS_AS(extract_zip(folder.path() / "a.zip", folder.path() / "out"), Error);
  }
  SUBCASE("of a file is replaced itself") {
    make_zip(folder.path() / "a.zip", {{"file"}});
    fs::create_symlink(folder.path() / "secret/file", folder.path() / "out/file");
    CHECK(extract_zip(folder.path() / "a.zip", folder.path() / "out") == 1);
    CHECK(!fs::is_symlink(folder.path() / "out/file"));
  }
  CHECK(read_file(folder.path() / "secret/file") == "kept");
}

TEST_CASE("zip: a bomb is refused by name, a big honest file is not") {
  const TempDir folder;
  folder.write("zeros", std::string(4 << 20, '\0'));
  std::string bytes;
  write_zip({{folder.path() / "zeros", "zeros"}}, 9, {},
            [&](std::string_view piece) { bytes.append(piece); });
  const auto file = folder.write("bomb.zip", bytes);
  fs::create_directories(folder.path() / "out");
  std::string message;
  try {
    extract_zip(file, folder.path() / "out", {.bytes = 1 << 20, .ratio = 200});
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message.find("more than 1048576 bytes, over 200 times as much: refused as a zip bomb") !=
        std::string::npos);
  CHECK(extract_zip(file, folder.path() / "out", {.bytes = 1 << 20, .ratio = 2000}) == 1);
  CHECK(extract_zip(file, folder.path() / "out", {.bytes = 8 << 20, .ratio = 200}) == 1);
}

TEST_CASE("zip: what is no zip file") {
  const TempDir folder;
  const auto file = folder.write("a.zip", "certainly not");
  CHECK_THROWS_AS(extract_zip(file, folder.path()), Error);
}

TEST_CASE("zip: other programs can read it") {
  const TempDir folder;
  const auto file = folder.write("in.sh", "#!/bin/sh\n");
  fs::permissions(file, fs::perms(0755));
  std::string bytes;
  write_zip({{file, "bin/in.sh"}}, 6, {}, [&](std::string_view piece) { bytes.append(piece); });
  CHECK(bytes.substr(0, 2) == "PK");
  archive* reader = archive_read_new();
  archive_read_support_format_zip(reader);
  REQUIRE(archive_read_open_memory(reader, bytes.data(), bytes.size()) == ARCHIVE_OK);
  archive_entry* entry = nullptr;
  REQUIRE(archive_read_next_header(reader, &entry) == ARCHIVE_OK);
  CHECK(std::string(archive_entry_pathname(entry)) == "bin/in.sh");
  archive_read_free(reader);
}

}  // namespace
}  // namespace runner::test
