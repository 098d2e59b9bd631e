// runner/report/log_lines.hpp -- chunks of a step's log as text for people, a prefix before each line.
#pragma once
#include <string>
#include <string_view>

#include "runner/report/paint.hpp"

namespace runner {

// Appends to `out`. Costs two copies a line and no allocation unless the line has a marker or goes to a
// terminal.
void append_log(std::string& out, std::string_view prefix, std::string_view lines, const TextStyle& style);
// "build/make | ", with the step's id where it has one.
std::string log_prefix(const StepInfo& step, const TextStyle& style);
// "::error file=a.c,line=3::message", read by GitHub when the runner is itself a step there.
std::string github_command(const Annotation& annotation);

}  // namespace runner
