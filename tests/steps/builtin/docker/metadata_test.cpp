#include <doctest/doctest.h>

#include "parser/base/json.hpp"
#include "steps/builtin/docker/metadata/labels.hpp"
#include "steps/step.hpp"
#include "steps/system/files.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/git.hpp"

namespace runner {

BuiltinAction docker_metadata();

namespace {

using With = std::map<std::string, std::string, IgnoringCase>;

constexpr auto kSha = "860c1904a1ce19322e91ac35af1ab07466440c37";

struct Step {
  test::FakeHost host{docker_metadata()};
  explicit Step(With with, const std::string& event = "push", const std::string& ref = "refs/heads/main") {
    host.with = std::move(with);
    host.contexts = {{"github.event_name", event},
                     {"github.ref", ref},
                     {"github.sha", kSha},
                     {"github.repository", "octocat/hello"},
                     {"github.server_url", "https://git.test"},
                     {"github.event.repository.default_branch", "main"}};
  }
};

std::string without_created(const std::string& labels) {
  std::string kept;
  for (const auto line : split_lines(labels)) {
    if (line.find(".created=") == std::string_view::npos) kept.append(line).append("\n");
  }
  return kept;
}

}  // namespace

TEST_CASE("metadata: outputs and variables") {
  Step step(With{{"images", "user/app\nghcr.io/User/app"}, {"tags", "type=ref,event=branch\ntype=sha"}});
  REQUIRE(step.host.run().outcome == Outcome::success);
  auto& outputs = step.host.outputs;
  CHECK(outputs["version"] == "main");
  CHECK(outputs["tags"] ==
        "user/app:main\nuser/app:sha-860c190\nghcr.io/user/app:main\nghcr.io/user/app:sha-860c190");
  CHECK(outputs["tag-names"] == "main\nsha-860c190");
  CHECK(without_created(outputs["labels"]) ==
        std::string("org.opencontainers.image.description=\n"
                    "org.opencontainers.image.licenses=\n"
                    "org.opencontainers.image.revision=") +
            kSha +
            "\norg.opencontainers.image.source=https://git.test/octocat/hello\n"
            "org.opencontainers.image.title=hello\n"
            "org.opencontainers.image.url=https://git.test/octocat/hello\n"
            "org.opencontainers.image.version=main\n");
  CHECK(outputs["annotations"].starts_with("manifest:org.opencontainers.image.created="));
  for (const auto* name : {"version", "tags", "labels", "annotations", "json"}) {
    CHECK(step.host.exported["DOCKER_METADATA_OUTPUT_" + upper(name)] == outputs[name]);
  }
  CHECK(step.host.exported["DOCKER_METADATA_OUTPUT_BAKE_FILE_TAGS"] == outputs["bake-file-tags"]);
  const auto json = read_json(outputs["json"]);
  CHECK(json["tags"].size() == 4);
  CHECK(json["tag-names"] == nlohmann::json::array({"main", "sha-860c190"}));
  CHECK(json["labels"]["org.opencontainers.image.title"] == "hello");
}

TEST_CASE("metadata: files for bake") {
  Step step(With{{"images", "user/app"}, {"bake-target", "app"}, {"labels", "a=b"}});
  REQUIRE(step.host.run().outcome == Outcome::success);
  const auto file = [&](const char* output) { return read_json(read_file(step.host.outputs[output])); };
  const auto tags = file("bake-file-tags");
  CHECK(tags == read_json(R"({"target":{"app":{"tags":["user/app:main"],
                 "args":{"DOCKER_META_IMAGES":"user/app","DOCKER_META_VERSION":"main"}}}})"));
  CHECK(file("bake-file-labels")["target"]["app"]["labels"]["a"] == "b");
  CHECK(file("bake-file-annotations")["target"]["app"]["annotations"].size() == 8);
  CHECK(file("bake-file")["target"]["app"].size() == 3);
  CHECK(step.host.outputs["bake-file"].ends_with("/docker-metadata-action-bake.json"));
  CHECK(step.host.outputs["bake-file"].starts_with(step.host.temp().string()));
}

TEST_CASE("metadata: separators, own labels and levels of annotations") {
  Step step(With{{"images", "user/app"},
                 {"tags", "a\nb"},
                 {"sep-tags", ","},
                 {"sep-labels", ", "},
                 {"labels", "maintainer=Me={{branch}}\norg.opencontainers.image.title=Mine\nB=1\nnothing"},
                 {"annotations", "name=note,value=x,enable=true\nname=off,value=y,enable=false"}});
  step.host.env_["DOCKER_METADATA_ANNOTATIONS_LEVELS"] = "manifest,index";
  step.host.env_["DOCKER_METADATA_SET_OUTPUT_ENV"] = "false";
  REQUIRE(step.host.run().outcome == Outcome::success);
  CHECK(step.host.outputs["tags"] == "user/app:a,user/app:b");
  CHECK(step.host.outputs["labels"].starts_with("B=1, maintainer=Me=main, org."));
  CHECK(step.host.outputs["labels"].find(".title=Mine,") != std::string::npos);
  CHECK(step.host.outputs["labels"].find("nothing") == std::string::npos);
  CHECK(step.host.outputs["annotations"].find("manifest:note=x\n") != std::string::npos);
  CHECK(step.host.outputs["annotations"].find("index:note=x\n") != std::string::npos);
  CHECK(step.host.outputs["annotations"].find("off") == std::string::npos);
  CHECK(step.host.exported.empty());
}

