#include "steps/system/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

// Boost asks for it only where POSIX still had it; Linux has it.
#define BOOST_POSIX_HAS_VFORK 1
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/extend.hpp>
#include <boost/process/group.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/drain.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/new_file.hpp"

namespace runner {
namespace {

namespace bp = boost::process;

using Clock = std::chrono::steady_clock;

constexpr size_t kReadBytes = size_t{256} << 10;
constexpr ssize_t kSmallPipeBytes = 65536;  // what a pipe has at first
constexpr int kLargePipeBytes = 1024 * 1024;

// What Boost.Process 1.74 does not do between vfork and exec: signals as the program expects them, a folder
// that must be there, no descriptor but the three, and an environment that is ours alone.
class Setup : public bp::extend::handler {
 public:
  Setup(const Command& command, char** environment)
      : folder_(command.cwd.empty() ? nullptr : command.cwd.c_str()), environment_(environment) {}

  template <class Executor>
  void on_setup(Executor& executor) const {
    executor.env = environment_;
  }
  // The memory is still the parent's: system calls only.
  template <class Executor>
  void on_exec_setup(Executor& executor) const {
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM}) ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    if (folder_ != nullptr && ::chdir(folder_) != 0) {
      executor.set_error(std::error_code(errno, std::system_category()), "chdir");
      ::_exit(127);
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);       // it ends with the runner, whatever ends that
    ::syscall(SYS_close_range, 3U, ~0U, 0U);  // should a library have left one open
  }

 private:
  const char* folder_;
  char** environment_;
};

// What the program reads: text in memory, so that nobody has to feed a pipe.
Fd input_of(const Command& command) {
  if (command.input.empty()) return Fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Fd file(::memfd_create("input", MFD_CLOEXEC));
  if (!file) throw Error("start {}: {}", command.argv.at(0), std::strerror(errno));
  write_all(file.get(), command.input, "the program's input");
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

// By vfork: no page tables are copied, and there is no error pipe, which in Boost 1.74 is for a moment
// inherited by a child that another job's thread starts, so that this job would wait for that child.
pid_t launch(const Command& command, const Pipe& out, const Pipe& err) {
  std::vector<std::string> variables;
  variables.reserve(command.env.size());
  for (const auto& [name, value] : command.env) variables.push_back(name + '=' + value);
  std::vector<char*> environment;
  for (auto& variable : variables) environment.push_back(variable.data());
  environment.push_back(nullptr);

  const auto& program = command.argv.at(0);
  const auto in = input_of(command);
  bp::group group;  // its own: signals reach the whole tree
  std::error_code problem;
  bp::child child(bp::exe = program,
                  bp::args = std::vector<std::string>(command.argv.begin() + 1, command.argv.end()),
                  bp::posix::fd.bind(0, in.get()), bp::posix::fd.bind(1, out.write.get()),
                  bp::posix::fd.bind(2, err.write.get()), group, bp::posix::use_vfork,
                  Setup(command, environment.data()), problem);
  const auto pid = child.id();
  child.detach(), group.detach();  // waiting and killing are ours
  if (!problem) return pid;
  if (pid > 0) ::waitpid(pid, nullptr, 0);
  std::error_code ignored;
  if (!command.cwd.empty() && !std::filesystem::is_directory(command.cwd, ignored)) {
    throw Error("start {} in {}: there is no such folder", program, command.cwd.string());
  }
  throw Error("start {}: {}", program, std::strerror(problem.value()));
}

// The program, from its start until it is waited for. Until then its number and its group's stay its own.
class Program {
 public:
  explicit Program(pid_t pid) : pid_(pid), exited_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
  ~Program() {  // only when something threw
    if (pid_ == 0) return;
    kill_group();
    wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const Fd& exited_fd() const { return exited_; }  // invalid on kernels before 5.3
  bool has_exited() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0;
  }
  void send(int signal_number) const { ::kill(pid_, signal_number); }
  void kill_group() const { ::kill(-pid_, SIGKILL); }
  Exit wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) continue;
    pid_ = 0;
    if (WIFSIGNALED(status)) return {128 + WTERMSIG(status), WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
  }

 private:
  pid_t pid_;
  Fd exited_;
};

// Carries a stop out: which signal is due, and when the next one will be.
class Stopper {
 public:
  Stopper(const Program& program, const KillTimes& times) : program_(program), times_(times) {}

  void advance(bool stop, bool hard) {
    const auto now = Clock::now();
    if (stage_ != Stage::killed && (hard || (stage_ == Stage::terminated && now >= next_))) {
      kill();
    } else if (stage_ == Stage::running && stop) {
      signal(SIGINT, Stage::interrupted, now + times_.after_interrupt);
    } else if (stage_ == Stage::interrupted && now >= next_) {
      signal(SIGTERM, Stage::terminated, now + times_.after_terminate);
    }
  }
  std::optional<Clock::time_point> next() const {
    if (stage_ == Stage::interrupted || stage_ == Stage::terminated) return next_;
    return std::nullopt;
  }
  bool used() const { return stage_ != Stage::running; }

 private:
  enum class Stage { running, interrupted, terminated, killed };
  void signal(int number, Stage stage, Clock::time_point next) {
    program_.send(number);
    stage_ = stage;
    next_ = next;
  }
  void kill() {
    program_.kill_group();
    stage_ = Stage::killed;
  }
  const Program& program_;
  const KillTimes times_;
  Stage stage_ = Stage::running;
  Clock::time_point next_;
};

