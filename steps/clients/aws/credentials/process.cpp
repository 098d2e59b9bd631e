// credential_process: a program of the user's choice prints credentials as JSON.
#include "steps/system/process.hpp"

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/clients/aws/credentials/credentials.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws {
namespace {

ConfigurationError process_failed(std::string_view why) {
  return {255, fmt::format("Error when retrieving credentials from custom-process: {}", why)};
}

std::string output_of(const Chain& chain, const std::string& line) {
  const auto words = shell_words(line);
  if (words.empty()) throw Error("it is empty");
  const auto folder = std::filesystem::current_path();
  const auto program = find_program(words[0], env_value(chain.world.env, "PATH"), folder);
  if (!program) throw Error("{} is not on PATH", words[0]);
  Command command{.argv = words, .env = chain.world.env, .cwd = folder};
  command.argv[0] = *program;
  auto done = capture(command, chain.world.stop);
  if (done.code != 0) {
    const auto told = trim(done.err);
    throw Error("{}",
                told.empty() ? fmt::format("{} ended with {}", words[0], done.code) : std::string(told));
  }
  return std::move(done.out);
}

}  // namespace

std::optional<Credentials> process_credentials(const Chain& chain) {
  const auto line = chain.setting("credential_process");
  if (line.empty()) return std::nullopt;
  std::string out;
  try {
    out = output_of(chain, line);
  } catch (const Error& error) {
    throw process_failed(error.what());
  }
  // what was printed is never told: it may be a secret
  const auto answer = read_ordered_json(out);
  if (!answer.is_object()) throw process_failed("it did not print a JSON object");
  const auto version = answer.find("Version");
  if (version == answer.end() || *version != 1) {
    throw process_failed(
        fmt::format("Unsupported version '{}' for credential process provider, supported versions: 1",
                    version == answer.end() ? "<Version key not provided>" : version->dump()));
  }
  return read_credentials(answer, {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"},
                          "credential_process of profile " + chain.profile);
}

}  // namespace runner::aws
