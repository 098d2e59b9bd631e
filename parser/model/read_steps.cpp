// `steps:` and the ids of steps (workflow-syntax.md section 8, execution.md 1.6).
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/model/convert.hpp"

namespace runner::convert {
namespace {

constexpr size_t kIdLength = 100;

bool is_id_start(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_'; }
bool is_id_part(char c) { return is_id_start(c) || (c >= '0' && c <= '9') || c == '-'; }

using Ids = std::set<std::string, IgnoringCase>;

struct Kind {
  std::string_view key;
  StepKind kind;
};
constexpr Kind kKinds[] = {{"run", StepKind::run},       {"uses", StepKind::uses},
                           {"wait", StepKind::wait},     {"wait-all", StepKind::wait_all},
                           {"cancel", StepKind::cancel}, {"parallel", StepKind::parallel}};

std::string base_id(const Step& step) {
  if (step.kind != StepKind::uses) {
    const auto* row = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const Kind& kind) { return kind.kind == step.kind; });
    return std::string(row->key);
  }
  const auto& uses = *step.uses;
  if (uses.docker()) return uses.text.substr(std::string_view("docker://").size());
  if (uses.text.starts_with("$/")) return "selfRepository";
  return uses.local() ? "self" : uses.owner + "_" + uses.repository;
}

// Gives "__run", "__run_2", "__run_3" ...
class IdMaker {
 public:
  std::string make(const Step& step) {
    auto base = "__" + base_id(step);
    std::replace_if(
        base.begin(), base.end(), [](char c) { return !is_id_part(c); }, '_');
    base.resize(std::min(base.size(), kIdLength));
    auto& number = numbers_[base];
    while (true) {
      const auto suffix = ++number == 1 ? "" : fmt::format("_{}", number);
      auto id = base.substr(0, kIdLength - suffix.size()) + suffix;
      if (taken_.insert(id).second) return id;
    }
  }

 private:
  Ids taken_;
  std::map<std::string, int, IgnoringCase> numbers_;  // the last one tried
};

// Reads the steps of one job; ids are unique in it, those of parallel groups included.
class StepReader {
 public:
  StepReader(const Reading& reading, Availability condition_sees)
      : reading_(reading), condition_sees_(condition_sees) {}
  std::vector<Step> read(Template node);

 private:
  Step read_step(Template node);
  void read_kind(Step& step, Template& node);
  void read_id(Step& step, const Template& node);
  void read_targets(Step& step, Template node);

  const Reading& reading_;
  Availability condition_sees_;
  Ids own_;
};

std::vector<Step> StepReader::read(Template node) {
  std::vector<Step> steps;
  for (auto& item : node.items) {
    if (item.kind == Template::Kind::mapping) steps.push_back(read_step(std::move(item)));
  }
  return steps;
}

Step StepReader::read_step(Template node) {
  Step step;
  step.pos = node.pos;
  read_kind(step, node);
  read_id(step, take(node, "id"));
  step.name = take(node, "name");
  step.condition = condition(take(node, "if"), condition_sees_, reading_);
  auto shell = take(node, "shell");
  if (shell.kind == Template::Kind::expression)
    step.computed_shell = std::move(shell);
  else
    step.shell = text_of(std::move(shell));
  step.working_directory = take(node, "working-directory");
  step.with = take(node, "with");
  step.env = take(node, "env");
  step.continue_on_error = take(node, "continue-on-error");
  step.timeout_minutes = take_whole(node, "timeout-minutes", ", which is no timeout", reading_);
  step.background = take(node, "background").boolean;
  return step;
}

void StepReader::read_kind(Step& step, Template& node) {
  for (const auto& [key, kind] : kKinds) {
    if (node.find(key) != nullptr) step.kind = kind;
  }
  step.run = take(node, "run");
  if (const auto uses = take(node, "uses")) step.uses = step_uses(uses, reading_);
  if (step.kind == StepKind::uses && !step.uses) step.uses.emplace();
  if (step.kind == StepKind::wait) read_targets(step, take(node, "wait"));
  if (step.kind == StepKind::cancel) read_targets(step, take(node, "cancel"));
  if (step.kind == StepKind::parallel) step.steps = read(take(node, "parallel"));
  for (const auto& inner : step.steps) {
    if (inner.background)
      reading_.report.error(inner.pos, "schema", "'background' is not allowed inside 'parallel'");
  }
}

void StepReader::read_id(Step& step, const Template& node) {
  if (!node || !check_id(node.text, node.pos, reading_)) return;
  if (!own_.insert(node.text).second) {
    reading_.report.error(
        node.pos, "id",
        fmt::format("The identifier '{}' may not be used more than once within the same scope.", node.text));
  }
  step.id = text_of(node);
  step.own_id = true;
}

void StepReader::read_targets(Step& step, Template node) {
  std::vector<Template> items;
  if (node.kind == Template::Kind::sequence) items = std::move(node.items);
  if (node.kind == Template::Kind::string) items.push_back(std::move(node));
  for (const auto& item : items) {
    if (!item || reading_.report.full()) continue;
    if (!own_.contains(item.text)) {
      reading_.report.error(item.pos, "id",
                            fmt::format("No step above has the id '{}'{}", item.text,
                                        did_you_mean(item.text, {own_.begin(), own_.end()})));
    }
    step.targets.push_back(text_of(item));
  }
}

void generate_ids(std::vector<Step>& steps, IdMaker& maker) {
  for (auto& step : steps) {
    generate_ids(step.steps, maker);
    if (!step.own_id) step.id.value = maker.make(step);
  }
}

}  // namespace

bool check_id(const std::string& id, Pos pos, const Reading& reading) {
  const bool valid = !id.empty() && id.size() < kIdLength && is_id_start(id[0]) &&
                     std::all_of(id.begin(), id.end(), is_id_part);
  if (!valid) {
    reading.report.error(
        pos, "id",
        fmt::format("The identifier '{}' is invalid. IDs may only contain alphanumeric characters, "
                    "'_', and '-'. IDs must start with a letter or '_' and must be less than {} "
                    "characters.",
                    id, kIdLength));
  } else if (id.starts_with("__")) {
    reading.report.error(
        pos, "id", fmt::format("The identifier '{}' is invalid. IDs starting with '__' are reserved.", id));
  }
  return valid && !id.starts_with("__");
}

std::vector<Step> steps(Template node, const Reading& reading, Availability condition_sees) {
  auto result = StepReader(reading, condition_sees).read(std::move(node));
  IdMaker maker;
  generate_ids(result, maker);
  return result;
}

}  // namespace runner::convert
