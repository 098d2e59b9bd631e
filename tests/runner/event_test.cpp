#include "runner/order/event.hpp"

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "steps/clients/git/remote_url.hpp"
#include "tests/support/git.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWorkflow = R"(
on:
  push:
  schedule: [{cron: '5 4 * * *'}]
  repository_dispatch: {types: [deploy]}
  workflow_dispatch:
    inputs:
      where: {type: choice, options: [test, live], default: test}
      count: {type: number}
      dry: {type: boolean, default: true}
      note: {required: true, default: hello}
      half: {type: number, default: 0.50}
  workflow_call:
    inputs:
      count: {type: number}
      ratio: {type: number, default: 1.50}
      dry: {type: boolean}
jobs: {a: {runs-on: ubuntu-latest, steps: [{run: 'true'}]}}
)";

// main with two commits, the second tagged v1; checked out: feature/x, one further.
struct EventWorld {
  TempDir folder;
  fs::path root = folder.path() / "work";
  std::shared_ptr<const Workflow> workflow = read_workflow(".github/workflows/a.yml", kWorkflow).workflow;

  EventWorld() {
    REQUIRE(workflow != nullptr);
    fs::create_directories(root);
    git(root,
        "init -q && git remote add origin https://example.com/o/r.git && git config user.name 'Ana María'");
    git(root, "commit -q --allow-empty -m one && git commit -q --allow-empty -m two && git tag v1");
    git(root, "checkout -q -b feature/x && git commit -q --allow-empty -m three");
  }
  EventFacts event(EventOptions options) const {
    return make_event(options, open_repository(root, options.ref, options.sha), *workflow);
  }
  std::string sha(const std::string& name) const { return git(root, "rev-parse " + name); }
};

TEST_CASE("event: which ref and commit it is about") {
  struct Case {
    const char *event, *given_ref, *payload;
    const char *ref, *ref_name, *ref_type, *commit, *action;
  };
  for (const auto& c :
       {Case{"push", "", "", "refs/heads/feature/x", "feature/x", "branch", "HEAD", ""},
        Case{"push", "v1", "", "refs/tags/v1", "v1", "tag", "v1", ""},
        Case{"workflow_dispatch", "main", "", "refs/heads/main", "main", "branch", "main", ""},
        Case{"schedule", "", "", "refs/heads/main", "main", "branch", "main", ""},
        Case{"schedule", "feature/x", "", "refs/heads/feature/x", "feature/x", "branch", "HEAD", ""},
        Case{"repository_dispatch", "", "", "refs/heads/main", "main", "branch", "main", "deploy"},
        Case{"pull_request", "", "", "refs/pull/1/merge", "1/merge", "branch", "HEAD", "opened"},
        Case{"pull_request", "", R"({"number": 7, "action": "closed"})", "refs/pull/7/merge", "7/merge",
             "branch", "HEAD", "closed"},
        Case{"release", "v1", "", "refs/tags/v1", "v1", "tag", "v1", "published"},
        Case{"delete", "", R"({"ref": "old", "ref_type": "branch"})", "refs/heads/main", "main", "branch",
             "main", ""}}) {
    CAPTURE(c.event);
    CAPTURE(c.given_ref);
    const EventWorld world;
    const auto facts = world.event({.name = c.event, .payload_text = c.payload, .ref = c.given_ref});
    CHECK(facts.ref == c.ref);
    CHECK(facts.ref_name == c.ref_name);
    CHECK(facts.ref_type == c.ref_type);
    CHECK(facts.sha == world.sha(std::string(c.commit) + "^{commit}"));
    CHECK(facts.action == c.action);
  }
}

TEST_CASE("event: a push tells its commits") {
  const EventWorld world;
  const auto payload = world.event({.name = "push"}).payload;
  CHECK(payload.get("before").to_string() == world.sha("main"));
  CHECK(payload.get("after").to_string() == world.sha("HEAD"));
  CHECK(payload.get("head_commit").get("message").to_string() == "three");
  CHECK(payload.get("head_commit").get("timestamp").to_string() == git(world.root, "log -1 --format=%cI"));
  CHECK(payload.get("commits").array()->size() == 1);
  CHECK(payload.get("repository").get("full_name").to_string() == "o/r");
  CHECK(payload.get("repository").get("default_branch").to_string() == "main");
  CHECK(payload.get("sender").get("login").to_string() == world.event({}).actor);
}

TEST_CASE("event: a payload's fields stay, what it lacks is filled") {
  const EventWorld world;
  const auto facts = world.event(
      {.name = "push",
       .payload_text = R"({"forced": true, "pusher": {"name": "me"}, "head_commit": null, "own": 1})"});
  CHECK(facts.payload.get("forced").truthy());
  CHECK(facts.payload.get("pusher").get("name").to_string() == "me");
  CHECK(facts.payload.get("pusher").has("email"));
  CHECK(facts.payload.get("head_commit").is_null());
  CHECK(facts.payload.get("own").to_string() == "1");
  CHECK(facts.payload.has("compare"));
}

TEST_CASE("event: numbers of workflow_dispatch are text as given, those of workflow_call are numbers") {
  const EventWorld world;
  const auto dispatched = world.event({.name = "workflow_dispatch", .inputs = {{"count", "1.10"}}}).inputs;
  REQUIRE(dispatched.get("count").string() != nullptr);
  CHECK(*dispatched.get("count").string() == "1.10");
  CHECK(*dispatched.get("half").string() == "0.5");
  const auto zero = world.event({.name = "workflow_dispatch", .inputs = {{"count", "0"}}}).inputs;
  CHECK(zero.get("count").truthy());
  const auto none = world.event({.name = "workflow_dispatch"}).inputs;
  CHECK(*none.get("count").string() == "");
  const auto called = world.event({.name = "workflow_call", .inputs = {{"count", "1.10"}}}).inputs;
  REQUIRE(called.get("count").number() != nullptr);
  CHECK(*called.get("count").number() == 1.1);
  CHECK(*called.get("ratio").number() == 1.5);
  CHECK(*world.event({.name = "workflow_call"}).inputs.get("count").number() == 0);
  CHECK(called.get("dry").boolean() != nullptr);
}

