#include "steps/clients/docker/buildx/builder.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/formats/list_input.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// What the original gives its builders, so that `allow` of a build works.
constexpr auto kUsualFlags =
    "--allow-insecure-entitlement security.insecure --allow-insecure-entitlement network.host";

fs::path record_file(const StepHost& host) { return host.temp() / "docker-builders.json"; }

std::vector<JobBuilder> job_builders(const StepHost& host) {
  std::vector<JobBuilder> builders;
  if (!fs::exists(record_file(host))) return builders;
  const auto records = read_json(read_file(record_file(host)));
  if (!records.is_array()) return builders;
  for (const auto& record : records) {
    builders.push_back({record.at("name"), record.at("named"), record.at("use"), record.at("arguments"),
                        record.at("endpoint"), record.at("made")});
  }
  return builders;
}

void write_builders(const StepHost& host, const std::vector<JobBuilder>& builders) {
  auto records = json::array();
  for (const auto& builder : builders) {
    records.push_back({{"name", builder.name},
                       {"named", builder.named},
                       {"use", builder.use},
                       {"arguments", builder.arguments},
                       {"endpoint", builder.endpoint},
                       {"made", builder.made}});
  }
  replace_private_file(record_file(host), records.dump(2));
}

std::string random_name() {
  return "builder-" + std::string(trim(read_file("/proc/sys/kernel/random/uuid")));
}

// The file that --config gets; "" for none.
std::string configuration_file(StepHost& host, const std::string& builder) {
  for (const auto* name : {"buildkitd-config-inline", "config-inline"}) {
    if (host.input(name).empty()) continue;
    const auto file = host.temp() / fmt::format("{}.toml", replace_all(builder, "/", "-"));
    write_private_file(file, host.input(name));
    return file.string();
  }
  const auto file = host.input("buildkitd-config");
  return file.empty() ? host.input("config") : file;
}

// Runs to its end without a word; the last line of the errors when it failed.
std::optional<std::string> failure_of(const Buildx& buildx, const std::vector<std::string>& arguments) {
  std::string last = "no reason given";
  const auto keep = [&](Stream stream, std::string_view line) {
    if (stream == Stream::err && !trim(line).empty()) last = trim(line);
  };
  if (buildx.run(arguments, keep) == 0) return std::nullopt;
  return last;
}

void make(StepHost& host, const Buildx& buildx, JobBuilder& builder) {
  if (builder.named && !failure_of(buildx, {"inspect", builder.name})) return;  // there already, not ours
  std::vector<std::string> arguments{"create", "--name", builder.name};
  arguments.insert(arguments.end(), builder.arguments.begin(), builder.arguments.end());
  if (builder.use) arguments.emplace_back("--use");
  arguments.insert(arguments.end(), builder.endpoint.begin(), builder.endpoint.end());
  host.log(fmt::format("Creating the builder {}", builder.name));
  if (const auto why = failure_of(buildx, arguments))
    throw Error("create the builder {}: {}", builder.name, *why);
  builder.made = true;
}

}  // namespace

std::optional<JobBuilder> wanted_builder(StepHost& host) {
  const auto driver = host.input("driver");
  if (driver == "docker") return std::nullopt;
  JobBuilder builder;
  builder.named = !host.input("name").empty();
  builder.name = builder.named ? host.input("name") : random_name();
  builder.use = boolean_input(host, "use");
  auto add = [&](const char* option, const std::string& value) {
    if (value.empty()) return;
    builder.arguments.emplace_back(option);
    builder.arguments.push_back(value);
  };
  add("--driver", driver);
  for (const auto& option : list_items(host.input("driver-opts"), Commas::keep, Quotes::as_they_are))
    add("--driver-opt", option);
  const auto flags = host.input("buildkitd-flags");
  add("--buildkitd-flags", flags.empty() && driver != "remote" ? kUsualFlags : flags);
  add("--platform", host.input("platforms"));
  add("--config", configuration_file(host, builder.name));
  if (const auto endpoint = host.input("endpoint"); !endpoint.empty()) builder.endpoint = {endpoint};
  return builder;
}

void remember_builder(StepHost& host, const JobBuilder& builder) {
  auto builders = job_builders(host);
  builders.push_back(builder);
  write_builders(host, builders);
}

std::string ready_builder(StepHost& host, const Buildx& buildx, const std::string& asked, bool in_container) {
  const bool none_asked = asked.empty() || asked == "default";  // "default": setup-buildx's own output
  auto builders = job_builders(host);
  const auto meant = std::find_if(builders.rbegin(), builders.rend(), [&](const auto& builder) {
    return none_asked ? builder.use && in_container : builder.name == asked;
  });
  if (meant == builders.rend()) return asked;
  if (!meant->made) {
    make(host, buildx, *meant);
    write_builders(host, builders);
  }
  return meant->name;
}

bool remove_builder(StepHost& host, const std::string& name, bool keep_state) {
  const auto builders = job_builders(host);
  const auto at = std::find_if(builders.begin(), builders.end(),
                               [&](const auto& builder) { return builder.name == name && builder.made; });
  if (at == builders.end()) return false;
  const auto buildx = Buildx::find(host);
  if (!buildx) throw Error("remove the builder {}: `docker buildx` is no longer there", name);
  std::vector<std::string> arguments{"rm", name};
  if (keep_state) arguments.emplace_back("--keep-state");
  if (const auto why = failure_of(*buildx, arguments)) throw Error("remove the builder {}: {}", name, *why);
  return true;
}

}  // namespace runner
