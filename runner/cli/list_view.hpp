// runner/cli/list_view.hpp -- workflows for people: what starts them, and the jobs of one.
#pragma once
#include <iosfwd>
#include <string>
#include <vector>

#include "parser/model/workflow.hpp"
#include "runner/order/workflow_files.hpp"
#include "runner/report/reporter.hpp"

namespace runner {

// A line each; of one that is wrong, why.
void write_workflows(const std::vector<WorkflowFile>& files, const TextStyle& style, std::ostream& out);
// As written: what an expression makes stands as the expression.
std::vector<std::string> runs_on_texts(const Job& job);
std::string environment_text(const Job& job);  // "" without one

void write_jobs(const Workflow& workflow, const TextStyle& style, std::ostream& out);

}  // namespace runner
