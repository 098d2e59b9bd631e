#include "tests/support/runner_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "runner/place/processes.hpp"
#include "steps/system/fd.hpp"

namespace runner::test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  for (auto& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_of(const CliFixture& fixture) {
  const auto folder = fixture.repository().parent_path();
  std::vector<std::string> variables{"XDG_STATE_HOME=" + (folder / "xdg-state").string(),
                                     "XDG_CACHE_HOME=" + (folder / "xdg-cache").string()};
  for (const auto& [name, value] : fixture.environment) variables.push_back(name + "=" + value);
  for (const char* name : {"ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"}) {
    if (const char* value = ::getenv(name)) variables.push_back(std::string(name) + "=" + value);
  }
  return variables;
}

}  // namespace

RunnerProcess::RunnerProcess(const CliFixture& fixture, const std::vector<std::string>& args,
                             const std::vector<std::string>& wrapper)
    : out_(fixture.repository().parent_path() / "child-out"),
      err_(fixture.repository().parent_path() / "child-err") {
  auto words = wrapper;
  words.emplace_back(RUNNER_BINARY);
  words.insert(words.end(), args.begin(), args.end());
  auto variables = environment_of(fixture);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND,
                                     0600);
  ::posix_spawn_file_actions_addopen(&actions, 2, err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND,
                                     0600);
  ::posix_spawn_file_actions_addchdir_np(&actions, fixture.repository().c_str());
  const int problem = ::posix_spawnp(&pid_, words.at(0).c_str(), &actions, nullptr, pointers(words).data(),
                                     pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) throw std::runtime_error("start " + words.at(0));
}

RunnerProcess::~RunnerProcess() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

void RunnerProcess::send(int signal) const { ::kill(pid_, signal); }

int RunnerProcess::wait_status() {
  const int exited = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
  pollfd waited{exited, POLLIN, 0};
  const bool ended = ::poll(&waited, 1, 60'000) == 1;
  ::close(exited);
  if (!ended) ::kill(pid_, SIGKILL);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  if (!ended) return -1;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

RunSeen RunnerProcess::wait() {
  const int status = wait_status();
  return read_events(status, read_file(out_), read_file(err_));
}

CliResult RunnerProcess::wait_text() {
  const int status = wait_status();
  return {status, read_file(out_), read_file(err_)};
}

bool is_running(int pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const auto close = stat.rfind(')');
  return close != std::string::npos && stat.at(close + 2) != 'Z';
}

int pid_in(const std::filesystem::path& file) { return std::atoi(read_file(file).c_str()); }

bool ends(int pid) {
  const Fd process(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!process) return errno == ESRCH;
  pollfd waited{process.get(), POLLIN, 0};
  return ::poll(&waited, 1, 60'000) == 1;
}

int guard_of(int pid) {
  for (const auto& process : all_processes()) {
    if (process.parent == pid && process.name == "step-guard") return process.pid;
  }
  return 0;
}

}  // namespace runner::test
