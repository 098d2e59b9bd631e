#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <doctest/doctest.h>

#include "steps/system/handle.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/text.hpp"

namespace runner {
BuiltinAction cache();
BuiltinAction cache_restore();
BuiltinAction cache_save();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// One job: folders of its own, caches of the repository.
struct Job : FakeHost {
  explicit Job(BuiltinAction action, const TempDir& shared, const std::string& ref = "refs/heads/main")
      : FakeHost(std::move(action)) {
    use_caches(shared.path());
    contexts = {{"github.ref", ref}, {"job.status", "success"}};
    repository_.default_branch = "main";
    const auto home = workspace().parent_path() / "jobhome";
    fs::create_directories(home);
    env_["HOME"] = home.string();
  }
  void put(const std::string& name, const std::string& content) {
    fs::create_directories((workspace() / name).parent_path());
    std::ofstream(workspace() / name) << content;
  }
  std::string warning() const { return annotations.empty() ? "" : annotations.front().message; }
};

void save(const TempDir& shared, const std::string& key, const std::string& text,
          const std::string& ref = "refs/heads/main") {
  Job job(cache_save(), shared, ref);
  job.with = {{"path", "deps"}, {"key", key}};
  job.put("deps/a", text);
  REQUIRE(job.run().message == "");
}

struct Found {
  std::string hit, text, matched, primary;
};
Found restore(const TempDir& shared, const std::string& key, const std::string& more = "",
              const std::string& ref = "refs/heads/main") {
  Job job(cache_restore(), shared, ref);
  job.with = {{"path", "deps"}, {"key", key}, {"restore-keys", more}};
  REQUIRE(job.run().message == "");
  return {job.outputs["cache-hit"], read_file(job.workspace() / "deps/a"), job.outputs["cache-matched-key"],
          job.outputs["cache-primary-key"]};
}

TEST_CASE("cache: which entry a key finds") {
  const TempDir shared;
  save(shared, "npm-1", "one");
  save(shared, "npm-2", "two");
  save(shared, "npm-branch", "branch", "refs/heads/topic");
  struct Case {
    const char *why, *key, *more, *ref, *hit, *text;
  };
  for (const auto& c :
       {Case{"the very key", "npm-1", "", "refs/heads/main", "true", "one"},
        Case{"case does not matter", "NPM-1", "", "refs/heads/main", "true", "one"},
        Case{"a restore key: the newest that begins so", "npm-9", "npm-", "refs/heads/main", "false", "two"},
        Case{"the key itself as a beginning", "npm", "", "refs/heads/main", "false", "two"},
        Case{"restore keys in their order", "x", "none\nnpm-1\nnpm-", "refs/heads/main", "false", "one"},
        Case{"none", "yarn", "yarn-", "refs/heads/main", "", ""},
        Case{"a branch sees its own first", "npm-9", "npm-", "refs/heads/topic", "false", "branch"},
        Case{"then the default branch", "npm-1", "", "refs/heads/topic", "true", "one"},
        Case{"main does not see the branch", "npm-branch", "", "refs/heads/main", "", ""}}) {
    SUBCASE(c.why) {
      const auto found = restore(shared, c.key, c.more, c.ref);
      CHECK(found.hit == c.hit);
      CHECK(found.text == c.text);
      CHECK(found.primary == c.key);
    }
  }
}

TEST_CASE("cache: a pull request sees the branch it goes to") {
  const TempDir shared;
  save(shared, "k", "release", "refs/heads/release");
  Job job(cache_restore(), shared, "refs/pull/7/merge");
  job.contexts["github.base_ref"] = "release";
  job.with = {{"path", "deps"}, {"key", "k"}};
  job.run();
  CHECK(job.outputs["cache-matched-key"] == "k");
}

TEST_CASE("cache: another list of paths never matches, another job's folders do") {
  const TempDir shared;
  Job first(cache_save(), shared);
  fs::create_directories(fs::path(first.env_["HOME"]) / ".npm");
  std::ofstream(fs::path(first.env_["HOME"]) / ".npm/x") << "in HOME";
  first.put("out/y", "absolute");
  first.with = {{"path", "~/.npm\n" + (first.workspace() / "out").string()}, {"key", "k"}};
  REQUIRE(first.run().message == "");

  Job second(cache_restore(), shared);
  second.with = {{"path", "~/.npm\n" + (second.workspace() / "out").string()}, {"key", "k"}};
  REQUIRE(second.run().message == "");
  CHECK(second.outputs["cache-hit"] == "true");
  CHECK(read_file(fs::path(second.env_["HOME"]) / ".npm/x") == "in HOME");
  CHECK(read_file(second.workspace() / "out/y") == "absolute");

  Job third(cache_restore(), shared);
  third.with = {{"path", "~/.npm"}, {"key", "k"}};
  third.run();
  CHECK(third.outputs.count("cache-hit") == 0);
  CHECK(third.text == "Cache not found for input keys: k\n");
}

TEST_CASE("cache: permissions, links, times, odd names and excluded files") {
  const TempDir shared;
  Job first(cache_save(), shared);
  first.put("d/run", "#!/bin/sh");
  first.put("d/sub/skip.log", "no");
  first.put("d/h\xc3\xa9 \"x\"\nz", "odd");
  first.put("d/" + std::string(200, 'n'), "long");
  fs::create_directories(first.workspace() / "d/empty");
  fs::permissions(first.workspace() / "d/run", fs::perms(0750));
  fs::permissions(first.workspace() / "d/sub", fs::perms(0700));
  fs::create_symlink("run", first.workspace() / "d/link");
  fs::create_symlink("/nowhere/at/all", first.workspace() / "d/broken");
  const timespec times[2] = {{1'600'000'000, 0}, {1'600'000'000, 500'000'000}};
  ::utimensat(AT_FDCWD, (first.workspace() / "d/run").c_str(), times, 0);
  first.with = {{"path", "d\n! d/**/*.log"}, {"key", "k"}};
  REQUIRE(first.run().message == "");

  Job second(cache_restore(), shared);
  second.put("d/run", "an older one");
  second.with = first.with;
  REQUIRE(second.run().message == "");
  const auto d = second.workspace() / "d";
  CHECK(read_file(d / "run") == "#!/bin/sh");
  CHECK((fs::status(d / "run").permissions() == fs::perms(0750)));
  CHECK((fs::status(d / "sub").permissions() == fs::perms(0700)));
  CHECK(fs::read_symlink(d / "link") == "run");
  CHECK(fs::read_symlink(d / "broken") == "/nowhere/at/all");
  CHECK(fs::is_directory(d / "empty"));
  CHECK(read_file(d / "h\xc3\xa9 \"x\"\nz") == "odd");
  CHECK(read_file(d / std::string(200, 'n')) == "long");
  CHECK_FALSE(fs::exists(d / "sub/skip.log"));
  struct stat found {};
  ::stat((d / "run").c_str(), &found);
  CHECK(found.st_mtim.tv_sec == 1'600'000'000);
  CHECK(found.st_mtim.tv_nsec == 500'000'000);
}

TEST_CASE("cache: a folder of HOME that is kept behind a link is stored and filled") {
  const TempDir shared, kept;
  kept.write("npm/x", "kept");
  Job first(cache_save(), shared);
  fs::create_symlink(kept.path() / "npm", fs::path(first.env_["HOME"]) / ".npm");
  first.with = {{"path", "~/.npm"}, {"key", "k"}};
  REQUIRE(first.run().message == "");
  const TempDir other;
  fs::create_directories(other.path() / "npm");
  Job second(cache_restore(), shared);
  fs::create_symlink(other.path() / "npm", fs::path(second.env_["HOME"]) / ".npm");
  second.with = first.with;
  REQUIRE(second.run().message == "");
  CHECK(read_file(other.path() / "npm/x") == "kept");
  CHECK(fs::is_symlink(fs::path(second.env_["HOME"]) / ".npm"));
}

TEST_CASE("cache: a file of the same size and time is not written again, a changed one is") {
  const TempDir shared;
  Job first(cache_save(), shared);
  first.put("d/same", "12345");
  first.put("d/changed", "12345");
  first.with = {{"path", "d"}, {"key", "k"}};
  REQUIRE(first.run().message == "");
  Job second(cache_restore(), shared);
  second.put("d/same", "abcde");
  second.put("d/changed", "abcde");
  fs::last_write_time(second.workspace() / "d/same", fs::last_write_time(first.workspace() / "d/same"));
  fs::last_write_time(second.workspace() / "d/changed",
                      fs::file_time_type::clock::now() - std::chrono::hours(9));
  second.with = first.with;
  REQUIRE(second.run().message == "");
  CHECK(read_file(second.workspace() / "d/same") == "abcde");
  CHECK(read_file(second.workspace() / "d/changed") == "12345");
}

TEST_CASE("cache: what the post saves") {
  struct Case {
    const char *why, *status, *saved_before;
    bool is_there;
    size_t entries;
    const char* log;
  };
  for (const auto& c :
       {Case{"a new key after success", "success", "", true, 1, "Cache saved with key: k"},
        Case{"nothing after a failure", "failure", "", true, 0, ""},
        Case{"nothing after an exact hit", "success", "k", true, 1,
             "Cache hit occurred on the primary key k, not saving cache."},
        Case{"beside the one a restore key found", "success", "k-old", true, 2, "Cache saved with key: k"},
        Case{"nothing when there is nothing", "success", "", false, 0, ""}}) {
    SUBCASE(c.why) {
      const TempDir shared;
      if (*c.saved_before != '\0') save(shared, c.saved_before, "before");
      Job job(cache(), shared);
      job.with = {{"path", "deps"}, {"key", "k"}, {"restore-keys", "k-"}};
      REQUIRE(job.run().message == "");
      if (c.is_there) job.put("deps/a", "after");
      job.contexts["job.status"] = c.status;
      CHECK(job.run_post().outcome == Outcome::success);
      CHECK(job.caches().list().size() == c.entries);
      CHECK(job.text.find(c.log) != std::string::npos);
      CHECK((job.warning().find("hence no cache is being saved") != std::string::npos) == !c.is_there);
    }
  }
}

TEST_CASE("cache: the same key twice stays as it was, and green") {
  const TempDir shared;
  save(shared, "k", "first");
  Job job(cache_save(), shared);
  job.with = {{"path", "deps"}, {"key", "K"}};
  job.put("deps/a", "second");
  CHECK(job.run().outcome == Outcome::success);
  CHECK(job.text == "Unable to reserve cache with key K, another job may be creating this cache.\n");
  CHECK(restore(shared, "k").text == "first");
}

TEST_CASE("cache: misses that fail, looking without restoring, wrong keys") {
  const TempDir shared;
  save(shared, "k", "x");
  const auto run = [&](std::map<std::string, std::string, IgnoringCase> with) {
    Job job(cache_restore(), shared);
    with.try_emplace("path", "deps");
    job.with = std::move(with);
    const auto message = job.run().message;
    return message + "|" + job.outputs["cache-hit"] + "|" + read_file(job.workspace() / "deps/a");
  };
  CHECK(run({{"key", "k"}, {"lookup-only", "true"}}) == "|true|");
  CHECK(run({{"key", "z"}, {"fail-on-cache-miss", "true"}}) ==
        "Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: z||");
  CHECK(run({{"key", "a,b"}}) == "Key Validation Error: a,b cannot contain commas.||");
  CHECK(run({{"key", "a"}, {"restore-keys", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10"}}) ==
        "Key Validation Error: Keys are limited to a maximum of 10.||");
  CHECK(run({{"key", std::string(513, 'k')}}).find("cannot be larger than 512 characters.") !=
        std::string::npos);
  CHECK(run({{"key", ""}}) == "Input required and not supplied: key||");
}

TEST_CASE("cache: a damaged archive is a warning") {
  const TempDir shared;
  save(shared, "k", "x");
  Job job(cache_restore(), shared);
  std::ofstream(job.caches().list().at(0).file) << "not an archive";
  job.with = {{"path", "deps"}, {"key", "k"}};
  CHECK(job.run().outcome == Outcome::success);
  CHECK(job.warning().find("Failed to restore: ") == 0);
  CHECK(job.outputs.count("cache-hit") == 0);
}

// An archive as somebody else would write it: a job of a fork, a program that poisons caches.
struct Crafted {
  std::string name;
  unsigned type = AE_IFREG;
  std::string link{};  // of a symbolic one; of a regular file: a hard one
  unsigned mode = 0644;
  size_t megabytes = 0;  // of zeros, else the content is a letter
};

void craft(const fs::path& file, const std::vector<Crafted>& entries) {
  const Handle<archive, archive_write_free> writer(archive_write_new());
  archive_write_set_format_pax(writer.get());
  archive_write_add_filter_zstd(writer.get());
  REQUIRE(archive_write_open_filename(writer.get(), file.c_str()) == ARCHIVE_OK);
  for (const auto& item : entries) {
    const Handle<archive_entry, archive_entry_free> entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), item.name.c_str());
    archive_entry_set_filetype(entry.get(), item.type);
    archive_entry_set_perm(entry.get(), item.mode);
    if (item.type == AE_IFLNK) archive_entry_set_symlink(entry.get(), item.link.c_str());
    const bool hard = item.type == AE_IFREG && !item.link.empty();
    if (hard) archive_entry_set_hardlink(entry.get(), item.link.c_str());
    const std::string piece(item.megabytes == 0 ? 1 : size_t{1} << 20, item.megabytes == 0 ? 'x' : '\0');
    const size_t pieces = item.type != AE_IFREG || hard ? 0 : std::max<size_t>(item.megabytes, 1);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(pieces * piece.size()));
    REQUIRE(archive_write_header(writer.get(), entry.get()) == ARCHIVE_OK);
    for (size_t count = 0; count < pieces; ++count)
      archive_write_data(writer.get(), piece.data(), piece.size());
  }
  REQUIRE(archive_write_close(writer.get()) == ARCHIVE_OK);
}

TEST_CASE("cache: an archive writes what the step's path names, and nothing else") {
  const TempDir shared, outside;
  std::ofstream(outside.path() / "file") << "precious";
  const auto out = outside.path().string();
  const auto elsewhere = "root" + out + "/new";
  struct Case {
    const char *why, *told;
    std::vector<Crafted> entries;
  };
  const Case cases[] = {
      {"a file that path does not name",
       "\"workspace/other\" is not what `path` names",
       {{.name = "workspace/other"}}},
      {"a file of HOME",
       "\"home/.ssh/authorized_keys\" is not what `path` names",
       {{.name = "home/.ssh/authorized_keys"}}},
      {"a file anywhere", "is not what `path` names", {{.name = elsewhere}}},
      {"what path takes away",
       "\"workspace/deps/not\" is not what `path` names",
       {{.name = "workspace/deps/not"}}},
      {"a name with dots", "leaves its folder", {{.name = "workspace/deps/../../x"}}},
      {"a folder of no job", "is in no folder of a job", {{.name = "etc/passwd"}}},
      {"no folder at all", "is in no folder of a job", {{.name = "x"}}},
      {"a hard link", "neither a file nor a folder", {{.name = "workspace/deps/a", .link = out + "/file"}}},
      {"a device", "neither a file nor a folder", {{.name = "workspace/deps/a", .type = AE_IFCHR}}},
      {"a pipe", "neither a file nor a folder", {{.name = "workspace/deps/a", .type = AE_IFIFO}}},
      {"a file through a link of the archive",
       "Cannot extract through symlink",
       {{.name = "workspace/deps/l", .type = AE_IFLNK, .link = out}, {.name = "workspace/deps/l/file"}}},
      {"a link in the place of what is named",
       "outside of the job",
       {{.name = "workspace/deps", .type = AE_IFLNK, .link = out}}},
      {"more than it can be",
       "which is no cache of ours",
       {{.name = "workspace/deps/big", .megabytes = 300}}},
  };
  save(shared, "k", "x");
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      Job job(cache_restore(), shared);
      job.with = {{"path", "deps\n!deps/not"}, {"key", "k"}};
      Job saved(cache_save(), shared);
      saved.with = job.with;
      saved.put("deps/a", "x");
      REQUIRE(saved.run().message == "");
      for (const auto& entry : job.caches().list()) craft(entry.file, c.entries);
      CHECK(job.run().outcome == Outcome::success);
      CHECK_MESSAGE(has(job.warning(), "Failed to restore: "), job.warning());
      CHECK_MESSAGE(has(job.warning(), c.told), job.warning());
      CHECK(read_file(outside.path() / "file") == "precious");
      CHECK_FALSE(fs::exists(outside.path() / "new"));
      CHECK_FALSE(fs::exists(fs::path(job.env_["HOME"]) / ".ssh"));
      CHECK_FALSE(fs::exists(job.workspace() / "other"));
    }
  }
}

