// runner/cli/cli.hpp -- a whole command as a function, so that tests run it in process.
#pragma once
#include <chrono>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "runner/exec/scheduler.hpp"
#include "runner/order/request.hpp"
#include "steps/system/http.hpp"

namespace runner {

class Guard;
class Masker;
class Reaper;

std::shared_ptr<Masker> make_masker();

// What a command has of the world; main() makes it.
struct Tools {
  Environment environment;          // of the process
  std::filesystem::path directory;  // where it was started
  Folders folders;
  std::filesystem::path program{};  // this one; empty: steps find no `aws` of ours
  std::ostream& out;
  std::ostream& err;
  int out_fd = 1, err_fd = 2;  // the same, for what is drawn or streamed
  Http& http;
  Interrupts interrupts;
  std::function<int()> stopped_by;  // the signal that asked to stop, 0: none
  const Guard* guard = nullptr;     // of what a run's steps start
  Reaper* reaper = nullptr;         // of the same; a run needs it
  KillTimes kill_times;
  // Of all that the command shows: knows the secrets once they were read (prepare.hpp).
  std::shared_ptr<Masker> masker = make_masker();
  std::chrono::milliseconds minute = std::chrono::minutes(1);  // of timeouts; tests have shorter ones
};

// The exit status of cli.md. Errors are told on `err`; nothing is thrown.
int run_cli(const std::vector<std::string>& args, Tools& tools);

Folders default_folders(const Environment& environment);

}  // namespace runner
