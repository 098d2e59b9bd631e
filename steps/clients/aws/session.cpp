#include "steps/clients/aws/session.hpp"

#include <atomic>
#include <charconv>
#include <mutex>

#include "parser/base/text.hpp"
#include "steps/clients/aws/config_file.hpp"
#include "steps/clients/aws/credentials/credentials.hpp"
#include "steps/clients/aws/session_paths.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws {
namespace {

using namespace std::chrono_literals;

// As the SDKs do: from the first on a new set is asked for, from the second on the old one is not used.
constexpr auto kRenewBefore = 15min, kNeverWithin = 10min;

std::string first_of(const Environment& env, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (auto value = env_value(env, name); !value.empty()) return value;
  }
  return {};
}

std::string without_last_slash(std::string url) {
  if (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

struct Session::State {
  State(Options given, World around) : options(std::move(given)), world(std::move(around)) {}

  Options options;
  World world;
  std::string profile;
  bool profile_is_named = false;
  std::once_flag configured{};
  Configuration configuration{};
  std::mutex mutex{};  // one thread looks for credentials, the others wait for what it finds
  std::optional<Credentials> credentials{};
  std::atomic<std::chrono::seconds::rep> clock_offset = 0;

  const Configuration& files() {
    std::call_once(configured, [this] {
      configuration = read_configuration(config_path(world.env), credentials_path(world.env));
    });
    if (profile_is_named && !configuration.profiles.contains(profile)) {
      std::vector<std::string> names;
      for (const auto& [name, settings] : configuration.profiles) names.push_back(name);
      throw ConfigurationError(255, fmt::format("The config profile ({}) could not be found{}", profile,
                                                did_you_mean(profile, names)));
    }
    return configuration;
  }

  std::string of_profile(std::string_view name) {
    const auto& profiles = files().profiles;
    const auto at = profiles.find(profile);
    return at == profiles.end() ? "" : setting_of(at->second, name);
  }

  // How long the credentials at hand last from now on; static ones forever.
  Time::duration left() const {
    return credentials->expires ? *credentials->expires - world.now() : Time::duration::max();
  }
};

Session::Session(Options options, World world)
    : state_(std::make_unique<State>(std::move(options), std::move(world))) {
  const auto& env = state_->world.env;
  auto named = state_->options.profile;
  if (named.empty()) named = first_of(env, {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
  state_->profile_is_named = !named.empty();
  state_->profile = named.empty() ? "default" : named;
}

Session::~Session() = default;

const std::string& Session::profile() const { return state_->profile; }
const Options& Session::options() const { return state_->options; }
const World& Session::world() const { return state_->world; }

std::string Session::setting(std::string_view name) const { return state_->of_profile(name); }

std::string Session::region() const {
  if (!state_->options.region.empty()) return state_->options.region;
  const auto region = first_of(state_->world.env, {"AWS_REGION", "AWS_DEFAULT_REGION"});
  return region.empty() ? setting("region") : region;
}

std::string Session::configured_endpoint(std::string_view endpoint_key) const {
  const auto& env = state_->world.env;
  if (!state_->options.endpoint_url.empty()) return without_last_slash(state_->options.endpoint_url);
  const auto ignore = first_of(env, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"});
  if (equal_ignoring_case(ignore.empty() ? setting("ignore_configured_endpoint_urls") : ignore, "true"))
    return {};
  const auto variable = "AWS_ENDPOINT_URL_" + std::string(endpoint_key);
  auto url = first_of(env, {variable.c_str(), "AWS_ENDPOINT_URL"});
  if (const auto services = url.empty() ? setting("services") : ""; !services.empty()) {
    const auto at = state_->files().services.find(services);
    if (at != state_->files().services.end())
      url = setting_of(at->second, lower(endpoint_key) + ".endpoint_url");
  }
  return without_last_slash(url.empty() ? setting("endpoint_url") : url);
}

std::optional<Credentials> Session::credentials() {
  auto& state = *state_;
  if (!state.options.sign) return std::nullopt;
  if (state.options.credentials) return state.options.credentials;
  const std::lock_guard lock(state.mutex);
  if (state.credentials && state.left() > kRenewBefore) return state.credentials;
  try {
    state.credentials = find_credentials({.configuration = state.files(),
                                          .profile = state.profile,
                                          .profile_is_option = !state.options.profile.empty(),
                                          .region = region(),
                                          .options = state.options,
                                          .world = state.world});
  } catch (const Error&) {
    if (!state.credentials || state.left() <= kNeverWithin) throw;
  }
  return state.credentials;
}

Time Session::signing_time() const {
  return state_->world.now() + std::chrono::seconds(state_->clock_offset.load());
}
void Session::set_clock_offset(std::chrono::seconds offset) { state_->clock_offset = offset.count(); }

int Session::max_attempts() const {
  const auto variable = first_of(state_->world.env, {"AWS_MAX_ATTEMPTS"});
  const auto text = variable.empty() ? setting("max_attempts") : variable;
  if (text.empty()) return 3;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number >= 1) return number;
  throw ConfigurationError(255,
                           fmt::format("max_attempts is \"{}\": expected a whole number from 1 on", text));
}

std::string Session::ca_bundle() const {
  if (!state_->options.ca_bundle.empty()) return state_->options.ca_bundle;
  const auto file = first_of(state_->world.env, {"AWS_CA_BUNDLE"});
  return file.empty() ? setting("ca_bundle") : file;
}

}  // namespace runner::aws
