// `runner doctor`: what this machine has and lacks for the workflows here.
#include <algorithm>
#include <ostream>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "runner/cli/commands.hpp"
#include "runner/cli/prepare.hpp"
#include "runner/doctor/checks.hpp"
#include "runner/report/log_text.hpp"
#include "runner/report/paint.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

std::string mark(Health health, const Paint& paint) {
  switch (health) {
    case Health::good:
      return paint.mark(Outcome::success);
    case Health::note:
      return std::string(paint.waiting());
    case Health::warning:
      return paint.warning_mark();
    case Health::missing:
      return paint.mark(Outcome::failure);
  }
  return "";
}

void write_text(const std::vector<Finding>& findings, const CommandLine& line, Tools& tools) {
  const Paint paint(text_style(tools.out_fd, line.common.color, false));
  std::string group;
  for (const auto& finding : findings) {
    if (line.common.quiet && finding.health != Health::missing) continue;
    if (finding.group != group) tools.out << (group.empty() ? "" : "\n") << paint.bold(finding.group) << "\n";
    group = finding.group;
    tools.out << "  " << mark(finding.health, paint) << " " << one_line(finding.text);
    if (!finding.needed_by.empty())
      tools.out << paint.dim(
          fmt::format("  {}", one_line(fmt::format("{}", fmt::join(finding.needed_by, ", ")))));
    tools.out << "\n";
    if (!finding.fix.empty()) tools.out << "      " << paint.cyan(one_line(finding.fix)) << "\n";
  }
}

size_t missing_count(const std::vector<Finding>& findings) {
  return static_cast<size_t>(std::count_if(findings.begin(), findings.end(), [](const auto& finding) {
    return finding.health == Health::missing;
  }));
}

void write_json(const std::vector<Finding>& findings, std::ostream& out) {
  auto list = Json::array();
  for (const auto& finding : findings) {
    list.push_back({{"group", finding.group},
                    {"status", to_string(finding.health)},
                    {"text", finding.text},
                    {"fix", finding.fix},
                    {"needed_by", finding.needed_by}});
  }
  const Json json{{"missing", missing_count(findings)}, {"findings", std::move(list)}};
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

Needs needs_of(const std::string& workflow, Tools& tools) {
  RunOrder order;
  Origins origins;
  std::string problem;  // of the files of values
  try {
    order = order_of({}, tools, origins);
  } catch (const UsageError& error) {
    problem = one_line(error.what());
  }
  order.directory = tools.directory;
  order.workflow = workflow;
  auto needs = collect_needs(order, machine_of(tools, true), *tools.masker);
  if (!problem.empty()) needs.refused[problem].insert("every workflow");
  return needs;
}

}  // namespace

int doctor_command(const CommandLine& line, Tools& tools) {
  const auto needs = needs_of(line.name, tools);
  const auto world = system_world(tools.environment, tools.folders, tools.http);
  const auto repository = open_repository(tools.directory);
  const auto findings = examine({.needs = needs,
                                 .world = *world,
                                 .directory = repository.root,
                                 .folders = tools.folders,
                                 .own_aws = !tools.program.empty(),
                                 .exposed = exposed_secrets(repository, tools.directory)});
  if (line.common.format == Format::json)
    write_json(findings, tools.out);
  else
    write_text(findings, line, tools);
  return something_missing(findings) ? 1 : 0;
}

}  // namespace runner
