#include "steps/script/command_runner.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

constexpr size_t kLongestAnnotation = 4096;  // bytes; GitHub counts characters
constexpr size_t kLongestPlainToken = 6;     // a longer stop token is kept secret from what runs meanwhile

class CommandProblem : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

std::string_view tag_of(AnnotationLevel level) {
  switch (level) {
    case AnnotationLevel::notice:
      return "##[notice]";
    case AnnotationLevel::warning:
      return "##[warning]";
    case AnnotationLevel::error:
      return "##[error]";
  }
  return "";
}

std::string_view required(const WorkflowCommand& command, std::string_view property) {
  const auto value = command.property(property);
  if (value.empty()) {
    throw CommandProblem(
        fmt::format("Required field '{}' is missing in ##[{}] command.", property, command.name));
  }
  return value;
}

void cut(std::string& text, size_t size) {
  if (text.size() <= size) return;
  while (size > 0 && (text[size] & 0xC0) == 0x80) --size;  // not inside a character
  text.resize(size);
}

// The runner's own marks of where an action begins and ends must not be forged.
std::string defuse(std::string_view line) {
  auto text = replace_all(std::string(line), "##[start-action", "##[\\start-action");
  return replace_all(std::move(text), "##[end-action", "##[\\end-action");
}

}  // namespace

struct CommandRunner::Handler {
  CommandKind kind;
  void (CommandRunner::*run)(const WorkflowCommand&);
  bool echoed;  // printed before it is carried out, when echo is on; the others print themselves
};

const CommandRunner::Handler& CommandRunner::handler_of(CommandKind kind) {
  static constexpr std::array<Handler, 16> kHandlers{
      {{CommandKind::add_mask, &CommandRunner::add_mask, false},
       {CommandKind::add_matcher, &CommandRunner::matcher, true},
       {CommandKind::add_path, &CommandRunner::add_path, true},
       {CommandKind::debug, &CommandRunner::debug, false},
       {CommandKind::echo, &CommandRunner::echo, false},
       {CommandKind::end_group, &CommandRunner::end_group, false},
       {CommandKind::error, &CommandRunner::annotate, false},
       {CommandKind::group, &CommandRunner::group, false},
       {CommandKind::notice, &CommandRunner::annotate, false},
       {CommandKind::remove_matcher, &CommandRunner::matcher, true},
       {CommandKind::save_state, &CommandRunner::save_state, true},
       {CommandKind::set_env, &CommandRunner::set_env, true},
       {CommandKind::set_output, &CommandRunner::set_output, true},
       {CommandKind::stop_commands, &CommandRunner::stop_commands, false},
       {CommandKind::warning, &CommandRunner::annotate, false},
       {CommandKind::resume, &CommandRunner::resume, false}}};
  return *std::ranges::find(kHandlers, kind, &Handler::kind);
}

CommandRunner::CommandRunner(CommandEffects& effects, OutputOptions options,
                             std::function<std::string(std::string_view)> clean)
    : effects_(effects), options_(std::move(options)), clean_(std::move(clean)), echo_(options_.debug) {}

std::optional<std::string> CommandRunner::handle(std::string_view line) {
  const auto command = parse_command(line, stop_token_);
  const bool resumes = command && command->kind == CommandKind::resume;
  if (!command || (!stop_token_.empty() && !resumes)) return defuse(line);
  carry_out(*command, line);
  // Where interpretation stops and where it goes on is shown.
  const bool stops = command->kind == CommandKind::stop_commands && !stop_token_.empty();
  return resumes || stops ? std::optional(std::string(line)) : std::nullopt;
}

void CommandRunner::carry_out(const WorkflowCommand& command, std::string_view line) {
  const auto& handler = handler_of(command.kind);
  if (echo_ && handler.echoed) print("", line);
  try {
    (this->*handler.run)(command);
  } catch (const CommandProblem& problem) {
    failed_ = true;
    report(AnnotationLevel::error, fmt::format("Unable to process command '{}' successfully.", line));
    report(AnnotationLevel::error, problem.what());
  }
}

void CommandRunner::print(std::string_view tag, std::string_view text) {
  auto lines = replace_all(replace_all(std::string(text), "\r\n", "\n"), "\r", "\n");
  if (lines.ends_with('\n')) lines.pop_back();
  effects_.log(clean_(std::string(tag) + lines) + '\n');
}

