#include "steps/builtin/toolchain/run_tool.hpp"

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/environment.hpp"

namespace runner {

ProgramOutput run_tool(std::vector<std::string> argv, const Surroundings& around) {
  const auto path = path_of(around.env);
  const auto program = find_program(argv.at(0), path, around.folder);
  if (!program) throw InputError(fmt::format("{} is not on PATH ({})", argv[0], path));
  argv[0] = *program;
  return capture({std::move(argv), around.env, around.folder}, around.stop);
}

std::string ask_tool(std::vector<std::string> argv, const Surroundings& around) try {
  const auto output = run_tool(std::move(argv), around);
  if (output.code != 0) return {};
  const auto text = trim(output.out.empty() ? output.err : output.out);
  return std::string(text.substr(0, text.find('\n')));
} catch (const std::runtime_error&) {  // not there, or no program for this machine
  return {};
}

}  // namespace runner
