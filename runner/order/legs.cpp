#include "runner/order/legs.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"

namespace runner {
namespace {

using expr::Value;

std::string leg_name(const Job& job, const expr::Scope& scope, const std::vector<std::string>& parts) {
  auto plain = matrix_job_name(plain_job_name(job), parts);
  if (!job.name || !job.name.has_expressions()) return plain;
  const auto name = evaluate_string(job.name, scope);
  return name.empty() ? plain : name;
}

struct StrategyValues {
  std::vector<Combination> combinations;
  bool fail_fast = true;
  double max_parallel = 0;
};

// strategy: ${{ fromJSON(...) }}
StrategyValues computed_strategy(const Template& computed, const expr::Scope& scope) {
  const auto value = evaluate(computed, scope);
  const auto fail_fast = value.get("fail-fast"), max_parallel = value.get("max-parallel");
  return {expand_matrix(value.get("matrix"), computed.pos),
          fail_fast.boolean() == nullptr || *fail_fast.boolean(),
          max_parallel.number() == nullptr ? 0 : *max_parallel.number()};
}

StrategyValues evaluated_strategy(const Strategy& strategy, const expr::Scope& scope) {
  if (strategy.computed) return computed_strategy(strategy.computed, scope);
  return {strategy.matrix ? expand_matrix(strategy.matrix, scope) : std::vector<Combination>{},
          evaluate_boolean(strategy.fail_fast, scope, true),
          evaluate_number(strategy.max_parallel, scope, 0)};
}

// -m server:ue, where the key server has the values eu and us.
void refuse_unknown_value(const RunRequest& request, const std::vector<Combination>& offered) {
  for (const auto& [key, wanted] : request.matrix) {
    std::vector<std::string> values;
    for (const auto& combination : offered) {
      const auto* value = expr::find(combination.values, key);
      if (value == nullptr) continue;
      auto text = value->to_string();
      if (std::find(values.begin(), values.end(), text) == values.end()) values.push_back(std::move(text));
    }
    const bool known = std::any_of(values.begin(), values.end(), [&wanted = wanted](const auto& value) {
      return equal_ignoring_case(value, wanted);
    });
    if (!values.empty() && !known)
      throw UsageError("--matrix {}:{}: {} has the values {}{}", key, wanted, key, fmt::join(values, ", "),
                       did_you_mean(wanted, values));
  }
}

std::vector<Combination> selected(const RunRequest& request, const Strategy& strategy,
                                  std::vector<Combination> all) {
  const bool had_some = !all.empty();
  const auto offered = request.matrix.empty() ? std::vector<Combination>{} : all;
  std::erase_if(all,
                [&](const auto& combination) { return !combination_selected(request, combination.values); });
  if (!had_some || !all.empty()) return all;
  refuse_unknown_value(request, offered);
  throw TemplateError(strategy.pos, "no combination of the matrix matches --matrix");
}

}  // namespace

const std::string& plain_job_name(const Job& job) {
  return job.name && !job.name.has_expressions() && !job.name.text.empty() ? job.name.text : job.id;
}

expr::Scope leg_scope(const expr::Scope& job_scope, const JobOrder& order) {
  auto scope = job_scope;
  scope.contexts.emplace_back("strategy", order.strategy);
  scope.contexts.emplace_back("matrix", order.matrix);
  return scope;
}

JobLegs expand_job(const RunRequest& request, const WorkflowCall& call, const Job& job,
                   const expr::Scope& scope) {
  JobLegs legs;
  std::vector<Combination> all;
  double max_parallel = 0;
  if (job.strategy) {
    auto values = evaluated_strategy(*job.strategy, scope);
    all = selected(request, *job.strategy, std::move(values.combinations));
    legs.fail_fast = values.fail_fast;
    max_parallel = std::trunc(values.max_parallel);
    if (max_parallel >= 1) legs.max_parallel = static_cast<size_t>(max_parallel);
  }
  const size_t total = std::max<size_t>(all.size(), 1);
  for (size_t index = 0; index < total; ++index) {
    JobOrder order;
    order.call = &call;
    order.job = &job;
    order.info.id = job.id;
    order.info.needs = values(job.needs);
    if (!all.empty()) order.matrix = std::move(all[index].values);
    order.strategy =
        Value::Object{{"fail-fast", legs.fail_fast},
                      {"job-index", static_cast<double>(index)},
                      {"job-total", static_cast<double>(total)},
                      {"max-parallel", max_parallel >= 1 ? max_parallel : static_cast<double>(total)}};
    order.info.name = leg_name(job, leg_scope(scope, order),
                               all.empty() ? std::vector<std::string>{} : all[index].name_parts);
    legs.orders.push_back(std::move(order));
  }
  return legs;
}

std::vector<std::string> runs_on_labels(const Job& job, const expr::Scope& scope) {
  if (job.runs_on.kind != Template::Kind::mapping) {
    const auto value = evaluate(job.runs_on, scope);
    if (value.object() == nullptr) return evaluate_strings(job.runs_on, scope);
    std::vector<std::string> labels;
    const auto wanted = value.get("labels");
    if (wanted.array() == nullptr) return {wanted.to_string()};
    for (const auto& label : *wanted.array()) labels.push_back(label.to_string());
    return labels;
  }
  const auto* labels = job.runs_on.find("labels");
  return labels == nullptr ? std::vector<std::string>{} : evaluate_strings(*labels, scope);
}

}  // namespace runner
