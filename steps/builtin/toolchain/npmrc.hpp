// steps/builtin/toolchain/npmrc.hpp -- the .npmrc that setup-node writes for a registry: it names the
// variable with the token, never the token.
#pragma once
#include <string>
#include <string_view>

namespace runner {

struct NpmRegistry {
  std::string url, scope;     // scope with or without @, may be empty
  std::string always_auth{};  // "" when the version of the action writes none
};

// `before` is the file as it was: lines that set the same registry go.
std::string npmrc_with(std::string_view before, NpmRegistry registry);

}  // namespace runner
