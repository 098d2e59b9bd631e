// steps/builtin/docker/metadata/mustache.hpp -- the part of Handlebars that tag rules use: {{name}},
// {{name 'text' key='text'}}, {{{raw}}}, comments. No blocks: {{#if}} is an error that says so.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace runner {

struct MustacheCall {
  std::vector<std::optional<std::string>> values;            // nothing: a bare word, which has no value
  std::vector<std::pair<std::string, std::string>> options;  // key='text'
};
using MustacheHelper = std::function<std::string(const MustacheCall&)>;
using MustacheHelpers = std::map<std::string, MustacheHelper, std::less<>>;

// A name without a helper is nothing; with values it is an InputError, as is text that cannot be read. Two
// braces escape & < > " ' ` = for HTML, three do not.
std::string expand_mustache(std::string_view text, const MustacheHelpers& helpers);
// `text` is {{name}} and nothing else.
bool is_mustache_of(std::string_view text, std::string_view name);

}  // namespace runner
