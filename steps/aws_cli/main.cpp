// The program under the name `aws`: its surroundings, the interrupt, and where a command line goes that is
// not built in (aws.md 4.3).
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <mutex>
#include <thread>

#include "parser/base/text.hpp"
#include "steps/aws_cli/aws_cli.hpp"
#include "steps/aws_cli/known_commands.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/http.hpp"
#include "steps/system/new_file.hpp"
#include "steps/system/next_program.hpp"
#include "steps/system/own_process.hpp"

namespace runner::aws {
namespace {

// A reader that has gone is no error: `aws ... | head -1` ends well.
void write_to(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EPIPE) return;
    if (count < 0)
      throw Error("write to {}: {}", fd == STDOUT_FILENO ? "standard output" : "standard error",
                  std::strerror(errno));
    text.remove_prefix(static_cast<size_t>(count));
  }
}

size_t read_standard_input(char* buffer, size_t size) {
  ssize_t count = 0;
  do count = ::read(STDIN_FILENO, buffer, size);
  while (count < 0 && errno == EINTR);
  if (count < 0) throw Error("read standard input: {}", std::strerror(errno));
  return static_cast<size_t>(count);
}

// SIGINT asks the command to stop; the second one ends the program at once.
class Interrupt {
 public:
  Interrupt() {
    struct sigaction current {};
    ::sigaction(SIGINT, nullptr, &current);
    if (current.sa_handler == SIG_IGN) return;  // started in the background
    ::sigemptyset(&signals_);
    ::sigaddset(&signals_, SIGINT);
    ::sigaddset(&signals_, SIGUSR1);  // ours: the thread is to end
    ::pthread_sigmask(SIG_BLOCK, &signals_, &before_);
    thread_ = std::thread([this] { wait(); });
  }
  ~Interrupt() {
    if (!thread_.joinable()) return;
    ::pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait() {
    int signal = 0;
    while (::sigwait(&signals_, &signal) == 0 && signal == SIGINT)
      if (!stop_.request_stop()) ::_exit(130);
  }

  sigset_t signals_{}, before_{};
  std::stop_source stop_;
  std::thread thread_;
};

// To the next aws on PATH. Only comes back when there is none. It does not see this program on its PATH, so
// that a script of that name which calls `aws` does not come back here.
int pass_on(char** argv, const std::string& missing) {
  if (const auto next = next_program("aws"); !next.empty()) {
    ::setenv("PATH", path_without_this_program("aws").c_str(), 1);
    ::signal(SIGPIPE, SIG_DFL);
    ::execv(next.c_str(), argv);
    write_to(STDERR_FILENO, fmt::format("aws: start {}: {}\n", next, std::strerror(errno)));
  }
  write_to(
      STDERR_FILENO,
      fmt::format("\naws: error: not built in: {}\nThe runner stands in for the AWS CLI here, and no other "
                  "aws is on PATH: install the AWS CLI version 2 (https://aws.amazon.com/cli/) for it.\n",
                  missing));
  return 252;
}

// For the record of the run whose step this is.
void note_for_the_run(const std::vector<std::string>& args, int status, const Environment& environment) {
  const auto file = environment.find(kRecordVariable);
  if (file == environment.end() || status == kNotCovered) return;
  if (const auto name = command_name(args); !name.empty()) record_command(file->second, name, status);
}

// The files that a command line sends, for the step that it belongs to.
class SentFiles {
 public:
  explicit SentFiles(const Environment& environment) : list_(env_value(environment, kSentVariable)) {}
  ~SentFiles() {
    if (list_.empty() || names_.empty()) return;
    const Fd fd(::open(list_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!fd) return;
    try {
      write_all(fd.get(), names_, list_);
    } catch (const Error&) {  // it is looked at less: no reason to fail
      return;
    }
  }
  SentFiles(const SentFiles&) = delete;
  SentFiles& operator=(const SentFiles&) = delete;
  void add(const std::filesystem::path& file) {
    const std::lock_guard lock(mutex_);
    names_.append(file.string()).append(1, '\0');
  }

 private:
  const std::string list_;
  std::mutex mutex_;
  std::string names_;
};

}  // namespace

int aws_main(int argc, char** argv) {
  forbid_core_files();
  ::signal(SIGPIPE, SIG_IGN);
  const auto environment = own_environment();
  const auto http = make_http();
  std::error_code gone;
  int status = 0;
  std::string missing;
  try {
    const Interrupt interrupt;
    SentFiles sent(environment);
    Terminal terminal{.env = environment,
                      .directory = std::filesystem::current_path(gone),
                      .http = *http,
                      .out = [](std::string_view text) { write_to(STDOUT_FILENO, text); },
                      .err = [](std::string_view text) { write_to(STDERR_FILENO, text); },
                      .in = read_standard_input,
                      .stop = interrupt.token(),
                      .announce = environment.count(kRecordVariable) != 0,
                      .root = env_value(environment, kRecordVariable).empty()
                                  ? ""
                                  : env_value(environment, "GITHUB_WORKSPACE"),
                      .strict = env_value(environment, kStrictVariable) == "true",
                      .before_upload = [&sent](const auto& file) { sent.add(file); }};
    const std::vector<std::string> args(argv + 1, argv + argc);
    status = run_aws(args, terminal, missing);
    note_for_the_run(args, status, environment);
  } catch (const Error& error) {  // standard output or error cannot be written
    std::fprintf(stderr, "\naws: %s\n", error.what());
    return 255;
  }
  return status == kNotCovered ? pass_on(argv, missing) : status;
}

bool is_aws(const char* program) {
  const auto name = std::string_view(program == nullptr ? "" : program);
  return name.substr(name.rfind('/') + 1) == "aws";
}

}  // namespace runner::aws
