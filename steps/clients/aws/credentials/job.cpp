#include "steps/clients/aws/credentials/job.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/text.hpp"
#include "steps/clients/aws/step_session.hpp"
#include "steps/clients/aws/wire/retry.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner::aws {
namespace {

namespace fs = std::filesystem;

// An answer that says no says so the second time, too; a role made a moment ago is the exception.
bool worth_another_try(const std::exception& error) {
  const auto* refused = dynamic_cast<const ServiceError*>(&error);
  if (refused == nullptr) return dynamic_cast<const ConfigurationError*>(&error) == nullptr;
  return refused->status() == 0 || refused->status() >= 500 || refused->status() == 429 ||
         refused->code() == "IDPCommunicationError";
}

class Provider {
 public:
  Provider(StepSite& site, const CredentialInputs& inputs)
      : site_(site), world_(world_of(site)), in_(inputs) {}

  JobCredentials provide() {
    switch (way_of(in_, site_.env())) {
      case CredentialWay::keys:
        return from_keys();
      case CredentialWay::keys_and_role:
        return from_role(keys(), "Assuming role with user credentials", "the access key");
      case CredentialWay::oidc:
        return from_token();
      case CredentialWay::token_file:
        return from_token_file();
      case CredentialWay::surroundings:
        return from_surroundings();
      case CredentialWay::stand_in:
        return from_profile();
    }
    return {};
  }

 private:
  Options options(std::optional<Credentials> credentials) const {
    Options result;
    result.region = in_.region;
    result.endpoint_url = in_.sts_endpoint;
    result.credentials = std::move(credentials);
    return result;
  }

  template <class Try>
  auto retried(const Try& attempt) {
    static thread_local std::minstd_rand random{std::random_device{}()};
    for (int tried = 1;; ++tried) {
      try {
        return attempt();
      } catch (const std::exception& error) {
        if (tried >= in_.attempts || world_.stop.stop_requested() || !worth_another_try(error)) throw;
        const double most = 50 * std::pow(2.0, tried - 1);
        const std::chrono::milliseconds delay(
            static_cast<int>(std::uniform_real_distribution<>(0, most)(random)));
        site_.log(fmt::format("Attempt {} of {} failed: {}. Trying again in {} ms.", tried, in_.attempts,
                              error.what(), delay.count()));
        wait(world_, delay);
      }
    }
  }

  Credentials keys() const {
    return {in_.access_key_id, in_.secret_access_key, in_.session_token, std::nullopt, "the step's inputs"};
  }

  void mask(const Credentials& credentials) {
    for (const auto& secret :
         {credentials.access_key_id, credentials.secret_access_key, credentials.session_token}) {
      if (!secret.empty()) site_.add_mask(secret);
    }
  }

  void leave(const Credentials& credentials, const std::string& expiration = {}) {
    mask(credentials);
    if (in_.export_them) {
      const bool had_token = !env_value(site_.env(), "AWS_SESSION_TOKEN").empty();
      site_.set_env("AWS_ACCESS_KEY_ID", credentials.access_key_id);
      site_.set_env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key);
      if (had_token || !credentials.session_token.empty())
        site_.set_env("AWS_SESSION_TOKEN", credentials.session_token);
    }
    if (!in_.output_them) return;
    site_.set_output("aws-access-key-id", credentials.access_key_id);
    site_.set_output("aws-secret-access-key", credentials.secret_access_key);
    if (!credentials.session_token.empty()) site_.set_output("aws-session-token", credentials.session_token);
    if (!expiration.empty()) site_.set_output("aws-expiration", as_javascript_date(expiration));
  }

  // The original gives a Date out, and that as JSON: with quotes around it, and milliseconds. STS tells whole
  // seconds, in UTC.
  static std::string as_javascript_date(std::string_view time) {
    return fmt::format("\"{}.000Z\"", time.substr(0, std::string_view("2026-11-21T15:00:00").size()));
  }

