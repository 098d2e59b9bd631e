#include "steps/support/js_regex.hpp"

#include <pcre2.h>

#include "parser/base/error.hpp"
#include "steps/support/handle.hpp"

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
  auto* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options, &error,
                             &at, nullptr);
  if (code == nullptr) throw Error("the pattern {} is wrong at {}: {}", pattern, at + 1, error_text(error));
  code_ = std::shared_ptr<const void>(code, [code](const void*) { pcre2_code_free(code); });
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
