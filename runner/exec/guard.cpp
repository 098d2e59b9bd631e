#include "runner/exec/guard.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/report/event_line.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMarker = "RUNNER_TRACKING_ID";
constexpr std::string_view kEnd = "end\n", kWatch = "watch", kRemove = "remove";
constexpr auto kBetweenRounds = std::chrono::milliseconds(20);
constexpr int kMostRounds = 250;

// Its environment names a folder of the run's jobs (GITHUB_WORKSPACE, RUNNER_TEMP and others do), and has the
// marker of every step that sets no other.
bool is_of_run(int pid, const std::string& jobs) {
  const auto environment = environment_of(pid);
  return variable_in(environment, kMarker).value_or("").starts_with("github_") &&
         environment.find("=" + jobs + "/") != std::string::npos;
}

// And all below them, whatever its environment: but for what has a marker of its own.
std::vector<Process> processes_of_run(const std::string& jobs) {
  auto all = all_processes();
  std::erase_if(all, [](const Process& process) { return process.zombie || process.pid == ::getpid(); });
  std::vector<Process> found;
  std::vector<int> roots;
  for (const auto& process : all) {
    if (!is_of_run(process.pid, jobs)) continue;
    found.push_back(process);
    roots.push_back(process.pid);
  }
  const auto unmarked = [](const Process& process) {
    return !variable_in(environment_of(process.pid), kMarker);
  };
  for (auto& process : below(all, std::move(roots), unmarked)) found.push_back(std::move(process));
  return found;
}

void record(const fs::path& events, const std::vector<Process>& ended) {
  const auto names = described(ended);
  const auto text =
      names.empty()
          ? std::string("the runner ended without finishing this run; nothing of its steps was left")
          : "the runner ended without finishing this run; ended what its steps had left: " + names;
  const Fd file(::open(events.c_str(), O_RDWR | O_APPEND | O_CLOEXEC));
  if (!file) return;
  std::string lines;
  char last = '\n';
  const auto size = ::lseek(file.get(), 0, SEEK_END);
  if (size > 0) static_cast<void>(::pread(file.get(), &last, 1, size - 1));
  if (last != '\n') lines = "\n";  // a line that the runner could not end
  EventLine(lines, std::chrono::system_clock::now(), "warning").text("message", text).end();
  static_cast<void>(::write(file.get(), lines.data(), lines.size()));
}

void clear_away(const std::string& told) {
  std::string jobs, events;  // of the last run: those before it have come to their end
  for (const auto line : split_lines(told)) {
    const auto words = split(line, '\t');
    if (words.size() == 3 && words[0] == kWatch) jobs = words[1], events = words[2];
    if (words.size() == 2 && words[0] == kRemove) remove_tree(words[1]);
  }
  if (!events.empty()) record(events, end_processes_of_run(jobs));
}

// In the child. It holds nothing of the runner's: no terminal, no folder, no file but the pipe.
[[noreturn]] void stand_guard(int pipe) {
  ::setsid();
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP}) ::signal(number, SIG_IGN);
  ::prctl(PR_SET_NAME, "step-guard");
  const int nothing = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3; ++fd) ::dup2(nothing, fd);
  ::dup2(pipe, 3);
  ::syscall(SYS_close_range, 4U, ~0U, 0U);
  if (::chdir("/") != 0) ::_exit(1);
  const auto told = read_all(Fd(3), "the pipe from the runner");
  if (!told.ends_with(kEnd)) clear_away(told);
  ::_exit(0);
}

void say(const Fd& to, std::string_view text) {
  static_cast<void>(::write(to.get(), text.data(), text.size()));  // a guard that is gone hears nothing
}

}  // namespace

Guard::Guard() {
  auto pipe = make_pipe();
  const int pid = ::fork();
  if (pid < 0) return;
  if (pid == 0) stand_guard(pipe.read.get());
  pid_ = pid;
  say_ = std::move(pipe.write);
}

Guard::~Guard() {
  if (say_) say(say_, kEnd);
}

void Guard::watch(const fs::path& jobs, const fs::path& events) const {
  if (say_) say(say_, fmt::format("{}\t{}\t{}\n", kWatch, jobs.string(), events.string()));
}

void Guard::remove(const fs::path& folder) const {
  if (say_) say(say_, fmt::format("{}\t{}\n", kRemove, folder.string()));
}

std::vector<Process> end_processes_of_run(const fs::path& jobs) {
  std::vector<Process> ended;
  for (int round = 0, empty = 0; empty < 2 && round < kMostRounds; ++round) {
    const auto found = processes_of_run(jobs.string());
    empty = found.empty() ? empty + 1 : 0;
    for (const auto& process : found) {
      ::kill(process.pid, SIGKILL);
      const bool known = std::any_of(ended.begin(), ended.end(),
                                     [&](const auto& orphan) { return orphan.pid == process.pid; });
      if (!known) ended.push_back(process);
    }
    if (!found.empty()) std::this_thread::sleep_for(kBetweenRounds);
  }
  return ended;
}

}  // namespace runner
