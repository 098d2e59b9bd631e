#include <archive.h>
#include <archive_entry.h>
#include <sys/stat.h>

#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/clients/docker/build/context_tar.hpp"
#include "steps/system/byte_pipe.hpp"
#include "steps/system/handle.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner {
namespace {

// "name mode content-or-link", in the order of the tar.
std::vector<std::string> entries_of(const BuildContext& context, TarReader reader = TarReader::classic) {
  std::string bytes;
  TarWriter writer([&](std::string_view piece) { bytes += piece; });
  write_context(writer, context, reader);
  writer.finish();
  const Handle<archive, archive_read_free> tar(archive_read_new());
  archive_read_support_format_tar(tar.get());
  REQUIRE(archive_read_open_memory(tar.get(), bytes.data(), bytes.size()) == ARCHIVE_OK);
  std::vector<std::string> entries;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(tar.get(), &entry) == ARCHIVE_OK) {
    std::string content(static_cast<size_t>(archive_entry_size(entry)), '\0');
    archive_read_data(tar.get(), content.data(), content.size());
    if (const char* link = archive_entry_symlink(entry)) content = link;
    entries.push_back(
        fmt::format("{} {:o} {}", archive_entry_pathname(entry), archive_entry_perm(entry), content));
  }
  return entries;
}

