#include "steps/builtin/docker/metadata/image_version.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/builtin/docker/metadata/event_helpers.hpp"
#include "steps/builtin/docker/metadata/pep440.hpp"
#include "steps/formats/js_regex.hpp"
#include "steps/formats/semantic_version.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

// What a rule gives: nothing where it does not fit the event.
struct Found {
  std::string value;
  bool latest = false;  // where the flavor leaves it to the rule
};

std::string image_tag(std::string_view text) {
  std::string tag;
  bool replaced = false;
  for (const char c : text) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '.' || c == '_' || c == '-';
    if (fits)
      tag += c;
    else if (!replaced)
      tag += '-';
    replaced = !fits;
  }
  return tag;
}

MustacheHelper constant(std::string text) {
  return [text = std::move(text)](const MustacheCall&) { return text; };
}

MustacheHelpers version_helpers(const std::string& raw, const SemanticVersion& version) {
  return {{"raw", constant(raw)},
          {"version", constant(version.text())},
          {"major", constant(std::to_string(version.numbers[0]))},
          {"minor", constant(std::to_string(version.numbers[1]))},
          {"patch", constant(std::to_string(version.numbers[2]))},
          {"prerelease", constant(fmt::format("{}", fmt::join(version.prerelease, ",")))},
          {"build", constant(fmt::format("{}", fmt::join(version.build, ",")))}};
}

MustacheHelpers version_helpers(const std::string& raw, const Pep440& version) {
  return {{"raw", constant(raw)},
          {"version", constant(version.clean)},
          {"major", constant(version.number(0))},
          {"minor", constant(version.number(1))},
          {"patch", constant(version.number(2))}};
}

class Rules {
 public:
  Rules(const MetadataEvent& event, const Flavor& flavor, ImageVersion& version)
      : event_(event), flavor_(flavor), version_(version) {}

  void apply(const TagRule& rule) {
    const auto enable = expand(rule.get("enable"));
    if (enable != "true" && enable != "false")
      throw InputError(fmt::format("Invalid value for enable attribute: {}", enable));
    if (enable == "false") return;
    const auto found = find(rule);
    if (!found || found->value.empty()) return;
    const auto tag = image_tag(found->value);
    auto& partial = version_.partial;
    if (version_.main.empty()) {
      version_.main = tag;
      version_.latest = flavor_.wants_latest(found->latest);
    } else if (tag != version_.main && std::find(partial.begin(), partial.end(), tag) == partial.end()) {
      partial.push_back(tag);
    }
  }

 private:
  std::optional<Found> find(const TagRule& rule) {
    struct Row {
      const char* type;
      std::optional<Found> (Rules::*find)(const TagRule&);
    };
    static constexpr Row kRows[] = {{"schedule", &Rules::schedule}, {"semver", &Rules::semver},
                                    {"pep440", &Rules::pep440},     {"match", &Rules::match},
                                    {"edge", &Rules::edge},         {"ref", &Rules::ref},
                                    {"raw", &Rules::raw},           {"sha", &Rules::sha}};
    for (const auto& row : kRows) {
      if (rule.type == row.type) return (this->*row.find)(rule);
    }
    return {};
  }

  std::optional<Found> schedule(const TagRule& rule) {
    if (event_.name.find("schedule") == std::string::npos) return {};
    return Found{
        with_affixes(expand_mustache(rule.get("pattern"), date_helpers(event_, version_.warnings)), rule)};
  }

  std::optional<Found> semver(const TagRule& rule) {
    auto raw = version_text(rule);
    if (!raw) return {};
    const auto text = matched(rule, *raw);
    const auto version = parse_semantic_version(text);
    if (!version) {
      warn(fmt::format("{} is not a valid semver. More info: https://semver.org/", text));
      return {};
    }
    return by_pattern(rule, version->prerelease.empty(), version_helpers(text, *version));
  }

  std::optional<Found> pep440(const TagRule& rule) {
    auto raw = version_text(rule);
    if (!raw) return {};
    const auto text = matched(rule, *raw);
    const auto version = parse_pep440(text);
    if (!version) {
      warn(fmt::format("{} does not conform to PEP 440. More info: https://www.python.org/dev/peps/pep-0440",
                       text));
      return {};
    }
    return by_pattern(rule, version->is_final(), version_helpers(text, *version));
  }

  // What is no final release keeps its full version, whatever the pattern says.
  std::optional<Found> by_pattern(const TagRule& rule, bool is_final, const MustacheHelpers& helpers) {
    const auto pattern = rule.get("pattern");
    const bool as_written = is_final || is_mustache_of(pattern, "raw");
    return Found{with_affixes(expand_mustache(as_written ? pattern : "{{version}}", helpers), rule),
                 is_final};
  }