TEST_CASE("event: booleans and choices of inputs, and text in the payload") {
  const EventWorld world;
  const auto facts =
      world.event({.name = "workflow_dispatch", .inputs = {{"count", "3"}, {"WHERE", "live"}}});
  CHECK(facts.inputs.get("dry").boolean() != nullptr);
  CHECK(facts.inputs.get("where").to_string() == "live");
  CHECK(facts.inputs.get("note").to_string() == "hello");
  CHECK(*facts.payload.get("inputs").get("dry").string() == "true");
  CHECK(*facts.payload.get("inputs").get("count").string() == "3");
}

TEST_CASE("event: what is refused") {
  struct Case {
    EventOptions options;
    const char* message;
  };
  const EventWorld world;
  for (const auto& c :
       {Case{{.name = "pusch"}, "did you mean \"push\"?"},
        Case{{.name = "release"}, "the event release is about a tag"},
        Case{{.name = "push", .payload_text = "{", .payload_file = "p.json"}, "p.json"},
        Case{{.name = "push", .payload_text = "[]"}, "object"},
        Case{{.name = "workflow_dispatch", .inputs = {{"cuont", "1"}}}, "did you mean \"count\"?"},
        Case{{.name = "workflow_dispatch", .inputs = {{"count", "x"}}}, "number"},
        Case{{.name = "workflow_dispatch", .inputs = {{"dry", "yes"}}}, "true or false"},
        Case{{.name = "workflow_dispatch", .inputs = {{"where", "liv"}}}, "live"}}) {
    CAPTURE(c.message);
    std::string message;
    try {
      world.event(c.options);
    } catch (const UsageError& error) {
      message = error.what();
    }
    CHECK_MESSAGE(message.find(c.message) != std::string::npos, message);
  }
}

TEST_CASE("repository: what is at HEAD, and what --ref and --sha make of it") {
  const EventWorld world;
  CHECK(open_repository(world.root).ref == "refs/heads/feature/x");
  CHECK(open_repository(world.root).default_branch == "main");
  CHECK(open_repository(world.root, "", world.sha("v1").substr(0, 8)).sha == world.sha("v1"));
  CHECK(open_repository(world.root, "v1").ref == "refs/tags/v1");
  CHECK_THROWS_AS(open_repository(world.root, "nothing"), UsageError);
  CHECK_THROWS_AS(open_repository(world.root, "", "0123456789"), UsageError);
  CHECK_THROWS_AS(open_repository(world.root, "", "main"), UsageError);
  git(world.root, "checkout -q v1");
  CHECK(open_repository(world.root).ref == "refs/tags/v1");
  git(world.root, "checkout -q --detach feature/x");
  CHECK(open_repository(world.root).detached);
  CHECK(open_repository(world.root).ref == "");  // no branch is guessed
  git(world.root, "checkout -q --detach main~1");
  CHECK(open_repository(world.root).ref == "refs/heads/main");
  CHECK(open_repository(world.folder.path()).git_dir.empty());
}

TEST_CASE("repository: one without commits") {
  const TempDir folder;
  git(folder.path(), "init -q");
  const auto repository = open_repository(folder.path());
  CHECK(repository.ref == "refs/heads/main");
  CHECK(repository.sha == "");
  CHECK(!repository.head);
}

TEST_CASE("remote URLs: slug, host, credentials") {
  struct Case {
    const char *url, *slug, *host, *plain;
  };
  for (const auto& c :
       {Case{"https://example.com/o/r.git", "o/r", "example.com", "https://example.com/o/r.git"},
        Case{"https://u:p@example.com/o/r", "o/r", "example.com", "https://example.com/o/r"},
        Case{"https://example.com:8443/o/r/", "o/r", "example.com", "https://example.com:8443/o/r/"},
        Case{"ssh://git@example.com:22/o/r.git", "o/r", "example.com", "ssh://git@example.com:22/o/r.git"},
        Case{"git@example.com:o/r.git", "o/r", "example.com", "git@example.com:o/r.git"},
        Case{"git@example.com:group/sub/r.git", "sub/r", "example.com", "git@example.com:group/sub/r.git"},
        Case{"https://example.com/r", "", "example.com", "https://example.com/r"},
        Case{"/srv/git/r.git", "", "", "/srv/git/r.git"}, Case{"../r", "", "", "../r"},
        Case{"file:///srv/o/r", "", "", "file:///srv/o/r"}, Case{"", "", "", ""}}) {
    CAPTURE(c.url);
    CHECK(slug_of_remote(c.url) == c.slug);
    CHECK(host_of_remote(c.url) == c.host);
    CHECK(without_credentials(c.url) == c.plain);
  }
}

}  // namespace
TEST_CASE("event: the number of a pull request is the payload's, wherever that has it") {
  const EventWorld world;
  for (const auto* payload : {R"({"number": 7})", R"({"pull_request": {"number": 7}})"}) {
    const auto facts = world.event({.name = "pull_request", .payload_text = payload});
    CHECK(facts.ref == "refs/pull/7/merge");
    CHECK(facts.payload.get("number").to_string() == "7");
  }
}

}  // namespace runner::test
