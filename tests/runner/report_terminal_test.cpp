// The live form, seen through a small terminal: what is on the screen after all the bytes.
#include <thread>

#include <doctest/doctest.h>

#include "runner/report/canvas.hpp"
#include "runner/report/log_text.hpp"
#include "tests/runner/report_support.hpp"

namespace runner {
namespace {

using test::Capture;
using test::SampleRun;

// Lines with autowrap, CR, LF, cursor up, erase; fails the test on any other control sequence. ASCII text
// only: each other byte sequence counts as one column by its first byte.
class Screen {
 public:
  explicit Screen(int columns) : columns_(columns), rows_(1) {}
  bool cursor_visible = true, synchronized = false;

  void write(std::string_view bytes) {
    for (size_t at = 0; at < bytes.size();) {
      if (bytes[at] == '\x1b')
        at += sequence(bytes.substr(at));
      else if (bytes[at] == '\r')
        column_ = 0, ++at;
      else if (bytes[at] == '\n')
        down(), ++at;
      else
        put(bytes.substr(at, std::max<size_t>(utf8(bytes[at]), 1))), at += utf8(bytes[at]);
    }
  }

  std::string text() const {
    std::string all;
    for (const auto& row : rows_) {
      std::string line;
      for (const auto& cell : row) line += cell.empty() ? " " : cell;
      line.erase(line.find_last_not_of(' ') + 1);
      all += line + "\n";
    }
    while (all.ends_with("\n\n")) all.pop_back();
    return all;
  }

 private:
  static size_t utf8(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
  }
  void down() {
    if (++row_ == rows_.size()) rows_.emplace_back();
  }
  void put(std::string_view glyph) {
    if (column_ == columns_) column_ = 0, down();
    auto& row = rows_.at(row_);
    if (row.size() <= static_cast<size_t>(column_)) row.resize(static_cast<size_t>(column_) + 1);
    row.at(static_cast<size_t>(column_++)) = glyph;
  }
  size_t sequence(std::string_view bytes) {
    const auto end = bytes.find_first_of("ABCDHJKhlm", 2);
    REQUIRE(end != std::string_view::npos);
    const auto body = bytes.substr(2, end - 2);
    if (bytes[end] == 'A') {
      row_ -= std::min(row_, static_cast<size_t>(std::stoi(std::string(body))));
    } else if (bytes[end] == 'K' || bytes[end] == 'J') {
      auto& row = rows_.at(row_);
      row.resize(std::min(row.size(), static_cast<size_t>(column_)));
      if (bytes[end] == 'J') rows_.resize(row_ + 1);
    } else if (body == "?25") {
      cursor_visible = bytes[end] == 'h';
    } else if (body == "?2026") {
      synchronized = bytes[end] == 'h';
    } else {
      CHECK(bytes[end] == 'm');
    }
    return end + 1;
  }

