#include <fcntl.h>

#include <thread>

#include <doctest/doctest.h>

#include "steps/store/artifact_names.hpp"
#include "steps/system/new_file.hpp"
#include "tests/support/fake_host.hpp"

namespace runner {
BuiltinAction upload_artifact();
BuiltinAction download_artifact();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;
using Inputs = std::map<std::string, std::string, IgnoringCase>;

void put(FakeHost& host, const std::string& name, const std::string& text = "x") {
  fs::create_directories((host.workspace() / name).parent_path());
  std::ofstream(host.workspace() / name) << text;
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (item.is_regular_file()) names.push_back(item.path().lexically_relative(folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> stored(FakeHost& host, const std::string& name) {
  const TempDir out;
  for (const auto& artifact : host.artifacts().list()) {
    if (artifact.name == name) host.artifacts().download(artifact, out.path());
  }
  return files_below(out.path());
}

TEST_CASE("upload: which files, under which names") {
  struct Case {
    const char* path;
    const char* why;
    std::vector<std::string> want;
  };
  const std::vector<Case> cases{
      {"a/b.txt", "one file stands at the root", {"b.txt"}},
      {"dist/", "a folder stores its contents", {"app.js", "sub/x.txt"}},
      {"dist/\nmissing/",
       "a path that does not exist counts for the root",
       {"dist/app.js", "dist/sub/x.txt"}},
      {"path/to/*/d/f?.txt", "the literal beginning is cut off", {"some/d/f1.txt", "some/d/f2.txt"}},
      {"out/bin/\nout/test", "what two have in common is cut off", {"bin/tool", "test"}},
      {"a/**/b.txt", "any depth", {"b.txt", "deep/er/b.txt"}},
      {"dist\n!dist/**\ndist/app.js", "taken away, then added again", {"app.js"}},
      {".next", "hidden at the root of the search", {}},
      {"# a comment\n\n  a/b.txt  ", "comments and blanks", {"b.txt"}},
      {"links", "links to files are their targets, cycles are cut", {"real.txt", "to_file"}}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      FakeHost host(upload_artifact());
      for (const auto* name : {"a/b.txt", "a/deep/er/b.txt", "dist/app.js", "dist/sub/x.txt", "dist/.hidden",
                               "path/to/some/d/f1.txt", "path/to/some/d/f2.txt", "path/to/some/d/no.txt",
                               "out/bin/tool", "out/test", ".next/build", "links/real.txt"}) {
        put(host, name);
      }
      fs::create_symlink("real.txt", host.workspace() / "links/to_file");
      fs::create_symlink("nowhere", host.workspace() / "links/broken");
      fs::create_directory_symlink(".", host.workspace() / "links/cycle");
      host.with = {{"path", c.path}};
      CHECK(host.run().message == "");
      CHECK(stored(host, "artifact") == c.want);
      CHECK(host.outputs.count("artifact-id") == (c.want.empty() ? 0 : 1));
    }
  }
}

TEST_CASE("upload: versions differ") {
  struct Case {
    const char* why;
    ActionVersion version;
    Inputs with;
    std::vector<std::string> want;
  };
  const std::vector<std::string> all{".hidden", "app.js"}, plain{"app.js"};
  const std::vector<Case> cases{{"v4 leaves hidden files out", {4, 0, 0}, {}, plain},
                                {"v4.3 took them", {4, 3, 1}, {}, all},
                                {"v4.4 does not", {4, 4, 0}, {}, plain},
                                {"v3.1 took them", {3, 1, 0}, {}, all},
                                {"v3.2 does not", {3, 2, 0}, {}, plain},
                                {"v2 took them", {2, 0, 0}, {}, all},
                                {"asked for", {}, {{"include-hidden-files", "true"}}, all}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      FakeHost host(upload_artifact());
      put(host, "dist/app.js");
      put(host, "dist/.hidden");
      host.version_ = c.version;
      host.with = c.with;
      host.with["path"] = "dist";
      CHECK(host.run().message == "");
      CHECK(stored(host, "artifact") == c.want);
      CHECK(host.outputs.count("artifact-id") == (c.version.at_least(4) ? 1 : 0));
    }
  }
}

TEST_CASE("upload: nothing found") {
  struct Case {
    const char* choice;
    Outcome outcome;
    size_t annotations;
  };
  for (const auto& c : {Case{"warn", Outcome::success, 1}, Case{"error", Outcome::failure, 0},
                        Case{"ignore", Outcome::success, 0}, Case{"other", Outcome::failure, 0}}) {
    SUBCASE(c.choice) {
      FakeHost host(upload_artifact());
      host.with = {{"path", "nothing"}, {"if-no-files-found", c.choice}};
      CHECK(host.run().outcome == c.outcome);
      CHECK(host.annotations.size() == c.annotations);
      CHECK(host.artifacts().list().empty());
    }
  }
}

TEST_CASE("upload: the same name twice merges in v3, is refused in v4, replaces with overwrite") {
  struct Case {
    const char* why;
    int major;
    const char* overwrite;
    const char* message;
    std::vector<std::string> want;
    const char* shared;
  };
  const std::vector<Case> cases{{"v3", 3, "false", "", {"one", "shared", "two"}, "second"},
                                {"v4",
                                 4,
                                 "false",
                                 "(409) Conflict: an artifact with this name already exists",
                                 {"one", "shared"},
                                 "first"},
                                {"v4 with overwrite", 4, "true", "", {"shared", "two"}, "second"}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      FakeHost host(upload_artifact());
      host.version_ = {c.major, 0, 0};
      put(host, "a/one");
      put(host, "a/shared", "first");
      put(host, "b/two");
      put(host, "b/shared", "second");
      host.with = {{"path", "a"}, {"overwrite", c.overwrite}};
      CHECK(host.run().message == "");
      host.with["path"] = "b";
      const auto message = host.run().message;
      CHECK_MESSAGE(message.find(c.message) != std::string::npos, message);
      CHECK(message.empty() == std::string(c.message).empty());
      CHECK(stored(host, "artifact") == c.want);
      CHECK(host.artifacts().list().size() == 1);
      host.artifacts().download(host.artifacts().list()[0], host.workspace() / "out");
      CHECK(read_file(host.workspace() / "out/shared") == c.shared);
    }
  }
}

TEST_CASE("upload: wrong inputs") {
  struct Case {
    const char* why;
    Inputs with;
    const char* message;
  };
  const std::vector<Case> cases{
      {"no path", {}, "Input required and not supplied: path"},
      {"colon in the name", {{"path", "a"}, {"name", "x:y"}}, "The artifact name is not valid: x:y"},
      {"the folder above",
       {{"path", "a"}, {"name", ".."}},
       "The artifact name is not valid: ..: it holds nothing but dots"},
      {"colon in a file's name", {{"path", "odd"}}, "The path for one of the files in artifact is not valid"},
      {"level", {{"path", "a"}, {"compression-level", "10"}}, "Invalid compression-level"},
      {"days", {{"path", "a"}, {"retention-days", "-1"}}, "Invalid retention-days"},
      {"no boolean", {{"path", "a"}, {"overwrite", "yes"}}, "YAML 1.2"},
      {"dots", {{"path", "a/../b"}}, "Relative pathing"},
      {"two files raw", {{"path", "a\nodd"}, {"archive", "false"}}, "exactly one file"}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      FakeHost host(upload_artifact());
      put(host, "a/file");
      put(host, "odd/x:y");
      host.with = c.with;
      const auto result = host.run();
      CHECK(result.outcome == Outcome::failure);
      CHECK_MESSAGE(result.message.find(c.message) != std::string::npos, result.message);
      CHECK(host.artifacts().list().empty());
    }
  }
}

