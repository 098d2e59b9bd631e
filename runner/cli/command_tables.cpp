#include "runner/cli/command_tables.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"

namespace runner {
namespace {

std::string title(const CommandRow& command) {
  return command.name.empty() ? "runner" : "runner " + command.name;
}

std::string help_of(const CommandRow& command) {
  return fmt::format("`runner help{}{}`", command.name.empty() ? "" : " ", command.name);
}

bool is_help(std::string_view name) { return name == "-h" || name == "--help"; }

std::string unknown(const CommandRow& command, std::string_view name) {
  std::vector<std::string> names;
  for (const auto& option : command.options)
    names.insert(names.end(), option.names.begin(), option.names.end());
  const auto near = name.starts_with("--") ? did_you_mean(name, names) : "";
  const auto* run = find_command("run");
  if (near.empty() && command.name.empty() && run->option(name) != nullptr)
    return fmt::format("{} stands behind its command: runner run {}", name, name);
  return fmt::format("{} has no option \"{}\"{}", title(command), name,
                     near.empty() ? "; " + help_of(command) + " lists those it has" : near);
}

std::string one_too_many(const CommandRow& command, std::string_view found) {
  if (command.arguments.empty())
    return fmt::format("{} takes no argument: found \"{}\"; {} tells more", title(command), found,
                       help_of(command));
  std::string expected;
  for (const auto& argument : command.arguments) expected += " " + argument.metavar;
  return fmt::format("\"{}\" is one argument too many; expected: {}{}{}", found, title(command), expected,
                     command.option("--job") == nullptr ? "" : "; a job is named with -j");
}

std::string no_value(const OptionRow& option, std::string_view name) {
  auto text = fmt::format("{0} needs a value: {0} {1}", name, option.metavar);
  for (const auto& value : option.values)
    text += (value == option.values.front() ? ", one of " : ", ") + value;
  return text;
}

// Goes through the arguments of one command as its reader does.
class Walk {
 public:
  Walk(const CommandRow& command, const std::vector<std::string>& args) : command_(command), args_(args) {}

  // Ends at the first that does not fit, or at the first plain argument.
  std::string go(bool stop_at_argument) {
    for (; at_ < args_.size() && !helped_; ++at_) {
      const auto place = at_;
      const auto& argument = args_[at_];
      if (!plain_ && argument == "--") {
        plain_ = true;
      } else if (plain_ || argument == "-" || !argument.starts_with('-')) {
        if (stop_at_argument) break;
        take_plain(argument);
      } else if (argument.starts_with("--")) {
        take_long(argument);
      } else {
        take_short(argument);
      }
      if (!problem_.empty()) {
        at_ = place;
        break;
      }
    }
    return problem_;
  }
  size_t place() const { return at_; }
  NextPlace next() && { return {waits_, std::move(plain_ones_), plain_}; }

 private:
  void take_plain(const std::string& argument) {
    plain_ones_.push_back(argument);
    if (plain_ones_.size() > command_.arguments.size() && !command_.many)
      problem_ = one_too_many(command_, argument);
  }

  void take_long(std::string_view argument) {
    const auto equals = argument.find('=');
    const auto name = argument.substr(0, equals);
    const auto* option = known(name);
    if (option == nullptr) return;
    const bool has_value = equals != std::string_view::npos;
    if (has_value && !option->takes_value()) problem_ = fmt::format("{} takes no value", name);
    if (!has_value && option->takes_value()) take_value(*option, name);
  }

  void take_short(std::string_view argument) {  // -v, -qv, -j build, -jbuild
    for (size_t i = 1; i < argument.size() && problem_.empty() && !helped_; ++i) {
      const auto name = fmt::format("-{}", argument[i]);
      const auto* option = known(name);
      if (option == nullptr) return;
      if (!option->takes_value()) continue;
      if (i + 1 == argument.size()) take_value(*option, name);
      return;
    }
  }

  const OptionRow* known(std::string_view name) {
    helped_ = is_help(name);
    const auto* option = command_.option(name);
    if (option == nullptr) problem_ = unknown(command_, name);
    return option;
  }

  void take_value(const OptionRow& option, std::string_view name) {
    if (++at_ < args_.size()) return;
    problem_ = no_value(option, name);
    waits_ = &option;
  }

  const CommandRow& command_;
  const std::vector<std::string>& args_;
  size_t at_ = 0;
  std::vector<std::string> plain_ones_;
  const OptionRow* waits_ = nullptr;  // for its value
  bool plain_ = false, helped_ = false;
  std::string problem_;
};

}  // namespace

const OptionRow* CommandRow::option(std::string_view name) const {
  const auto at = std::find_if(options.begin(), options.end(), [&](const auto& row) {
    return std::find(row.names.begin(), row.names.end(), name) != row.names.end();
  });
  return at == options.end() ? nullptr : &*at;
}

const CommandRow* find_command(std::string_view name) {
  const auto& tables = command_tables();
  const auto at =
      std::find_if(tables.begin() + 1, tables.end(), [&](const auto& row) { return row.name == name; });
  return at == tables.end() ? nullptr : &*at;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const auto& command : command_tables()) names.push_back(command.name);
  names.erase(names.begin());
  return names;
}

size_t command_at(const std::vector<std::string>& args) {
  Walk walk(command_tables().front(), args);
  walk.go(true);
  return std::min(walk.place(), args.size());
}

NextPlace next_place(const CommandRow& command, const std::vector<std::string>& args) {
  Walk walk(command, args);
  walk.go(false);
  return std::move(walk).next();
}

std::string misfit(const CommandRow& command, const std::vector<std::string>& args) {
  return Walk(command, args).go(false);
}

}  // namespace runner
