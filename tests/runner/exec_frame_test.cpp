// Steps inside of a step, made by hand: what an action of several steps stands on (execution.md 8.5).
#include <memory>
#include <optional>

#include <doctest/doctest.h>

#include "parser/model/workflow.hpp"
#include "runner/exec/step_run.hpp"
#include "runner/place/host_place.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/run_fixture.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
using namespace runner::test;

namespace {

struct Seen : Reporter {
  int started = 0, finished = 0;
  std::string log_of_three;

  void run_started(const RunInfo&) override {}
  void job_queued(const JobInfo&) override {}
  void job_started(const JobInfo&) override {}
  void step_started(const StepInfo&) override { ++started; }
  void log(const StepInfo& step, std::string_view lines) override {
    if (step.number == 3) log_of_three += lines;
  }
  void annotation(const StepInfo&, const Annotation&) override {}
  void progress(const StepInfo&, std::string_view) override {}
  void step_finished(const StepInfo&, const StepEnd&) override { ++finished; }
  void job_finished(const JobInfo&, const JobEnd&) override {}
  void run_finished(const RunEnd&) override {}
  void warning(std::string_view) override {}
  void turned(Turn, std::string_view) override {}
  void summary(const StepInfo&, std::string_view) override {}
};

// A job whose third step is under way, and holds the steps of `text`.
struct Inside {
  TempDir folder;
  RunRequest request;
  Seen seen;
  Masker masker;
  FakeHttp http;
  ArtifactStore artifacts{folder.path() / "artifacts"};
  CacheStore caches{folder.path() / "caches"};
  Deadlines deadlines;
  Reaper reaper{0};
  std::optional<RunFolders> run_folders;
  NodeProgram node{"", {{"PATH", "/usr/bin:/bin"}}, folder.path() / "home"};
  std::optional<RunServices> services;
  std::optional<JobFolders> job_folders;
  std::unique_ptr<JobPlace> place;
  JobOrder order;
  std::optional<JobState> job;
  StepInfo third;
  StepFrame frame;

  explicit Inside(std::string_view steps, std::unique_ptr<JobPlace> other_place = nullptr) {
    request.call.workflow =
        read_workflow(
            ".github/workflows/w.yml",
            "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n" + std::string(steps))
            .workflow;
    REQUIRE(request.call.workflow != nullptr);
    request.repository.root = folder.path();
    request.process = {{"PATH", "/usr/bin:/bin"}};
    request.folders = {folder.path() / "state", folder.path() / "cache", folder.path() / "home"};
    request.run_folder = folder.path();
    run_folders.emplace(request);
    services.emplace(RunServices{.request = request,
                                 .reporter = seen,
                                 .masker = masker,
                                 .http = http,
                                 .artifacts = artifacts,
                                 .caches = caches,
                                 .deadlines = deadlines,
                                 .reaper = reaper,
                                 .folders = *run_folders,
                                 .node = node,
                                 .hard = {},
                                 .kill_times = {},
                                 .minute = std::chrono::minutes(1)});
    job_folders.emplace(*run_folders);
    order.call = &request.call;
    order.job = &request.call.workflow->jobs.front();
    place = std::move(other_place);
    if (place == nullptr) place = std::make_unique<HostPlace>(reaper, KillTimes{}, request.process);
    job.emplace(*services, order, *job_folders, *place);
    third = {.job = &order.info, .number = 3, .id = "", .name = "act", .what = "uses: ./act", .pos = {}};
    frame.outer = &job->frame;
    frame.step = &third;
    frame.key = "3.";
    frame.action_path = "/actions/act";
    frame.inputs = expr::Value::Object{{"who", std::string("me")}};
  }

  void run() {
    StepStop outer;
    outer.begin(false);
    StepStop stop(outer);
    std::vector<PendingPost> posts;
    int number = 0;
    for (const auto& step : order.job->steps) StepRun(*job, frame, stop, step, ++number).run(posts);
    outer.end();
  }
};

// Somewhere else: what is at /x here is at /far/x there.
struct FarPlace : JobPlace {
  std::vector<Command> commands;

  std::string shown(const std::filesystem::path& path) const override { return "/far" + path.string(); }
  std::optional<std::string> find_program(std::string_view name, std::string_view path,
                                          const std::filesystem::path&) const override {
    CHECK(path == "/far/bin");
    return "/far/bin/" + std::string(name);
  }
  Environment environment() const override { return {{"PATH", "/far/bin"}, {"HOME", "/far/home"}}; }
  Exit run(const Command& command, const OutputSink& sink, const Stops&) override {
    commands.push_back(command);
    sink(Stream::out, "said there\n");
    return {.code = 3, .signal = 0};
  }
  std::vector<std::string> end() override { return {}; }
};

}  // namespace

