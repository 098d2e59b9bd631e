#include "tests/support/cli_fixture.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>

#include "runner/place/orphans.hpp"
#include "tests/support/git.hpp"

namespace runner::test {
namespace {

// A file that takes what is written to a descriptor, as reports are.
class Captured {
 public:
  explicit Captured(std::filesystem::path file)
      : file_(std::move(file)),
        fd_(::open(file_.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {
    if (fd_ < 0) throw std::runtime_error("open " + file_.string());
  }
  ~Captured() { ::close(fd_); }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  int fd() const { return fd_; }
  std::string text() const { return read_file(file_); }

 private:
  std::filesystem::path file_;
  int fd_;
};

}  // namespace

CliFixture::CliFixture() : directory(repository()) {
  std::filesystem::create_directories(repository());
  git(repository(), "init -q");
  write("README", "a repository for a test\n");
  commit();
  const char* path = ::getenv("PATH");
  environment = {{"HOME", (folder_.path() / "home").string()},
                 {"PATH", path == nullptr ? "/usr/bin:/bin" : path},
                 {"USER", "tester"},
                 {"GIT_ALLOW_PROTOCOL", "file"}};  // no network
}

void CliFixture::write(const std::string& name, std::string_view text) const {
  folder_.write("repo/" + name, text);
}

void CliFixture::commit() const { git(repository(), "add -A && git commit -q -m 'What the test needs'"); }

CliResult CliFixture::run(const std::vector<std::string>& args) {
  std::ostringstream out, err;
  const Captured drawn(folder_.path() / "out"), told(folder_.path() / "err");
  Reaper reaper;
  Tools tools{.environment = environment,
              .directory = directory,
              .folders = {folder_.path() / "state", folder_.path() / "cache", folder_.path() / "home"},
              .program = program,
              .out = out,
              .err = err,
              .out_fd = drawn.fd(),
              .err_fd = told.fd(),
              .http = http,
              .interrupts = interrupts,
              .stopped_by = [this] { return signal; },
              .reaper = &reaper,
              .kill_times = kill_times,
              .minute = minute};
  const int status = run_cli(args, tools);
  return {status, out.str() + drawn.text(), err.str() + told.text()};
}

}  // namespace runner::test
