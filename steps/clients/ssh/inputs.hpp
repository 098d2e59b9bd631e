// steps/clients/ssh/inputs.hpp -- the inputs ssh-action and scp-action share: servers, logins, jump host,
// times; and running something on every server.
#pragma once
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/model/action_spec.hpp"
#include "steps/clients/ssh/ssh.hpp"
#include "steps/step.hpp"
#include "steps/system/line_splitter.hpp"

namespace runner {

std::vector<InputSpec> ssh_input_specs();  // to put in front of an action's own

struct SshInputs {
  std::vector<SshServer> servers;
  std::optional<SshServer> jump;
  std::optional<std::chrono::milliseconds> command_timeout;
};
// Reads the key files too; they are in the workspace. Throws InputError with the texts of the original.
SshInputs read_ssh_inputs(const StepInputs& inputs, const std::filesystem::path& workspace);

// What is wrong with the shared inputs as far as they are known before the run.
std::vector<std::string> ssh_input_problems(const StepInputs& inputs);
std::string ssh_destination(const StepInputs& inputs);  // "user@web1:22, user@web2:22 (via jump:22)"
bool known_before_run(std::string_view value);          // holds no ${{ }}

// Warnings about variables that would have beaten the inputs in the original.
void warn_of_ssh_variables(StepHost& host);

// Lines of one server as the step's log shows them, and all of them for capture_stdout.
class SshOutput {
 public:
  // `capture`: keep what is printed, up to kMostCaptured bytes, for an output of the step.
  static constexpr size_t kMostCaptured = size_t{16} << 20;
  explicit SshOutput(StepHost& host, bool capture = false) : host_(host), capture_(capture) {}
  void line(std::string_view text);  // from any thread; blank lines are dropped
  const std::string& captured() const { return captured_; }

 private:
  StepHost& host_;
  const bool capture_;
  std::mutex mutex_;
  std::string captured_;
  bool full_ = false;
};

// Cuts what comes on both streams into lines, each with its stream's prefix.
class SshLines {
 public:
  SshLines(SshOutput& output, const std::string& out_prefix, const std::string& err_prefix);
  void add(Stream stream, std::string_view piece) { (stream == Stream::out ? out_ : err_).add(piece); }
  void finish() { out_.finish(), err_.finish(); }

 private:
  LineSplitter out_, err_;
};

std::string host_prefix(const SshInputs& inputs, const SshServer& server);  // "HOST: " when there are several

// `work` throws to fail. All servers are served to the end, one thread each, or with `in_turn` up to the
// first failure. The result has the text of the first failure in the order of the list; all of them are
// logged.
StepResult on_every_server(
    StepHost& host, const SshInputs& inputs, bool in_turn,
    const std::function<void(SshConnection& connection, const SshServer& server)>& work);

}  // namespace runner
