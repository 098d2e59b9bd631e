// appleboy/ssh-action: runs a script on servers.
#include <fstream>
#include <sstream>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/inputs.hpp"
#include "steps/clients/ssh/look.hpp"
#include "steps/clients/ssh/requirements.hpp"
#include "steps/clients/ssh/script.hpp"
#include "steps/step.hpp"

namespace runner {
namespace ssh_action {
namespace {

constexpr std::string_view kRule = "===============================================";

std::string read_script_file(const StepHost& host, const std::string& path) {
  std::ifstream in(host.workspace() / path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) throw InputError(fmt::format("script_path: open {}: no such file or directory", path));
  return text.str();
}

std::string script_of(const StepHost& host) {
  std::string script(host.raw_input("script"));
  if (const auto path = host.input("script_path"); !path.empty()) {
    if (!script.empty() && !script.ends_with('\n')) script += '\n';
    script += read_script_file(host, path);
  }
  return script;
}

void run_on(SshConnection& connection, const RemoteText& text, SshLines& lines, const SshInputs& inputs,
            bool terminal) {
  size_t sent = 0;
  SshCommand command{.line = text.command,
                     .input = {},
                     .output = [&](Stream stream, std::string_view piece) { lines.add(stream, piece); },
                     .timeout = inputs.command_timeout,
                     .terminal = terminal};
  if (!text.input.empty()) {
    command.input = [&](char* buffer, size_t size) {
      const auto count = text.input.copy(buffer, size, sent);
      sent += count;
      return count;
    };
  }
  const auto exit = connection.run(command);
  lines.finish();
  if (exit.timed_out) throw Error("Run Command Timeout");
  if (exit.stopped) throw SshStopped();
  if (exit.refused) throw Error("ssh: the server refuses to run commands");
  if (!exit.signal.empty()) {
    throw Error("Process exited with status {} from signal {}", exit.status, exit.signal);
  }
  if (exit.status != 0) throw Error("Process exited with status {}", exit.status);
}

// The input went with 1.2.1.
bool knows_script_stop(const StepInputs& step) { return !step.version().at_least(1, 2, 1); }

bool stops_at_failure(const StepInputs& step) {
  return knows_script_stop(step) && is_true(step.input("script_stop"));
}

// Up to 0.1.2 (drone-ssh 1.6.1) every line was checked, since then those that no '\' joins to the next one.
std::string checked_script(const StepInputs& step, const std::string& script) {
  return stops_at_failure(step) ? stopping_script(script, step.version().at_least(0, 1, 3)) : script;
}

std::string exports(const StepHost& host) {
  std::string text;
  for (const auto& line : export_lines(host.env(), host.input("envs"), is_true(host.input("allenvs")),
                                       host.input("envs_format"))) {
    text += line + "\n";
  }
  return text;
}

void warn_of_script_stop(StepHost& host) {
  if (!host.given("script_stop") || !is_true(host.input("script_stop"))) return;
  constexpr const char* kInstead = "`set -e` as the first line of the script stops it at the first failure";
  Annotation warning{.level = AnnotationLevel::warning};
  if (knows_script_stop(host)) {
    warning.message = fmt::format(
        "script_stop puts a check behind every line of the script: here-documents, `case` and what "
        "else spans several lines break. {}, without that",
        kInstead);
  } else {
    warning.message = fmt::format(
        "script_stop is ignored: this action has not had it since v1.2.1, so the script goes on after a "
        "failure. {}",
        kInstead);
  }
  host.annotate(std::move(warning));
}

StepResult run(StepHost& host) {
  const auto inputs = read_ssh_inputs(host, host.workspace());
  const auto script = script_of(host);
  const bool plain = host.version().at_least(1, 2, 0);
  const bool terminal = is_true(host.input("request_pty"));
  const auto variables = exports(host);
  const auto all = variables + checked_script(host, script);
  // a terminal would take the text for what is typed
  const bool secret = !terminal && (!variables.empty() || host.secrets().secret_in(all, 1).has_value());
  const auto text = remote_text(all, secret), windows_text = remote_text(all, false);
  warn_of_ssh_variables(host);
  warn_of_script_stop(host);
  host.progress(fmt::format("running on {}", ssh_destination(host)));

  SshOutput output(host, is_true(host.input("capture_stdout")));
  const auto result = on_every_server(
      host, inputs, is_true(host.input("sync")), [&](SshConnection& connection, const SshServer& server) {
        const auto prefix = host_prefix(inputs, server);
        SshLines lines(output, prefix + (plain ? "" : "out: "), prefix + (plain ? "" : "err: "));
        if (!plain)
          output.line(fmt::format("{0}======CMD======\n{1}\n{0}======END======", prefix, trim(script)));
        const bool windows = connection.arrival().software.find("Windows") != std::string::npos;
        run_on(connection, windows ? windows_text : text, lines, inputs, terminal);
      });
  if (result.outcome == Outcome::success) {
    output.line(kRule);
    output.line(plain ? "✅ Successfully executed commands to all hosts."
                      : "✅ Successfully executed commands to all host.");
    output.line(kRule);
  }
  if (is_true(host.input("capture_stdout"))) host.set_output("stdout", output.captured());
  return result;
}

std::vector<std::string> effects(const StepInputs& inputs) {
  size_t lines = 0;
  const auto script = inputs.raw_input("script");
  for (const auto line : split_lines(script)) lines += trim(line).empty() ? 0 : 1;
  auto what = fmt::format("{} line{}", lines, lines == 1 ? "" : "s");
  if (const auto path = inputs.input("script_path"); !path.empty()) {
    what = lines == 0 ? path : fmt::format("{} and {}", what, path);
  }
  return {fmt::format("run {} on {}", what, ssh_destination(inputs))};
}

std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  const auto path = host.input("script_path");
  if (!path.empty() && known_before_run(path) && !std::filesystem::exists(host.workspace() / path))
    lines.push_back(fmt::format("script_path: {} is not here yet", path));
  for (auto& line : look_at_servers(host, [](SshConnection&, const ServerFacts& facts) {
         return facts.shell ? std::vector<std::string>{}
                            : std::vector<std::string>{"the server runs no commands: this step would fail"};
       })) {
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace
}  // namespace ssh_action

BuiltinAction ssh() {
  using namespace ssh_action;
  auto specs = ssh_input_specs();
  for (InputSpec spec : std::vector<InputSpec>{
           {.name = "script", .doc = "the commands, run by the user's login shell", .fallback = {}},
           {.name = "script_path", .doc = "file with commands, run after `script`", .fallback = {}},
           {.name = "envs", .doc = "names of variables to hand over, separated by commas", .fallback = {}},
           {.name = "envs_format", .doc = "how each is handed over", .fallback = "export {NAME}={VALUE}"},
           {.name = "allenvs",
           .doc = "hand over all GITHUB_, INPUT_ and the like, but no secrets",
           .fallback = "false"},
           {.name = "script_stop",
           .doc = "stop at the first line that fails; before 1.2.1 only",
           .fallback = "false"},
           {.name = "sync", .doc = "one server after another, up to the first failure", .fallback = "false"},
           {.name = "request_pty", .doc = "run in a terminal", .fallback = "false"}}) {
    specs.push_back(std::move(spec));
  }
  return {.spec = {.uses = "appleboy/ssh-action",
                   .doc = "Runs a script on servers over SSH.",
                   .inputs = std::move(specs),
                   .outputs = {{"stdout", "what was printed, with capture_stdout"}},
                   .first_major = 0,
                   .last_major = 1},
          .run = run,
          .effects = effects,
          .differences = differences,
          .problems = ssh_input_problems,
          .requirements = ssh_requirements};
}

}  // namespace runner
