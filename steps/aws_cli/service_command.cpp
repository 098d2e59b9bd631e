// aws SERVICE OPERATION and aws SERVICE wait WAITER, by the tables of steps/clients/aws/model.hpp.
#include <algorithm>
#include <charconv>

#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/aws_cli/command.hpp"
#include "steps/aws_cli/customizations.hpp"
#include "steps/aws_cli/output.hpp"
#include "steps/aws_cli/pages.hpp"
#include "steps/system/environment.hpp"

namespace runner::aws {
namespace {

const std::vector<std::string> kPagingOptions = {"starting-token", "page-size", "max-items"};

bool is_paging_option(const std::string& name) {
  return std::find(kPagingOptions.begin(), kPagingOptions.end(), name) != kPagingOptions.end();
}

void require_options(const Service& service, const Operation& operation, const Arguments& arguments) {
  if (operation.input == nullptr || arguments.has("cli-input-json") || arguments.has("cli-input-yaml"))
    return;
  const auto* custom = find_customization(service.name, operation.name);
  std::string missing;
  for (const auto& member : operation.input->members) {
    const auto name = option_name(service.name, member);
    const bool needed = member.required && !member.fills_itself && member.shape->kind != Shape::Kind::boolean;
    if (!needed || arguments.has(name) || (custom != nullptr && custom->replaces == member.name)) continue;
    missing += (missing.empty() ? "--" : ", --") + name;
  }
  if (!missing.empty()) throw UsageError252("aws: error: the following arguments are required: " + missing);
}

// An operation takes options only.
void refuse_words(const Arguments& arguments) {
  if (!arguments.words.empty())
    throw UsageError252(fmt::format("Unknown options: {}", fmt::join(arguments.words, ", ")));
}

long whole_number(const Arguments& arguments, const std::string& name) {
  const auto text = arguments.value(name);
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    throw UsageError252(fmt::format("aws: error: argument --{}: invalid int value: '{}'", name, text));
  return number;
}

PageLimits read_limits(const Arguments& arguments) {
  PageLimits limits;
  if (arguments.has("max-items")) limits.max_items = whole_number(arguments, "max-items");
  if (arguments.has("page-size")) limits.page_size = whole_number(arguments, "page-size");
  limits.starting_token = arguments.value("starting-token");
  return limits;
}

// --no-paginate, or the model's own token or limit given: one call with what was given.
bool paginates(const CommandLine& line, const Operation& operation, const Json& input) {
  const auto& pages = operation.pages;
  return line.globals.paginate && !pages.token_in.empty() && !input.contains(pages.token_in) &&
         (pages.limit.empty() || !input.contains(pages.limit));
}

Arguments without_paging(const Arguments& arguments) {
  auto rest = arguments;
  std::erase_if(rest.options, [](const GivenOption& option) { return is_paging_option(option.name); });
  return rest;
}

Json read_request(const CommandLine& line, const Service& service, const Operation& operation,
                  const Arguments& arguments) {
  const bool paging = !operation.pages.token_in.empty() && line.globals.paginate;
  Json input = Json::object();
  if (operation.input != nullptr)
    input = read_input(service.name, *operation.input, paging ? without_paging(arguments) : arguments,
                       line.sources());
  if (const auto* custom = find_customization(service.name, operation.name))
    custom->apply(arguments, line.sources(), input);
  return input;
}

void refuse_limits_without_pages(const Arguments& arguments, const Operation& operation) {
  std::string used;
  for (const auto& name : kPagingOptions) {
    const bool own = operation.input != nullptr &&
                     std::any_of(operation.input->members.begin(), operation.input->members.end(),
                                 [&](const Member& member) { return kebab_case(member.name) == name; });
    if (arguments.has(name) && !own) used += (used.empty() ? "--" : ", --") + name;
  }
  if (!used.empty()) refuse_value("Cannot specify --no-paginate along with pagination arguments: " + used);
}

// Text is printed page by page, --query applied to each.
void print_pages_as_text(const CommandLine& line, const Session& session, Client& client,
                         const Operation& operation, const Json& input, const PageLimits& limits) {
  const auto token = each_page(client, operation, input, limits,
                               [&](const Json& page) { print_answer(line, session, operation.name, page); });
  if (!token.empty())
    print_answer(line, session, operation.name, Json{{"NextToken", {{"NextToken", token}}}});
}

[[noreturn]] void not_covered(const Service& service, const std::string& command) {
  std::vector<std::string> names;
  for (const auto& operation : service.operations) names.push_back(kebab_case(operation.name));
  throw NotCovered("the command \"{} {}\"{}", service.name, command, did_you_mean(command, names));
}

int run_waiter(CommandLine& line, const Service& service) {
  std::vector<std::string> names;
  for (const auto& waiter : service.waiters) names.push_back(kebab_case(waiter.name));
  if (line.words.empty()) {
    line.terminal.err(
        fmt::format("usage: aws [options] {} wait <subcommand> [parameters]\n"
                    "aws: error: too few arguments\n",
                    service.name));
    return 252;
  }
  const auto name = line.words.front();
  const auto* waiter = service.waiter(name);
  if (waiter == nullptr)
    throw NotCovered("the command \"{} wait {}\"{}", service.name, name, did_you_mean(name, names));
  line.words.erase(line.words.begin());
  const auto& operation = *service.operation(waiter->operation);
  const auto arguments = line.read(service_option_specs(service, operation));
  require_options(service, operation, arguments);
  refuse_words(arguments);
  const auto input = read_request(line, service, operation, arguments);
  Session session(line.globals.session, line.world());
  Client(session, service.name).wait(waiter->name, input);
  return 0;
}

}  // namespace

std::vector<OptionSpec> service_option_specs(const Service& service, const Operation& operation) {
  auto specs = operation.input == nullptr ? std::vector<OptionSpec>()
                                          : parameter_specs(service.name, *operation.input);
  if (const auto* custom = find_customization(service.name, operation.name))
    specs.insert(specs.end(), custom->options.begin(), custom->options.end());
  if (!operation.pages.token_in.empty()) {
    // they stand in front of the model's own of that name
    std::erase_if(specs, [](const OptionSpec& spec) { return is_paging_option(spec.name); });
    for (const auto& name : kPagingOptions)
      if (name != "page-size" || !operation.pages.limit.empty()) specs.push_back({.name = name});
  }
  specs.push_back({.name = "cli-input-json"});
  specs.push_back({.name = "cli-input-yaml"});
  return specs;
}

ServiceCall read_service_call(const CommandLine& line, const Service& service, const std::string& command) {
  const auto* operation = service.operation(command);
  if (operation == nullptr) not_covered(service, command);
  const auto arguments = line.read(service_option_specs(service, *operation));
  require_options(service, *operation, arguments);
  refuse_words(arguments);
  return {operation, read_request(line, service, *operation, arguments)};
}

int run_service_command(CommandLine& line, const Service& service, const std::string& command) {
  if (command == "wait" && !service.waiters.empty()) return run_waiter(line, service);
  const auto call = read_service_call(line, service, command);
  const auto& operation = *call.operation;
  const auto arguments = line.read(service_option_specs(service, operation));
  Session session(line.globals.session, line.world());
  Client client(session, service.name);
  if (!paginates(line, operation, call.input)) {
    if (!operation.pages.token_in.empty()) refuse_limits_without_pages(arguments, operation);
    print_answer(line, session, operation.name, client.call(operation.name, call.input));
    return 0;
  }
  const auto limits = read_limits(arguments);
  if (output_format(line, session) == "text")
    print_pages_as_text(line, session, client, operation, call.input, limits);
  else
    print_answer(line, session, operation.name, joined_pages(client, operation, call.input, limits));
  return 0;
}

std::string output_format(const CommandLine& line, const Session& session) {
  const bool said = line.given.has("output") || !env_value(line.terminal.env, "AWS_DEFAULT_OUTPUT").empty();
  const auto configured = said ? "" : session.setting("output");
  return configured.empty() ? line.globals.output : configured;
}

void print_answer(const CommandLine& line, const Session& session, std::string_view title,
                  const Json& answer) {
  const auto format = output_format(line, session);
  const auto& query = line.globals.query;
  line.terminal.out(formatted(format, query.empty() ? answer : Query(query).search(answer), title));
}

}  // namespace runner::aws