TEST_CASE("upload: archive false stores the file under its own name; names in UTF-8 and bytes come back") {
  FakeHost host(upload_artifact());
  put(host, "grüße/日本.txt", std::string("\0\xff", 2));
  host.with = {{"path", "grüße/日本.txt"}, {"archive", "false"}};
  CHECK(host.run().message == "");
  REQUIRE(host.artifacts().list().size() == 1);
  CHECK(host.artifacts().list()[0].name == "日本.txt");
  CHECK(host.artifacts().list()[0].raw);
  CHECK(host.outputs["artifact-digest"] == host.artifacts().list()[0].digest);
  CHECK(stored(host, "日本.txt") == std::vector<std::string>{"日本.txt"});
  host.with = {{"path", "grüße"}, {"compression-level", "0"}};
  CHECK(host.run().message == "");
  host.artifacts().download(host.artifacts().list()[1], host.workspace() / "out");
  CHECK(read_file(host.workspace() / "out/日本.txt") == std::string("\0\xff", 2));
}

void fill_store(FakeHost& host, const std::vector<std::string>& names) {
  for (const auto& name : names) {
    put(host, "in/" + name + ".txt", name);
    host.artifacts().upload(name, {{host.workspace() / ("in/" + name + ".txt"), name + ".txt"}}, 6,
                            NameClash::refuse, false);
  }
  fs::remove_all(host.workspace() / "in");
}

