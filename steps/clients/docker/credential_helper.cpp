#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/docker/config.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/process.hpp"

namespace runner {
namespace {

std::optional<Credentials> parse_answer(const std::string& text) {
  const auto answer = read_json(text);
  if (!answer.is_object()) return std::nullopt;
  const auto username = answer.value("Username", ""), secret = answer.value("Secret", "");
  if (secret.empty()) return std::nullopt;
  if (username == "<token>") return Credentials{"", "", secret};
  return Credentials{username, secret, ""};
}

}  // namespace

CredentialHelper credential_helper(DockerUser user) {
  return [user = std::move(user)](const std::string& helper,
                                  const std::string& key) -> std::optional<Credentials> {
    const auto name = "docker-credential-" + helper;
    if (name.find('/') != std::string::npos) throw Error("ask {}: it is not the name of a program", name);
    const auto program = find_program(name, path_of(user.env), user.workspace);
    if (!program) {
      throw Error(
          "ask {} for the login of {}: the program is not on PATH; docker's configuration in {} names it",
          name, key, docker_config_folder(user).string());
    }
    Command command{{*program, "get"}, user.env, user.workspace, key};
    command.env["HOME"] = user.user_home.string();  // where the user's keychain is
    const auto done = capture(command, user.stop);
    return done.code == 0 ? parse_answer(done.out) : std::nullopt;  // not zero: it has none
  };
}

}  // namespace runner
