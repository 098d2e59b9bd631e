#include "steps/aws_cli/options.hpp"

#include <algorithm>
#include <charconv>

#include "steps/aws_cli/close_matches.hpp"

namespace runner::aws {
namespace {

using Takes = OptionSpec::Takes;

constexpr std::string_view kUsage =
    "usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n"
    "To see help text, you can run:\n"
    "\n"
    "  aws help\n"
    "  aws <command> help\n"
    "  aws <command> <subcommand> help\n";

[[noreturn]] void refuse(std::string_view what) { throw UsageError252(fmt::format("aws: error: {}", what)); }

bool negative_number(std::string_view text) {  // "-1", "-.5", "-1.5"
  const auto digits = [](std::string_view part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  text.remove_prefix(1);
  const auto dot = text.find('.');
  if (dot == text.npos) return !text.empty() && digits(text);
  return dot + 1 < text.size() && digits(text.substr(0, dot)) && digits(text.substr(dot + 1));
}

// One pass over the words with one table, as one of the CLI's parsers makes it.
class Pass {
 public:
  struct Left {  // not of this table
    std::string text;
    bool is_option = false;
  };
  Pass(const std::vector<std::string>& args, const std::vector<OptionSpec>& specs)
      : args_(args), specs_(specs) {
    while (at_ < args_.size()) {
      if (args_[at_] == "--")
        leave_the_rest();
      else
        take_one();
    }
  }
  std::vector<GivenOption> options;
  std::vector<Left> left;

 private:
  struct Reading {  // how a word that may be an option is understood
    bool is_option = false;
    const OptionSpec* spec = nullptr;
    std::optional<std::string> value{};  // after '='
  };

  Reading read(const std::string& word) const {
    if (word.size() < 2 || word[0] != '-') return {};
    const bool is_long = word[1] == '-';
    const auto equals = word.find('=');
    const auto name = is_long ? word.substr(2, equals == word.npos ? equals : equals - 2) : std::string();
    std::optional<std::string> value;
    if (equals != word.npos) value = word.substr(equals + 1);
    if (is_long) {
      if (const auto* spec = find(word, name)) return {true, spec, std::move(value)};
    }
    if (negative_number(word) || word.find(' ') != word.npos) return {};
    return {.is_option = true};
  }

  const OptionSpec* find(const std::string& word, std::string_view name) const {
    std::vector<const OptionSpec*> matches;
    for (const auto& spec : specs_) {
      if (spec.name == name) return &spec;
      if (spec.name.compare(0, name.size(), name) == 0) matches.push_back(&spec);
    }
    if (matches.size() < 2) return matches.empty() ? nullptr : matches.front();
    std::string names;
    for (const auto* match : matches) names += (names.empty() ? "--" : ", --") + match->name;
    refuse(fmt::format("ambiguous option: {} could match {}", word, names));
  }

  bool is_value(size_t at) const {
    return at < args_.size() && args_[at] != "--" && !read(args_[at]).is_option;
  }

  void take_one() {
    auto reading = read(args_[at_]);
    if (reading.spec == nullptr) {
      left.push_back({args_[at_++], reading.is_option});
      return;
    }
    ++at_;
    GivenOption given{reading.spec->name, {}};
    take_values(*reading.spec, std::move(reading.value), given.values);
    check_choices(*reading.spec, given.values);
    options.push_back(std::move(given));
  }

  void take_values(const OptionSpec& spec, std::optional<std::string> explicit_value,
                   std::vector<std::string>& values) {
    if (explicit_value) {
      if (spec.takes == Takes::nothing)
        refuse(fmt::format("argument --{}: ignored explicit argument '{}'", spec.name, *explicit_value));
      values.push_back(std::move(*explicit_value));
      return;
    }
    if (spec.takes == Takes::nothing) return;
    if (spec.takes == Takes::one && !is_value(at_))
      refuse(fmt::format("argument --{}: expected one argument", spec.name));
    const bool many = spec.takes == Takes::many;
    while (is_value(at_) && (many || values.empty())) values.push_back(args_[at_++]);
  }

  static void check_choices(const OptionSpec& spec, const std::vector<std::string>& values) {
    if (spec.choices.empty()) return;
    for (const auto& value : values)
      if (std::find(spec.choices.begin(), spec.choices.end(), value) == spec.choices.end())
        refuse_choice("--" + spec.name, value, spec.choices);
  }

  void leave_the_rest() {
    for (; at_ < args_.size(); ++at_) left.push_back({args_[at_], false});
  }

  const std::vector<std::string>& args_;
  const std::vector<OptionSpec>& specs_;
  size_t at_ = 0;
};

std::chrono::milliseconds seconds_of(const Arguments& arguments, std::string_view name,
                                     std::chrono::milliseconds fallback) {
  if (!arguments.has(name)) return fallback;
  const auto text = arguments.value(name);
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0)
    refuse(fmt::format("argument --{}: invalid int value: '{}'", name, text));
  return std::chrono::seconds(seconds);
}

std::string variable(const Environment& env, const char* name, std::string fallback) {
  const auto found = env.find(name);
  return found == env.end() || found->second.empty() ? std::move(fallback) : found->second;
}

}  // namespace

void refuse_value(std::string text) {
  UsageError252 error(std::move(text));
  error.with_usage = false;
  throw error;
}

void refuse_choice(std::string_view argument, std::string_view value,
                   const std::vector<std::string>& choices) {
  std::string text = fmt::format("argument {}: Invalid choice, valid choices are:\n", argument);
  for (size_t i = 0; i < choices.size(); ++i)
    text += fmt::format("{}{:<40}", i % 2 == 0 ? "\n" : " | ", choices[i]);
  const auto near = close_matches(value, choices);
  if (!near.empty()) text += fmt::format("\n\n\nInvalid choice: '{}', maybe you meant:\n", value);
  for (const auto& name : near) text += "\n  * " + name;
  refuse(text);
}

bool Arguments::has(std::string_view name) const {
  return std::any_of(options.begin(), options.end(), [&](const auto& option) { return option.name == name; });
}

std::vector<std::string> Arguments::values(std::string_view name) const {
  const auto last =
      std::find_if(options.rbegin(), options.rend(), [&](const auto& option) { return option.name == name; });
  return last == options.rend() ? std::vector<std::string>() : last->values;
}

std::string Arguments::value(std::string_view name, std::string_view fallback) const {
  const auto all = values(name);
  return all.empty() ? std::string(fallback) : all.front();
}

Arguments read_globals(const std::vector<std::string>& args) {
  Pass pass(args, global_option_specs());
  Arguments arguments{.words = {}, .options = std::move(pass.options)};
  for (auto& left : pass.left) arguments.words.push_back(std::move(left.text));
  return arguments;
}

Arguments read_arguments(const std::vector<std::string>& args, const std::vector<OptionSpec>& specs) {
  auto arguments = read_globals(args);
  const auto own = std::exchange(arguments.words, {});
  Pass pass(own, specs);
  std::string unknown;
  bool after_dashes = false;
  for (auto& left : pass.left) {
    if (left.text == "--" && !std::exchange(after_dashes, true)) continue;
    if (left.is_option)
      unknown += (unknown.empty() ? "" : ", ") + left.text;
    else
      arguments.words.push_back(std::move(left.text));
  }
  if (!unknown.empty()) throw UsageError252("Unknown options: " + unknown, true);
  std::move(pass.options.begin(), pass.options.end(), std::back_inserter(arguments.options));
  return arguments;
}

std::string usage_text(const UsageError252& error) {
  if (!error.with_usage) return fmt::format("\n{}\n", error.what());
  return fmt::format("\n{}\n{}\n\n", kUsage, error.what());
}

const std::vector<OptionSpec>& global_option_specs() {
  static const std::vector<OptionSpec> specs = {
      {.name = "debug", .takes = Takes::nothing},
      {.name = "endpoint-url"},
      {.name = "no-verify-ssl", .takes = Takes::nothing},
      {.name = "no-paginate", .takes = Takes::nothing},
      {.name = "output", .choices = {"json", "text", "table", "yaml", "yaml-stream", "off"}},
      {.name = "query"},
      {.name = "profile"},
      {.name = "region"},
      {.name = "version", .takes = Takes::nothing},
      {.name = "color", .choices = {"on", "off", "auto"}},
      {.name = "no-sign-request", .takes = Takes::nothing},
      {.name = "ca-bundle"},
      {.name = "cli-read-timeout"},
      {.name = "cli-connect-timeout"},
      {.name = "cli-binary-format", .choices = {"base64", "raw-in-base64-out"}},
      {.name = "cli-error-format", .choices = {"legacy", "json", "yaml", "text", "table", "enhanced"}},
      {.name = "no-cli-pager", .takes = Takes::nothing},
      {.name = "cli-auto-prompt", .takes = Takes::nothing},
      {.name = "no-cli-auto-prompt", .takes = Takes::nothing},
  };
  return specs;
}

Globals globals_of(const Arguments& arguments, const Environment& env) {
  Globals globals;
  auto& session = globals.session;
  session.profile = arguments.value("profile");
  session.region = arguments.value("region");
  session.endpoint_url = arguments.value("endpoint-url");
  if (arguments.has("endpoint-url") && session.endpoint_url.find("://") == std::string::npos)
    refuse_value(
        fmt::format("Bad value for --endpoint-url \"{}\": scheme is missing.  Must be of the form "
                    "http://<hostname>/ or https://<hostname>/",
                    session.endpoint_url));
  session.ca_bundle = arguments.value("ca-bundle");
  session.sign = !arguments.has("no-sign-request");
  session.verify_tls = !arguments.has("no-verify-ssl");
  session.connect_timeout = seconds_of(arguments, "cli-connect-timeout", session.connect_timeout);
  session.read_timeout = seconds_of(arguments, "cli-read-timeout", session.read_timeout);
  globals.output = arguments.value("output", variable(env, "AWS_DEFAULT_OUTPUT", globals.output));
  globals.query = arguments.value("query");
  globals.paginate = !arguments.has("no-paginate");
  globals.binary_format = arguments.value("cli-binary-format", globals.binary_format);
  return globals;
}

}  // namespace runner::aws