TEST_CASE("download: where things land depends on the version") {
  struct Case {
    const char* why;
    ActionVersion version;
    Inputs with;
    std::vector<std::string> want;
  };
  const std::vector<Case> cases{
      {"by name into the workspace", {4, 0, 0}, {{"name", "web"}}, {"web.txt"}},
      {"by name into a path", {4, 0, 0}, {{"name", "web"}, {"path", "a/b"}}, {"a/b/web.txt"}},
      {"v1 makes a folder", {1, 0, 0}, {{"name", "web"}}, {"web/web.txt"}},
      {"v3 all", {3, 0, 0}, {}, {"api/api.txt", "web.1/web.1.txt", "web/web.txt"}},
      {"v4 one by pattern keeps its folder", {4, 3, 0}, {{"pattern", "a*"}}, {"api/api.txt"}},
      {"v5 one by pattern is flat", {5, 0, 0}, {{"pattern", "a*"}}, {"api.txt"}},
      {"v4 merged", {4, 0, 0}, {{"pattern", "web*"}, {"merge-multiple", "true"}}, {"web.1.txt", "web.txt"}},
      {"all but", {4, 0, 0}, {{"pattern", "!web*"}}, {"api/api.txt"}},
      {"braces", {4, 0, 0}, {{"pattern", "{api,web}"}}, {"api/api.txt", "web/web.txt"}},
      {"nothing matches", {5, 0, 0}, {{"pattern", "no*"}}, {}},
      {"by id", {5, 0, 0}, {{"artifact-ids", "1, 2"}}, {"api/api.txt", "web/web.txt"}},
      {"one id of v4 keeps its folder", {4, 3, 0}, {{"artifact-ids", "2"}}, {"api/api.txt"}},
      {"as it is", {8, 0, 0}, {{"name", "web"}, {"skip-decompress", "true"}}, {"web.zip"}}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      FakeHost host(download_artifact());
      fill_store(host, {"web", "api", "web.1"});
      host.version_ = c.version;
      host.with = c.with;
      CHECK(host.run().message == "");
      CHECK(files_below(host.workspace()) == c.want);
      CHECK(fs::path(host.outputs["download-path"]).is_absolute());
    }
  }
}

TEST_CASE("download: failures") {
  struct Case {
    const char* why;
    Inputs with;
    const char* message;
  };
  const std::vector<Case> cases{
      {"no such name", {{"name", "wbe"}}, "Artifact not found for name: wbe; this run has web"},
      {"no such id", {{"artifact-ids", "7"}}, "Artifact not found for ids: 7"},
      {"name and ids", {{"name", "web"}, {"artifact-ids", "1"}}, "cannot be used together"},
      {"another run", {{"github-token", "t"}, {"run-id", "5"}}, "of another run"},
      {"mismatch", {{"digest-mismatch", "what"}}, "expected error, warn, info or ignore"}};
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      FakeHost host(download_artifact());
      fill_store(host, {"web"});
      host.with = c.with;
      const auto message = host.run().message;
      CHECK_MESSAGE(message.find(c.message) != std::string::npos, message);
    }
  }
}

