// tests/support/cli_fixture.hpp -- whole commands in process: a git repository of its own, private folders,
// no network.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "runner/cli/cli.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

struct CliResult {
  int status = -1;
  std::string out, err;
};

class CliFixture {
  TempDir folder_;  // first: the others stand in it

 public:
  CliFixture();  // an empty repository on the branch main, with one commit

  std::filesystem::path repository() const { return folder_.path() / "repo"; }
  // Below the repository; committed with all that was written before it by commit().
  void write(const std::string& name, std::string_view text) const;
  void workflow(const std::string& name, std::string_view text) const {
    write(".github/workflows/" + name, text);
  }
  void commit() const;
  CliResult run(const std::vector<std::string>& args);

  Environment environment;          // of the command
  std::filesystem::path program;    // what `aws` of the steps leads to; empty: there is none
  std::filesystem::path directory;  // where it is started; the repository unless set
  FakeHttp http;
  Interrupts interrupts;  // none unless set
  int signal = 0;         // that stopped it, as the command is told
  KillTimes kill_times;
  std::chrono::milliseconds minute = std::chrono::minutes(1);  // of timeouts
};

// A workflow of one job that runs one script on every push.
inline constexpr std::string_view kHello =
    "name: Hello\n"
    "on: push\n"
    "jobs:\n"
    "  greet:\n"
    "    runs-on: ubuntu-latest\n"
    "    steps:\n"
    "      - run: echo hello\n";

// A workflow whose only job has these steps, and keys besides.
inline std::string job_of(const std::string& steps, const std::string& keys = "") {
  return "on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n" + keys + "    steps:\n" + steps;
}

}  // namespace runner::test
