#include "steps/catalog.hpp"

#include <algorithm>
#include <cctype>

#include "parser/base/text.hpp"

namespace runner {

#define BUILTIN(name) BuiltinAction name();
#include "steps/builtin/catalog.def"
#undef BUILTIN

const std::vector<BuiltinAction>& builtin_actions() {
  static const std::vector<BuiltinAction> actions = [] {
    std::vector<BuiltinAction> all{
#define BUILTIN(name) name(),
#include "steps/builtin/catalog.def"
#undef BUILTIN
    };
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.spec.uses < b.spec.uses; });
    return all;
  }();
  return actions;
}

const BuiltinAction* find_builtin(std::string_view action) {
  for (const auto& candidate : builtin_actions()) {
    if (equal_ignoring_case(candidate.spec.uses, action)) return &candidate;
  }
  return nullptr;
}

namespace {

bool is_commit(std::string_view ref) {
  return ref.size() == 40 &&
         std::all_of(ref.begin(), ref.end(), [](unsigned char c) { return std::isxdigit(c); });
}

// The number at the start of `text` after an optional 'v'; zeros when there is none.
ActionVersion leading_version(std::string_view text) {
  if (text.starts_with('v') || text.starts_with('V')) text.remove_prefix(1);
  ActionVersion version;
  for (int* part : {&version.major, &version.minor, &version.patch}) {
    size_t digits = 0;
    while (digits < text.size() && digits < 6 && std::isdigit(static_cast<unsigned char>(text[digits]))) {
      *part = *part * 10 + (text[digits++] - '0');
    }
    if (digits == 0) break;
    ++version.parts;
    text.remove_prefix(digits);
    if (!text.starts_with('.')) break;
    text.remove_prefix(1);
  }
  return version;
}

}  // namespace

ActionVersion action_version(const Uses& uses) {
  std::string_view text = is_commit(uses.ref) ? std::string_view(uses.comment) : std::string_view(uses.ref);
  text = trim(text);
  if (is_commit(uses.ref)) {  // "tag=v4.2.2", "pin@v4": the number stands last
    const auto at = text.find_last_of("=@ ");
    if (at != std::string_view::npos && leading_version(text).major == 0) text.remove_prefix(at + 1);
  } else if (const auto slash = text.rfind('/'); slash != std::string_view::npos) {
    text.remove_prefix(slash + 1);
  }
  return leading_version(text);
}

}  // namespace runner
