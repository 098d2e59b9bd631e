#include <doctest/doctest.h>

#include "tests/support/fake_host.hpp"

namespace runner {
BuiltinAction upload_artifact_merge();
}  // namespace runner

namespace runner::test {
namespace {

namespace fs = std::filesystem;

struct Host : FakeHost {
  Host() : FakeHost(upload_artifact_merge()) {
    add("logs-a", {"a.txt", ".hidden/x"});
    add("logs-b", {"b.txt"});
    add("site", {"index.html"});
  }
  void add(const std::string& name, const std::vector<std::string>& files) {
    std::vector<ArtifactFile> stored;
    for (const auto& file : files) {
      const auto source = workspace() / name / file;
      fs::create_directories(source.parent_path());
      std::ofstream(source) << name;
      stored.push_back({source, file});
    }
    artifacts().upload(name, stored, 0, NameClash::refuse, false);
  }
  std::string names() {
    std::string all;
    for (const auto& artifact : artifacts().list()) all += artifact.name + " ";
    return all;
  }
  std::string files_of(const std::string& name) {
    const TempDir out;
    for (const auto& artifact : artifacts().list()) {
      if (artifact.name == name) artifacts().download(artifact, out.path());
    }
    std::vector<std::string> files;
    for (const auto& item : fs::recursive_directory_iterator(out.path())) {
      if (item.is_regular_file()) files.push_back(item.path().lexically_relative(out.path()).string());
    }
    std::sort(files.begin(), files.end());
    std::string all;
    for (const auto& file : files) all += file + " ";
    return all;
  }
};

TEST_CASE("merge artifacts: which, under which names, and what becomes of the parts") {
  struct Case {
    const char* why;
    std::map<std::string, std::string, IgnoringCase> with;
    const char *name, *files, *left;
  };
  for (const auto& c : std::vector<Case>{
           {"all", {}, "merged-artifacts", "a.txt b.txt index.html ", "logs-a logs-b site merged-artifacts "},
           {"a pattern",
            {{"pattern", "logs-*"}, {"name", "logs"}},
            "logs",
            "a.txt b.txt ",
            "logs-a logs-b site logs "},
           {"folders",
            {{"pattern", "logs-*"}, {"separate-directories", "true"}, {"name", "l"}},
            "l",
            "logs-a/a.txt logs-b/b.txt ",
            "logs-a logs-b site l "},
           {"hidden files",
            {{"pattern", "logs-a"}, {"include-hidden-files", "true"}, {"name", "l"}},
            "l",
            ".hidden/x a.txt ",
            "logs-a logs-b site l "},
           {"deleted",
            {{"pattern", "logs-*"}, {"delete-merged", "true"}, {"name", "l"}},
            "l",
            "a.txt b.txt ",
            "site l "}}) {
    SUBCASE(c.why) {
      Host host;
      host.with = c.with;
      CHECK(host.run().message == "");
      CHECK(host.files_of(c.name) == c.files);
      CHECK(host.names() == c.left);
      CHECK(host.outputs["artifact-id"] == "4");
      CHECK(host.outputs["artifact-digest"] == host.artifacts().list().back().digest);
      CHECK(fs::is_empty(host.temp()));
    }
  }
}

TEST_CASE("merge artifacts: failures") {
  Host host;
  host.with = {{"pattern", "none-*"}};
  CHECK(host.run().message ==
        "No artifacts found matching pattern 'none-*'; this run has logs-a, logs-b, site");
  host.with = {{"pattern", "logs-*"}, {"name", "site"}};
  CHECK(host.run().message.find("(409) Conflict: an artifact with this name already exists") !=
        std::string::npos);
  CHECK(host.names() == "logs-a logs-b site ");
  host.with = {{"name", "a/b"}};
  CHECK(host.run().message.find("The artifact name is not valid: a/b") == 0);
  host.with = {{"compression-level", "11"}};
  CHECK(host.run().message == "Invalid compression-level: \"11\" is no whole number from 0 to 9");
}

}  // namespace
}  // namespace runner::test
