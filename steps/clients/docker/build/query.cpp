#include <cstdlib>
#include <map>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/build/inputs.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/system/http.hpp"

namespace runner {
namespace {

using nlohmann::json;

// "K=V" as the member K; "K" takes its value from the step's environment, null when it has none.
void set_member(json& object, const std::string& item, const Environment& env) {
  const auto equals = item.find('=');
  if (equals != std::string::npos) {
    object[item.substr(0, equals)] = item.substr(equals + 1);
    return;
  }
  const auto at = env.find(item);
  object[item] = at == env.end() ? json(nullptr) : json(at->second);
}

json members(const std::vector<std::string>& items, const Environment& env) {
  auto object = json::object();
  for (const auto& item : items) set_member(object, item, env);
  return object;
}

// "2g", "512 MB", "64m": bytes.
uint64_t size_bytes(const std::string& name, const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  auto unit = lower(trim(end));
  if (unit.ends_with("b") && unit.size() > 1) unit.pop_back();
  if (unit.ends_with("i") && unit.size() > 1) unit.pop_back();
  static const std::map<std::string, double> kUnits{
      {"", 1}, {"b", 1}, {"k", 1024.0}, {"m", 1048576.0}, {"g", 1073741824.0}, {"t", 1099511627776.0}};
  const auto at = kUnits.find(unit);
  if (end == text.c_str() || at == kUnits.end() || !(number >= 0) || number > 1e15) {
    throw InputError(fmt::format("{}: invalid size: '{}'", name, text));
  }
  return static_cast<uint64_t>(number * at->second);
}

// "nofile=1024:2048" or "nproc=10".
json ulimit(const std::string& text) {
  const auto equals = text.find('='), colon = text.find(':', equals == std::string::npos ? 0 : equals);
  const auto number = [&](const std::string& digits) {
    char* end = nullptr;
    const auto value = std::strtoll(digits.c_str(), &end, 10);
    if (digits.empty() || *end != '\0') throw InputError(fmt::format("invalid ulimit argument: {}", text));
    return value;
  };
  if (equals == std::string::npos) throw InputError(fmt::format("invalid ulimit argument: {}", text));
  const auto soft = number(text.substr(equals + 1, colon == std::string::npos ? colon : colon - equals - 1));
  return {{"Name", text.substr(0, equals)},
          {"Soft", soft},
          {"Hard", colon == std::string::npos ? soft : number(text.substr(colon + 1))}};
}

class Query {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(percent_encode(value));
  }
  void add_if(std::string_view name, const std::string& value) {
    if (!value.empty()) add(name, value);
  }
  std::string text;
};

}  // namespace

std::string build_query(const StepInputs& inputs, const BuildInputs& build, const EngineFacts& engine,
                        Builder builder) {
  Query query;
  query.add("version", builder == Builder::buildkit ? "2" : "1");
  query.add("rm", "1");
  query.add("forcerm", "1");  // else a failed build leaves its container behind
  for (const auto& tag : build.tags) query.add("t", tag.text());
  if (build.kind == ContextKind::remote) query.add("remote", build.context);
  auto arguments = members(build.build_args, inputs.env());
  if (build.inline_cache && builder == Builder::buildkit) arguments["BUILDKIT_INLINE_CACHE"] = "1";
  if (!arguments.empty()) query.add("buildargs", arguments.dump());
  const auto labels = list_items(inputs.raw_input("labels"), Commas::keep);
  if (!labels.empty()) query.add("labels", members(labels, inputs.env()).dump());
  query.add_if("target", inputs.input("target"));
  const auto native = engine.os + "/" + engine.architecture;
  if (build.platform != native) query.add_if("platform", build.platform);
  if (!build.cache_from.empty()) query.add("cachefrom", json(build.cache_from).dump());
  // The API cannot leave out the cache of some stages only; leaving it out of all is right too, if slower.
  if (boolean_input(inputs, "no-cache") || !inputs.input("no-cache-filters").empty())
    query.add("nocache", "1");
  if (boolean_input(inputs, "pull")) query.add("pull", "1");
  query.add_if("networkmode", inputs.input("network"));
  query.add_if("cgroupparent", inputs.input("cgroup-parent"));
  for (auto host : list_items(inputs.input("add-hosts"))) {
    if (const auto at = host.find_first_of("=:"); at != std::string::npos) host[at] = ':';
    query.add("extrahosts", host);
  }
  if (const auto size = inputs.input("shm-size"); !size.empty()) {
    query.add("shmsize", std::to_string(size_bytes("shm-size", size)));
  }
  auto limits = json::array();
  for (const auto& limit : list_items(inputs.input("ulimit"))) limits.push_back(ulimit(limit));
  if (!limits.empty()) query.add("ulimits", limits.dump());
  return query.text;
}

}  // namespace runner
