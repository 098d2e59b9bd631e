#include "runner/cli/diagnostics_view.hpp"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

const char* severity_text(const Diagnostic& diagnostic) {
  return diagnostic.severity == Severity::error ? "error" : "warning";
}

std::string message_text(const Diagnostic& diagnostic) {
  return diagnostic.message + alias_text(diagnostic.pos);
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json sarif_result(const Diagnostic& diagnostic) {
  Json place{{"artifactLocation", {{"uri", diagnostic.file}}}};
  if (diagnostic.pos.line > 0) {
    place["region"] = {{"startLine", diagnostic.pos.line},
                       {"startColumn", std::max(diagnostic.pos.column, 1)}};
  }
  Json location{{"physicalLocation", std::move(place)}};
  return {{"ruleId", diagnostic.rule},
          {"level", severity_text(diagnostic)},
          {"message", {{"text", message_text(diagnostic)}}},
          {"locations", Json::array({std::move(location)})}};
}

std::string escaped(std::string text) {
  text = replace_all(std::move(text), "%", "%25");
  text = replace_all(std::move(text), "\r", "%0D");
  return replace_all(std::move(text), "\n", "%0A");
}

std::string escaped_property(std::string text) {
  text = replace_all(escaped(std::move(text)), ":", "%3A");
  return replace_all(std::move(text), ",", "%2C");
}

}  // namespace

Json problems_json(const std::vector<Diagnostic>& diagnostics) {
  Json problems = Json::array();
  for (const auto& diagnostic : diagnostics) {
    problems.push_back({{"file", diagnostic.file},
                        {"line", diagnostic.pos.line},
                        {"column", diagnostic.pos.column},
                        {"message", message_text(diagnostic)},
                        {"rule", diagnostic.rule},
                        {"severity", severity_text(diagnostic)}});
  }
  return problems;
}

std::string diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  return dump({{"errors", problems_json(diagnostics)}});
}

std::string diagnostics_sarif(const std::vector<Diagnostic>& diagnostics, const std::string& version) {
  std::set<std::string> names;
  Json rules = Json::array(), results = Json::array();
  for (const auto& diagnostic : diagnostics) {
    if (names.insert(diagnostic.rule).second) rules.push_back({{"id", diagnostic.rule}});
    results.push_back(sarif_result(diagnostic));
  }
  const Json driver{{"name", "runner"}, {"version", version}, {"rules", std::move(rules)}};
  const Json run{
      {"tool", {{"driver", driver}}}, {"columnKind", "unicodeCodePoints"}, {"results", std::move(results)}};
  return dump({{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
               {"version", "2.1.0"},
               {"runs", Json::array({run})}});
}

std::string diagnostics_github(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const auto& diagnostic : diagnostics) {
    const auto& pos = diagnostic.pos;
    const auto place = pos.line < 1 ? "" : fmt::format(",line={},col={}", pos.line, std::max(pos.column, 1));
    text += fmt::format("::{} file={}{},title={}::{}\n", severity_text(diagnostic),
                        escaped_property(diagnostic.file), place, escaped_property(diagnostic.rule),
                        escaped(message_text(diagnostic)));
  }
  return text;
}

}  // namespace runner