TEST_CASE("download: a stored file that changed") {
  struct Case {
    int major;
    const char* choice;
    bool fails;
    size_t annotations;
  };
  for (const auto& c : {Case{8, "error", true, 0}, Case{8, "warn", false, 1}, Case{8, "ignore", false, 0},
                        Case{4, "error", false, 1}}) {
    CAPTURE(c.major);
    CAPTURE(c.choice);
    FakeHost host(download_artifact());
    put(host, "file", "abc");
    host.artifacts().upload("file", {{host.workspace() / "file", "file"}}, 0, NameClash::refuse, true);
    std::ofstream(host.workspace().parent_path() / "artifacts/1.raw") << "abd";
    host.version_ = {c.major, 0, 0};
    host.with = {{"name", "file"}, {"digest-mismatch", c.choice}};
    CHECK((host.run().outcome == Outcome::failure) == c.fails);
    CHECK(host.annotations.size() == c.annotations);
  }
}

TEST_CASE("artifact store: another process finds what one stored, ids go on") {
  const TempDir folder;
  const auto file = folder.write("in", "x");
  {
    ArtifactStore store(folder.path() / "store");
    store.upload("a", {{file, "in"}}, 6, NameClash::refuse, false);
    store.upload("b", {{file, "in"}}, 6, NameClash::refuse, false);
  }
  ArtifactStore store(folder.path() / "store");
  REQUIRE(store.list().size() == 2);
  CHECK(store.list()[1].name == "b");
  CHECK(store.upload("c", {{file, "in"}}, 6, NameClash::refuse, false).id == 3);
  CHECK(store.download(store.list()[0], folder.path() / "out") == 1);
  CHECK_THROWS_AS(store.upload("a", {{file, "in"}}, 6, NameClash::refuse, false), NameTaken);
}

TEST_CASE("artifact store: a name that would be another folder is refused when it is read, too") {
  const TempDir folder;
  for (const std::string name : {"..", ".", "a/b", "a\\\\b", ""}) {
    CAPTURE(name);
    const auto index =
        folder.write("index.json", R"([{"id":1,"name":")" + name + R"(","size":1,"sha256":"","raw":false}])");
    CHECK_THROWS_WITH_AS(ArtifactStore(folder.path()), doctest::Contains("is not valid"), Error);
  }
}

TEST_CASE("artifact store: jobs that merge at the same time lose nothing") {
  const TempDir folder;
  ArtifactStore store(folder.path() / "store");
  std::vector<std::thread> jobs;
  for (int job = 0; job < 8; ++job) {
    const auto file = folder.write("in" + std::to_string(job), "x");
    jobs.emplace_back([&store, file] {
      store.upload("all", {{file, file.filename().string()}}, 6, NameClash::merge, false);
    });
  }
  for (auto& job : jobs) job.join();
  REQUIRE(store.list().size() == 1);
  CHECK(store.download(store.list()[0], folder.path() / "out") == 8);
}

TEST_CASE("artifact store: a full disk names its mount point") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  REQUIRE(full);
  CHECK_THROWS_WITH(write_all(full.get(), "x", "/dev/full"),
                    "write /dev/full: No space left on device (the file system mounted at /dev)");
}

TEST_CASE("artifact names: patterns") {
  struct Case {
    const char *pattern, *name;
    bool want;
  };
  for (const auto& c :
       {Case{"*", "a.b", true}, Case{"*", ".a", false}, Case{"a?", "ab", true},
        Case{"!*.dockerbuild", "x.dockerbuild", false}, Case{"!*.dockerbuild", "x", true},
        Case{"{a,b{1,2}}-*", "b2-x", true}, Case{"{a,b}-*", "c-x", false}, Case{"[ab]", "b", true},
        Case{"{a}", "{a}", true}, Case{"{a", "{a", true}, Case{"", "", true}}) {
    CAPTURE(c.pattern);
    CAPTURE(c.name);
    CHECK(name_matches(c.pattern, c.name) == c.want);
  }
}

}  // namespace
}  // namespace runner::test
