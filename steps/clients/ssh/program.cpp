#include "steps/clients/ssh/program.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/ssh/known_hosts.hpp"
#include "steps/clients/ssh/private_key.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"
#include "steps/system/process.hpp"

namespace runner {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPassphraseVariable = "RUNNER_KEY_PASSPHRASE";

// Answers for the key alone: a server that asks for a password must not be handed the passphrase.
constexpr const char* kAskPass =
    "#!/bin/sh\ncase $1 in *assphrase*) printf '%s\\n' \"$RUNNER_KEY_PASSPHRASE\" ;; *) exit 1 ;; esac\n";

fs::path make_folder(const fs::path& temp) {
  auto name = (temp / "ssh-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw Error("make a folder in {}: {}", temp.string(), cause_of(errno, temp));
  return name;
}

void write_program(const fs::path& file, const std::string& text) {
  write_private_file(file, text);
  ::chmod(file.c_str(), 0700);
}

std::string word(const fs::path& path) { return "\"" + replace_all(path.string(), "%", "%%") + "\""; }

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The first value of an option counts: ours, then the job's and the user's own configuration.
std::string configuration(const Environment& env, const fs::path& user_home, const fs::path& own_hosts,
                          const fs::path& given_hosts, const fs::path& key, bool with_passphrase) {
  const auto users = user_home / ".ssh";
  auto text = fmt::format(
      "UserKnownHostsFile {} {} {} {}\nHashKnownHosts no\nUpdateHostKeys no\nCheckHostIP no\n"
      "PasswordAuthentication no\nKbdInteractiveAuthentication no\nConnectTimeout 30\nBatchMode {}\n",
      word(own_hosts), word(users / "known_hosts"), word(users / "known_hosts2"), word(given_hosts),
      with_passphrase ? "no" : "yes");
  if (!key.empty()) text += fmt::format("IdentityFile {}\nIdentitiesOnly yes\n", word(key));
  const auto home = env_value(env, "HOME");
  return text + config_for_home(home.empty() ? user_home : fs::path(home), user_home);
}

// The ssh program tries a wrong passphrase three times and then says no more than "Permission denied".
bool passphrase_is_wrong(const fs::path& key, const Environment& env) {
  const auto keygen = find_program("ssh-keygen", path_of(env), key.parent_path());
  if (!keygen) return false;
  const auto done = capture({{*keygen, "-y", "-f", key.string()}, env, key.parent_path()}, {});
  return done.err.find("incorrect passphrase") != std::string::npos;
}

std::vector<std::string_view> host_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (const auto line : split_lines(text)) {
    if (split(line, ' ').size() >= 3) lines.push_back(line);
  }
  return lines;
}

}  // namespace

SshProgram::SshProgram(const StepSite& site, const SshProgramOptions& options)
    : env_(program_environment(site)) {
  const auto real = find_program("ssh", path_of(env_), site.temp());
  if (!real) throw InputError("the ssh program is not on PATH: apt-get install openssh-client");
  folder_ = make_folder(site.temp());
  try {
    write_key(options);
    const auto lasting = site.state_dir() / "known_hosts";
    known_before_ = text_of(lasting);
    own_hosts_ = site.changes_nothing() ? folder_ / "known_hosts" : lasting;
    fs::create_directories(own_hosts_.parent_path());
    if (site.changes_nothing()) write_private_file(own_hosts_, known_before_);
    const auto config = folder_ / "config", given_hosts = folder_ / "given_hosts";
    write_private_file(given_hosts, options.known_hosts);
    write_private_file(config, configuration(env_, site.user_home(), own_hosts_, given_hosts, key_file_,
                                             !options.passphrase.empty()));
    wrapper_ = folder_ / "bin" / "ssh";
    make_private_folder(wrapper_.parent_path());
    // in front of the caller's own options: the first one counts
    write_program(wrapper_, fmt::format("#!/bin/sh\nexec {} -F {} -o StrictHostKeyChecking={} \"$@\"\n",
                                        shell_quoted(*real), shell_quoted(config.string()),
                                        site.strict_host_keys() || options.strict ? "yes" : "accept-new"));
  } catch (...) {
    remove_tree(folder_);
    throw;
  }
  env_["PATH"] = wrapper_.parent_path().string() + ":" + path_of(env_);
}

void SshProgram::write_key(const SshProgramOptions& options) {
  if (options.key.empty()) return;
  const auto key = normalized_private_key(options.key);
  const auto refuse = [&](std::string problem) {
    throw InputError(replace_all(std::move(problem), "`passphrase`", "`" + options.passphrase_input + "`"));
  };
  if (const auto problem = private_key_problem(key, !options.passphrase.empty())) refuse(*problem);
  key_file_ = folder_ / options.key_name;
  write_private_file(key_file_, key);
  if (options.passphrase.empty()) return;
  write_program(folder_ / "askpass", kAskPass);
  env_["SSH_ASKPASS"] = (folder_ / "askpass").string();
  env_["SSH_ASKPASS_REQUIRE"] = "force";
  env_[kPassphraseVariable] = options.passphrase;
  if (passphrase_is_wrong(key_file_, env_)) refuse(locked_key_problem(key));
}

SshProgram::~SshProgram() { remove_tree(folder_); }

std::vector<std::string> SshProgram::remembered() const {
  std::vector<std::string> said;
  const auto now = text_of(own_hosts_);
  for (const auto line : host_lines(now)) {
    if (known_before_.find(line) != std::string::npos) continue;
    const auto fields = split(line, ' ');
    const HostKey key{base64_decode(fields[2]).value_or("")};
    said.push_back(fmt::format("{} is new: its host key {} {} is remembered in {}", fields[0], fields[1],
                               key.fingerprint(), own_hosts_.string()));
  }
  return said;
}

std::string explain_ssh_error(std::string_view output, std::string_view server) {
  const auto said = [&](std::string_view text) { return output.find(text) != std::string_view::npos; };
  const auto line_with = [&](std::string_view text) {
    for (const auto line : split_lines(output)) {
      if (line.find(text) != std::string_view::npos) return std::string(trim(line));
    }
    return std::string();
  };
  if (said("HOST IDENTIFICATION HAS CHANGED")) {
    return fmt::format(
        "the host key of {} has changed\n{}\nIf the server was set up anew, delete that line; if not, "
        "somebody "
        "may be listening in.",
        server, line_with("Offending "));
  }
  if (said("Host key verification failed")) {
    return fmt::format(
        "the host key of {} is unknown, and strict host keys are asked for: add it to ~/.ssh/known_hosts",
        server);
  }
  if (said("Permission denied (")) {
    return fmt::format("{} does not accept this key: {}", server, line_with("Permission denied ("));
  }
  for (const auto* text : {"Could not resolve hostname", "Connection refused", "Connection timed out",
                           "No route to host", "Network is unreachable", "Connection closed by"}) {
    if (said(text)) return line_with(text);
  }
  return "";
}

}  // namespace runner
