// `on:` (workflow-syntax.md section 5).
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/cron.hpp"
#include "parser/model/convert.hpp"

namespace runner::convert {
namespace {

constexpr std::array<std::string_view, 9> kFilters{"branches",    "branches-ignore", "tags",
                                                   "tags-ignore", "paths",           "paths-ignore",
                                                   "workflows",   "names",           "versions"};

// One string, or a list of them.
std::vector<Template> items_of(Template node) {
  if (node.kind == Template::Kind::sequence) return std::move(node.items);
  std::vector<Template> items;
  if (node) items.push_back(std::move(node));
  return items;
}

std::vector<Text> texts_of(Template node) {
  std::vector<Text> texts;
  for (auto& item : items_of(std::move(node))) {
    if (item) texts.push_back(text_of(std::move(item)));
  }
  return texts;
}

void read_types(Trigger& trigger, Template node, const Reading& reading) {
  std::vector<std::string> known;
  for (const auto type : split(schema::activity_types(trigger.event), ' ')) {
    if (!type.empty()) known.emplace_back(type);
  }
  for (auto& item : items_of(std::move(node))) {
    if (!item) continue;
    if (!known.empty() && std::find(known.begin(), known.end(), item.text) == known.end()) {
      reading.report.error(item.pos, "schema",
                           fmt::format("Unexpected value '{}'; it is no activity type of {}{}", item.text,
                                       trigger.event, did_you_mean(item.text, known)));
    }
    trigger.types.push_back(text_of(std::move(item)));
  }
}

Input read_input(const Template& name, Template node) {
  Input input{.name = name.text, .description = {}, .fallback = {}, .options = {}, .pos = name.pos};
  input.description = take(node, "description").text;
  if (const auto type = take(node, "type")) input.type = type.text;
  input.required = take(node, "required").boolean;
  input.fallback = take(node, "default");
  input.options = values(texts_of(take(node, "options")));
  return input;
}

std::vector<Input> read_inputs(Template node) {
  std::vector<Input> inputs;
  for (auto& member : node.members) inputs.push_back(read_input(member.first, std::move(member.second)));
  return inputs;
}

Schedule read_schedule(Template item, const Reading& reading) {
  const auto pos = item.pos;
  const auto cron = take(item, "cron");
  if (!cron) return {};  // told already
  try {
    std::vector<std::string> remarks;
    read_cron(cron.text, remarks);
    for (auto& remark : remarks) reading.report.warning(cron.pos, "events", std::move(remark));
  } catch (const CronError& error) {
    reading.report.error(cron.pos, "events",
                         fmt::format("invalid `cron` attribute \"{}\": {}", cron.text, error.what()));
  }
  return {cron.text, take(item, "timezone").text, pos};
}

// KEY and KEY-ignore exclude each other.
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#on
void check_filters(const Template& config, const Reading& reading) {
  constexpr std::string_view kPairs[] = {"branches", "tags", "paths"};
  std::set<std::string_view> seen;
  for (const auto& [name, patterns] : config.members) {
    seen.insert(name.text);
    for (const auto key : kPairs) {
      const auto ignore = fmt::format("{}-ignore", key);
      if ((name.text != key && name.text != ignore) || !seen.contains(key) || !seen.contains(ignore))
        continue;
      reading.report.error(
          name.pos, "events",
          fmt::format("you may only define one of `{0}` and `{0}-ignore` for a single event; a pattern "
                      "that starts with '!' in `{0}` excludes too",
                      key));
    }
  }
}

Trigger read_trigger(const Template& name, Template config, const Reading& reading) {
  Trigger trigger;
  trigger.event = name.text;
  trigger.pos = name.pos;
  check_filters(config, reading);
  read_types(trigger, take(config, "types"), reading);
  for (const auto key : kFilters) {
    auto node = take(config, key);
    if (!node) continue;
    const auto pos = node.pos;
    trigger.filters.push_back({std::string(key), texts_of(std::move(node)), pos});
  }
  trigger.inputs = read_inputs(take(config, "inputs"));
  trigger.secrets = read_inputs(take(config, "secrets"));
  trigger.outputs = take(config, "outputs");
  for (auto& item : config.items)  // of schedule
    trigger.schedules.push_back(read_schedule(std::move(item), reading));
  return trigger;
}

}  // namespace

std::vector<Trigger> triggers(Template on, const Reading& reading) {
  std::vector<Trigger> result;
  if (on.kind == Template::Kind::mapping) {
    for (auto& [name, config] : on.members) result.push_back(read_trigger(name, std::move(config), reading));
    return result;
  }
  for (const auto& name : items_of(std::move(on))) {
    if (name) result.push_back(read_trigger(name, {}, reading));
  }
  return result;
}

}  // namespace runner::convert
