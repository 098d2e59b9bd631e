// steps/builtin/docker/metadata/tag_rule.hpp -- the input `tags` of docker/metadata-action: one rule a line,
// "type=semver,pattern={{version}}". Also what its neighbours share: lists and attributes.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runner {

struct TagRule {
  std::string type;  // schedule, semver, pep440, match, edge, ref, raw, sha
  std::map<std::string, std::string, std::less<>> attributes;

  bool has(std::string_view name) const { return attributes.find(name) != attributes.end(); }
  std::string get(std::string_view name) const;  // "" when absent
  double priority() const;
};

// The rules of highest priority first; the default ones when there are no lines. Throws InputError.
std::vector<TagRule> tag_rules(const std::vector<std::string>& lines);

// The lines of an input; those that start with # are comments.
std::vector<std::string> metadata_lines(std::string_view input);
// "a=b,c" as {"a", "b"}, {"", "c"}: names in lower case, without a name what has no "=".
std::vector<std::pair<std::string, std::string>> metadata_attributes(const std::string& line);

}  // namespace runner
