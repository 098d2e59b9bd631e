// runner/signals.hpp -- Ctrl-C and SIGTERM as stop tokens: the first asks to cancel, the second to stop now,
// as Ctrl-\ does at once. Ctrl-Z stops the program when the run has been told. Should the program not be over
// a second later, it ends all the same; its Guard clears away what is left.
#pragma once
#include <atomic>
#include <stop_token>
#include <thread>

#include "runner/exec/scheduler.hpp"

namespace runner {

class Signals {
 public:
  // Blocks SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP, those not ignored already, for the process and takes
  // them in a thread of its own. One in a program, made before any other thread.
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  Interrupts interrupts() { return {cancel_.get_token(), now_.get_token(), &pauses_}; }
  int received() const { return received_; }  // the first one; 0: none

 private:
  void take();
  void obey(int signal);
  void stop_now();
  std::stop_source cancel_, now_;
  Pauses pauses_;
  std::atomic<int> received_ = 0;
  int end_ = -1;  // eventfd: the program is over
  int signals_ = -1;
  std::thread thread_;
};

}  // namespace runner
