// easingthemes/ssh-deploy: sends files to a server with rsync, with scripts there before and after. Every
// setting may be an input or a variable; the variable wins.
#include <cctype>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "steps/builtin/ssh/rsync.hpp"
#include "steps/clients/ssh/address.hpp"
#include "steps/clients/ssh/inputs.hpp"
#include "steps/formats/shell_words.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"

namespace runner {
namespace ssh_deploy_action {
namespace {

constexpr size_t kMostStdout = 10'000;  // of rsync's output, handed to SCRIPT_AFTER

std::string setting(const StepInputs& step, const char* name) {
  auto value = env_value(step.env(), name);
  return value.empty() ? step.input(name) : value;
}

std::string setting(const StepInputs& step, const char* name, std::string otherwise) {
  auto value = setting(step, name);
  return value.empty() ? otherwise : value;
}

std::vector<std::string> comma_list(const std::string& text) {
  std::vector<std::string> items;
  for (const auto item : split(text, ',')) {
    if (!trim(item).empty()) items.emplace_back(trim(item));
  }
  return items;
}

// A blank behind a letter is part of the name, as the original has it.
std::string with_escaped_blanks(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool in_name = !escaped.empty() && (std::isalnum(static_cast<unsigned char>(escaped.back())) != 0 ||
                                              escaped.back() == '_');
    if (c == ' ' && in_name) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string server_of(const StepInputs& step) {
  return fmt::format("{}@{}", setting(step, "REMOTE_USER"), setting(step, "REMOTE_HOST"));
}

std::string target_of(const StepInputs& step) {
  return setting(step, "TARGET", fmt::format("/home/{}/", setting(step, "REMOTE_USER")));
}

std::string destination(const StepInputs& step) {
  return rsync_destination(setting(step, "REMOTE_USER"), setting(step, "REMOTE_HOST"), target_of(step));
}

std::string port_of(const StepInputs& step) { return setting(step, "REMOTE_PORT", "22"); }

// Several sources since 3.4.
std::vector<std::string> sources_of(const StepInputs& step) {
  const auto text = setting(step, "SOURCE");
  if (!step.version().at_least(3, 4)) return {text};
  std::vector<std::string> sources;
  for (const auto source : split(text, ' ')) {
    if (!source.empty()) sources.emplace_back(source);
  }
  if (sources.empty()) sources.emplace_back();
  return sources;
}

std::string options_of_rsync(const StepInputs& step) {
  return setting(step, "ARGS", step.version().at_least(4) ? "-rlgoDzvc -i" : "-rltgoDzvO");
}

std::vector<std::string> words_of(const StepInputs& step, const std::filesystem::path& workspace,
                                  const std::string& text, const char* name) {
  return shell_words(text, step.env(), workspace, name);
}

std::string options_of_ssh(const StepInputs& step) {
  return fmt::format(
      "{}", fmt::join(comma_list(setting(step, "SSH_CMD_ARGS", "-o StrictHostKeyChecking=no")), " "));
}

// What the original hands to a shell; there is none here, as a branch's name may be in it.
std::vector<std::string> arguments(const StepInputs& step, const std::filesystem::path& workspace,
                                   const SshProgram& ssh) {
  std::vector<std::string> words;
  const auto add = [&](const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  for (const auto& source : sources_of(step)) {
    add(words_of(step, workspace, as_shell_word(workspace.string()) + with_escaped_blanks("/" + source),
                 "SOURCE"));
  }
  add({destination(step), "--rsh",
       fmt::format("ssh -p {} -i {} {}", port_of(step), as_shell_word(ssh.key_file().string()),
                   options_of_ssh(step)),
       "--recursive"});
  for (const auto& pattern : comma_list(setting(step, "EXCLUDE")))
    words.push_back(fmt::format("--exclude={}", without_quotes(pattern)));
  add(words_of(step, workspace, options_of_rsync(step), "ARGS"));
  return words;
}

SshProgramOptions ssh_options(const StepInputs& step) {
  return {.key = setting(step, "SSH_PRIVATE_KEY"),
          .key_name = setting(step, "DEPLOY_KEY_NAME", "deploy_key"),
          .strict = options_of_ssh(step).find("StrictHostKeyChecking=yes") != std::string::npos};
}

std::vector<std::string> missing(const StepInputs& step) {
  std::vector<std::string> lines;
  for (const auto* name : {"SSH_PRIVATE_KEY", "REMOTE_HOST", "REMOTE_USER"}) {
    if (setting(step, name).empty()) lines.push_back(fmt::format("[INPUTS] {} is mandatory", name));
  }
  return lines;
}

void check(const StepInputs& step) {
  if (const auto lines = missing(step); !lines.empty())
    throw InputError(fmt::format("{}", fmt::join(lines, "\n")));
  ssh_port(port_of(step));
  static_cast<void>(destination(step));
  if (setting(step, "DEPLOY_KEY_NAME").find('/') != std::string::npos)
    throw InputError("DEPLOY_KEY_NAME: the name of a file is expected, not a path");
}

// Runs a script on the server by bash. What went wrong; empty: nothing, or it does not matter.
std::string run_script(StepHost& host, const SshProgram& ssh, const std::string& name,
                       std::string_view rsync_output) {
  const auto script = setting(host, name.c_str());
  if (script.empty()) return "";
  host.log(fmt::format("Executing remote script: ssh {} ({})", server_of(host), name));
  const auto remote =
      fmt::format("RSYNC_STDOUT={} bash -s", as_shell_word(rsync_output.substr(0, kMostStdout)));
  std::vector<std::string> words{ssh.path().string(), "-p", port_of(host)};
  for (auto& word : words_of(host, host.workspace(), options_of_ssh(host), "SSH_CMD_ARGS"))
    words.push_back(std::move(word));
  words.insert(words.end(), {server_of(host), remote});
  const auto done = run_beside_ssh(host, ssh, std::move(words), script + "\n");
  if (done.code == 0) return "";
  auto why = done.code == 255 ? explain_ssh_error(done.err, setting(host, "REMOTE_HOST")) : "";
  if (why.empty()) why = fmt::format("exited with status {}", done.code);
  why = fmt::format("[CMD] Remote script failed: {}: {}", name, why);
  if (!setting(host, (name + "_REQUIRED").c_str()).empty()) return why;
  host.warn(why);
  return "";
}

std::string send_files(StepHost& host, const SshProgram& ssh, std::string& output) {
  host.log(fmt::format("[Rsync] Starting Rsync Action: {} to {}", fmt::join(sources_of(host), " "),
                       destination(host)));
  host.progress("sending to " + server_of(host));
  auto done = run_rsync(host, ssh, arguments(host, host.workspace(), ssh));
  output = std::move(done.out);
  return rsync_failure(done, setting(host, "REMOTE_HOST"));
}

std::string deploy(StepHost& host, const SshProgram& ssh) {
  std::string output;
  if (auto why = run_script(host, ssh, "SCRIPT_BEFORE", ""); !why.empty()) return why;
  if (host.stop().stop_requested()) return "";
  if (auto why = send_files(host, ssh, output); !why.empty()) return why;
  if (host.stop().stop_requested()) return "";
  return run_script(host, ssh, "SCRIPT_AFTER", output);
}

StepResult run(StepHost& host) {
  check(host);
  host.add_mask(setting(host, "SSH_PRIVATE_KEY"));
  find_rsync(host, host.workspace());
  const SshProgram ssh(host, ssh_options(host));
  const auto why = deploy(host, ssh);
  for (auto& text : ssh.remembered()) host.notice(std::move(text));
  if (!why.empty()) return failure(why);
  host.note(destination(host));
  return {};
}

std::vector<std::string> effects(const StepInputs& step) {
  std::vector<std::string> lines;
  const auto script = [&](const char* name, const char* when) {
    if (!setting(step, name).empty())
      lines.push_back(fmt::format("run {} on {} {}", name, server_of(step), when));
  };
  script("SCRIPT_BEFORE", "first");
  const auto sources = fmt::format("{}", fmt::join(sources_of(step), ", "));
  lines.push_back(fmt::format("send {} to {} with rsync {}", sources.empty() ? "the workspace" : sources,
                              destination(step), options_of_rsync(step)));
  script("SCRIPT_AFTER", "afterwards");
  return lines;
}

std::vector<std::string> differences(PlanHost& host) {
  check(host);
  for (const auto& source : sources_of(host)) planned_file(host, source);
  const SshProgram ssh(host, ssh_options(host));
  const auto changes =
      compare_with_rsync(host, ssh, arguments(host, host.workspace(), ssh), setting(host, "REMOTE_HOST"));
  auto lines = describe(changes, destination(host));
  for (const auto* name : {"SCRIPT_BEFORE", "SCRIPT_AFTER"}) {
    if (!setting(host, name).empty()) lines.push_back(fmt::format("run {} on {}", name, server_of(host)));
  }
  return lines;
}

std::vector<std::string> problems(const StepInputs& step) {
  auto found = missing(step);
  if (const auto port = port_of(step); known_before_run(port)) {
    try {
      ssh_port(port);
    } catch (const InputError& error) {
      found.push_back(fmt::format("REMOTE_PORT: {}", error.what()));
    }
  }
  return found;
}

}  // namespace
}  // namespace ssh_deploy_action

BuiltinAction ssh_deploy() {
  using namespace ssh_deploy_action;
  return {.spec = {.uses = "easingthemes/ssh-deploy",
                   .doc = "Sends files to a server with rsync over SSH, with scripts there before and after; "
                          "settings may come from `env:`.",
                   .inputs =
                       {{.name = "SSH_PRIVATE_KEY", .doc = "text of the private key; needed", .secret = true},
                        {.name = "REMOTE_HOST", .doc = "the server; needed", .target = true},
                        {.name = "REMOTE_USER", .doc = "the user to log in as; needed"},
                        {.name = "REMOTE_PORT", .doc = "the server's port: 22"},
                        {.name = "SOURCE", .doc = "what to send, below the workspace, separated by blanks"},
                        {.name = "TARGET", .doc = "where to on the server: /home/REMOTE_USER/"},
                        {.name = "ARGS", .doc = "options of rsync: -rlgoDzvc -i; before v4: -rltgoDzvO"},
                        {.name = "SSH_CMD_ARGS", .doc = "options of ssh, separated by commas"},
                        {.name = "EXCLUDE", .doc = "patterns of rsync, separated by commas"},
                        {.name = "SCRIPT_BEFORE", .doc = "run on the server by bash first"},
                        {.name = "SCRIPT_AFTER",
                         .doc = "run on the server by bash afterwards; RSYNC_STDOUT holds what rsync said"},
                        {.name = "SCRIPT_BEFORE_REQUIRED", .doc = "any text: its failure is the step's"},
                        {.name = "SCRIPT_AFTER_REQUIRED", .doc = "any text: its failure is the step's"},
                        {.name = "DEPLOY_KEY_NAME", .doc = "name of the file with the key"}},
                   .outputs = {},
                   .first_major = 1,
                   .last_major = 5},
          .run = run,
          .effects = effects,
          .differences = differences,
          .problems = problems};
}

}  // namespace runner
