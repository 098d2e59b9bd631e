// tests/support/text.hpp -- what tests ask of texts.
#pragma once
#include <string_view>

namespace runner::test {

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace runner::test
