// webfactory/ssh-agent: an ssh-agent with the given keys for the rest of the job. Keys reach it through
// memory alone.
#include <signal.h>
#include <stdlib.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/clients/ssh/github_hosts.hpp"
#include "steps/clients/ssh/private_key.hpp"
#include "steps/step.hpp"
#include "steps/system/digest.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"
#include "steps/system/process.hpp"

namespace runner {
namespace ssh_agent_action {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNoKey =
    "The ssh-private-key argument is empty. Maybe the secret has not been configured, or you are using a "
    "wrong "
    "secret name in your workflow file.";
constexpr size_t kLongestSocket =
    100;  // a unix socket's path has 108 bytes; ssh-agent adds some for a moment

ProgramOutput run_program(StepHost& host, const std::string& name, std::vector<std::string> arguments,
                          const std::string& input = {}) {
  auto env = program_environment(host);
  const auto program = find_program(name, path_of(env), host.workspace());
  if (!program) {
    throw InputError(fmt::format("the program {} is not on PATH: apt-get install {}", name,
                                 name.ends_with("git") ? "git" : "openssh-client"));
  }
  env["SSH_ASKPASS_REQUIRE"] = "never";  // there is nobody to ask
  arguments.insert(arguments.begin(), *program);
  return capture({std::move(arguments), std::move(env), host.workspace(), input}, host.stop());
}

std::string command(const StepHost& host, const char* input, const char* otherwise) {
  const auto given = host.input(input);
  return given.empty() ? otherwise : given;
}

std::string must_run(StepHost& host, const std::string& name, std::vector<std::string> arguments,
                     const std::string& input = {}) {
  const auto what = fmt::format("{} {}", name, arguments.empty() ? "" : arguments.front());
  auto done = run_program(host, name, std::move(arguments), input);
  if (done.code != 0)
    throw InputError(fmt::format("{} failed with exit code {}: {}", trim(what), done.code, trim(done.err)));
  return std::move(done.out);
}

std::vector<std::string> keys_of(const StepInputs& step) {
  constexpr std::string_view kBegin = "-----BEGIN";
  const auto text = normalized_private_key(step.raw_input("ssh-private-key"));
  std::vector<std::string> keys;
  for (size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find(kBegin, at + 1), text.size());
    if (auto key = normalized_private_key(text.substr(at, next - at)); key.size() > 1) keys.push_back(key);
    at = next;
  }
  return keys;
}

void check_keys(const std::vector<std::string>& keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    auto problem = private_key_problem(keys[i], false);
    if (!problem) continue;
    if (problem->find("passphrase") != std::string::npos)
      problem = "this private key is passphrase protected: ssh-keygen -p makes one without";
    throw InputError(fmt::format("ssh-private-key{}: {}",
                                 keys.size() > 1 ? fmt::format(", key {} of {}", i + 1, keys.size()) : "",
                                 *problem));
  }
}

// Short: a private folder below RUNNER_TEMP, else below /tmp.
std::string new_socket(StepHost& host) {
  for (const auto& parent : {host.temp(), fs::path("/tmp")}) {
    auto folder = (parent / "ssh-agent-XXXXXX").string();
    if (folder.size() + 2 > kLongestSocket && parent != "/tmp") continue;
    if (::mkdtemp(folder.data()) == nullptr) continue;
    host.save_state("folder", folder);
    return folder + "/s";
  }
  throw Error("make a folder for the agent's socket in /tmp: it cannot be written");
}

// From "SSH_AUTH_SOCK=/tmp/s; export SSH_AUTH_SOCK;".
std::string value_in(std::string_view output, std::string_view name) {
  for (const auto line : split_lines(output)) {
    if (line.starts_with(name) && line.substr(name.size()).starts_with('='))
      return std::string(line.substr(name.size() + 1, line.find(';') - name.size() - 1));
  }
  return "";
}

void start_agent(StepHost& host) {
  host.log("Starting ssh-agent");
  auto socket = host.input("ssh-auth-sock");
  if (socket.empty()) socket = new_socket(host);
  const auto said = must_run(host, command(host, "ssh-agent-cmd", "ssh-agent"), {"-s", "-a", socket});
  for (const auto* name : {"SSH_AUTH_SOCK", "SSH_AGENT_PID"}) {
    const auto value = value_in(said, name);
    if (value.empty()) throw InputError(fmt::format("ssh-agent did not say its {}: {}", name, trim(said)));
    host.set_env(name, value);
    host.save_state(name, value);
    host.log(fmt::format("{}={}", name, value));
  }
}

