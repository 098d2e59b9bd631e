// runner/report/text_reporter.hpp -- the two forms of the text reporter, and what a test replaces in them.
#pragma once
#include <chrono>
#include <functional>
#include <memory>

#include "runner/report/reporter.hpp"

namespace runner {

struct Size {
  int columns = 80, rows = 24;
};
Size terminal_size(int fd);  // asked of the terminal each time: it follows every change

using SteadyTime = std::chrono::steady_clock::time_point;

struct TextSurroundings {
  std::function<SteadyTime()> now = std::chrono::steady_clock::now;
  std::function<Size()> size{};                                // of a terminal; none: it is none
  std::function<bool()> in_front{};                            // false: a shell's job in the background
  std::chrono::milliseconds redraw{100}, sign_of_life{30000};  // zero: never
  bool prefix = true;                               // plain: "job/step | " before each line of a log
  bool ends = true;                                 // plain: run_finished will come, and tell of failures
  std::function<void(int error_number)> on_lost{};  // plain: what could not be written; a run goes on without
};

std::unique_ptr<Reporter> make_plain_reporter(int fd, const TextStyle& style,
                                              TextSurroundings surroundings = {});
std::unique_ptr<Reporter> make_terminal_reporter(int fd, const TextStyle& style,
                                                 TextSurroundings surroundings);

}  // namespace runner
