#include "runner/signals.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cstdint>

namespace runner {
namespace {

constexpr int kPatienceMilliseconds = 900;

// As the signal itself would: returns when the program is continued, or at once where nobody could do that.
void stop_here() {
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &mask, nullptr);
  ::raise(SIGTSTP);
  ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
}

}  // namespace

Signals::Signals() {
  sigset_t mask;
  sigemptyset(&mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) {
    struct sigaction inherited {};
    // What nohup or a script's `&` made ignored stays so: a signalfd would take it all the same.
    if (::sigaction(signal, nullptr, &inherited) == 0 && inherited.sa_handler != SIG_IGN)
      sigaddset(&mask, signal);
  }
  ::pthread_sigmask(SIG_BLOCK, &mask, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of write(), not the end of a deploy
  signals_ = ::signalfd(-1, &mask, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { take(); });
}

Signals::~Signals() {
  const uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(end_, &one, sizeof one);
  thread_.join();
  ::close(signals_);
  ::close(end_);
}

void Signals::take() {
  std::array<pollfd, 2> waited{pollfd{signals_, POLLIN, 0}, pollfd{end_, POLLIN, 0}};
  while (::poll(waited.data(), waited.size(), -1) >= 0 || errno == EINTR) {
    if (waited[1].revents != 0) return;
    if (waited[0].revents == 0) continue;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) != sizeof info) continue;
    obey(static_cast<int>(info.ssi_signo));
  }
}

void Signals::obey(int signal) {
  if (signal == SIGTSTP) return pauses_.around(stop_here);
  int none = 0;
  const bool first = received_.compare_exchange_strong(none, signal);
  if (first && signal != SIGQUIT)
    cancel_.request_stop();
  else
    stop_now();
}

void Signals::stop_now() {
  now_.request_stop();  // first: it is no cancel that waits for anything
  cancel_.request_stop();
  pollfd over{end_, POLLIN, 0};
  if (::poll(&over, 1, kPatienceMilliseconds) == 0) ::_exit(128 + received_);
}

}  // namespace runner
