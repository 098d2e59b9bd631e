#include "steps/action_ref.hpp"

#include <doctest/doctest.h>

#include "steps/catalog.hpp"

using namespace runner;

namespace {

// "OWNER/NAME@REF" as it stands in a workflow.
std::optional<RefRemark> remark_on(const std::string& text) {
  const auto result =
      read_workflow("w.yml", "on: push\njobs: {a: {runs-on: x, steps: [{uses: '" + text + "'}]}}\n");
  REQUIRE(result.workflow != nullptr);
  const auto& uses = *result.workflow->jobs[0].steps[0].uses;
  const auto* action = find_builtin(uses.action());
  REQUIRE_MESSAGE(action != nullptr, text);
  return ref_remark(action->spec, uses);
}

}  // namespace

TEST_CASE("action refs: what GitHub finds") {
  for (const std::string text : {
           "actions/checkout@v4",
           "actions/checkout@v4.1.7",
           "actions/checkout@v2-beta",
           "actions/checkout@1.0.0",
           "actions/checkout@main",
           "actions/checkout@releases/v4",
           "actions/checkout@my-branch",
           "actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3",
           "Actions/Checkout@v4",
           "actions/cache/restore@v4.2.3",
           "jakejarvis/s3-sync-action@master",
           "jakejarvis/s3-sync-action@v0.5.1",
           "Ilshidur/action-discord@0.3.2",
           "Burnett01/rsync-deployments@7.0.1",
           "Burnett01/rsync-deployments@v8",
           "Burnett01/rsync-deployments@5.2",
           "appleboy/ssh-action@v1.2.0",
           "tsickert/discord-webhook@v7.0.0",
           "8398a7/action-slack@v3",
           "shimataro/ssh-key-action@v2",
           "sarisia/actions-status-discord@v1.15",
           "azure/docker-login@v2",
           "azure/docker-login@v1.0.1",
       }) {
    CHECK_MESSAGE(!remark_on(text), text);
  }
}

TEST_CASE("action refs: a newer one than the table knows is not refused") {
  for (const std::string text :
       {"actions/checkout@v7.9.0", "actions/checkout@v4.99.1", "pnpm/action-setup@v5",
        "sarisia/actions-status-discord@v1.99", "Ilshidur/action-discord@0.9.0"}) {
    CHECK_MESSAGE(!remark_on(text), text);
  }
}

TEST_CASE("action refs: what there is not, with the nearest that there is") {
  struct Case {
    const char *why, *text, *nearest;
  };
  for (const auto& c : {
           Case{"the v is missing", "actions/checkout@4", "actions/checkout@v4"},
           Case{"of a whole version", "actions/checkout@4.1.7", "actions/checkout@v4.1.7"},
           Case{"a large V", "actions/checkout@V4", "actions/checkout@v4"},
           Case{"there never was a v0", "actions/checkout@v0", "actions/checkout@v1"},
           Case{"two numbers are no tag", "actions/checkout@v4.1", "actions/checkout@v4.1.7"},
           Case{"nor without the v", "actions/checkout@4.9", "actions/checkout@v4"},
           Case{"a version that was left out", "actions/setup-java@v3.7.0", "actions/setup-java@v3"},
           Case{"the newest by its nickname", "actions/checkout@latest", "actions/checkout@v7"},
           Case{"a path keeps its name", "actions/cache/restore@4", "actions/cache/restore@v4"},
           Case{"a v too many", "Burnett01/rsync-deployments@v7.0.1", "Burnett01/rsync-deployments@7.0.1"},
           Case{"a major that has no tag of its own", "Burnett01/rsync-deployments@v5",
                "Burnett01/rsync-deployments@5.2.2"},
           Case{"whole versions only", "jakejarvis/s3-sync-action@v0", "jakejarvis/s3-sync-action@v0.5.1"},
           Case{"whole versions only, v1", "jakejarvis/s3-sync-action@v1",
                "jakejarvis/s3-sync-action@v0.5.1"},
           Case{"whole versions without a v", "Ilshidur/action-discord@v0.3.2",
                "Ilshidur/action-discord@0.3.2"},
           Case{"a major that only its versions have", "tsickert/discord-webhook@v7",
                "tsickert/discord-webhook@v7.0.0"},
       }) {
    SUBCASE(c.why) {
      const auto remark = remark_on(c.text);
      REQUIRE(remark);
      CHECK_FALSE(remark->exists);
      CHECK_MESSAGE(remark->message.ends_with(std::string("the nearest is ") + c.nearest), remark->message);
    }
  }
  const auto shortened = remark_on("actions/checkout@8f4b7f8");
  REQUIRE(shortened);
  CHECK_FALSE(shortened->exists);
  CHECK(shortened->message.find("40 digits") != std::string::npos);
}

TEST_CASE("action refs: versions that are not known here are told of") {
  struct Case {
    const char *text, *message;
  };
  for (const auto& c : {
           Case{"actions/checkout@v99",
                "v99 is newer than v7, the newest that is known here: it is run as that"},
           Case{"docker/build-push-action@v1",
                "v1 is older than v2, the oldest that is known here: it is run as that"},
           Case{"azure/docker-login@v99",
                "v99 is newer than v2, the newest that is known here: it is run as that"},
       }) {
    const auto remark = remark_on(c.text);
    REQUIRE_MESSAGE(remark, c.text);
    CHECK(remark->exists);
    CHECK(remark->message == c.message);
  }
}
