// tests/runner/report_support.hpp -- a file that takes what a reporter writes, a run to report, expected
// outputs.
#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "runner/report/text_reporter.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

class Capture {
 public:
  Capture()
      : fd_(::open((folder_.path() / "out").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~Capture() { ::close(fd_); }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  int fd() const { return fd_; }
  std::string text() const { return read_file(folder_.path() / "out"); }

 private:
  TempDir folder_;
  int fd_;
};

// `got` is what testdata/report/NAME.out says; RUNNER_TEST_ACCEPT=1 makes it so.
inline void check_output(const std::string& name, const std::string& got) {
  const auto file = std::filesystem::path(SOURCE_DIR) / "testdata/report" / (name + ".out");
  if (std::getenv("RUNNER_TEST_ACCEPT") != nullptr) std::ofstream(file, std::ios::binary) << got;
  CHECK(got == read_file(file));
}

// A clock that moves only when told.
struct ManualClock {
  SteadyTime time;
  void pass(double seconds) {
    time += std::chrono::duration_cast<SteadyTime::duration>(std::chrono::duration<double>(seconds));
  }
};

// A deploy of four jobs: one step is slow, one fails, one is tolerated, one job never starts.
class SampleRun {
 public:
  JobInfo build{.index = 0, .id = "build", .name = "build", .needs = {}};
  JobInfo eu{.index = 1, .id = "deploy", .name = "deploy (eu)", .needs = {"build"}};
  JobInfo us{.index = 2, .id = "deploy", .name = "deploy (us)", .needs = {"build"}};
  JobInfo notify{.index = 3, .id = "notify", .name = "notify", .needs = {"build", "deploy"}};
  StepInfo image{.job = &build,
                 .number = 1,
                 .id = "image",
                 .name = "docker build",
                 .what = "uses: docker/build-push-action@v5",
                 .pos = {20, 9}};
  StepInfo lint{.job = &build,
                .number = 2,
                .id = "",
                .name = "Run make lint",
                .what = "run: make lint",
                .pos = {28, 9}};
  StepInfo copy{.job = &eu,
                .number = 1,
                .id = "",
                .name = "Copy files",
                .what = "uses: appleboy/scp-action@v0.1.7",
                .pos = {44, 9}};
  StepInfo restart{.job = &us,
                   .number = 1,
                   .id = "restart",
                   .name = "Restart the service",
                   .what = "run: systemctl restart app",
                   .pos = {61, 9}};

  static RunInfo info() {
    return {.id = "42",
            .number = 42,
            .attempt = 1,
            .workflow_path = ".github/workflows/deploy.yml",
            .workflow_name = "Deploy",
            .run_name = "",
            .event = "push",
            .ref = "refs/heads/main",
            .ref_name = "main",
            .sha = "3f2c1ab55d0c8f3e0e6d6ad33bbd7ff1c1a3d8d2",
            .actor = "ana",
            .title = "fix login",
            .jobs = 4};
  }

  void first_half(Reporter& to) const {
    to.run_started(info());
    for (const auto* job : {&build, &eu, &us, &notify}) to.job_queued(*job);
    to.warning("the secret HOST_US is read and not set");
    to.job_started(build);
    to.step_started(image);
    to.progress(image, "11 of 14 layers");
    to.log(image,
           "##[group]Build\nStep 1/2 : FROM scratch\n\x1b[32mStep 2/2\x1b[0m : \x1b]0;title\aCOPY a b\n"
           "##[endgroup]\n##[debug]cache hit\n##[notice]tagged web:1\n");
    to.step_finished(image, {.seconds = 21.4, .note = "84 MB, 11 of 14 layers cached", .message = ""});
    to.step_started(lint);
    to.annotation(lint, {.level = AnnotationLevel::warning,
                         .message = "unused x",
                         .title = "",
                         .file = "src/a.c",
                         .line = 3,
                         .end_line = 0,
                         .column = 7,
                         .end_column = 0});
    to.log(lint, "##[warning]unused x\n");
    to.step_finished(lint, {.outcome = Outcome::failure,
                            .conclusion = Outcome::success,
                            .seconds = 0.02,
                            .note = "",
                            .message = "exit 2"});
    to.job_finished(build, {.seconds = 25.2, .message = "", .outputs = {{"tag", "1.0"}}});
  }

  void both_deploy(Reporter& to) const {
    to.job_started(eu);
    to.job_started(us);
    to.step_started(copy);
    to.progress(copy, "web1 82% 31 MB/s");
    to.step_started(restart);
    std::string lines;
    for (int i = 1; i <= 20; ++i) lines += "waiting for app, try " + std::to_string(i) + "\n";
    to.log(restart,
           lines + "\nbind: address already in use 日本\n##[error]Process completed with exit code 1.\n");
  }

  void second_half(Reporter& to) const {
    to.annotation(restart, {.level = AnnotationLevel::error,
                            .message = "no port left",
                            .title = "bind",
                            .file = "app.conf",
                            .line = 12,
                            .end_line = 0,
                            .column = 0,
                            .end_column = 0});
    to.step_finished(copy, {.seconds = 2.04, .note = "9 of 214 files, 1.1 MB", .message = ""});
    to.step_finished(restart, {.outcome = Outcome::failure,
                               .conclusion = Outcome::failure,
                               .seconds = 9.2,
                               .note = "",
                               .message = "exit 1"});
    to.job_finished(eu, {.seconds = 14, .message = "", .outputs = {}});
    to.job_finished(us, {.conclusion = Outcome::failure, .seconds = 9.3, .message = "", .outputs = {}});
    to.job_finished(notify, {.conclusion = Outcome::skipped, .message = "", .outputs = {}});
    to.run_finished({.conclusion = Outcome::failure, .seconds = 48.3, .message = ""});
  }

  void play(Reporter& to) const {
    first_half(to);
    both_deploy(to);
    second_half(to);
  }
};

}  // namespace runner::test