// An agent is taken over only where `ssh-auth-sock` names it: the user's own gets no keys of a workflow.
bool use_running_agent(StepHost& host) {
  const auto socket = host.input("ssh-auth-sock");
  if (socket.empty() || !fs::is_socket(socket)) return false;
  const auto before = env_value(host.env(), "SSH_AUTH_SOCK");
  host.set_env("SSH_AUTH_SOCK", socket);
  // 1: it has no keys yet; 2: nobody answers
  if (run_program(host, command(host, "ssh-add-cmd", "ssh-add"), {"-l"}).code < 2) {
    host.log("ssh-agent is already running, not starting a new one");
    return true;
  }
  host.set_env("SSH_AUTH_SOCK", before);
  std::error_code ignored;
  fs::remove(socket, ignored);
  return false;
}

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_name(char c) { return in_word(c) || c == '.' || c == '-'; }

// "owner/repository" behind github.com: or github.com/ in a key's comment; "" when there is none.
std::string github_repository(std::string_view key) {
  constexpr std::string_view kHost = "github.com";
  const auto text = lower(key);
  for (auto at = text.find(kHost); at != std::string::npos; at = text.find(kHost, at + 1)) {
    auto end = at + kHost.size();
    if ((at > 0 && in_word(text[at - 1])) || end >= text.size() || (text[end] != ':' && text[end] != '/'))
      continue;
    const auto start = ++end;
    while (end < text.size() && in_name(text[end])) ++end;
    const auto slash = end;
    if (slash == start || slash >= text.size() || text[slash] != '/') continue;
    for (++end; end < text.size() && in_name(text[end]);) ++end;
    if (end == slash + 1) continue;
    std::string name(key.substr(start, end - start));
    if (name.ends_with(".git")) name.resize(name.size() - 4);
    return name;
  }
  return "";
}

fs::path ssh_folder(const StepHost& host) {
  const auto home = env_value(host.env(), "HOME");
  return (home.empty() ? host.user_home() : fs::path(home)) / ".ssh";
}

std::string config_block(const std::string& name, const fs::path& identity) {
  return fmt::format(
      "\nHost {0}.github.com\n    HostName github.com\n    IdentityFile {1}\n    IdentitiesOnly yes\n", name,
      identity.string());
}

void append(const fs::path& file, std::string_view text) {
  std::error_code error;
  write_private_file(file, (fs::exists(file, error) ? read_file(file) : "") + std::string(text));
}

// git goes to github.com under a name for which ssh uses this key alone.
void map_deploy_key(StepHost& host, const std::string& key, const std::string& repository) {
  Sha256 hash;
  hash.update(key);
  const auto name = "key-" + hash.hex();
  const auto identity = ssh_folder(host) / name;
  write_private_file(identity, key + "\n");
  const auto git = command(host, "git-cmd", "git");
  const auto rule = fmt::format("url.git@{}.github.com:{}.insteadOf", name, repository);
  const auto add = [&](const char* how, const std::string& url) {
    must_run(host, git, {"config", "--global", how, rule, url + repository});
  };
  add("--replace-all", "https://github.com/");
  add("--add", "git@github.com:");
  add("--add", "ssh://git@github.com/");
  append(ssh_folder(host) / "config", config_block(name, identity));
  host.save_state("deploy_keys", host.state("deploy_keys") + fmt::format("{} {}\n", name, repository));
  host.log(fmt::format("Added deploy-key mapping: Use identity '{}' for GitHub repository {}",
                       identity.string(), repository));
}

void map_deploy_keys(StepHost& host) {
  host.log("Configuring deployment key(s)");
  const bool tell = boolean_input(host, "log-public-key");
  const auto listed = must_run(host, command(host, "ssh-add-cmd", "ssh-add"), {"-L"});
  for (const auto line : split_lines(trim(listed))) {
    const std::string key(trim(line));
    if (const auto repository = github_repository(key); !repository.empty()) {
      map_deploy_key(host, key, repository);
    } else if (tell) {
      host.log(
          fmt::format("Comment for (public) key '{}' does not match GitHub URL pattern. Not treating it as a "
                      "GitHub deploy key.",
                      key));
    }
  }
}

// A job's own HOME is empty: what a hosted machine knows has to be put there.
void add_github_hosts(StepHost& host) {
  if (ssh_folder(host).parent_path() == host.user_home()) return;
  const auto file = ssh_folder(host) / "known_hosts";
  std::error_code error;
  const auto known = fs::exists(file, error) ? read_file(file) : "";
  for (const auto* line : kGithubHosts) {
    if (known.find(line) == std::string::npos) append(file, fmt::format("{}\n", line));
  }
}