  std::optional<Found> match(const TagRule& rule) {
    const auto text = version_text(rule);
    if (!text) return {};
    const auto pattern = rule.get("pattern");
    static const JsRegex kWithFlags("^/(.+)/(.*)$");
    const auto parts = kWithFlags.match(pattern);
    const auto found =
        parts ? JsRegex(*(*parts)[1], *(*parts)[2]).match(*text) : JsRegex(pattern).match(*text);
    if (!found) {
      warn(fmt::format("{} does not match {}.", pattern, *text));
      return {};
    }
    const double group = std::strtod(rule.get("group").c_str(), nullptr);
    const auto index = static_cast<size_t>(std::clamp(group, 0.0, 1e6));
    if (static_cast<double>(index) != group || index >= found->size() || !(*found)[index]) {
      warn(fmt::format("Group {} does not exist for {} pattern.", rule.get("group"), pattern));
      return {};
    }
    return Found{with_affixes(*(*found)[index], rule), true};
  }

  std::optional<Found> edge(const TagRule& rule) {
    const auto branch = rule.get("branch").empty() ? event_.edge_branch : rule.get("branch");
    if (!event_.ref.starts_with("refs/heads/") || event_.ref.substr(11) != branch) return {};
    return Found{with_affixes("edge", rule)};
  }

  std::optional<Found> ref(const TagRule& rule) {
    struct Row {
      const char *event, *prefix;
      bool latest;
    };
    static constexpr Row kRows[] = {
        {"branch", "refs/heads/", false}, {"tag", "refs/tags/", true}, {"pr", "refs/pull/", false}};
    for (const auto& row : kRows) {
      if (rule.get("event") != row.event || !event_.ref.starts_with(row.prefix)) continue;
      auto name = std::string_view(event_.ref).substr(std::string_view(row.prefix).size());
      if (row.event == std::string_view("pr") && name.ends_with("/merge")) name.remove_suffix(6);
      return Found{with_affixes(std::string(name), rule), row.latest};
    }
    return {};
  }

  std::optional<Found> raw(const TagRule& rule) {
    return Found{with_affixes(expand(rule.get("value")), rule)};
  }

  std::optional<Found> sha(const TagRule& rule) {
    if (event_.sha.empty()) return {};
    return Found{with_affixes(rule.get("format") == "short" ? short_sha(event_) : event_.sha, rule)};
  }

  // The rule's own value, else the name of the tag.
  std::optional<std::string> version_text(const TagRule& rule) {
    if (const auto value = rule.get("value"); !value.empty()) return expand(value);
    if (!event_.ref.starts_with("refs/tags/")) return {};
    return event_.ref.substr(10);
  }

  // The attribute `match` picks the version out of a longer name: app/v1.2.3
  std::string matched(const TagRule& rule, std::string text) {
    if (const auto pattern = rule.get("match"); !pattern.empty()) {
      const auto found = JsRegex(pattern).match(text);
      if (found)
        text = found->size() > 1 ? (*found)[1].value_or("") : (*found)[0].value_or("");
      else
        warn(fmt::format("{} does not match {}.", pattern, text));
    }
    return replace_all(std::move(text), "/", "-");
  }

  std::string with_affixes(const std::string& value, const TagRule& rule) {
    const auto prefix = rule.has("prefix") ? rule.get("prefix") : flavor_.prefix;
    const auto suffix = rule.has("suffix") ? rule.get("suffix") : flavor_.suffix;
    return expand(prefix) + value + expand(suffix);
  }

  std::string expand(std::string_view text) { return expand_for_event(text, event_, version_.warnings); }
  void warn(std::string text) { version_.warnings.push_back(std::move(text)); }

  const MetadataEvent& event_;
  const Flavor& flavor_;
  ImageVersion& version_;
};

}  // namespace

std::string expand_for_event(std::string_view text, const MetadataEvent& event,
                             std::vector<std::string>& warnings) {
  return expand_mustache(text, event_helpers(event, warnings));
}

ImageVersion image_version(const MetadataEvent& event, const std::vector<TagRule>& rules,
                           const Flavor& flavor) try {
  ImageVersion version;
  Rules applied(event, flavor, version);
  for (const auto& rule : rules) applied.apply(rule);
  return version;
} catch (const Error& error) {  // a wrong pattern
  throw InputError(error.what());
}

std::vector<std::string> image_tags(const ImageVersion& version, const Flavor& flavor,
                                    const std::vector<std::string>& images) {
  if (version.main.empty()) return {};
  std::vector<std::string> names{version.main};
  names.insert(names.end(), version.partial.begin(), version.partial.end());
  if (version.latest) {
    names.push_back(image_tag((flavor.prefix_latest ? flavor.prefix : "") + "latest" +
                              (flavor.suffix_latest ? flavor.suffix : "")));
  }
  if (images.empty()) return names;
  std::vector<std::string> tags;
  for (const auto& image : images) {
    for (const auto& name : names) tags.push_back(image + ":" + name);
  }
  return tags;
}

}  // namespace runner
