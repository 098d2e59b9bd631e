#include "runner/exec/pause.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>

namespace runner {
namespace {

constexpr auto kToTell = std::chrono::milliseconds(300);  // an output that nobody reads must not hold it up
constexpr int kMostStopRounds = 20;

}  // namespace

RunPause::RunPause(Pauses* pauses, const RunServices& services) : pauses_(pauses), services_(services) {
  if (pauses_ == nullptr) return;
  pauses_->watch(
      [this] {
        stop_steps();
        services_.deadlines.hold();
        tell(Turn::pause, "stopped by Ctrl-Z, the steps too: `fg` goes on");
      },
      [this] {
        for (const int pid : stopped_) ::kill(pid, SIGCONT);
        stopped_.clear();
        services_.deadlines.release();
        tell(Turn::resume, "going on");
      });
}

RunPause::~RunPause() {
  if (pauses_ != nullptr) pauses_->watch({}, {});
}

// Again until a round finds none that was started meanwhile.
void RunPause::stop_steps() {
  bool found = true;
  for (int round = 0; found && round < kMostStopRounds; ++round) {
    found = false;
    for (const auto& process : services_.reaper.running()) {
      if (std::find(stopped_.begin(), stopped_.end(), process.pid) != stopped_.end()) continue;
      found = true;
      if (::kill(process.pid, SIGSTOP) == 0) stopped_.push_back(process.pid);
    }
  }
}

void RunPause::tell(Turn turn, const char* text) {
  told_ = std::async(std::launch::async, [this, turn, text, before = std::move(told_)] {
    if (before.valid()) before.wait();
    services_.reporter.turned(turn, text);
  });
  told_.wait_for(kToTell);
}

}  // namespace runner