// Reads what is there once; false at the end of the stream.
bool read_some(const Fd& fd, Stream stream, const OutputSink& sink) {
  thread_local const auto buffer = std::make_unique_for_overwrite<char[]>(kReadBytes);
  const auto got = ::read(fd.get(), buffer.get(), kReadBytes);
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  if (got == 0) return false;
  // A pipe that fills is worth a larger one: fewer switches between the two programs. Not at the start, since
  // most steps print little and a user's pipe memory is limited; that limit may also refuse it, to no harm.
  if (got == kSmallPipeBytes) ::fcntl(fd.get(), F_SETPIPE_SZ, kLargePipeBytes);
  sink(stream, {buffer.get(), static_cast<size_t>(got)});
  return true;
}

int poll_timeout(const std::optional<Clock::time_point>& until, bool without_pidfd) {
  constexpr int kTickMs = 5;
  if (!until) return without_pidfd ? kTickMs : -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Clock::now()).count();
  const auto bounded = static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
  return without_pidfd ? std::min(bounded, kTickMs) : bounded;
}

// Everything one run waits for: both streams, the program's end, a stop.
class Pump {
 public:
  Pump(Program& program, Fd out, Fd err, const OutputSink& sink, const std::stop_token& stop,
       const std::stop_token& hard, const KillTimes& times)
      : program_(program),
        out_(std::move(out)),
        err_(std::move(err)),
        sink_(sink),
        stop_(stop),
        hard_(hard),
        times_(times),
        stopper_(program, times),
        wake_(make_event()) {}

  // Returns when the program has ended and its output too, or has been waited for long enough.
  void run() {
    const auto wake = [this] { raise_event(wake_); };
    const std::stop_callback on_stop(stop_, wake), on_hard(hard_, wake);
    while (!exited_ || out_ || err_) {
      stopper_.advance(stop_.stop_requested(), hard_.stop_requested());
      if (exited_ && (hard_.stop_requested() || Clock::now() >= give_up_)) break;
      wait_once();
    }
  }
  void hand_over(Drain* drain) {
    if (drain == nullptr) return;
    if (out_) drain->take(std::move(out_));
    if (err_) drain->take(std::move(err_));
  }

 private:
  void wait_once() {
    // poll skips negative descriptors: a stream that ended, a pidfd that is done or cannot be had
    std::array<pollfd, 4> wait{{{out_.get(), POLLIN, 0},
                                {err_.get(), POLLIN, 0},
                                {exited_ ? -1 : program_.exited_fd().get(), POLLIN, 0},
                                {wake_.get(), POLLIN, 0}}};
    auto until = exited_ ? std::optional(give_up_) : stopper_.next();
    if (quiet_ && (!until || *quiet_ < *until)) until = quiet_;
    if (::poll(wait.data(), wait.size(), poll_timeout(until, !exited_ && !program_.exited_fd())) < 0) return;
    if (wait[3].revents != 0) clear_event(wake_);
    if (wait[0].revents != 0 && !read_some(out_, Stream::out, sink_)) out_.reset();
    if (wait[1].revents != 0 && !read_some(err_, Stream::err, sink_)) err_.reset();
    tell_when_quiet(wait[0].revents != 0 || wait[1].revents != 0);
    if (!exited_ && (wait[2].revents != 0 || (!program_.exited_fd() && program_.has_exited()))) note_exit();
  }
  void tell_when_quiet(bool spoke) {
    if (spoke) {
      quiet_ = Clock::now() + kQuiet;
    } else if (quiet_ && Clock::now() >= *quiet_) {
      quiet_.reset();
      sink_(Stream::out, {});
    }
  }
  void note_exit() {
    exited_ = true;
    if (stopper_.used())
      program_.kill_group();  // a stop takes the whole tree; a normal end leaves `server &`
    give_up_ = Clock::now() + times_.after_exit;
  }

  Program& program_;
  Fd out_, err_;
  const OutputSink& sink_;
  const std::stop_token &stop_, &hard_;
  const KillTimes times_;
  Stopper stopper_;
  Fd wake_;
  bool exited_ = false;
  Clock::time_point give_up_;
  std::optional<Clock::time_point> quiet_;  // when to say that nothing came; none: said, or nothing yet
};

bool is_program(const std::filesystem::path& file) {
  struct stat info {};
  return ::stat(file.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

Exit run_process(const Command& command, const OutputSink& sink, const std::stop_token& stop,
                 const std::stop_token& hard, const KillTimes& times, Drain* drain) {
  auto out = make_pipe(), err = make_pipe();
  Program program(launch(command, out, err));
  out.write.reset();
  err.write.reset();
  Pump pump(program, std::move(out.read), std::move(err.read), sink, stop, hard, times);
  pump.run();
  pump.hand_over(drain);
  return program.wait();
}

ProgramOutput capture(const Command& command, const std::stop_token& stop, const OutputSink& also) {
  ProgramOutput output;
  const auto sink = [&](Stream stream, std::string_view piece) {
    (stream == Stream::out ? output.out : output.err).append(piece);
    if (also) also(stream, piece);
  };
  output.code = run_process(command, sink, stop, {}).code;
  return output;
}

std::optional<std::string> find_program(std::string_view name, std::string_view path,
                                        const std::filesystem::path& cwd) {
  if (name.empty()) return std::nullopt;
  if (name.find('/') != std::string_view::npos) {
    const auto file = cwd / name;  // an absolute name replaces cwd
    return is_program(file) ? std::optional(file.string()) : std::nullopt;
  }
  for (const auto folder : split(path, ':')) {
    const auto file = cwd / folder / name;  // an empty entry of PATH is the working folder
    if (is_program(file)) return file.string();
  }
  return std::nullopt;
}

}  // namespace runner
