// appleboy/scp-action: copies files to servers, as one tar stream over one login; over SFTP where tar is
// missing.
#include <charconv>
#include <set>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/clients/ssh/copy.hpp"
#include "steps/clients/ssh/inputs.hpp"
#include "steps/clients/ssh/look.hpp"
#include "steps/clients/ssh/requirements.hpp"
#include "steps/step.hpp"

namespace runner {
namespace scp_action {
namespace {

constexpr std::string_view kRule = "===============================================";

std::vector<std::string> items_of(std::string_view list) {
  std::vector<std::string> items;
  for (const auto item : split(list, ',')) {
    if (const auto text = trim(item); !text.empty()) items.emplace_back(text);
  }
  return items;
}

int strip_input(const StepInputs& inputs) {
  const auto text = inputs.input("strip_components");
  if (text.empty()) return 0;
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error == std::errc{} && end == text.data() + text.size() && count >= 0) return count;
  if (!inputs.version().at_least(1)) return 0;  // 0.1.x took "true" for 0
  throw InputError(fmt::format("strip_components: \"{}\" is not a number", text));
}

// Why `rm` must not be let loose on this target; "" when it may.
std::string rm_problem(std::string_view target) {
  auto path = std::filesystem::path(target).lexically_normal().string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  static const std::set<std::string, std::less<>> kForbidden{"",      "/",       ".", "..", "~",
                                                             "$HOME", "${HOME}", "*", "/*", "~/*"};
  const bool user_home = path.starts_with('~') && path.find('/') == std::string::npos;
  if (!user_home && !path.starts_with("../") && kForbidden.count(path) == 0) return "";
  return fmt::format("rm: refused for the target \"{}\": everything in it would be deleted", target);
}

// What is read of the step but the files.
CopyOrder read_order(const StepInputs& host) {
  CopyOrder order;
  order.targets = items_of(host.input("target"));
  if (!host.input("tar_exec").empty()) order.tar = host.input("tar_exec");
  order.rm = is_true(host.input("rm"));
  order.overwrite = is_true(host.input("overwrite"));
  for (const auto& target : order.targets) {
    if (const auto problem = order.rm ? rm_problem(target) : ""; !problem.empty()) throw InputError(problem);
  }
  return order;
}

CopyList read_files(const StepInputs& host, const std::filesystem::path& workspace) {
  return list_copies({.folder = workspace,
                      .sources = items_of(host.input("source")),
                      .follow_symlinks = is_true(host.input("tar_dereference")),
                      .strip_components = strip_input(host)});
}

bool loopback(const SshServer& server) {
  const auto& host = server.address.host;
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

StepResult run(StepHost& host) {
  const auto inputs = read_ssh_inputs(host, host.workspace());
  if (items_of(host.input("source")).empty() || items_of(host.input("target")).empty())
    throw InputError("missing source or target config");
  auto order = read_order(host);
  order.list = read_files(host, host.workspace());
  warn_of_ssh_variables(host);
  for (const auto& text : order.list.warnings) host.warn(text);
  if (order.list.items.empty()) host.log("nothing is left to copy: strip_components takes away every name");
  host.progress(fmt::format("copying {} to {}", size_text(order.list), ssh_destination(host)));

  SshOutput output(host);
  const auto result =
      on_every_server(host, inputs, false, [&](SshConnection& connection, const SshServer& server) {
        const CopyWay way{.prefix = host_prefix(inputs, server),
                          .timeout = inputs.command_timeout,
                          .gzip = !loopback(server)};
        copy_to_server(connection, order, way, output);
      });
  if (result.outcome == Outcome::success) {
    output.line(kRule);
    output.line("✅ Successfully executed transfer data to all host");
    output.line(kRule);
    host.note(fmt::format("{} copied", size_text(order.list)));
  }
  if (is_true(host.input("capture_stdout"))) host.set_output("stdout", output.captured());
  return result;
}

std::vector<std::string> effects(const StepInputs& inputs) {
  std::vector<std::string> lines;
  for (const auto& target : items_of(inputs.input("target"))) {
    lines.push_back(fmt::format("copy {} to {}:{}{}", inputs.input("source"), ssh_destination(inputs), target,
                                is_true(inputs.input("rm")) ? fmt::format(" after rm -rf {}", target) : ""));
  }
  return lines;
}

// The files as they are now: steps before this one may make others.
std::vector<std::string> differences(PlanHost& host) {
  auto lines = effects(host);
  auto order = read_order(host);
  std::erase_if(order.targets, [](const auto& target) { return !known_before_run(target); });
  const auto add = [&](std::vector<std::string> more) {
    for (auto& line : more) lines.push_back(std::move(line));
  };
  const auto source = host.input("source");
  if (!known_before_run(source)) {
    order.list.warnings = {"which files is known only at the run"};
  } else {
    try {
      order.list = read_files(host, host.workspace());
    } catch (const InputError&) {
      order.list.warnings = {fmt::format("{}", NotBeforeRun(source).what())};
    }
  }
  add(order.list.warnings);
  add(look_at_servers(host, [&](SshConnection& connection, const ServerFacts& facts) {
    return copy_differences(connection, facts, order);
  }));
  return lines;
}

std::vector<std::string> problems(const StepInputs& inputs) {
  auto found = ssh_input_problems(inputs);
  const auto strip = inputs.input("strip_components");
  try {
    if (known_before_run(strip)) strip_input(inputs);
  } catch (const InputError& error) {
    found.emplace_back(error.what());
  }
  if (!is_true(inputs.input("rm"))) return found;
  for (const auto& target : items_of(inputs.input("target"))) {
    if (const auto problem = rm_problem(target); known_before_run(target) && !problem.empty())
      found.push_back(problem);
  }
  return found;
}

}  // namespace
}  // namespace scp_action

BuiltinAction scp() {
  using namespace scp_action;
  auto specs = ssh_input_specs();
  for (InputSpec spec : std::vector<InputSpec>{
           {.name = "source",
            .doc = "files and patterns in the workspace, separated by commas; !x leaves x out",
            .fallback = {},
            .required = true},
           {.name = "target",
           .doc = "folders on the server, separated by commas; each gets everything",
           .fallback = {},
           .required = true},
           {.name = "rm", .doc = "delete the target first", .fallback = "false"},
           {.name = "strip_components",
           .doc = "how many leading folders to cut off each name",
           .fallback = "0"},
           {.name = "overwrite",
           .doc = "write into existing files instead of replacing them",
           .fallback = "false"},
           {.name = "tar_dereference", .doc = "copy what symlinks lead to", .fallback = "false"},
           {.name = "tar_tmp_path",
           .doc = "of the original; no temporary archive is needed here",
           .fallback = {}},
           {.name = "tar_exec", .doc = "the tar program on the server", .fallback = "tar"}}) {
    specs.push_back(std::move(spec));
  }
  return {.spec = {.uses = "appleboy/scp-action",
                   .doc = "Copies files to servers over SSH.",
                   .inputs = std::move(specs),
                   .outputs = {{"stdout", "what was printed, with capture_stdout"}},
                   .first_major = 0,
                   .last_major = 1},
          .run = run,
          .effects = effects,
          .differences = differences,
          .problems = problems,
          .requirements = ssh_requirements};
}

}  // namespace runner
