#include "steps/clients/ssh/exec.hpp"

#include <array>
#include <utility>
#include <vector>

#include "parser/base/text.hpp"

namespace runner {
namespace {

using std::chrono::milliseconds;

constexpr size_t kBufferSize = 128 * 1024;
constexpr milliseconds kGoodbye{1000};
constexpr unsigned char kTerminalModes[] = {53,  0, 0, 0,    0,         // ECHO off
                                            128, 0, 0, 0x38, 0x40,      // input speed 14400
                                            129, 0, 0, 0x38, 0x40, 0};  // output speed; end

struct Signal {
  std::string_view name;
  milliseconds patience;
};
constexpr std::array kOnStop{Signal{"INT", milliseconds(2500)}, Signal{"TERM", milliseconds(2500)},
                             Signal{"KILL", milliseconds(1000)}};
constexpr std::array kOnTimeout{Signal{"TERM", milliseconds(2500)}, Signal{"KILL", milliseconds(1000)}};

// Children of the same sshd process are this connection's commands, each the leader of its process group.
constexpr std::string_view kKillOthers =
    R"sh(exec /bin/sh -c 'ps -e -o pid= -o ppid= | { r=1; while read -r p q; do [ "$q" = "$PPID" ] && [ "$p" != "$$" ] && kill -s SIGNAL -- "-$p" && r=0; done; exit $r; }')sh";
constexpr milliseconds kKillPatience{2000};

constexpr std::pair<std::string_view, int> kSignals[] = {
    {"ABRT", 6},  {"ALRM", 14}, {"FPE", 8},   {"HUP", 1},   {"ILL", 4},   {"INT", 2},  {"KILL", 9},
    {"PIPE", 13}, {"QUIT", 3},  {"SEGV", 11}, {"TERM", 15}, {"USR1", 10}, {"USR2", 12}};

class Run {
 public:
  Run(SshLink& link, const SshCommand& command) : link_(link), command_(command), buffer_(kBufferSize) {}
  ~Run() { close(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  SshExit run() {
    SshExit exit;
    if (command_.timeout) deadline_ = std::chrono::steady_clock::now() + *command_.timeout;
    link_.set_deadline(deadline_);
    try {
      exit.refused = !start();
      if (exit.refused) return exit;
      follow();
    } catch (const SshTimeout&) {
      exit.timed_out = true;
      if (can_kill_) end_with(kOnTimeout);
    } catch (const SshStopped&) {
      exit.stopped = true;
      link_.waiter().ignore_stop();
      end_with(kOnStop);
    }
    if (!exit.timed_out && !exit.stopped) read_status(exit);
    return exit;
  }

 private:
  bool start() {
    channel_.reset(link_.finish_pointer([&] {
      return libssh2_channel_open_ex(link_.session(), "session", 7, LIBSSH2_CHANNEL_WINDOW_DEFAULT,
                                     LIBSSH2_CHANNEL_PACKET_DEFAULT, nullptr, 0);
    }));
    if (!channel_) throw Error("ssh: open a session: {}", link_.last_error());
    if (command_.terminal) request_terminal();
    const int error = link_.finish([&] {
      return libssh2_channel_process_startup(channel_.get(), "exec", 4, command_.line.data(),
                                             static_cast<unsigned>(command_.line.size()));
    });
    if (error == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED) return false;
    if (error != 0) throw Error("ssh: start the command: {}", link_.last_error());
    return true;
  }

  void request_terminal() {
    const int error = link_.finish([&] {
      return libssh2_channel_request_pty_ex(channel_.get(), "xterm", 5,
                                            reinterpret_cast<const char*>(kTerminalModes),
                                            sizeof kTerminalModes, 80, 40, 0, 0);
    });
    if (error != 0) throw Error("ssh: the server gives no terminal (request_pty): {}", link_.last_error());
  }

  // Moves bytes both ways until the command has ended.
  void follow() {
    while (libssh2_channel_eof(channel_.get()) == 0) {
      bool moved = feed();
      const bool starved = !input_done_ && libssh2_channel_window_write(channel_.get()) == 0;
      moved |= take(Stream::out, 0);
      moved |= take(Stream::err, SSH_EXTENDED_DATA_STDERR);
      // Reading may have taken off the socket what no poll() will show: bytes of the other stream, or the
      // grant to send more.
      if (starved && libssh2_channel_window_write(channel_.get()) > 0) continue;
      unsigned long waiting = 0;
      libssh2_channel_window_read_ex(channel_.get(), &waiting, nullptr);
      if (!moved && waiting == 0 && libssh2_channel_eof(channel_.get()) == 0) link_.wait();
    }
    const int error = link_.finish([&] { return libssh2_channel_wait_closed(channel_.get()); });
    if (error != 0) broken();
  }

  bool take(Stream stream, int number) {
    const auto size = libssh2_channel_read_ex(channel_.get(), number, buffer_.data(), buffer_.size());
    if (size == LIBSSH2_ERROR_EAGAIN) return false;
    if (size < 0) broken();
    if (size > 0 && command_.output) command_.output(stream, {buffer_.data(), static_cast<size_t>(size)});
    return size > 0;
  }

  bool feed() {
    if (input_done_) return false;
    if (input_at_ == input_.size() && !refill()) {
      const int error = libssh2_channel_send_eof(channel_.get());
      input_done_ = error != LIBSSH2_ERROR_EAGAIN;
      return input_done_;
    }
    const auto size =
        libssh2_channel_write_ex(channel_.get(), 0, input_.data() + input_at_, input_.size() - input_at_);
    if (size == LIBSSH2_ERROR_EAGAIN) return false;
    if (size < 0) {  // the command reads no further; what it printed and its status tell why
      input_done_ = true;
      return false;
    }
    input_at_ += static_cast<size_t>(size);
    return size > 0;
  }

  bool refill() {
    if (!command_.input || input_ended_) return false;
    input_.resize(kBufferSize);
    input_at_ = 0;
    input_.resize(command_.input(input_.data(), input_.size()));
    input_ended_ = input_.empty();
    return !input_ended_;
  }

  [[noreturn]] void broken() {
    throw Error("wait: remote command exited without exit status or exit signal: {}", link_.last_error());
  }

  template <size_t N>
  void end_with(const std::array<Signal, N>& signals) {
    input_done_ = true;
    for (const auto& signal : signals) {
      if (!channel_) return;
      try {
        if (!kill_by_command(signal.name)) kill_by_request(signal.name);
        link_.set_deadline(std::chrono::steady_clock::now() + signal.patience);
        follow();
        return;
      } catch (const SshTimeout&) {
        continue;
      } catch (const Error&) {
        return;  // the connection is gone
      }
    }
  }

  // A second command over the same connection. First choice, as OpenSSH takes no signal requests for root.
  bool kill_by_command(std::string_view signal) {
    SshCommand command{.line = replace_all(std::string(kKillOthers), "SIGNAL", signal),
                       .input = {},
                       .output = {},
                       .timeout = kKillPatience};
    Run killer(link_, command);
    killer.can_kill_ = false;
    try {
      const auto exit = killer.run();
      return !exit.refused && !exit.timed_out && exit.status == 0;
    } catch (const SshTimeout&) {
      return false;
    } catch (const Error&) {  // no second session (MaxSessions); a broken connection shows right after
      return false;
    }
  }

  void kill_by_request(std::string_view signal) {
    link_.set_deadline(std::chrono::steady_clock::now() + kGoodbye);
    link_.finish([&] { return libssh2_channel_signal_ex(channel_.get(), signal.data(), signal.size()); });
  }

  void read_status(SshExit& exit) {
    exit.status = libssh2_channel_get_exit_status(channel_.get());
    char* signal = nullptr;
    size_t size = 0;
    libssh2_channel_get_exit_signal(channel_.get(), &signal, &size, nullptr, nullptr, nullptr, nullptr);
    if (signal == nullptr) return;
    exit.signal.assign(signal, size);
    libssh2_free(link_.session(), signal);
    exit.status = 128;
    for (const auto& [name, number] : kSignals) {
      if (name == exit.signal) exit.status = 128 + number;
    }
  }

  void close() noexcept {
    if (!channel_) return;
    try {
      link_.set_deadline(std::chrono::steady_clock::now() + kGoodbye);
      link_.finish([&] { return libssh2_channel_close(channel_.get()); });
      link_.finish([&] { return libssh2_channel_free(channel_.get()); });
      static_cast<void>(channel_.release());
    } catch (const std::exception&) {  // the session frees what is left
      static_cast<void>(channel_.release());
    }
    link_.set_deadline(std::nullopt);
  }

  SshLink& link_;
  const SshCommand& command_;
  SshChannelHandle channel_;
  std::optional<Instant> deadline_;
  std::vector<char> buffer_;
  std::vector<char> input_;
  size_t input_at_ = 0;
  bool input_ended_ = false, input_done_ = false, can_kill_ = true;
};

}  // namespace

SshExit run_over(SshLink& link, const SshCommand& command) { return Run(link, command).run(); }

}  // namespace runner
