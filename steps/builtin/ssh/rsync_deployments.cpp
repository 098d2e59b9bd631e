// burnett01/rsync-deployments: sends files to a server with rsync.
#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/ssh/rsync.hpp"
#include "steps/clients/ssh/address.hpp"
#include "steps/clients/ssh/inputs.hpp"
#include "steps/formats/shell_words.hpp"
#include "steps/step.hpp"

namespace runner {
namespace rsync_deployments_action {
namespace {

constexpr const char* kNoRemotePath = "The remote_path can not be empty.";

std::string server_of(const StepInputs& step) {
  return fmt::format("{}@{}", step.input("remote_user"), step.input("remote_host"));
}

std::string destination(const StepInputs& step) {
  return rsync_destination(step.input("remote_user"), step.input("remote_host"), step.input("remote_path"));
}

std::string remote_shell(const StepInputs& step) {
  std::string shell = "ssh";
  if (is_true(step.input("legacy_allow_rsa_hostkeys")))
    shell += " -o HostKeyAlgorithms=+ssh-rsa -o PubkeyAcceptedKeyTypes=+ssh-rsa";
  shell += " -p " + step.input("remote_port");
  if (const auto more = step.input("rsh"); !more.empty()) shell += " " + more;
  return shell;
}

// Patterns and several words in `path` and the quotes of `switches` work as in the original's shell; there is
// none here, as a branch's name may be in them.
std::vector<std::string> arguments(const StepInputs& step, const std::filesystem::path& workspace) {
  auto words = shell_words(step.input("switches"), step.env(), workspace, "switches");
  words.insert(words.end(), {"-e", remote_shell(step)});
  const auto sources = shell_words(as_shell_word(workspace.string()) + "/" + step.input("path"), step.env(),
                                   workspace, "path");
  words.insert(words.end(), sources.begin(), sources.end());
  words.push_back(destination(step));
  return words;
}

SshProgramOptions ssh_options(const StepInputs& step) {
  return {.key = step.raw_input("remote_key"),
          .passphrase = step.input("remote_key_pass"),
          .passphrase_input = "remote_key_pass",
          .strict = step.input("rsh").find("StrictHostKeyChecking=yes") != std::string::npos};
}

void check(const StepInputs& step) {
  if (step.input("remote_path").empty()) throw InputError(kNoRemotePath);
  for (const auto* name : {"switches", "remote_host", "remote_user", "remote_key"}) {
    if (step.input(name).empty()) throw InputError(fmt::format("Input required and not supplied: {}", name));
  }
  ssh_port(step.input("remote_port"));
}

StepResult run(StepHost& host) {
  host.add_mask(host.input("remote_key"));
  if (const auto secret = host.input("remote_key_pass"); !secret.empty()) host.add_mask(secret);
  check(host);
  find_rsync(host, host.workspace());
  const SshProgram ssh(host, ssh_options(host));
  host.progress("sending to " + server_of(host));
  const auto done = run_rsync(host, ssh, arguments(host, host.workspace()));
  for (auto& text : ssh.remembered()) host.notice(std::move(text));
  if (const auto why = rsync_failure(done, host.input("remote_host")); !why.empty()) return failure(why);
  host.note(destination(host));
  return {};
}

std::vector<std::string> effects(const StepInputs& step) {
  const auto path = step.input("path");
  const auto switches = step.input("switches");
  return {fmt::format("send {} to {} with rsync {}{}", path.empty() ? "the workspace" : path,
                      destination(step), switches,
                      switches.find("--del") == std::string::npos ? "" : ": deletes there what is not here")};
}

std::vector<std::string> differences(PlanHost& host) {
  check(host);
  planned_file(host, host.input("path"));
  const SshProgram ssh(host, ssh_options(host));
  const auto changes =
      compare_with_rsync(host, ssh, arguments(host, host.workspace()), host.input("remote_host"));
  return describe(changes, destination(host));
}

std::vector<std::string> problems(const StepInputs& step) {
  std::vector<std::string> found;
  if (step.given("remote_path") && step.input("remote_path").empty()) found.emplace_back(kNoRemotePath);
  if (const auto port = step.input("remote_port"); known_before_run(port)) {
    try {
      ssh_port(port);
    } catch (const InputError& error) {
      found.push_back(fmt::format("remote_port: {}", error.what()));
    }
  }
  return found;
}

}  // namespace
}  // namespace rsync_deployments_action

BuiltinAction rsync_deployments() {
  using namespace rsync_deployments_action;
  return {
      .spec =
          {.uses = "burnett01/rsync-deployments",
           .doc = "Sends files to a server with rsync over SSH.",
           .inputs =
               {{.name = "switches", .doc = "options of rsync: -avzr --delete", .required = true},
                {.name = "path",
                 .doc = "what to send, below the workspace; empty: all of it",
                 .target = true},
                {.name = "remote_path", .doc = "where to on the server", .required = true},
                {.name = "remote_host", .doc = "the server", .required = true},
                {.name = "remote_port", .doc = "its port", .fallback = "22"},
                {.name = "remote_user", .doc = "the user to log in as", .required = true},
                {.name = "remote_key", .doc = "text of the private key", .required = true, .secret = true},
                {.name = "remote_key_pass", .doc = "passphrase of the private key", .secret = true},
                {.name = "rsh", .doc = "more options of ssh"},
                {.name = "legacy_allow_rsa_hostkeys",
                 .doc = "accept old RSA (SHA-1) host keys",
                 .fallback = "false"},
                {.name = "strict_hostkeys_checking",
                 .doc = "of the original, which fetches the key it then checks; here host keys are "
                        "always checked",
                 .fallback = "false"},
                {.name = "debug", .doc = "of the original; nothing to do here", .fallback = "false"}},
           .outputs = {},
           .first_major = 1,
           .last_major = 8},
      .run = run,
      .effects = effects,
      .differences = differences,
      .problems = problems};
}

}  // namespace runner
