#include "steps/formats/js_regex.hpp"

#include <pcre2.h>

#include "parser/base/error.hpp"
#include "steps/system/handle.hpp"

namespace runner {
namespace {

using MatchData = Handle<pcre2_match_data, pcre2_match_data_free>;
using MatchContext = Handle<pcre2_match_context, pcre2_match_context_free>;

constexpr uint32_t kMostSteps = 1'000'000;

std::string error_text(int code) {
  unsigned char text[256] = {};
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

uint32_t option_of(char flag, const std::string& pattern) {
  switch (flag) {
    case 'i':
      return PCRE2_CASELESS;
    case 'm':
      return PCRE2_MULTILINE;
    case 's':
      return PCRE2_DOTALL;
    case 'y':
      return PCRE2_ANCHORED;
    case 'g':
    case 'u':
    case 'd':
      return 0;
    default:
      throw Error("the pattern /{}/ has the flag {}: dgimsuy are known", pattern, flag);
  }
}

[[noreturn]] void refuse_regex(const std::string& pattern, size_t at, const char* why) {
  throw Error("the pattern {} is wrong at {}: {}", pattern, at + 1, why);
}

// What PCRE2 takes for more than JavaScript does is refused, as there: a++, (?>a), (?i), (*ACCEPT).
void check_regex_at(const std::string& pattern, size_t at) {
  const auto rest = std::string_view(pattern).substr(at);
  if (rest.starts_with("(*")) refuse_regex(pattern, at + 1, "nothing to repeat");
  if (rest.starts_with("(?") && (rest.size() < 3 || std::string_view(":=!<").find(rest[2]) == rest.npos))
    refuse_regex(pattern, at, "invalid group");
  const bool repeats = rest[0] == '*' || rest[0] == '+' || rest[0] == '?';
  if (repeats && rest.size() > 1 && rest[1] == '+') refuse_regex(pattern, at + 1, "nothing to repeat");
}

// A backslash before a letter that means nothing to JavaScript is no more than that letter; and "[" in a
// class begins no name, nor does ":" at its start.
std::string pcre_source(const std::string& pattern) {
  constexpr std::string_view kMeaningful = "bBcdDfknrsStuvwWx";
  std::string source;
  bool in_class = false;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const char c = pattern[at];
    if (c == '\\' && at + 1 < pattern.size()) {
      const char next = pattern[++at];
      const bool is_letter = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z');
      if (!is_letter || kMeaningful.find(next) != std::string_view::npos) source += c;
      source += next;
      continue;
    }
    if (!in_class) check_regex_at(pattern, at);
    if (in_class && c == '[') source += '\\';
    source += c;
    if (!in_class && c == '[' && at + 1 < pattern.size() &&
        std::string_view(":.=").find(pattern[at + 1]) != std::string_view::npos)
      source += '\\';
    if (c == '[' || c == ']') in_class = c == '[';
  }
  return source;
}

std::optional<std::string> group(std::string_view text, const PCRE2_SIZE* places, uint32_t index) {
  const auto start = places[2 * index], end = places[2 * index + 1];
  if (start == PCRE2_UNSET || end < start) return {};  // \K in a look-ahead can turn them round
  return std::string(text.substr(start, end - start));
}

}  // namespace

JsRegex::JsRegex(const std::string& pattern, std::string_view flags) : pattern_(pattern) {
  uint32_t options = PCRE2_UTF | PCRE2_ALT_BSUX | PCRE2_MATCH_UNSET_BACKREF | PCRE2_ALLOW_EMPTY_CLASS |
                     PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
  for (const char flag : flags) options |= option_of(flag, pattern);
  all_ = flags.find('g') != std::string_view::npos;
  int error = 0;
  PCRE2_SIZE at = 0;
  const auto source = pcre_source(pattern);
  auto* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(source.data()), source.size(), options, &error, &at,
                             nullptr);
  if (code == nullptr) throw Error("the pattern {} is wrong at {}: {}", pattern, at + 1, error_text(error));
  code_ = std::shared_ptr<const void>(code, [code](const void*) { pcre2_code_free(code); });
}

bool JsRegex::is_valid(const std::string& pattern) {
  try {
    static_cast<void>(JsRegex(pattern));
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::optional<std::vector<std::optional<std::string>>> JsRegex::match(std::string_view text) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const MatchData data(pcre2_match_data_create_from_pattern(code, nullptr));
  const MatchContext context(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(context.get(), kMostSteps);
  std::vector<std::optional<std::string>> found;
  for (size_t from = 0; from <= text.size();) {
    const int count = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from, 0,
                                  data.get(), context.get());
    if (count == PCRE2_ERROR_NOMATCH) break;
    if (count < 0) throw Error("match the pattern {}: {}", pattern_, error_text(count));
    const auto* places = pcre2_get_ovector_pointer(data.get());
    found.push_back(group(text, places, 0));
    if (!all_) {
      const auto groups = pcre2_get_ovector_count(data.get());
      for (uint32_t i = 1; i < groups; ++i) found.push_back(group(text, places, i));
      break;
    }
    from = places[1] > from ? places[1] : from + 1;
  }
  if (found.empty()) return {};
  return found;
}

}  // namespace runner
