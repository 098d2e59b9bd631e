#include "steps/builtin/ssh/rsync.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/aws_cli/s3_plan.hpp"
#include "steps/clients/ssh/inputs.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/process.hpp"

namespace runner {
namespace {

constexpr size_t kMostNames = 20;
constexpr std::string_view kMark = "runner-change ";  // begins the lines of a dry run that are ours

struct Meaning {
  int code;
  const char* text;
};
// rsync(1), "EXIT VALUES": those a deploy meets.
constexpr Meaning kMeanings[] = {{1, "an option is wrong"},
                                 {2, "the rsync programs of both sides do not understand each other"},
                                 {3, "a source is not there, or the destination cannot be used"},
                                 {5, "the connection could not be started"},
                                 {10, "the connection broke"},
                                 {11, "a file could not be read or written: is the disk full?"},
                                 {12, "the connection broke or the other side is no rsync"},
                                 {14, "the program that connects, ssh, could not be started"},
                                 {20, "it was interrupted"},
                                 {23, "some files could not be transferred"},
                                 {24, "some files vanished before they were transferred"},
                                 {25, "--max-delete stopped deletions"},
                                 {30, "the other side did not answer in time"},
                                 {35, "the rsync daemon did not answer in time"},
                                 {127, "a command was not found"},
                                 {255, "ssh could not log in"}};

std::string last_lines(std::string_view text, size_t count) {
  const auto lines = split_lines(trim(text));
  std::string kept;
  for (size_t i = lines.size() - std::min(count, lines.size()); i < lines.size(); ++i) {
    kept.append("\n").append(lines[i]);
  }
  return kept;
}

bool rsync_says(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Once rsync runs here, the server's shell alone can miss it, and says so in words of its own. The status
// does not tell: rsync ends with 127 or 12, as it happens to see the end of ssh or of the connection first.
bool rsync_missing_there(const ProgramOutput& done) {
  const auto said = lower(done.err);
  if (done.code == 0 || !rsync_says(said, "rsync error: ")) return false;
  for (const auto* complaint : {"rsync: command not found", "rsync: not found", "command not found: rsync",
                                "rsync: no such file or directory", "unknown command: rsync"}) {
    if (rsync_says(said, complaint)) return true;
  }
  return false;
}

std::string meaning_of(const ProgramOutput& done) {
  if (done.code == 127 && !rsync_says(done.err, "rsync error: "))
    return "a program was not found on this machine";
  const auto* meaning = std::find_if(std::begin(kMeanings), std::end(kMeanings),
                                     [&](const auto& known) { return known.code == done.code; });
  return meaning == std::end(kMeanings) ? "" : meaning->text;
}

// Takes away options that do something even in a dry run: a local log or batch file, a command line that the
// server would run in place of its rsync.
void keep_harmless(std::vector<std::string>& arguments) {
  for (const std::string name : {"--log-file", "--write-batch", "--only-write-batch", "--rsync-path"}) {
    const auto harmful = [&](std::string_view value) {
      return name != "--rsync-path" || value.find_first_of(";&|`$") != std::string_view::npos;
    };
    for (size_t i = 0; i < arguments.size();) {
      const bool apart = arguments[i] == name && i + 1 < arguments.size();
      const bool joined = arguments[i].starts_with(name + "=");
      const auto value = apart ? arguments[i + 1] : joined ? arguments[i].substr(name.size() + 1) : "";
      const auto at = arguments.begin() + static_cast<std::ptrdiff_t>(i);
      if ((apart || joined) && harmful(value))
        arguments.erase(at, at + (apart ? 2 : 1));
      else
        ++i;
    }
  }
}

// "<f+++++++++ 12 a/b", "*deleting   0 c".
void take_change(std::string_view line, RsyncChanges& changes) {
  const auto kind = line.substr(0, line.find(' '));
  line = trim(line.substr(kind.size()));
  const auto size = line.substr(0, line.find(' '));
  const std::string name(line.substr(std::min(line.size(), size.size() + 1)));
  if (kind == "*deleting") {
    changes.removed.push_back(name);
  } else if (kind.size() > 2 && (kind[0] == '<' || kind[0] == 'c') && kind[1] != 'd') {
    uint64_t bytes = 0;
    std::from_chars(size.data(), size.data() + size.size(), bytes);
    changes.bytes += kind[0] == '<' ? bytes : 0;
    (kind[2] == '+' ? changes.added : changes.changed).push_back(name);
  }
}

std::string files(size_t count) { return fmt::format("{} file{}", count, count == 1 ? "" : "s"); }

}  // namespace

std::string find_rsync(const StepInputs& step, const std::filesystem::path& folder) {
  if (const auto program = find_program("rsync", path_of(step.machine_env()), folder)) return *program;
  throw InputError("the rsync program is not on PATH: apt-get install rsync, here and on the server too");
}

std::string as_shell_word(std::string_view text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("/._-+@%,:=").find(static_cast<char>(c)) != std::string_view::npos;
  });
  return plain ? std::string(text) : shell_quoted(text);
}