StepResult run(StepHost& host) {
  if (host.input("ssh-private-key").empty()) return failure(kNoKey);
  boolean_input(host, "log-public-key");
  const auto keys = keys_of(host);
  check_keys(keys);
  make_private_folder(ssh_folder(host));
  add_github_hosts(host);
  if (!use_running_agent(host)) start_agent(host);
  host.log("Adding private key(s) to agent");
  const auto ssh_add = command(host, "ssh-add-cmd", "ssh-add");
  for (const auto& key : keys) must_run(host, ssh_add, {"-"}, key);
  host.log("Key(s) added:");
  host.log(trim(must_run(host, ssh_add, {"-l"})));
  if (host.version().at_least(0, 5)) map_deploy_keys(host);
  host.note(fmt::format("{} key{}", keys.size(), keys.size() == 1 ? "" : "s"));
  return {};
}

void forget_deploy_keys(StepHost& host) {
  const auto config = ssh_folder(host) / "config";
  const auto lines = host.state("deploy_keys");
  for (const auto line : split_lines(lines)) {
    const auto fields = split(line, ' ');
    const std::string name(fields.at(0));
    const auto identity = ssh_folder(host) / name;
    std::error_code error;
    fs::remove(identity, error);
    if (fs::exists(config, error))
      write_private_file(config, replace_all(read_file(config), config_block(name, identity), ""));
    run_program(host, command(host, "git-cmd", "git"),
                {"config", "--global", "--remove-section",
                 fmt::format("url.git@{}.github.com:{}", name, fields.at(1))});
  }
}

// Only what still is the agent: a script may have ended it, and its number gone to another program.
void stop_agent(StepHost& host) {
  const auto text = host.state("SSH_AGENT_PID");
  if (text.empty()) return;
  host.log("Stopping SSH agent");
  const auto pid = static_cast<pid_t>(std::strtol(text.c_str(), nullptr, 10));
  const auto program = fs::path(command(host, "ssh-agent-cmd", "ssh-agent")).filename().string();
  const std::string name(trim(read_file(fmt::format("/proc/{}/comm", pid))));
  if (pid <= 1 || !program.starts_with(name)) throw Error("process {} is no {}", text, program);
  if (::kill(pid, SIGTERM) != 0) throw Error("end process {}: {}", text, std::strerror(errno));
}

StepResult post(StepHost& host) {
  try {
    forget_deploy_keys(host);
    stop_agent(host);
  } catch (const std::exception& error) {
    host.log(error.what());
    host.log("Error stopping the SSH agent, proceeding anyway");
  }
  if (const auto folder = host.state("folder"); !folder.empty()) remove_tree(folder);
  return {};
}

std::vector<std::string> effects(const StepInputs& step) {
  const auto count = keys_of(step).size();
  if (count == 0 || expr::has_expression(step.input("ssh-private-key")))
    return {"start an ssh-agent with the given keys for the rest of the job"};
  return {
      fmt::format("start an ssh-agent with {} key{} for the rest of the job", count, count == 1 ? "" : "s")};
}

std::vector<std::string> problems(const StepInputs& step) {
  const auto key = step.input("ssh-private-key");
  if (step.given("ssh-private-key") && key.empty()) return {kNoKey};
  if (key.empty() || expr::has_expression(key)) return {};
  try {
    check_keys(keys_of(step));
  } catch (const InputError& error) {
    return {error.what()};
  }
  return {};
}

}  // namespace
}  // namespace ssh_agent_action

BuiltinAction ssh_agent() {
  using namespace ssh_agent_action;
  return {
      .spec =
          {.uses = "webfactory/ssh-agent",
           .doc =
               "Starts an ssh-agent with keys for the rest of the job; keys whose comment names a repository "
               "of GitHub serve it alone.",
           .inputs = {{.name = "ssh-private-key",
                       .doc = "one or several private keys",
                       .required = true,
                       .secret = true},
                      {.name = "ssh-auth-sock", .doc = "where the agent's socket goes"},
                      {.name = "log-public-key",
                       .doc = "log keys that are no deploy keys",
                       .fallback = "true"},
                      {.name = "ssh-agent-cmd", .doc = "the program ssh-agent"},
                      {.name = "ssh-add-cmd", .doc = "the program ssh-add"},
                      {.name = "git-cmd", .doc = "the program git"}},
           .outputs = {},
           .first_major = 0,
           .last_major = 0},
      .run = run,
      .post = post,
      .effects = effects,
      .problems = problems};
}

}  // namespace runner
