#include "runner/cli/man_page.hpp"

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/cli/command_tables.hpp"

namespace runner {
namespace {

// Text in which troff finds nothing to do: not at the start of a line, not in a word.
std::string plain(std::string text) {
  text = replace_all(std::move(text), "\\", "\\e");
  text = replace_all(std::move(text), "-", "\\-");
  return text.starts_with('.') || text.starts_with('\'') ? "\\&" + text : text;
}

std::string option_heads(const OptionRow& option) {
  std::string text;
  for (const auto& name : option.names)
    text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", plain(name));
  return option.takes_value() ? text + fmt::format(" \\fI{}\\fR", plain(option.metavar)) : text;
}

std::string paragraph(const std::string& head, const std::string& text) {
  return fmt::format(".TP\n{}\n{}\n", head, text.empty() ? "\\&" : plain(text));
}

std::string options_of(const CommandRow& command) {
  std::string page;
  for (const auto& argument : command.arguments) {
    if (!argument.text.empty())
      page += paragraph(fmt::format("\\fI{}\\fR", plain(argument.metavar)), argument.text);
  }
  for (const auto& option : command.options) page += paragraph(option_heads(option), option.text);
  return page;
}

std::string section_of(const CommandRow& command) {
  auto usage = fmt::format("\\fBrunner {}\\fR [options]", plain(command.name));
  for (const auto& argument : command.arguments) usage += fmt::format(" \\fI{}\\fR", plain(argument.metavar));
  return fmt::format(".SS {}\n{}\n", usage, plain(command.text)) + options_of(command);
}

constexpr std::string_view kBegin = R"(.SH NAME
runner \- runs GitHub Actions workflows on this machine
.SH SYNOPSIS
.B runner
[options]
.I COMMAND
[options] [arguments]
.SH DESCRIPTION
.B runner
runs the workflows of a repository as they are, without a service behind it: it plans a run before it starts one, keeps a
masked log of everything, and leaves your own HOME, keys and docker logins alone. With no command it says what is in the
repository around you and what to type next.
)";

constexpr std::string_view kEnd = R"(.SH EXIT STATUS
.TP
.B 0
done and successful
.TP
.B 1
a job failed, validate found errors, or doctor found something missing
.TP
.B 2
the command line, the workflow or the configuration is wrong: nothing ran
.TP
.BR 130 ", " 143
stopped by a signal, after clean\-up
.PP
Answers go to standard output; what is seen of a run, warnings and errors to standard error.
.SH FILES
.TP
.I .github/workflows/*.yml
the workflows
.TP
.IR .secrets ", " .vars ", " .env ", " .input
values for them, a NAME=value a line; .secrets.NAME and .vars.NAME are for jobs with that environment
.TP
.IR .runnerrc ", " $XDG_CONFIG_HOME/runner/.runnerrc
options that are always given, one a line
.TP
.I $XDG_STATE_HOME/runner
runs and their logs
.TP
.I $XDG_CACHE_HOME/runner
caches of workflows, and the private HOME of jobs
.SH EXAMPLES
.nf
runner list
runner plan deploy.yml \-\-targets
runner run deploy.yml \-j build
runner logs \-\-failed
runner runs \-\-status failure \-\-format json
.fi
)";

}  // namespace

std::string man_page() {
  const auto& tables = command_tables();
  std::string page = fmt::format(".TH RUNNER 1 \"\" \"runner {}\" \"User Commands\"\n{}.SH OPTIONS\n",
                                 plain(RUNNER_VERSION), kBegin);
  page += options_of(tables.front()) + ".SH COMMANDS\n";
  for (size_t i = 1; i < tables.size(); ++i) page += section_of(tables[i]);
  return page + std::string(kEnd);
}

}  // namespace runner
