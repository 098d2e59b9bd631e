#include "steps/script/shell.hpp"

#include <doctest/doctest.h>

#include "steps/step.hpp"
#include "steps/system/process.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;

namespace {

const std::string kInvalid =
    "Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format "
    "string "
    "containing '{0}'";

std::string joined(const ShellCommand& command) {
  std::string text;
  for (const auto& word : command.argv) text += "<" + word + ">";
  return text;
}

std::optional<std::string> everything(std::string_view name) { return "/bin/" + std::string(name); }
std::optional<std::string> no_bash(std::string_view name) {
  if (name == "bash") return std::nullopt;
  return everything(name);
}
std::optional<std::string> nothing(std::string_view) { return std::nullopt; }

}  // namespace

TEST_CASE("shell: the command line of each") {
  struct Case {
    const char* why;
    const char* shell;
    std::string want;
    const char* extension;
  };
  for (const auto& c :
       {Case{"none given", "", "</bin/bash><-e></t/s>", ".sh"},
        Case{"bash is stricter", "bash", "</bin/bash><--noprofile><--norc><-e><-o><pipefail></t/s>", ".sh"},
        Case{"sh", "sh", "</bin/sh><-e></t/s>", ".sh"},
        Case{"python", "python", "</bin/python></t/s>", ".py"},
        Case{"pwsh", "pwsh", "</bin/pwsh><-command><. '/t/s'>", ".ps1"},
        Case{"names ignore case", "BASH", "</bin/BASH><--noprofile><--norc><-e><-o><pipefail></t/s>", ".sh"},
        Case{"a format", "perl -w {0} more", "</bin/perl><-w></t/s><more>", ""},
        Case{"a built-in with arguments", "bash -x {0}", "</bin/bash><-x></t/s>", ".sh"},
        Case{"quotes keep blanks", "bash -c \"source {0} && x\"", "</bin/bash><-c><source /t/s && x>", ".sh"},
        Case{"an empty word", "perl \"\" {0}", "</bin/perl><></t/s>", ""},
        Case{"an escaped quote", "perl \\\"{0}", "</bin/perl><\"/t/s>", ""},
        Case{"doubled braces", "awk {{print}} {0}", "</bin/awk><{print}></t/s>", ""},
        Case{"blanks around and between", "  perl   {0}  ", "</bin/perl></t/s>", ""}}) {
    SUBCASE(c.why) {
      CHECK(joined(shell_command(c.shell, "/t/s", everything)) == c.want);
      CHECK(script_extension(c.shell) == c.extension);
      CHECK(shell_problem(c.shell).empty());
    }
  }
  CHECK(joined(shell_command("", "/t/s", no_bash)) == "</bin/sh><-e></t/s>");
  CHECK(shell_command("", "/t/s", everything).display == "/bin/bash -e {0}");
  CHECK(shell_command("bash", "/t/s", everything).display ==
        "/bin/bash --noprofile --norc -e -o pipefail {0}");
}

TEST_CASE("shell: what cannot be") {
  for (const auto* shell : {"node", "bash -x", "perl -w", " ", "{0}"}) {
    CAPTURE(shell);
    CHECK(shell_problem(shell) == kInvalid);
    CHECK_THROWS_WITH_AS(shell_command(shell, "/t/s", everything), kInvalid.c_str(), InputError);
  }
  CHECK_THROWS_WITH_AS(shell_command("pwsh", "/t/s", nothing),
                       "pwsh: command not found. The step's `shell:` needs it, and it is not on PATH.",
                       InputError);
  CHECK_THROWS_AS(shell_command("", "/t/s", nothing), InputError);
}

TEST_CASE("shell: the text of the script") {
  CHECK(script_text("", "echo\n") == "echo\n");
  CHECK(script_text("bash", "no newline is added") == "no newline is added");
  CHECK(script_text("cmd", "dir") == "@echo off\ndir");
  CHECK(script_text("pwsh", "ls") ==
        "$ErrorActionPreference = 'stop'\nls\n"
        "if ((Test-Path -LiteralPath variable:\\LASTEXITCODE)) { exit $LASTEXITCODE }");
}

TEST_CASE("shell: only bash asked for by name fails in the middle of a pipe") {
  test::TempDir folder;
  const auto script = folder.write("script.sh", "false | true\necho reached\n");
  const auto find = [&](std::string_view name) { return find_program(name, "/usr/bin:/bin", folder.path()); };
  struct Case {
    const char* shell;
    int code;
  };
  for (const auto& c : {Case{"", 0}, Case{"bash", 1}, Case{"sh", 0}}) {
    CAPTURE(c.shell);
    const Command command{shell_command(c.shell, script, find).argv, {}, folder.path()};
    CHECK(run_process(command, [](Stream, std::string_view) {}, {}, {}).code == c.code);
  }
}
