#include "steps/builtin/toolchain/npmrc.hpp"

#include "parser/base/text.hpp"

namespace runner {

std::string npmrc_with(std::string_view before, NpmRegistry registry) {
  if (!registry.url.ends_with('/')) registry.url += '/';
  auto scope = lower(registry.scope);
  if (!scope.empty()) scope = (scope.starts_with('@') ? "" : "@") + scope + ":";
  std::string text;
  for (const auto line : split_lines(before)) {
    if (lower(line).starts_with(scope + "registry")) continue;
    text.append(line).append("\n");
  }
  const auto slashes = registry.url.find("//");
  text += (slashes == std::string::npos ? registry.url : registry.url.substr(slashes)) +
          ":_authToken=${NODE_AUTH_TOKEN}\n";
  text += scope + "registry=" + registry.url;
  if (!registry.always_auth.empty()) text += "\nalways-auth=" + registry.always_auth;
  return text + "\n";
}

}  // namespace runner
