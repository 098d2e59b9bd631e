// runner/cli/eval.hpp -- `runner eval`: one expression, or a line of JSON each, against contexts given as
// JSON.
#pragma once
#include <iosfwd>
#include <string>

namespace runner {

struct EvalOptions {
  std::string expression;    // bare or inside ${{ }}; unused with a batch
  std::string context_file;  // one JSON object whose members are the contexts; empty: there are none
  std::string batch_file;    // lines {"expr":...,"contexts":{...}}; "-": standard input; empty: no batch
};

// The exit status: 0, or 2 for a bad expression. A batch answers each line before it reads the next; a line's
// error is its answer. Throws UsageError for a file that cannot be read.
int eval_command(const EvalOptions& options, std::ostream& out, std::ostream& err);

}  // namespace runner
