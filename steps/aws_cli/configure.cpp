// aws configure set, get, list, list-profiles: the files of ~/.aws, as the CLI writes and shows them.
#include <filesystem>

#include "parser/base/text.hpp"
#include "steps/aws_cli/config_writer.hpp"
#include "steps/aws_cli/custom_commands.hpp"
#include "steps/clients/aws/config_file.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner::aws {
namespace {

namespace fs = std::filesystem;

bool is_secret(std::string_view name) {
  return name == "aws_access_key_id" || name == "aws_secret_access_key" || name == "aws_session_token";
}

// The words of a command without options, exactly these many.
std::vector<std::string> read_words(const CommandLine& line, const std::vector<std::string>& names) {
  const auto words = line.read({}).words;
  std::string missing;
  for (size_t i = words.size(); i < names.size(); ++i) missing += (missing.empty() ? "" : ", ") + names[i];
  if (!missing.empty()) throw UsageError252("aws: error: the following arguments are required: " + missing);
  if (words.size() > names.size()) throw UsageError252("Unknown options: " + words[names.size()]);
  return words;
}

std::string named_profile(const CommandLine& line) {
  if (!line.globals.session.profile.empty()) return line.globals.session.profile;
  const auto variable = env_value(line.terminal.env, "AWS_PROFILE");
  return variable.empty() ? env_value(line.terminal.env, "AWS_DEFAULT_PROFILE") : variable;
}

// "region", "s3.addressing_style", "default.region", "profile.dev.s3.addressing_style"
struct Place {
  std::string profile, name, nested{};
};
Place read_place(const CommandLine& line, const std::string& text, const Configuration* known) {
  const auto parts = split(text, '.');
  auto profile = named_profile(line);
  if (profile.empty()) profile = "default";
  size_t at = 0;
  if (parts.size() > 2 && parts[0] == "profile") {
    profile = parts[1];
    at = 2;
  } else if (parts.size() > 1 && (parts[0] == "default" ||
                                  (known != nullptr && known->profiles.count(std::string(parts[0])) != 0))) {
    profile = parts[0];
    at = 1;
  }
  if (parts.size() - at > 2)
    throw Error("read \"{}\": more parts than [profile.NAME.]name[.nested] has", text);
  return {profile, std::string(parts[at]), parts.size() > at + 1 ? std::string(parts[at + 1]) : ""};
}

std::string section_of(const std::string& profile) {
  if (profile == "default") return profile;
  const bool blanks = profile.find_first_of(" \t") != profile.npos;
  if (!blanks) return "profile " + profile;
  return fmt::format("profile '{}'", replace_all(profile, "'", "'\"'\"'"));
}

void write_value(fs::path file, const ConfigValue& value) {
  std::error_code error;
  if (fs::is_symlink(file, error)) file = fs::weakly_canonical(file);  // the link stays
  make_private_folder(file.parent_path());
  const auto text = fs::exists(file, error) ? read_file(file) : "";
  replace_private_file(file, with_config_value(text, value));
}

Configuration configuration_of(const CommandLine& line) {
  return read_configuration(config_path(line.terminal.env), credentials_path(line.terminal.env));
}

// One row of `configure list`.
struct Shown {
  std::string value = "<not set>", type = "None", location = "None";
};
std::string row(std::string_view name, const Shown& shown) {
  return fmt::format("{:>10} {:>24} {:>16}    {}\n", name, shown.value, shown.type, shown.location);
}

std::string masked(const std::string& secret) {
  return std::string(16, '*') + secret.substr(secret.size() - std::min<size_t>(4, secret.size()));
}

Shown shown_profile(const CommandLine& line) {
  const auto profile = named_profile(line);
  if (profile.empty()) return {};
  if (!line.globals.session.profile.empty()) return {profile, "manual", "--profile"};
  return {profile, "env", "['AWS_PROFILE', 'AWS_DEFAULT_PROFILE']"};
}

Shown shown_region(const CommandLine& line, const Session& session) {
  for (const auto* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const auto value = env_value(line.terminal.env, name);
    if (!value.empty()) return {value, "env", "['AWS_REGION', 'AWS_DEFAULT_REGION']"};
  }
  const auto region = session.setting("region");
  if (region.empty()) return {};
  const auto file = env_value(line.terminal.env, "AWS_CONFIG_FILE");
  return {region, "config-file", file.empty() ? "~/.aws/config" : file};
}

std::string source_type(const Credentials& credentials) {
  if (credentials.source == "environment") return "env";
  const auto blank = credentials.source.find(' ');
  return credentials.source.substr(0, blank);
}

}  // namespace

int configure_set(CommandLine& line) {
  const auto words = read_words(line, {"varname", "value"});
  const auto place = read_place(line, words[0], nullptr);
  const auto& env = line.terminal.env;
  if (is_secret(place.name))
    write_value(credentials_path(env), {place.profile, place.name, words[1], place.nested});
  else
    write_value(config_path(env), {section_of(place.profile), place.name, words[1], place.nested});
  return 0;
}

int configure_get(CommandLine& line) {
  const auto words = read_words(line, {"varname"});
  const auto configuration = configuration_of(line);
  const bool dotted = words[0].find('.') != std::string::npos;
  const auto place = read_place(line, words[0], &configuration);
  const auto settings = configuration.profiles.find(place.profile);
  if (settings == configuration.profiles.end()) {
    if (dotted || named_profile(line).empty()) return 1;
    throw ConfigurationError(255, fmt::format("The config profile ({}) could not be found", place.profile));
  }
  const auto name = place.nested.empty() ? place.name : place.name + "." + place.nested;
  const auto block = settings->second.lower_bound(name + ".");
  if (block != settings->second.end() && block->first.rfind(name + ".", 0) == 0) {
    line.terminal.err(
        fmt::format("varname ({}) must reference a value, not a section or sub-section.", words[0]));
    return 1;
  }
  const auto found = settings->second.find(name);
  if (found == settings->second.end()) return 1;
  line.terminal.out(found->second + "\n");
  return 0;
}

int configure_list(CommandLine& line) {
  read_words(line, {});
  Session session(line.globals.session, line.world());
  auto& out = line.terminal.out;
  out(row("Name", {"Value", "Type", "Location"}));
  out(row("----", {"-----", "----", "--------"}));
  out(row("profile", shown_profile(line)));
  Shown key, secret;
  try {
    const auto credentials = session.credentials();
    if (credentials) {
      const auto type = source_type(*credentials);
      key = {masked(credentials->access_key_id), type, ""};
      secret = {masked(credentials->secret_access_key), type, ""};
    }
  } catch (const ConfigurationError& error) {
    if (error.status() != 253) throw;  // 253: there are none, which is what the row says
  }
  out(row("access_key", key));
  out(row("secret_key", secret));
  out(row("region", shown_region(line, session)));
  return 0;
}

int configure_list_profiles(CommandLine& line) {
  read_words(line, {});
  for (const auto& [name, settings] : configuration_of(line).profiles) line.terminal.out(name + "\n");
  return 0;
}

}  // namespace runner::aws
