// actions/cache with its /restore and /save: folders kept between runs, by key.
#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/step.hpp"
#include "steps/store/cache/step.hpp"

namespace runner {

namespace cache_action {
namespace {

CacheRequest request_of(const StepInputs& inputs) {
  CacheRequest request{.paths = line_inputs(inputs, "path"), .key = inputs.input("key")};
  if (request.key.empty()) throw InputError("Input required and not supplied: key");
  if (request.paths.empty()) throw InputError("Input required and not supplied: path");
  return request;
}

CacheRequest restore_request(const StepInputs& inputs) {
  auto request = request_of(inputs);
  request.restore_keys = line_inputs(inputs, "restore-keys");
  request.lookup_only = is_true(inputs.input("lookup-only"));
  return request;
}

std::string missed(const CacheRequest& request) {
  auto keys = request.key;
  for (const auto& key : request.restore_keys) keys += ", " + key;
  return "Cache not found for input keys: " + keys;
}

std::optional<std::string> restore(StepHost& host, const CacheRequest& request) {
  const auto matched = restore_cache(host, request);
  if (matched) {
    host.set_output("cache-hit", equal_ignoring_case(*matched, request.key) ? "true" : "false");
    return matched;
  }
  // cache-hit stays empty: people ask for != 'true'
  if (is_true(host.input("fail-on-cache-miss"))) {
    throw InputError(fmt::format(
        "Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: {}", request.key));
  }
  host.log(missed(request));
  return {};
}

StepResult run_both(StepHost& host) {
  const auto request = restore_request(host);
  std::string paths;
  for (const auto& path : request.paths) paths += path + "\n";
  host.save_state("cache-paths", paths);
  host.save_state("cache-primary-key", request.key);
  if (const auto matched = restore(host, request)) host.save_state("cache-matched-key", *matched);
  return {};
}

StepResult run_restore(StepHost& host) {
  const auto request = restore_request(host);
  host.set_output("cache-primary-key", request.key);
  if (const auto matched = restore(host, request)) host.set_output("cache-matched-key", *matched);
  return {};
}

StepResult run_save(StepHost& host) {
  save_cache(host, request_of(host));
  return {};
}

std::string what(const StepInputs& inputs) {
  std::string paths;
  for (const auto& line : line_inputs(inputs, "path")) paths += (paths.empty() ? "" : ", ") + line;
  return fmt::format("cache {} ({})", inputs.input("key"), paths);
}

std::vector<std::string> restore_effects(const StepInputs& inputs) {
  return {(is_true(inputs.input("lookup-only")) ? "look for " : "restore ") + what(inputs)};
}

std::vector<std::string> save_effects(const StepInputs& inputs) { return {"save " + what(inputs)}; }

std::vector<std::string> both_effects(const StepInputs& inputs) {
  auto lines = restore_effects(inputs);
  lines.push_back(
      fmt::format("save cache {} after the job, when it succeeded and the key is new", inputs.input("key")));
  return lines;
}

// What a key will be is known only when it holds no expression.
std::vector<std::string> key_problems(const CacheRequest& request) {
  for (const auto& key : request.restore_keys) {
    if (expr::has_expression(key)) return {};
  }
  if (expr::has_expression(request.key)) return {};
  auto bad = bad_cache_keys(request);
  if (bad.empty()) return {};
  return {std::move(bad)};
}

std::vector<std::string> restore_problems(const StepInputs& inputs) {
  return key_problems(
      {.paths = {}, .key = inputs.input("key"), .restore_keys = line_inputs(inputs, "restore-keys")});
}

std::vector<std::string> save_problems(const StepInputs& inputs) {
  return key_problems({.paths = {}, .key = inputs.input("key")});
}

const std::vector<InputSpec>& save_inputs() {
  static const std::vector<InputSpec> inputs{
      {.name = "path", .doc = "files, folders, globs; ! excludes", .required = true},
      {.name = "key", .doc = "the name of the cache, at most 512 characters, no comma", .required = true},
      {.name = "upload-chunk-size", .doc = "accepted"},
      {.name = "enableCrossOsArchive", .doc = "accepted", .fallback = "false"}};
  return inputs;
}

std::vector<InputSpec> restore_inputs() {
  auto inputs = save_inputs();
  inputs.push_back({.name = "restore-keys", .doc = "beginnings of other keys, a line each"});
  inputs.push_back(
      {.name = "fail-on-cache-miss", .doc = "true: fail when nothing is found", .fallback = "false"});
  inputs.push_back(
      {.name = "lookup-only", .doc = "true: only look whether it is there", .fallback = "false"});
  return inputs;
}

}  // namespace
}  // namespace cache_action

BuiltinAction cache() {
  using namespace cache_action;
  auto inputs = restore_inputs();
  inputs.push_back(
      {.name = "save-always", .doc = "accepted; the original ignores it too", .fallback = "false"});
  return {.spec = {.uses = "actions/cache",
                   .doc = "Keeps files between runs of a repository, by key.",
                   .inputs = std::move(inputs),
                   .outputs = {{"cache-hit", "true for the very key, false for a restore key, else empty"}},
                   .first_major = 1,
                   .last_major = 5},
          .run = run_both,
          .post = save_managed_cache,
          .effects = both_effects,
          .problems = restore_problems};
}

BuiltinAction cache_restore() {
  using namespace cache_action;
  return {.spec = {.uses = "actions/cache/restore",
                   .doc = "Brings files back that a run kept, by key.",
                   .inputs = restore_inputs(),
                   .outputs = {{"cache-hit", "true for the very key, false for a restore key, else empty"},
                               {"cache-primary-key", "the key that was asked for"},
                               {"cache-matched-key", "the key that was found"}},
                   .first_major = 3,
                   .last_major = 5},
          .run = run_restore,
          .effects = restore_effects,
          .problems = restore_problems};
}

BuiltinAction cache_save() {
  using namespace cache_action;
  return {.spec = {.uses = "actions/cache/save",
                   .doc = "Keeps files for later runs, by key.",
                   .inputs = save_inputs(),
                   .first_major = 3,
                   .last_major = 5},
          .run = run_save,
          .effects = save_effects,
          .problems = save_problems};
}

}  // namespace runner
