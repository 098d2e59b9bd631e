#include "steps/support/docker/build_inputs.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/support/http.hpp"
#include "steps/support/list_input.hpp"

namespace runner {
namespace {

using nlohmann::json;

constexpr std::string_view kDefaultContext = "{{defaultContext}}";

bool is_url(std::string_view context) {
  const auto starts = [&](std::string_view prefix) { return context.starts_with(prefix); };
  return starts("https://") || starts("http://") || starts("git://") || starts("git@") || starts("ssh://");
}

// "type=image,name=a/b,push=true" as pairs; a bare word is a type's destination, which is refused elsewhere.
std::map<std::string, std::string> attributes(std::string_view text) {
  std::map<std::string, std::string> result;
  for (const auto& item : list_items(text)) {
    const auto equals = item.find('=');
    result[item.substr(0, equals)] = equals == std::string::npos ? "" : item.substr(equals + 1);
  }
  return result;
}

bool plain_output(const std::string& output) {
  auto parts = attributes(output);
  const auto type = parts["type"];
  return (type == "image" || type == "docker" || type == "registry") && parts["dest"].empty();
}

std::vector<std::string> outputs(const StepInputs& inputs) {
  return list_items(inputs.input("outputs"), Commas::keep, Quotes::as_they_are);
}

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

void add_context(const StepInputs& inputs, BuildInputs& build) {
  const auto context = inputs.input("context");
  build.context = context;
  build.dockerfile = inputs.input("file");
  if (context.empty() || context.starts_with(kDefaultContext)) {
    build.context = context.empty() ? "" : context.substr(kDefaultContext.size());
    while (build.context.starts_with(':') || build.context.starts_with('/')) build.context.erase(0, 1);
    while (build.context.ends_with('/')) build.context.pop_back();
    if (build.dockerfile.starts_with("./")) build.dockerfile.erase(0, 2);
  } else {
    build.kind = is_url(context) ? ContextKind::remote : ContextKind::folder;
  }
}

void add_outputs(const StepInputs& inputs, BuildInputs& build) {
  for (const auto& output : outputs(inputs)) {
    auto parts = attributes(output);
    if (is_true(parts["push"]) || parts["type"] == "registry") build.push = true;
    if (!parts["name"].empty()) build.tags.push_back(parse_image_reference(parts["name"]));
  }
}

}  // namespace

BuildInputs read_build_inputs(const StepInputs& inputs) {
  BuildInputs build;
  add_context(inputs, build);
  build.push = boolean_input(inputs, "push");
  for (const auto& tag : list_items(inputs.input("tags"))) build.tags.push_back(parse_image_reference(tag));
  add_outputs(inputs, build);
  build.build_args = list_items(inputs.raw_input("build-args"), Commas::keep);
  if (build.push && build.tags.empty()) throw InputError("tag is needed when pushing to registry");
  return build;
}

std::string unsupported_build_input(const StepInputs& inputs) {
  if (inputs.version().major == 1) {
    return "docker/build-push-action@v1 has inputs of its own (repository, tag_with_ref, ...): write the "
           "step for v2 "
           "or later";
  }
  for (const auto* name : {"secrets", "secret-envs", "secret-files", "ssh", "build-contexts", "allow"}) {
    if (inputs.input(name).empty()) continue;
    return fmt::format(
        "{} needs BuildKit, which is not supported yet: the Docker Engine's own builder is used", name);
  }
  if (const auto platforms = list_items(inputs.input("platforms")); platforms.size() > 1) {
    return fmt::format("building for several platforms ({}) is not supported yet: name one",
                       fmt::join(platforms, ", "));
  }
  for (const auto& output : outputs(inputs)) {
    if (!plain_output(output))
      return fmt::format("outputs: {} is not supported yet, only type=image", output);
  }
  if (const auto call = inputs.input("call"); !call.empty() && call != "build") {
    return fmt::format("call: {} is not supported yet, only build", call);
  }
  return {};
}

std::vector<std::string> build_inputs_without_effect(const StepInputs& inputs) {
  std::vector<std::string> names;
  for (const auto* name : {"cache-from", "cache-to", "annotations", "provenance", "sbom", "attests"}) {
    const auto value = inputs.input(name);
    if (!value.empty() && !equal_ignoring_case(value, "false")) names.emplace_back(name);
  }
  return names;
}

std::string build_query(const StepInputs& inputs, const BuildInputs& build, const EngineFacts& engine) {
  Query query;
  query.add("version", "1");
  query.add("rm", "1");
  query.add("forcerm", "1");  // else a failed build leaves its container behind
  for (const auto& tag : build.tags) query.add("t", tag.text());
  if (build.kind == ContextKind::remote) query.add("remote", build.context);
  if (!build.build_args.empty()) query.add("buildargs", members(build.build_args, inputs.env()).dump());
  const auto labels = list_items(inputs.raw_input("labels"), Commas::keep);
  if (!labels.empty()) query.add("labels", members(labels, inputs.env()).dump());
  query.add_if("target", inputs.input("target"));
  const auto native = engine.os + "/" + engine.architecture;
  const auto platforms = list_items(inputs.input("platforms"));
  if (!platforms.empty() && platforms[0] != native) query.add("platform", platforms[0]);
  // Leaving out the cache of some stages only is BuildKit's; leaving it out of all is right too, if slower.
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