TEST_CASE("cache: a file of an archive has its modes, but nobody's rights") {
  const TempDir shared;
  save(shared, "k", "x");
  Job job(cache_restore(), shared);
  craft(job.caches().list().at(0).file, {{.name = "workspace/deps", .type = AE_IFDIR, .mode = 01755},
                                         {.name = "workspace/deps/a", .mode = 06755}});
  job.with = {{"path", "deps"}, {"key", "k"}};
  CHECK(job.run().message == "");
  CHECK(job.warning() == "");
  struct stat facts {};
  REQUIRE(::stat((job.workspace() / "deps/a").c_str(), &facts) == 0);
  CHECK((facts.st_mode & 07777) == 0755);
}

TEST_CASE("cache: what a plan tells") {
  FakeHost host(cache());
  host.with = {{"path", "~/.npm\nbuild"}, {"key", "k"}};
  CHECK(cache().effects(host) ==
        std::vector<std::string>{"restore cache k (~/.npm, build)",
                                 "save cache k after the job, when it succeeded and the key is new"});
  CHECK(cache().problems(host).empty());
  host.with["key"] = "a,${{ hashFiles('x') }}";
  CHECK(cache().problems(host).empty());
  host.with["key"] = "a,b";
  CHECK(cache().problems(host).size() == 1);
}

}  // namespace
}  // namespace runner::test