TEST_CASE("metadata: before version 6 a label has no attributes") {
  Step step(With{{"images", "x"}, {"labels", "name=a,value=b"}});
  step.host.version_ = {.major = 5};
  REQUIRE(step.host.run().outcome == Outcome::success);
  CHECK(step.host.outputs["labels"].starts_with("name=a,value=b\n"));
}

TEST_CASE("metadata: pull requests") {
  Step step(With{{"images", "x"}, {"tags", "type=ref,event=pr\ntype=sha,prefix=\n{{base_ref}}"}},
            "pull_request_target", "refs/heads/main");
  step.host.contexts["github.event.number"] = "5";
  step.host.contexts["github.event.pull_request.base.ref"] = "develop";
  step.host.contexts["github.event.pull_request.head.sha"] = "aaaaaaaaaa1904a1ce19322e91ac35af1ab07466";
  SUBCASE("the commit that was merged") {}
  SUBCASE("the head's commit, shortened as asked for") {
    step.host.env_["DOCKER_METADATA_PR_HEAD_SHA"] = "true";
    step.host.env_["DOCKER_METADATA_SHORT_SHA_LENGTH"] = "9";
  }
  const bool head = step.host.env_.contains("DOCKER_METADATA_PR_HEAD_SHA");
  REQUIRE(step.host.run().outcome == Outcome::success);
  CHECK(step.host.outputs["tags"] ==
        (head ? "x:pr-5\nx:develop\nx:aaaaaaaaa" : "x:pr-5\nx:develop\nx:860c190"));
}

TEST_CASE("metadata: no images, no tags") {
  Step step(With{{"tags", "type=semver,pattern={{version}}"}});
  SUBCASE("nothing fits: two warnings") {
    REQUIRE(step.host.run().outcome == Outcome::success);
    REQUIRE(step.host.annotations.size() == 2);
    CHECK(step.host.annotations[0].message ==
          "No Docker image version has been generated. Check tags input.");
    CHECK(step.host.outputs["tags"].empty());
    CHECK(read_json(
              read_file(step.host.outputs["bake-file-tags"]))["target"]["docker-metadata-action"]["args"] ==
          read_json(R"({"DOCKER_META_IMAGES":""})"));
  }
  SUBCASE("without images the tags stand alone") {
    step.host.with["tags"] = "a";
    REQUIRE(step.host.run().outcome == Outcome::success);
    CHECK(step.host.outputs["tags"] == "a");
  }
  SUBCASE("before version 5 they were required") {
    step.host.version_ = {.major = 4};
    CHECK(step.host.run().message == "images input required");
  }
}

TEST_CASE("metadata: the repository that is checked out") {
  Step step(With{{"context", "git"}, {"tags", "type=ref,event=branch\ntype=sha\n{{commit_date 'YYYY'}}"}});
  SUBCASE("its branch and commit") {
    test::git(step.host.workspace(), "init -q -b topic");
    test::git(step.host.workspace(), "commit -q --allow-empty -m x");
    REQUIRE(step.host.run().outcome == Outcome::success);
    CHECK(step.host.outputs["tags"].starts_with("topic\n"));
    CHECK(step.host.outputs["labels"].find(kSha) == std::string::npos);
  }
  SUBCASE("there is none") {
    CHECK(step.host.run().message.find("is none: put actions/checkout before") != std::string::npos);
  }
  SUBCASE("another context") {
    step.host.with["context"] = "gitt";
    CHECK(step.host.run().message == "Invalid context source: gitt; did you mean \"git\"?");
  }
}

TEST_CASE("metadata: what is known before a run") {
  const auto action = docker_metadata();
  Step step(With{{"images", "user/app"}});
  CHECK(action.effects(step.host) == std::vector<std::string>{"tags user/app:main"});
  CHECK(action.problems(step.host).empty());
  step.host.with["tags"] = "type=semver";
  CHECK(action.problems(step.host) == std::vector<std::string>{"Missing pattern attribute for type=semver"});
  step.host.with["tags"] = "type=raw,value=${{ steps.x.outputs.y }}";
  CHECK(action.problems(step.host).empty());
  CHECK(action.effects(step.host) == std::vector<std::string>{"name the image's tags and labels"});
  step.host.version_ = {.major = 1};
  REQUIRE(action.problems(step.host).size() == 1);
  CHECK(action.problems(step.host)[0].find("write @v5") != std::string::npos);
  CHECK(step.host.run().outcome == Outcome::failure);
}

TEST_CASE("metadata: the order of labels") {
  for (const auto& [first, second] : {std::pair{"a_b", "a-b"},
                                      {"a-b", "a.b"},
                                      {"a.b", "a1"},
                                      {"a1", "ab"},
                                      {"a", "B"},
                                      {"a", "A"},
                                      {"a", "ab"}}) {
    CHECK(name_less(first, second));
    CHECK_FALSE(name_less(second, first));
  }
}

}  // namespace runner