std::string git(const std::filesystem::path& folder, const std::string& arguments) {
  const auto command =
      fmt::format("git -C '{}' -c user.name=a -c user.email=a@b.test {} 2>&1", folder.string(), arguments);
  const Handle<FILE, pclose> pipe(::popen(command.c_str(), "r"));
  std::string text;
  for (int c; (c = std::fgetc(pipe.get())) != EOF;) text += static_cast<char>(c);
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("build context: modes and links as they are, an excluded folder with something let in") {
  const test::TempDir dir;
  dir.write("Dockerfile", "FROM scratch");
  dir.write("bin/run", "#!");
  dir.write("skip/no", "");
  dir.write("skip/yes", "y");
  dir.write(".dockerignore", "skip\n!skip/yes\nlost\n");
  ::chmod((dir.path() / "bin/run").c_str(), 0751);
  ::chmod((dir.path() / "bin").c_str(), 0700);
  ::chmod((dir.path() / "skip").c_str(), 0750);
  for (const auto* name : {"Dockerfile", ".dockerignore", "skip/yes"})
    ::chmod((dir.path() / name).c_str(), 0644);
  std::filesystem::create_symlink("../outside", dir.path() / "link");
  std::filesystem::create_directory(dir.path() / "lost");
  CHECK(entries_of(folder_context(dir.path(), {})) ==
        std::vector<std::string>{".dockerignore 644 skip\n!skip/yes\nlost\n", "Dockerfile 644 FROM scratch",
                                 "bin/ 700 ", "bin/run 751 #!", "link 777 ../outside", "skip/ 750 ",
                                 "skip/yes 644 y"});
}

TEST_CASE("build context: what a classic builder is told to take out of the tar") {
  struct Case {
    const char *why, *ignore, *own, *file, *want;  // want: .dockerignore in the tar; "" is none
  };
  for (const auto& c : {
           Case{"nothing is excluded", "", "", "Dockerfile", ""},
           Case{"excluded where it is written", "Dockerfile\n", "", "Dockerfile", "Dockerfile\n"},
           Case{"both, and nobody sees the file", "Dockerfile\n.dockerignore\n", "", "Dockerfile",
                ".dockerignore\nDockerfile\n"},
           Case{"let in again", "*\n!Dockerfile\n", "", "Dockerfile", ".dockerignore\n"},
           Case{"a Dockerfile from outside is not seen", "", "", "../outside",
                ".dockerignore\n.dockerfile.67c4282c6928ae38\n"},
           Case{"nor beside a .dockerignore that is", "a", "", "../outside",
                "a\n.dockerfile.67c4282c6928ae38\n"},
           Case{"the Dockerfile's own list counts", "a\n", "Dockerfile", "Dockerfile", "a\nDockerfile\n"},
           Case{"and only it", "Dockerfile", "a", "Dockerfile", "Dockerfile\n!Dockerfile\n"},
           Case{"its list without any other", "", "Dockerfile", "Dockerfile", ".dockerignore\nDockerfile\n"},
           Case{"a name that is a pattern", "", "Dock*", "Dock[er]", ".dockerignore\nDock\\[er\\]\n"},
       }) {
    CAPTURE(c.why);
    const test::TempDir dir;
    dir.write("outside", "FROM scratch");
    dir.write("context/a", "");
    const auto file = dir.path() / "context" / c.file;
    if (*c.ignore != '\0') dir.write("context/.dockerignore", c.ignore);
    if (*c.own != '\0') dir.write("context/" + std::string(c.file) + ".dockerignore", c.own);
    if (!std::filesystem::exists(file)) dir.write("context/" + std::string(c.file), "FROM scratch");
    std::string found;
    for (const auto& entry : entries_of(folder_context(dir.path() / "context", file))) {
      if (entry.starts_with(".dockerignore ")) found = entry.substr(std::string(".dockerignore 644 ").size());
    }
    CHECK(found == c.want);
  }
}

TEST_CASE("build context: which file is the Dockerfile") {
  const test::TempDir dir;
  dir.write("ctx/dockerfile", "lower");
  dir.write("other", "other");
  CHECK(folder_context(dir.path() / "ctx", {}).dockerfile == "dockerfile");
  CHECK(folder_context(dir.path() / "ctx", dir.path() / "other").dockerfile_text == "other");
  std::filesystem::create_symlink(dir.path() / "other", dir.path() / "ctx/Dockerfile");
  CHECK(folder_context(dir.path() / "ctx", {}).dockerfile.starts_with(".dockerfile."));
}

TEST_CASE("build context: a commit's files, whatever the work tree says") {
  const test::TempDir dir;
  git(dir.path(), "init -q");
  dir.write("app/Dockerfile", "FROM scratch");
  dir.write("app/src/main", "old");
  dir.write("app/src-2", "");
  dir.write("app/.dockerignore", "drop");
  dir.write("app/drop", "");
  dir.write("root", "");
  ::chmod((dir.path() / "app/src/main").c_str(), 0755);
  std::filesystem::create_symlink("main", dir.path() / "app/src/link");
  git(dir.path(), "add -A");
  git(dir.path(), "commit -qm x");
  dir.write("app/src/main", "new");
  Repository repository;
  repository.git_dir = dir.path() / ".git";
  const auto sha = git(dir.path(), "rev-parse HEAD");
  CHECK(entries_of(commit_context(repository, sha, "app", "")) ==
        std::vector<std::string>{".dockerignore 644 drop", "Dockerfile 644 FROM scratch", "src/ 755 ",
                                 "src/link 777 main", "src/main 755 old", "src-2 644 "});
  CHECK_THROWS_WITH(commit_context(repository, sha, "", ""), doctest::Contains("failed to read dockerfile"));
}

TEST_CASE("byte pipe: everything comes through, in order, with little room") {
  BytePipe pipe(7);
  std::string sent;
  for (int i = 0; i < 1000; ++i) sent += std::to_string(i);
  std::jthread writer([&] {
    for (size_t at = 0; at < sent.size(); at += 10) pipe.write(std::string_view(sent).substr(at, 10));
    pipe.close();
  });
  std::string got, buffer(5, '\0');
  while (const auto count = pipe.read(buffer.data(), buffer.size())) got.append(buffer, 0, count);
  CHECK(got == sent);
}

TEST_CASE("byte pipe: an error of the writer, and a reader who gives up") {
  BytePipe pipe(4);
  char buffer[4];
  SUBCASE("the error comes after what was written") {
    pipe.write("ab");
    pipe.close(std::make_exception_ptr(std::runtime_error("disk gone")));
    CHECK(pipe.read(buffer, 4) == 2);
    CHECK_THROWS_WITH(pipe.read(buffer, 4), "disk gone");
  }
  SUBCASE("a full pipe lets the writer go") {
    std::jthread reader([&] { pipe.give_up(); });
    CHECK_FALSE(pipe.write("abcdefgh"));
  }
}

}  // namespace runner