TEST_CASE("place: a script runs wherever the job's processes do") {
  auto owned = std::make_unique<FarPlace>();
  auto& far = *owned;
  Inside inside("      - {id: a, env: {PATH: /far/bin}, run: echo there}\n", std::move(owned));
  inside.run();
  REQUIRE(far.commands.size() == 1);
  const auto& argv = far.commands[0].argv;
  CHECK(argv.front() == "/far/bin/bash");
  CHECK(argv.back().starts_with("/far/"));
  CHECK(argv.back().ends_with("step-3.1.sh"));
  CHECK(far.commands[0].env.at("HOME") == "/far/home");
  CHECK(contains(inside.seen.log_of_three, "said there\n"));
  REQUIRE(inside.frame.steps.size() == 1);
  CHECK(inside.frame.steps[0].outcome == Outcome::failure);
}

TEST_CASE("frame: two steps inside of a step have inputs, outputs and a status of their own") {
  Inside inside(
      "      - {id: a, run: 'echo \"v=${{ inputs.who }} ${GITHUB_OUTPUT##*/}\" >> \"$GITHUB_OUTPUT\"; exit "
      "1'}\n"
      "      - {id: b, if: failure(), run: 'echo b saw ${{ steps.a.outputs.v }} at ${{ github.action_path "
      "}} ${{ job.status }}; echo SET=1 >> \"$GITHUB_ENV\"'}\n"
      "      - {id: c, run: 'echo never'}\n");
  inside.run();
  const auto& steps = inside.frame.steps;
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].outcome == Outcome::failure);
  CHECK(steps[1].outcome == Outcome::success);
  CHECK(steps[2].outcome == Outcome::skipped);
  CHECK(contains(steps[0].outputs.at(0).second, "me "));
  CHECK(contains(steps[0].outputs.at(0).second, "3.1"));  // no other step's file
  CHECK(inside.frame.status == Outcome::failure);
  CHECK(contains(inside.seen.log_of_three,
                 "b saw " + steps[0].outputs.at(0).second + " at /actions/act success\n"));

  // The job sees one step: what it makes of this one is for that to say.
  CHECK(inside.job->status() == Outcome::success);
  CHECK(inside.job->frame.steps.empty());
  CHECK(inside.job->env.at("SET") == "1");
  CHECK(inside.seen.started + inside.seen.finished == 0);
}

TEST_CASE("frame: success() and failure() look at the steps beside, cancelled() and always() at the job") {
  struct Case {
    Outcome job, frame;
    const char* want;  // of success, failure, cancelled, always
  };
  using enum Outcome;
  for (const auto& c : {Case{success, success, "success skipped skipped success"},
                        Case{failure, success, "success skipped skipped success"},
                        Case{success, failure, "skipped success skipped success"},
                        Case{cancelled, success, "skipped skipped success success"}}) {
    Inside inside(
        "      - {id: a, if: success(), run: 'true'}\n"
        "      - {id: b, if: failure(), run: 'true'}\n"
        "      - {id: c, if: cancelled(), run: 'true'}\n"
        "      - {id: d, if: always(), run: 'true'}\n");
    inside.job->frame.status = c.job;
    inside.frame.status = c.frame;
    inside.run();
    std::string found;
    for (const auto& step : inside.frame.steps)
      found += (found.empty() ? "" : " ") + std::string(to_string(step.outcome));
    CHECK(found == c.want);
  }
}

TEST_CASE("frame: what ends the outer step ends the inner ones; a cancel it survives asks each of them") {
  struct Case {
    const char* why;
    bool outer_survives, inner_survives;
    void (*act)(StepStop& outer);
    bool stopped;  // the inner step that runs
    bool next;     // the one after it, which survives a cancel, begins stopped
  };
  for (const auto& c : {
           Case{"a cancel that ends both", false, true, [](auto& outer) { outer.cancel(); }, true, true},
           Case{"one that the outer survives, not the inner", true, false,
                [](auto& outer) { outer.cancel(); }, true, false},
           Case{"one that both survive", true, true, [](auto& outer) { outer.cancel(); }, false, false},
           Case{"the outer one's timeout", false, true, [](auto& outer) { outer.time_out(); }, true, true},
           Case{"a stop now", true, true, [](auto& outer) { outer.stop_now(); }, true, true},
       }) {
    CAPTURE(c.why);
    StepStop outer;
    outer.begin(c.outer_survives);
    {
      StepStop inner(outer);
      const auto token = inner.begin(c.inner_survives);
      CHECK(!token.stop_requested());
      c.act(outer);
      CHECK(token.stop_requested() == c.stopped);
      inner.end();
      CHECK(inner.begin(true).stop_requested() == c.next);
    }
    outer.stop_now();  // its inner one is gone
    StepStop late(outer);
    CHECK(late.begin(true).stop_requested());
  }
}