  // From 6.2 on, credentials that are only given out say nothing of their account.
  bool names_account() const { return in_.export_them || !site_.version().at_least(6, 2); }

  void check_account(const Identity& identity) const {
    const auto& allowed = in_.allowed_accounts;
    if (allowed.empty() || std::find(allowed.begin(), allowed.end(), identity.account) != allowed.end())
      return;
    throw InputError(
        fmt::format("The account ID of the provided credentials ({}) does not match any of the expected "
                    "account IDs: {}",
                    identity.account, fmt::join(allowed, ", ")));
  }

  Identity told(Identity identity) {
    check_account(identity);
    if (in_.mask_account) {
      site_.add_mask(identity.account);
      site_.add_mask(identity.arn);
    }
    if (!names_account()) return identity;
    site_.set_output("aws-account-id", identity.account);
    site_.set_output("authenticated-arn", identity.arn);
    return identity;
  }

  Identity identity_of(const Credentials& credentials) {
    Session session(options(credentials), world_);
    return retried([&] { return caller_identity(session); });
  }

  // Keys alone are good without a network too: whoever uses them will tell.
  JobCredentials from_keys() {
    leave(keys());
    write(keys());
    JobCredentials result{{}, "the access key"};
    try {
      Session session(options(keys()), world_);
      result.identity = told(caller_identity(session));
    } catch (const ServiceError&) {
      throw;
    } catch (const ConfigurationError&) {
      throw;
    } catch (const Error& error) {  // no answer
      warn_unasked(error);
    }
    site_.log("Proceeding with IAM user credentials");
    return result;
  }

  void warn_unasked(const std::exception& error) {
    if (!in_.allowed_accounts.empty() || world_.stop.stop_requested()) throw Error("{}", error.what());
    site_.set_output("aws-account-id", "");
    site_.warn(fmt::format("The keys are kept unchecked, and aws-account-id is empty: {}", error.what()));
  }

  JobCredentials taken(const AssumedRole& role, const std::string& source) {
    site_.log("Authenticated as assumedRoleId " + role.id);
    leave(role.credentials, role.expiration);
    write(role.credentials);
    return {told(identity_of(role.credentials)), source};
  }

  JobCredentials from_role(const Credentials& source, std::string_view saying, std::string_view with) {
    mask(source);
    const auto account = identity_of(source).account;
    site_.log(saying);
    Session session(options(source), world_);
    const auto role = retried([&] { return assume_role(session, in_, account, site_); });
    return taken(role, fmt::format("the role {} with {}", in_.role, with));
  }

  JobCredentials with_token(const std::string& token, const std::string& source) {
    site_.add_mask(token);
    auto unsigned_options = options(std::nullopt);
    unsigned_options.sign = false;
    Session session(std::move(unsigned_options), world_);
    return taken(retried([&] { return assume_role_with_token(session, in_, token); }), source);
  }

  JobCredentials from_token() {
    const auto token = retried([&] { return job_token(world_.http, world_.env, in_.audience, world_.stop); });
    site_.log("Assuming role with OIDC");
    return with_token(token, fmt::format("the role {} with the job's token", in_.role));
  }

  JobCredentials from_token_file() {
    const auto file = site_.workspace() / in_.token_file;
    if (!fs::is_regular_file(file))
      throw InputError("Web identity token file does not exist: " + file.string());
    site_.log("Assuming role with web identity token file");
    const auto text = read_file(file);
    return with_token(std::string(trim(text)), fmt::format("the role {} with a token file", in_.role));
  }

  JobCredentials from_surroundings() {
    Session session(options(std::nullopt), world_);
    std::optional<Credentials> found;
    try {
      found = session.credentials();
    } catch (const ConfigurationError& error) {
      throw InputError(
          fmt::format("Credentials could not be loaded, please check your action inputs: {}\n"
                      "Give aws-access-key-id and aws-secret-access-key, or {}",
                      error.what(), stand_in_advice(in_)));
    }
    if (!in_.role.empty())
      return from_role(*found, "Assuming role with user credentials", "the job's credentials");
    site_.log("Proceeding with IAM user credentials");
    mask(*found);
    return {told(identity_of(*found)), "the credentials that were there (" + found->source + ")"};
  }