  int columns_;
  std::vector<std::vector<std::string>> rows_;
  size_t row_ = 0;
  int column_ = 0;
};

TEST_CASE("terminal: a block is redrawn in place, below lines that stay") {
  struct Step {
    std::string permanent;
    std::vector<std::string> block;
    const char* want;
  };
  struct Case {
    const char* why;
    std::vector<Step> steps;
  };
  for (const auto& c :
       {Case{"the block grows and shrinks",
             {{"", {"a", "b"}, "a\nb\n"}, {"", {"c", "d", "e"}, "c\nd\ne\n"}, {"", {"f"}, "f\n"}}},
        Case{"lines move above it",
             {{"h\n", {"a", "b"}, "h\na\nb\n"},
              {"one\ntwo\n", {"a"}, "h\none\ntwo\na\n"},
              {"end\n", {}, "h\none\ntwo\nend\n"}}},
        Case{"a long line wraps over rows of the old block",
             {{"", {"aaaaaaaa", "bbbbbbbb", "cccccccc"}, "aaaaaaaa\nbbbbbbbb\ncccccccc\n"},
              {"0123456789xy\n", {"a"}, "0123456789\nxy\na\n"}}},
        Case{"a line that fills the row exactly", {{"0123456789\n", {"a"}, "0123456789\na\n"}}},
        Case{"colours have no width",
             {{"", {"\x1b[31maaaaaaaaa\x1b[0m", "b"}, "aaaaaaaaa\nb\n"}, {"x\n", {"b"}, "x\nb\n"}}}}) {
    SUBCASE(c.why) {
      Canvas canvas;
      Screen screen(10);
      for (const auto& step : c.steps) {
        screen.write(canvas.redraw(step.permanent, step.block, {10, 24}));
        CHECK(screen.text() == step.want);
        CHECK(screen.cursor_visible);
        CHECK_FALSE(screen.synchronized);
      }
    }
  }
}

TEST_CASE("terminal: a narrower window has wrapped the old block") {
  Canvas canvas;
  canvas.redraw("", {"aaaaaaaa", "bbbbbbbb"}, {20, 24});
  // What a terminal of 5 columns has made of it: each line is two rows.
  Screen screen(5);
  screen.write("kept\r\naaaaaaaa\r\nbbbbbbbb");
  screen.write(canvas.redraw("", {"x"}, {5, 24}));
  CHECK(screen.text() == "kept\nx\n");
}

TEST_CASE("terminal: what stays of a run on the screen") {
  struct Case {
    const char* name;
    bool verbose;
  };
  for (const auto& c : {Case{"terminal", false}, Case{"terminal-verbose", true}}) {
    SUBCASE(c.name) {
      const Capture capture;
      const TextStyle style{.terminal = true, .verbose = c.verbose, .tty = true};
      TextSurroundings surroundings;
      surroundings.size = [] { return Size{100, 24}; };
      surroundings.redraw =
          std::chrono::milliseconds(1);  // as often as it can: the result must not depend on it
      const auto reporter = make_terminal_reporter(capture.fd(), style, surroundings);
      SampleRun().play(*reporter);
      Screen screen(100);
      screen.write(capture.text());
      CHECK(screen.cursor_visible);
      test::check_output(c.name, screen.text());
    }
  }
}

TEST_CASE("terminal: what a step tells is seen, errors only where the end does not tell them") {
  const Capture capture;
  TextSurroundings surroundings;
  surroundings.size = [] { return Size{60, 24}; };
  const auto reporter = make_terminal_reporter(capture.fd(), {.terminal = true, .tty = true}, surroundings);
  const SampleRun run;
  const auto tell = [&](const StepInfo& step, AnnotationLevel level, const std::string& message) {
    reporter->annotation(step, {.level = level, .message = message});
  };
  reporter->run_started(SampleRun::info());
  reporter->job_started(run.build);
  reporter->step_started(run.image);
  tell(run.image, AnnotationLevel::notice, "web1:22 is new: its host key ssh-ed25519 is remembered");
  tell(run.image, AnnotationLevel::error, "it was tried again");
  reporter->step_finished(run.image, {.seconds = 1, .note = "", .message = ""});
  reporter->step_started(run.lint);
  tell(run.lint, AnnotationLevel::error, "no such rule");
  reporter->log(run.lint, "##[error]no such rule\n");
  reporter->step_finished(run.lint, {.outcome = Outcome::failure,
                                     .conclusion = Outcome::failure,
                                     .seconds = 1,
                                     .note = "",
                                     .message = "no such rule"});
  reporter->turned(Turn::cancel, "cancelling it all");
  reporter->run_finished({.conclusion = Outcome::failure, .seconds = 9, .message = ""});
  Screen screen(60);
  screen.write(capture.text());
  CHECK(screen.text() ==
        "runner · deploy.yml · main 3f2c1ab «fix login» · run 42\n"
        "i build   docker build     web1:22 is new: its host key\n"
        "                           ssh-ed25519 is remembered\n"
        "! build   docker build     it was tried again\n"
        "✓ build   docker build        1.0s\n"
        "✗ build   Run make lint       1.0s\n"
        "! cancelling it all\n"
        "\n"
        "✗ build / Run make lint · no such rule ·\n"
        "  .github/workflows/deploy.yml:28\n"
        "    (log: runner logs 42 build/2)\n"
        "FAILED 00:09 · build not started\n");
}

TEST_CASE("terminal: calls of many threads while it is redrawn") {
  const Capture capture;
  TextSurroundings surroundings;
  surroundings.size = [] { return Size{80, 24}; };
  surroundings.redraw = std::chrono::milliseconds(1);
  const auto terminal =
      make_terminal_reporter(capture.fd(), {.terminal = true, .verbose = true, .tty = true}, surroundings);
  const auto reporter = serialized({terminal.get()});
  reporter->run_started(SampleRun::info());
  std::vector<JobInfo> jobs;
  for (int i = 0; i < 4; ++i)
    jobs.push_back({.index = i, .id = "j", .name = "j" + std::to_string(i), .needs = {}});
  {
    std::vector<std::jthread> threads;
    for (const auto& job : jobs) {
      threads.emplace_back([&reporter, &job] {
        reporter->job_started(job);
        for (int number = 1; number <= 50; ++number) {
          const StepInfo step{
              .job = &job, .number = number, .id = "s", .name = "s", .what = "run: s", .pos = {}};
          reporter->step_started(step);
          reporter->log(step, "text\n");
          reporter->progress(step, "half");
          reporter->step_finished(step, {.note = "", .message = ""});
        }
        reporter->job_finished(job, {.message = "", .outputs = {}});
      });
    }
  }
  reporter->run_finished({});
  Screen screen(80);
  screen.write(capture.text());
  CHECK(count_lines(screen.text()) == 1 + 4 * 50 * 2 + 1);
}

TEST_CASE("terminal: an end without run_finished leaves a clean screen") {
  const Capture capture;
  TextSurroundings surroundings;
  surroundings.size = [] { return Size{80, 24}; };
  surroundings.redraw = std::chrono::milliseconds(1);
  {
    const auto reporter = make_terminal_reporter(capture.fd(), {.terminal = true, .tty = true}, surroundings);
    SampleRun().first_half(*reporter);
  }
  Screen screen(80);
  screen.write(capture.text());
  CHECK(screen.cursor_visible);
  CHECK(screen.text().find("4 jobs") == std::string::npos);
  CHECK(screen.text().find("docker build") != std::string::npos);
}

}  // namespace
}  // namespace runner
