#include "steps/builtin/docker/metadata/event_helpers.hpp"

#include <fmt/core.h>

#include "steps/formats/time_zone.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

std::string after(std::string_view ref, std::string_view prefix) {
  return ref.starts_with(prefix) ? std::string(ref.substr(prefix.size())) : "";
}

// These run for the last commit of the default branch only.
bool always_default_branch(const std::string& event) {
  for (const auto* part : {"create", "discussion", "issues", "schedule"}) {
    if (event.find(part) != std::string::npos) return true;
  }
  return false;
}

bool is_default_branch(const MetadataEvent& event) {
  const auto branch = event.ref.starts_with("refs/heads/") ? event.ref.substr(11) : event.ref;
  if (branch.empty()) return false;
  return branch == event.default_branch || always_default_branch(event.name);
}

const char* text_of(bool value) { return value ? "true" : "false"; }

std::string date_text(CalendarTime time, const MustacheCall& call, std::vector<std::string>& warnings) {
  TimeZone zone;
  for (const auto& [key, value] : call.options) {
    if (key != "tz") throw InputError(fmt::format("Unknown {} attribute", key));
    if (const auto found = TimeZone::find(value))
      zone = *found;
    else
      warnings.push_back(fmt::format("there is no time zone {} here: UTC is used", value));
  }
  const auto format = call.values.empty() ? std::nullopt : call.values[0];
  return moment_format(time, zone, format.value_or(""));
}

}  // namespace

std::string short_sha(const MetadataEvent& event) { return event.sha.substr(0, event.short_sha_length); }

MustacheHelpers date_helpers(const MetadataEvent& event, std::vector<std::string>& warnings) {
  return {
      {"date", [&](const auto& call) { return date_text(event.now, call, warnings); }},
      {"commit_date", [&](const auto& call) { return date_text(event.commit_date, call, warnings); }},
  };
}

MustacheHelpers event_helpers(const MetadataEvent& event, std::vector<std::string>& warnings) {
  auto helpers = date_helpers(event, warnings);
  helpers["branch"] = [&](const auto&) { return after(event.ref, "refs/heads/"); };
  helpers["tag"] = [&](const auto&) { return after(event.ref, "refs/tags/"); };
  helpers["sha"] = [&](const auto&) { return short_sha(event); };
  helpers["base_ref"] = [&](const auto&) { return event.base_ref; };
  helpers["is_default_branch"] = [&](const auto&) { return text_of(is_default_branch(event)); };
  helpers["is_not_default_branch"] = [&](const auto&) { return text_of(!is_default_branch(event)); };
  return helpers;
}

}  // namespace runner
