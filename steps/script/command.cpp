#include "steps/script/command.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "parser/base/text.hpp"

namespace runner {
namespace {

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
struct Registered {
  std::string_view name;
  CommandKind kind;
};
constexpr std::array<Registered, 15> kCommands{{{"add-mask", CommandKind::add_mask},
                                                {"add-matcher", CommandKind::add_matcher},
                                                {"add-path", CommandKind::add_path},
                                                {"debug", CommandKind::debug},
                                                {"echo", CommandKind::echo},
                                                {"endgroup", CommandKind::end_group},
                                                {"error", CommandKind::error},
                                                {"group", CommandKind::group},
                                                {"notice", CommandKind::notice},
                                                {"remove-matcher", CommandKind::remove_matcher},
                                                {"save-state", CommandKind::save_state},
                                                {"set-env", CommandKind::set_env},
                                                {"set-output", CommandKind::set_output},
                                                {"stop-commands", CommandKind::stop_commands},
                                                {"warning", CommandKind::warning}}};

// How the two forms differ once their parts are cut out.
struct Form {
  char separator;
  std::string_view property_escapes, data_escapes;  // the characters written as %XX, but for % itself
};
constexpr Form kFirstForm{';', ";\r\n]", ";\r\n]"};
constexpr Form kSecondForm{',', "\r\n:,", "\r\n"};

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

// %25 is unescaped like the others, in one pass: "%250A" is "%0A", never a line end.
std::string unescape(std::string_view text, std::string_view escapes) {
  std::string result;
  result.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size()) {
      const auto high = kHexDigits.find(text[at + 1]), low = kHexDigits.find(text[at + 2]);
      if (high != std::string_view::npos && low != std::string_view::npos) {
        const auto c = static_cast<char>(high * 16 + low);
        if (c == '%' || escapes.find(c) != std::string_view::npos) {
          result += c;
          at += 2;
          continue;
        }
      }
    }
    result += text[at];
  }
  return result;
}

const Registered* registered(std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kCommands, [&](const Registered& entry) { return equal_ignoring_case(entry.name, name); });
  return found == kCommands.end() ? nullptr : found;
}

void read_properties(std::string_view text, const Form& form, WorkflowCommand& command) {
  for (const auto part : split(trim(text), form.separator)) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == part.size()) continue;
    command.properties.emplace_back(part.substr(0, equals),
                                    unescape(part.substr(equals + 1), form.property_escapes));
  }
}

std::optional<WorkflowCommand> read(std::string_view header, std::string_view data, const Form& form,
                                    std::string_view resume_token) {
  const auto space = header.find(' ');
  const auto name = header.substr(0, space);
  WorkflowCommand command;
  if (!resume_token.empty() && equal_ignoring_case(name, resume_token)) {
    command.kind = CommandKind::resume;
    command.name = lower(name);
  } else if (const auto* entry = registered(name)) {
    command.kind = entry->kind;
    command.name = entry->name;
  } else {
    return std::nullopt;
  }
  if (space != std::string_view::npos) read_properties(header.substr(space + 1), form, command);
  command.data = unescape(data, form.data_escapes);
  return command;
}

std::optional<WorkflowCommand> read_second_form(std::string_view line, std::string_view resume_token) {
  const auto start = line.find_first_not_of(" \t\r\n\v\f");
  if (start == std::string_view::npos) return std::nullopt;
  line.remove_prefix(start);
  if (!line.starts_with("::")) return std::nullopt;
  const auto end = line.find("::", 2);
  if (end == std::string_view::npos) return std::nullopt;
  return read(line.substr(2, end - 2), line.substr(end + 2), kSecondForm, resume_token);
}

std::optional<WorkflowCommand> read_first_form(std::string_view line, std::string_view resume_token) {
  const auto start = line.find("##[");
  if (start == std::string_view::npos) return std::nullopt;
  const auto end = line.find(']', start);
  if (end == std::string_view::npos) return std::nullopt;
  return read(line.substr(start + 3, end - start - 3), line.substr(end + 1), kFirstForm, resume_token);
}

int number(std::string_view text) {  // 0: absent, or not a number
  int value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() && value > 0 ? value : 0;
}

void check_place(Annotation& place) {
  if (place.end_line != 0 && place.line == 0) place.line = place.end_line;
  if (place.end_column != 0 && place.column == 0) place.column = place.end_column;
  const bool one_line = place.end_line == 0 || place.line == place.end_line;
  if (place.column != 0 && (place.line == 0 || !one_line)) place.column = place.end_column = 0;
  if (place.end_line != 0 && place.end_line < place.line) place.line = place.end_line = 0;
  if (place.end_column != 0 && place.end_column < place.column) place.column = place.end_column = 0;
}

}  // namespace

std::string_view WorkflowCommand::property(std::string_view property_name) const {
  // the last one of a name wins
  for (auto entry = properties.rbegin(); entry != properties.rend(); ++entry) {
    if (equal_ignoring_case(entry->first, property_name)) return entry->second;
  }
  return "";
}

std::optional<WorkflowCommand> parse_command(std::string_view line, std::string_view resume_token) {
  if (auto command = read_second_form(line, resume_token)) return command;
  return read_first_form(line, resume_token);
}

bool is_command_name(std::string_view name) { return registered(name) != nullptr; }

Annotation annotation_of(const WorkflowCommand& command, std::string_view workspace) {
  Annotation place;
  place.message = command.data;
  place.title = command.property("title");
  place.line = number(command.property("line"));
  place.end_line = number(command.property("endLine"));
  place.column = number(command.property("col"));
  place.end_column = number(command.property("endColumn"));
  check_place(place);
  auto file = command.property("file");
  if (!workspace.empty() && file.starts_with(workspace) && file.substr(workspace.size()).starts_with('/')) {
    file.remove_prefix(workspace.size() + 1);
  }
  place.file = file;
  return place;
}

}  // namespace runner