ProgramOutput run_beside_ssh(StepHost& host, const SshProgram& ssh, std::vector<std::string> words,
                             const std::string& input) {
  Command command{std::move(words), ssh.env(), host.workspace(), input};
  SshOutput log(host);
  SshLines lines(log, "", "");
  auto done = capture(command, host.stop(), [&](auto stream, auto piece) { lines.add(stream, piece); });
  lines.finish();
  return done;
}

ProgramOutput run_rsync(StepHost& host, const SshProgram& ssh, std::vector<std::string> arguments) {
  std::string line = "rsync";
  for (const auto& argument : arguments) line += " " + as_shell_word(argument);
  host.log(line);
  arguments.insert(arguments.begin(), find_rsync(host, host.workspace()));
  return run_beside_ssh(host, ssh, std::move(arguments));
}

std::string_view without_quotes(std::string_view text) {
  const bool quoted =
      text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
  return quoted ? text.substr(1, text.size() - 2) : text;
}

std::string rsync_destination(std::string_view user, std::string_view host, std::string_view path) {
  for (const auto part : {user, host}) {
    if (part.starts_with('-') || part.find_first_of(" \t\r\n") != std::string_view::npos)
      throw InputError(fmt::format("\"{}\" cannot be the name of a user or a server", part));
  }
  return fmt::format("{}@{}:{}", user, host, without_quotes(path));
}

std::string rsync_failure(const ProgramOutput& done, std::string_view server) {
  if (done.code == 0) return "";
  if (rsync_missing_there(done)) {
    return fmt::format("rsync exited with code {}: rsync is missing on {}: apt-get install rsync there",
                       done.code, server);
  }
  auto why = explain_ssh_error(done.err, server);
  if (why.empty()) why = meaning_of(done) + last_lines(done.err, 3);
  return fmt::format("rsync exited with code {}{}{}", done.code, why.empty() ? "" : ": ", why);
}

RsyncChanges compare_with_rsync(PlanHost& host, const SshProgram& ssh, std::vector<std::string> arguments,
                                std::string_view server) {
  keep_harmless(arguments);
  arguments.insert(arguments.begin(), find_rsync(host, host.workspace()));
  arguments.insert(arguments.end(), {"--dry-run", fmt::format("--out-format={}%i %l %n", kMark)});
  Command command{std::move(arguments), ssh.env(), host.workspace()};
  command.env["LC_ALL"] = "C";
  const auto done = capture(command, host.stop());
  if (done.code != 0) throw Error("{}", rsync_failure(done, server));
  RsyncChanges changes;
  for (const auto line : split_lines(done.out)) {
    if (line.starts_with(kMark)) take_change(line.substr(kMark.size()), changes);
  }
  return changes;
}

std::vector<std::string> describe(const RsyncChanges& changes, std::string_view destination) {
  std::vector<std::string> lines;
  const auto sent = changes.added.size() + changes.changed.size();
  if (sent != 0) {
    lines.push_back(fmt::format("send {} to {}: {} new, {} changed; {}", files(sent), destination,
                                changes.added.size(), changes.changed.size(),
                                aws::human_size(changes.bytes)));
  }
  if (!changes.removed.empty())
    lines.push_back(fmt::format("delete {} on {}", files(changes.removed.size()), destination));
  if (lines.empty()) return {fmt::format("{}: nothing to send", destination)};
  if (sent + changes.removed.size() > kMostNames) return lines;
  for (const auto& name : changes.added) lines.push_back("  + " + name);
  for (const auto& name : changes.changed) lines.push_back("  ~ " + name);
  for (const auto& name : changes.removed) lines.push_back("  - " + name);
  return lines;
}

}  // namespace runner
