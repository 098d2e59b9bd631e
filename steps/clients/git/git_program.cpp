#include "steps/clients/git/git_program.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/system/environment.hpp"

namespace runner {

namespace {

// The header goes to git by its environment: an argument list can be read by every user of the machine.
void add_access(Environment& env, const GitAccess& access, const std::filesystem::path& user_home) {
  env["GIT_TERMINAL_PROMPT"] = "0";
  env["GIT_LFS_SKIP_SMUDGE"] = "1";
  env["LC_ALL"] = "C";
  if (access.offline) return;
  if (!access.ssh_command.empty()) env["GIT_SSH_COMMAND"] = access.ssh_command;
  if (!access.header.empty()) {
    env["GIT_CONFIG_COUNT"] = "1";
    env["GIT_CONFIG_KEY_0"] = "http." + access.server + ".extraheader";
    env["GIT_CONFIG_VALUE_0"] = access.header;
  } else if (access.ssh_command.empty()) {
    env["HOME"] = user_home.string();  // the user's credential helpers and keys
    env.erase("XDG_CONFIG_HOME");
  }
}

bool looks_like_network(std::string_view text) {
  const auto said = lower(text);
  for (const auto* sign : {"could not resolve", "timed out", "early eof", "connection re", "couldn't connect",
                           "could not connect", "rpc failed", "returned error: 5", "hung up"}) {
    if (said.find(sign) != std::string::npos) return true;
  }
  return false;
}

// Without the lines that git adds to every failure and that push out the reason.
std::string last_lines(std::string_view text, size_t count) {
  auto lines = split_lines(trim(text));
  std::erase_if(lines, [](std::string_view line) {
    return trim(line).empty() || line.starts_with("Please make sure you have the correct access rights") ||
           line.starts_with("and the repository exists.");
  });
  std::string kept;
  for (size_t i = lines.size() - std::min(count, lines.size()); i < lines.size(); ++i) {
    kept.append(kept.empty() ? "" : "\n").append(lines[i]);
  }
  return kept;
}

}  // namespace

GitProgram::GitProgram(StepSite& site, std::filesystem::path folder, const GitAccess& access,
                       const std::string& why)
    : site_(site), folder_(std::move(folder)), env_(program_environment(site)) {
  const auto program = find_program("git", path_of(env_), folder_);
  if (!program) throw InputError(fmt::format("{} needs the git program, which is not on PATH", why));
  program_ = *program;
  add_access(env_, access, site.user_home());
  if (access.offline)
    env_["GIT_CEILING_DIRECTORIES"] = std::filesystem::weakly_canonical(folder_).parent_path();
}

ProgramOutput GitProgram::execute(std::vector<std::string> arguments, bool log) {
  Command command;
  command.argv = {program_, "-c", "protocol.version=2"};
  command.argv.insert(command.argv.end(), std::make_move_iterator(arguments.begin()),
                      std::make_move_iterator(arguments.end()));
  command.env = env_;
  command.cwd = folder_;
  auto done = capture(command, site_.stop());
  if (log && !done.err.empty()) site_.log(trim(done.err));
  if (site_.stop().stop_requested()) throw InputError("git was cancelled");
  return done;
}

bool GitProgram::try_run(std::vector<std::string> arguments) {
  return execute(std::move(arguments), false).code == 0;
}

void GitProgram::run(std::vector<std::string> arguments) {
  const auto what = arguments.front();
  const auto done = execute(std::move(arguments), true);
  if (done.code != 0) throw InputError(fmt::format("git {} failed: {}", what, last_lines(done.err, 3)));
}

std::string GitProgram::read(std::vector<std::string> arguments) {
  const auto what = arguments.front();
  auto done = execute(std::move(arguments), false);
  if (done.code != 0) throw InputError(fmt::format("git {} failed: {}", what, last_lines(done.err, 3)));
  return std::move(done.out);
}

void GitProgram::run_over_network(const std::vector<std::string>& arguments) {
  for (int attempt = 1;; ++attempt) {
    const auto done = execute(arguments, true);
    if (done.code == 0) return;
    if (attempt == 3 || !looks_like_network(done.err)) {
      throw InputError(fmt::format("git {} failed: {}", arguments.front(), last_lines(done.err, 3)));
    }
    const auto pause = std::chrono::seconds(attempt * 5 + 5);
    site_.log(fmt::format("Waiting {} seconds before trying again", pause.count()));
    site_.sleep(pause);
  }
}

}  // namespace runner
