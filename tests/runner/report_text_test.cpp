// Whole outputs of the text reporter and of JSON lines, against testdata/report.
#include <stdlib.h>

#include <regex>

#include <doctest/doctest.h>

#include "runner/report/activity.hpp"
#include "runner/report/json.hpp"
#include "runner/report/log_lines.hpp"
#include "runner/report/story.hpp"
#include "tests/runner/report_support.hpp"

namespace runner {
namespace {

using test::Capture;
using test::ManualClock;
using test::SampleRun;

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

TEST_CASE("report: a run without a terminal, in each style") {
  struct Case {
    const char* name;
    TextStyle style;
  };
  for (const auto& c :
       {Case{"plain", {}}, Case{"plain-ascii", {.unicode = false}}, Case{"plain-color", {.color = true}},
        Case{"plain-quiet", {.quiet = true}}, Case{"plain-github", {.github = true}},
        Case{"plain-debug", {.debug = true}}, Case{"plain-tty", {.tty = true}}}) {
    SUBCASE(c.name) {
      const Capture capture;
      const ManualClock clock;
      TextSurroundings surroundings;
      surroundings.now = [&] { return clock.time; };
      surroundings.sign_of_life = {};
      const auto reporter = make_plain_reporter(capture.fd(), c.style, surroundings);
      SampleRun().play(*reporter);
      test::check_output(c.name, capture.text());
    }
  }
}

TEST_CASE("report: JSON lines") {
  const Capture capture;
  const auto reporter =
      make_json_reporter(capture.fd(), [] { return SystemTime(std::chrono::milliseconds(1760000000042)); });
  SampleRun().play(*reporter);
  test::check_output("json", capture.text());
}

TEST_CASE("report: the live block has the height it may have") {
  struct Case {
    const char* name;
    int columns, rows;
    bool unicode;
  };
  for (const auto& c : {Case{"block-large", 100, 48, true}, Case{"block-middle", 80, 24, true},
                        Case{"block-narrow", 40, 18, true}, Case{"block-tiny", 20, 3, true},
                        Case{"block-ascii", 80, 24, false}}) {
    SUBCASE(c.name) {
      const SampleRun run;
      ManualClock clock;
      const TextStyle style{.unicode = c.unicode, .terminal = true};
      Activity activity(style);
      activity.run_started(SampleRun::info(), clock.time);
      for (const auto* job : {&run.build, &run.eu, &run.us, &run.notify}) activity.job_queued(*job);
      activity.job_finished(run.build);
      clock.pass(31);
      activity.job_started(run.eu, clock.time);
      activity.job_started(run.us, clock.time);
      activity.step_started(run.copy, clock.time);
      activity.step_started(run.restart, clock.time);
      activity.progress(run.copy, "web1 ████░░ 82% 31 MB/s \x1b[2Jand a lot more that may not fit at all",
                        clock.time);
      activity.log(
          run.restart,
          "one\n##[group]g\ntwo\tis \x1b[31mred\x1b[0m\n\n##[error]three\n" + std::string(200, 'x') + "\n",
          clock.time);
      clock.pass(95);
      const auto lines = activity.block(clock.time, {c.columns, c.rows}, 2, 1);
      CHECK(lines.size() <= static_cast<size_t>(std::max(c.rows / 3, 2)));
      for (const auto& line : lines) CHECK(display_width(line) < c.columns);
      test::check_output(c.name, joined(lines));
    }
  }
}

TEST_CASE("report: many jobs are counted, not listed") {
  const TextStyle style;
  Activity activity(style);
  Story story(style);
  activity.run_started(SampleRun::info(), {});
  story.run_started(SampleRun::info());
  std::vector<JobInfo> jobs;
  for (int i = 0; i < 256; ++i) {
    jobs.push_back({.index = i, .id = "test", .name = "test (" + std::to_string(i) + ")", .needs = {}});
    activity.job_queued(jobs.back());
    story.job_queued(jobs.back());
  }
  for (int i = 0; i < 20; ++i) activity.job_started(jobs.at(static_cast<size_t>(i)), {});
  const auto block = activity.block({}, {80, 24}, 0, 0);
  CHECK(block.size() == 8);
  for (const auto& job : jobs) {
    const bool failed = job.index % 12 == 0;
    const StepInfo step{.job = &job, .number = 1, .id = "", .name = "Run x", .what = "run: x", .pos = {3, 4}};
    const auto outcome = failed ? Outcome::failure : Outcome::success;
    story.step_finished(step, {.outcome = outcome, .conclusion = outcome, .note = "", .message = "exit 1"},
                        nullptr);
    story.job_finished(job, {.conclusion = outcome, .message = "", .outputs = {}});
  }
  test::check_output(
      "many", joined(block) + story.ending({.conclusion = Outcome::failure, .seconds = 3700, .message = ""}));
}

TEST_CASE("report: what ends a run without a failed step") {
  struct Case {
    const char* why;
    JobEnd job;
    RunEnd run;
    const char* want;
  };
  for (const auto& c :
       {Case{"passed",
             {.seconds = 5, .message = "", .outputs = {}},
             {.seconds = 5.9, .message = ""},
             "PASSED 00:05 · a 00:05 ✓\n"},
        Case{"a job that could not start tells why",
             {.conclusion = Outcome::failure, .seconds = 0, .message = "the disk is full", .outputs = {}},
             {.conclusion = Outcome::failure, .seconds = 1, .message = ""},
             "\n✗ a · the disk is full · .github/workflows/deploy.yml\nFAILED 00:01 · a 00:00 ✗\n"},
        Case{"cancelled says by what",
             {.conclusion = Outcome::cancelled, .seconds = 1, .message = "", .outputs = {}},
             {.conclusion = Outcome::cancelled, .seconds = 1, .message = "cancelled by SIGINT"},
             "CANCELLED 00:01 · cancelled by SIGINT · a 00:01 ⊘\n"},
        Case{"a job that took too long tells so once",
             {.conclusion = Outcome::cancelled, .seconds = 60, .message = "it took too long", .outputs = {}},
             {.conclusion = Outcome::cancelled, .seconds = 60, .message = ""},
             "\n⊘ a · it took too long · .github/workflows/deploy.yml\nCANCELLED 01:00 · a 01:00 ⊘\n"},
        Case{"a tolerated job is marked",
             {.conclusion = Outcome::failure, .seconds = 1, .tolerated = true, .message = "", .outputs = {}},
             {.seconds = 1, .message = ""},
             "PASSED 00:01 · a 00:01 !\n"}}) {
    SUBCASE(c.why) {
      Story story(TextStyle{});
      story.run_started(SampleRun::info());
      const JobInfo job{.index = 0, .id = "a", .name = "a", .needs = {}};
      story.job_queued(job);
      story.job_finished(job, c.job);
      CHECK(story.ending(c.run) == c.want);
    }
  }
}

TEST_CASE("report: the silence of a step is told, each time it has lasted as long again") {
  const SampleRun run;
  ManualClock clock;
  Activity activity(TextStyle{.unicode = false});
  activity.run_started(SampleRun::info(), clock.time);
  constexpr auto kHalfMinute = std::chrono::seconds(30);
  const auto told = [&](double seconds) {
    clock.pass(seconds);
    return activity.sign_of_life(clock.time, kHalfMinute);
  };
  CHECK(told(100) == "");  // nothing runs
  activity.job_started(run.build, clock.time);
  activity.job_started(run.eu, clock.time);
  activity.step_started(run.image, clock.time);
  activity.step_started(run.copy, clock.time);
  CHECK(told(29) == "");
  activity.log(run.copy, "9 files\n", clock.time);
  CHECK(told(2) == ". 0/4 jobs | 02:11 | still running: build / docker build 00:31, no output for 00:31");
  CHECK(told(20) == "");
  activity.progress(run.copy, "web1 82%", clock.time);
  activity.progress(run.image, "3 of 14", clock.time);
  CHECK(told(20) == "");
  activity.progress(run.copy, "web1 82%", clock.time);  // no byte more
  activity.log(run.image, "Step 1\n", clock.time);
  CHECK(told(10) ==
        ". 0/4 jobs | 03:01 | still running: deploy (eu) / Copy files 01:21, no output for 00:30 (web1 82%)");
  const auto block = activity.block(clock.time, {80, 24}, 0, 0);
  CHECK(joined(block).find("no output for 00:30 | web1 82%") != std::string::npos);
  CHECK(joined(block).find("docker build            3 of 14") == std::string::npos);
  CHECK(told(29) ==
        ". 0/4 jobs | 03:30 | still running: build / docker build 01:50, no output for 00:39 (3 of 14)");
  clock.pass(1000);  // stopped by Ctrl-Z
  activity.turned(Turn::resume, clock.time);
  CHECK(told(20) == "");
  activity.turned(Turn::cancel, clock.time);
  CHECK(activity.block(clock.time, {80, 24}, 0, 0)
            .back()
            .starts_with("cancelling: Ctrl-C again stops at once"));
}

TEST_CASE("report: the silence of a step is told without a terminal") {
  const Capture capture;
  std::mutex mutex;
  ManualClock clock;
  TextSurroundings surroundings;
  surroundings.now = [&] {
    const std::lock_guard lock(mutex);
    clock.pass(20);  // each look at the clock
    return clock.time;
  };
  surroundings.sign_of_life = std::chrono::milliseconds(50);  // 0.05 s of a clock that leaps
  const SampleRun run;
  const auto reporter = make_plain_reporter(capture.fd(), {}, surroundings);
  reporter->run_started(SampleRun::info());
  reporter->job_started(run.build);
  reporter->step_started(run.image);
  for (int i = 0; i < 2000 && capture.text().find("still running") == std::string::npos; ++i) ::usleep(5000);
  reporter->run_finished({});
  CHECK(std::regex_search(capture.text(),
                          std::regex("still running: build / docker build [0-9]+:[0-9]+, no output")));
}

TEST_CASE("report: the style follows the environment") {
  struct Case {
    const char* why;
    std::vector<std::pair<const char*, const char*>> environment;
    Color color;
    bool colored, unicode, github;
  };
  for (const auto& c :
       {Case{"nothing set, no terminal", {}, Color::automatic, false, false, false},
        Case{"forced", {{"CLICOLOR_FORCE", "1"}, {"LANG", "C.UTF-8"}}, Color::automatic, true, true, false},
        Case{"NO_COLOR wins over force",
             {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}},
             Color::automatic,
             false,
             false,
             false},
        Case{"the option wins over both", {{"NO_COLOR", "1"}}, Color::always, true, false, false},
        Case{"never", {{"CLICOLOR_FORCE", "1"}}, Color::never, false, false, false},
        Case{"LC_ALL hides LANG",
             {{"LC_ALL", "C"}, {"LANG", "en_US.utf8"}},
             Color::automatic,
             false,
             false,
             false},
        Case{"inside GitHub", {{"GITHUB_ACTIONS", "true"}}, Color::automatic, false, true, true}}) {
    SUBCASE(c.why) {
      constexpr std::array kNames{"NO_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "LANG", "LC_ALL",
                                  "LC_CTYPE", "GITHUB_ACTIONS", "CI",       "TERM"};
      std::vector<std::pair<const char*, std::string>> before;
      for (const char* name : kNames) {
        if (const char* value = ::getenv(name)) before.emplace_back(name, value);
        ::unsetenv(name);
      }
      for (const auto& [name, value] : c.environment) ::setenv(name, value, 1);
      const Capture capture;
      const auto style = text_style(capture.fd(), c.color, true);
      for (const char* name : kNames) ::unsetenv(name);
      for (const auto& [name, value] : before) ::setenv(name, value.c_str(), 1);
      CHECK(style.color == c.colored);
      CHECK(style.unicode == c.unicode);
      CHECK(style.github == c.github);
      CHECK_FALSE(style.terminal);
    }
  }
}

}  // namespace
}  // namespace runner
