// steps/system/drain.hpp -- keeps reading, and throws away, what background children print after their step
// has ended. Were the pipe closed instead, `server &` would die of SIGPIPE at its next line of log; were it
// only kept open, the server would stand still once it is full. One object a job, made before its first step
// and gone after its last process. Costs a thread, and only once there is such a child.
#pragma once
#include <mutex>
#include <thread>
#include <vector>

#include "steps/system/fd.hpp"

namespace runner {

class Drain {
 public:
  Drain() = default;
  ~Drain();  // closes what it holds
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;
  void take(Fd pipe_end);  // non-blocking from now on

 private:
  void work(const std::stop_token& stop);
  std::mutex mutex_;
  std::vector<Fd> incoming_;
  Fd wake_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace runner
