// runner/cli/command_tables.hpp -- every command with its options, as values: what refusals, completion and
// the man page are made of. The command line itself is read by options.cpp, where these come from.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct OptionRow {
  std::vector<std::string> names;   // "-e", "--event"; of a plain argument none
  std::string metavar;              // "NAME", "[WORKFLOW]"; a flag has none
  std::string text;                 // what it does, may be empty
  std::vector<std::string> values;  // the only ones there are; empty: any
  bool takes_value() const { return !metavar.empty(); }
};

struct CommandRow {
  std::string name, text;  // the program itself has no name
  std::vector<OptionRow> options, arguments;
  bool many = false;  // the last argument may be given again and again
  const OptionRow* option(std::string_view name) const;
};

// The program itself first, with what may stand before a command.
const std::vector<CommandRow>& command_tables();
const CommandRow* find_command(std::string_view name);  // null: there is none
std::vector<std::string> command_names();

// Where the command stands in `args`, behind options of the program itself; args.size() without one.
size_t command_at(const std::vector<std::string>& args);

// Behind the arguments of a command: what the next one is, when it is no option.
struct NextPlace {
  const OptionRow* option = nullptr;   // whose value it is
  std::vector<std::string> arguments;  // plain ones so far
  bool plain = false;                  // options have come to their end, by "--"
};
NextPlace next_place(const CommandRow& command, const std::vector<std::string>& args);

// What is wrong with the arguments of `command`, in their order: "" when each of them fits. Values of options
// are not looked at, and not told: they may be secrets.
std::string misfit(const CommandRow& command, const std::vector<std::string>& args);

}  // namespace runner