void CommandRunner::report(Annotation annotation) {
  print(tag_of(annotation.level), annotation.message);
  annotation.message = clean_(annotation.message);
  cut(annotation.message, kLongestAnnotation);
  annotation.title = clean_(annotation.title);
  annotation.file = clean_(annotation.file);
  effects_.annotate(std::move(annotation));
}

void CommandRunner::report(AnnotationLevel level, std::string_view message) {
  Annotation annotation;
  annotation.level = level;
  annotation.message = message;
  report(std::move(annotation));
}

void CommandRunner::deprecated(const WorkflowCommand& command, std::string_view file) {
  if (!warned_.insert(command.name).second) return;  // once a step: a loop would bury the log
  report(AnnotationLevel::warning,
         fmt::format("The `{}` command is deprecated: append name=value to the file that ${} names.",
                     command.name, file));
}

void CommandRunner::require_unsecure_commands(const WorkflowCommand& command, std::string_view file) const {
  if (options_.allow_unsecure_commands) return;
  throw CommandProblem(
      fmt::format("The `{}` command is disabled, because a program's output could misuse it. Append "
                  "to the file that ${} names, or set ACTIONS_ALLOW_UNSECURE_COMMANDS to true.",
                  command.name, file));
}

void CommandRunner::add_mask(const WorkflowCommand& command) {
  if (trim(command.data).empty()) {
    report(AnnotationLevel::warning, "Can't mask an empty value: ::add-mask:: needs one.");
    return;
  }
  effects_.add_mask(command.data);
  if (echo_) print("", "::add-mask::***");
}

void CommandRunner::add_path(const WorkflowCommand& command) {
  require_unsecure_commands(command, "GITHUB_PATH");
  if (command.data.empty()) throw CommandProblem("Required path is missing in ##[add-path] command.");
  effects_.add_path(command.data);
}

void CommandRunner::annotate(const WorkflowCommand& command) {
  auto annotation = annotation_of(command, options_.workspace);
  annotation.level = command.kind == CommandKind::error     ? AnnotationLevel::error
                     : command.kind == CommandKind::warning ? AnnotationLevel::warning
                                                            : AnnotationLevel::notice;
  report(std::move(annotation));
}

void CommandRunner::debug(const WorkflowCommand& command) {
  if (options_.debug) print("##[debug]", command.data);
}

void CommandRunner::echo(const WorkflowCommand& command) {
  const auto wanted = lower(trim(command.data));
  if (wanted != "on" && wanted != "off") {
    throw CommandProblem(
        fmt::format("Invalid echo command value: '{}'. It must be 'on' or 'off'.", command.data));
  }
  echo_ = wanted == "on";
}

void CommandRunner::group(const WorkflowCommand& command) { print("##[group]", command.data); }
void CommandRunner::end_group(const WorkflowCommand&) { print("##[endgroup]", ""); }
void CommandRunner::resume(const WorkflowCommand&) { stop_token_.clear(); }

void CommandRunner::matcher(const WorkflowCommand& command) {
  if (!warned_.insert("matcher").second) return;
  report(
      AnnotationLevel::warning,
      fmt::format("`{}`: problem matchers are not supported, so no annotations come of them.", command.name));
}

void CommandRunner::save_state(const WorkflowCommand& command) {
  effects_.save_state(required(command, "name"), command.data);
  deprecated(command, "GITHUB_STATE");
}

void CommandRunner::set_env(const WorkflowCommand& command) {
  require_unsecure_commands(command, "GITHUB_ENV");
  const auto name = required(command, "name");
  if (equal_ignoring_case(name, "NODE_OPTIONS")) {
    throw CommandProblem("Can't update NODE_OPTIONS environment variable using ::set-env:: command.");
  }
  effects_.set_env(name, command.data);
}

void CommandRunner::set_output(const WorkflowCommand& command) {
  effects_.set_output(required(command, "name"), command.data);
  deprecated(command, "GITHUB_OUTPUT");
}

void CommandRunner::stop_commands(const WorkflowCommand& command) {
  const auto& token = command.data;
  const bool poor = token.empty() || equal_ignoring_case(token, "pause-logging") || is_command_name(token);
  if (token.empty() || (poor && !options_.allow_unsecure_stop_tokens)) {
    throw CommandProblem(
        "The token of stop-commands must not be empty, `pause-logging` or the name of a command "
        "(ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS=true lifts this).");
  }
  stop_token_ = token;
  if (token.size() > kLongestPlainToken) effects_.add_mask(token);
}

}  // namespace runner