  // The profile of the user's own files, which the job's private HOME hides, and nothing else of the job's.
  Credentials of_profile() const {
    auto env = site_.env();
    for (const auto* name :
         {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
          "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN",
          "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"}) {
      env.erase(name);
    }
    env["HOME"] = site_.user_home().string();
    auto of_it = options(std::nullopt);
    of_it.profile = in_.stand_in;
    auto world = world_;
    Session session(std::move(of_it), {env, world.http, world.stop, world.now, world.sleep});
    auto found = session.credentials();
    if (!found) throw Error("the profile {} has no credentials", in_.stand_in);
    return *found;
  }

  JobCredentials from_profile() {
    const auto credentials = of_profile();
    mask(credentials);
    const auto identity = identity_of(credentials);
    const auto account = account_of(in_.role);
    if (!account.empty() && account != identity.account) {
      throw InputError(fmt::format(
          "The profile {} is of account {} and the role {} of account {}: it may not stand in for "
          "it. Choose another with --aws-profile {}=NAME",
          in_.stand_in, identity.account, in_.role, account, in_.role));
    }
    const auto role = in_.role.empty() ? std::string("the credentials that are not given") : in_.role;
    site_.warn(fmt::format("The profile {} of this machine (account {}) stands in for {}{}", in_.stand_in,
                           identity.account, role,
                           account.empty() && !in_.role.empty()
                               ? ", whose account cannot be checked: it is given as a bare name"
                               : ""));
    leave(credentials);
    write(credentials);
    return {told(identity), fmt::format("the profile {} of this machine", in_.stand_in)};
  }

  void write(const Credentials& credentials) {
    if (in_.profile_to_write.empty()) return;
    const auto& env = site_.env();
    const auto home = env.find("HOME");
    if (home == env.end()) return;
    write_profile(home->second, in_.profile_to_write, credentials, in_.region, in_.overwrite_profile);
    site_.set_env("AWS_PROFILE", in_.profile_to_write);
  }

  StepSite& site_;
  World world_;
  const CredentialInputs& in_;
};

// The text without the section `header` and its lines; `found` tells whether it was there.
std::string without_section(const std::string& text, const std::string& header, bool& found) {
  std::string kept;
  bool inside = false;
  for (const auto line : split_lines(text)) {
    if (trim(line).starts_with('[')) inside = trim(line) == header;
    found = found || inside;
    if (!inside) kept.append(line).append("\n");
  }
  return kept;
}

void put_section(const fs::path& file, const std::string& header, const std::string& lines, bool overwrite) {
  bool found = false;
  const auto text = without_section(fs::exists(file) ? read_file(file) : "", header, found);
  if (found && !overwrite) {
    throw InputError(
        fmt::format("aws-profile: {} has the section {} already; overwrite-aws-profile: true "
                    "replaces it",
                    file.string(), header));
  }
  replace_private_file(file, text + header + "\n" + lines);
}

}  // namespace

JobCredentials provide_credentials(StepSite& site, const CredentialInputs& inputs) {
  return Provider(site, inputs).provide();
}

void write_profile(const fs::path& home, const std::string& name, const Credentials& credentials,
                   const std::string& region, bool overwrite) {
  make_private_folder(home / ".aws");
  auto lines = fmt::format("aws_access_key_id = {}\naws_secret_access_key = {}\n", credentials.access_key_id,
                           credentials.secret_access_key);
  if (!credentials.session_token.empty())
    lines += fmt::format("aws_session_token = {}\n", credentials.session_token);
  put_section(home / ".aws/credentials", "[" + name + "]", lines, overwrite);
  put_section(home / ".aws/config", name == "default" ? "[default]" : "[profile " + name + "]",
              fmt::format("region = {}\n", region), overwrite);
}

}  // namespace runner::aws
