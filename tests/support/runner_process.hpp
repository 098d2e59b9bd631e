// tests/support/runner_process.hpp -- the program itself as a child: for what concerns whole processes
// (signals, process list, what is left when it has gone).
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/run_fixture.hpp"

namespace runner::test {

class RunnerProcess {
 public:
  // Runs `runner ARGS...` in the fixture's repository and folders. `wrapper` goes in front of it.
  RunnerProcess(const CliFixture& fixture, const std::vector<std::string>& args,
                const std::vector<std::string>& wrapper = {});
  ~RunnerProcess();  // kills it when it still runs
  RunnerProcess(const RunnerProcess&) = delete;
  RunnerProcess& operator=(const RunnerProcess&) = delete;

  int pid() const { return pid_; }
  void send(int signal) const;
  // Its exit status as a shell gives it; what it wrote. Killed, and -1, after far too long.
  RunSeen wait();  // of `run --format json`
  CliResult wait_text();

 private:
  int wait_status();
  std::filesystem::path out_, err_;
  int pid_ = -1;
};

bool is_running(int pid);  // no zombie
bool ends(int pid);        // waits for it; false after far too long. Also of a process that is no child
int guard_of(int pid);     // the process beside a runner that ends what it leaves
int pid_in(const std::filesystem::path& file);

}  // namespace runner::test
