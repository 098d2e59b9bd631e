#include "steps/script/shell.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
struct BuiltinShell {
  std::string_view name, arguments, extension;
};
constexpr std::array<BuiltinShell, 6> kShells{{{"bash", "--noprofile --norc -e -o pipefail {0}", ".sh"},
                                               {"sh", "-e {0}", ".sh"},
                                               {"python", "{0}", ".py"},
                                               {"pwsh", "-command \". '{0}'\"", ".ps1"},
                                               {"powershell", "-command \". '{0}'\"", ".ps1"},
                                               {"cmd", "/D /E:ON /V:OFF /S /C \"CALL \"{0}\"\"", ".cmd"}}};

constexpr std::string_view kInvalid =
    "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format "
    "string "
    "containing '{0}'";

const BuiltinShell* builtin(std::string_view program) {
  const auto* const found = std::ranges::find_if(
      kShells, [&](const auto& shell) { return equal_ignoring_case(shell.name, program); });
  return found == kShells.end() ? nullptr : found;
}

struct Parts {
  std::string_view program, arguments;
};
Parts cut(std::string_view shell) {
  shell = trim(shell);
  const auto space = shell.find_first_of(" \t");
  if (space == std::string_view::npos) return {shell, ""};
  return {shell.substr(0, space), trim(shell.substr(space))};
}

// Words at blanks; double quotes keep blanks, and \" is a quote.
std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> result;
  bool in_word = false, quoted = false;
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (!quoted && (c == ' ' || c == '\t')) {
      in_word = false;
      continue;
    }
    if (!in_word) result.emplace_back();
    in_word = true;
    if (c == '"') {
      quoted = !quoted;
      continue;
    }
    if (c == '\\' && text.substr(at + 1).starts_with('"')) c = text[++at];
    result.back() += c;
  }
  return result;
}

// {0} is the script; {{ and }} stand for single braces.
std::string fill_in(std::string_view word, std::string_view script) {
  std::string result;
  for (size_t at = 0; at < word.size(); ++at) {
    const auto rest = word.substr(at);
    if (rest.starts_with("{0}")) {
      result += script;
      at += 2;
    } else {
      result += word[at];
      if (rest.starts_with("{{") || rest.starts_with("}}")) ++at;
    }
  }
  return result;
}

std::string program_path(std::string_view program,
                         const std::function<std::optional<std::string>(std::string_view)>& find) {
  if (auto path = find(program)) return std::move(*path);
  throw InputError(
      fmt::format("{}: command not found. The step's `shell:` needs it, and it is not on PATH.", program));
}

}  // namespace

std::string script_extension(std::string_view shell) {
  const auto program = cut(shell).program;
  if (program.empty()) return ".sh";
  const auto* known = builtin(program);
  return known != nullptr ? std::string(known->extension) : "";
}

std::string script_text(std::string_view shell, std::string_view script) {
  const auto program = cut(shell).program;
  if (program == "cmd") return "@echo off\n" + std::string(script);
  if (program != "pwsh" && program != "powershell") return std::string(script);
  return fmt::format(
      "$ErrorActionPreference = 'stop'\n{}\n"
      "if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) {{ exit $LASTEXITCODE }}",
      script);
}

ShellCommand shell_command(std::string_view shell, const std::filesystem::path& script,
                           const std::function<std::optional<std::string>(std::string_view)>& find) {
  if (const auto problem = shell_problem(shell); !problem.empty()) throw InputError(problem);
  auto [program, arguments] = cut(shell);
  std::string path;
  if (program.empty()) {
    const auto bash = find("bash");
    path = bash ? *bash : program_path("sh", find);
    arguments = "-e {0}";
  } else {
    path = program_path(program, find);
    if (arguments.empty()) arguments = builtin(program)->arguments;
  }
  ShellCommand command;
  command.display = fmt::format("{} {}", path, arguments);
  command.argv.push_back(std::move(path));
  for (const auto& word : words(arguments)) command.argv.push_back(fill_in(word, script.string()));
  return command;
}

std::string shell_problem(std::string_view shell) {
  if (shell.empty()) return "";
  const auto [program, arguments] = cut(shell);
  const bool valid =
      arguments.empty() ? builtin(program) != nullptr : arguments.find("{0}") != std::string_view::npos;
  return valid ? "" : std::string(kInvalid);
}

}  // namespace runner
