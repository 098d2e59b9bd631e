#include "steps/aws_cli/custom_commands.hpp"

#include <algorithm>
#include <iterator>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"

namespace runner::aws {
namespace {

constexpr CustomCommand kCommands[] = {
    {"ecr", "get-login-password", ecr_login_password},
    {"ecr-public", "get-login-password", ecr_public_login_password},
    {"configure", "set", configure_set},
    {"configure", "get", configure_get},
    {"configure", "list", configure_list},
    {"configure", "list-profiles", configure_list_profiles},
};

// The token is base64 of "AWS:password"; docker login wants the password.
int print_password(CommandLine& line, const std::string& token) {
  const auto pair = base64_decode(token);
  const auto colon = pair ? pair->find(':') : std::string::npos;
  if (colon == std::string::npos)
    throw Error("read the registry's login: its token is not base64 of a user, a colon and a password");
  line.terminal.out(pair->substr(colon + 1) + "\n");
  return 0;
}

Json authorization(CommandLine& line, std::string_view service) {
  const auto arguments = line.read({});
  if (!arguments.words.empty()) throw UsageError252("Unknown options: " + arguments.words.front());
  Session session(line.globals.session, line.world());
  return Client(session, service)
      .call("GetAuthorizationToken", Json::object())
      .value("authorizationData", Json());
}

}  // namespace

int ecr_login_password(CommandLine& line) {
  const auto data = authorization(line, "ecr");
  if (!data.is_array() || data.empty())
    throw Error("ask ECR for a login: the answer has no authorizationData");
  return print_password(line, data.front().value("authorizationToken", ""));
}

int ecr_public_login_password(CommandLine& line) {
  const auto data = authorization(line, "ecr-public");
  if (!data.is_object()) throw Error("ask ECR Public for a login: the answer has no authorizationData");
  return print_password(line, data.value("authorizationToken", ""));
}

std::vector<std::string> custom_command_names() {
  std::vector<std::string> names;
  for (const auto& row : kCommands) names.push_back(fmt::format("{} {}", row.service, row.command));
  return names;
}

const CustomCommand* find_custom_command(std::string_view service, std::string_view command) {
  const auto* found = std::find_if(std::begin(kCommands), std::end(kCommands), [&](const CustomCommand& row) {
    return row.service == service && row.command == command;
  });
  return found == std::end(kCommands) ? nullptr : found;
}

}  // namespace runner::aws
