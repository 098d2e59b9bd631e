// tests/support/text.hpp -- what tests ask of texts, and of exceptions that hold one.
#pragma once
#include <exception>
#include <string>
#include <string_view>

namespace runner::test {

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What the function's exception says, "" when there is none.
template <class Function>
std::string thrown_by(const Function& function) {
  try {
    function();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace runner::test
