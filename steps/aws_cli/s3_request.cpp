#include "steps/aws_cli/s3_request.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "parser/base/text.hpp"
#include "steps/clients/aws/s3/checksum.hpp"

namespace runner::aws {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kScheme = "s3://";
constexpr const char* kTwoPaths = "<LocalPath> <S3Uri> or <S3Uri> <LocalPath> or <S3Uri> <S3Uri>";

bool is_remote(const std::string& path) { return path.starts_with(kScheme); }

// As the CLI's words have it: a failure of the command, not of the request.
[[noreturn]] void refuse(std::string text) { throw ConfigurationError(255, std::move(text)); }

std::string absolute(const std::string& path, const fs::path& directory) {
  auto full = (directory / path).lexically_normal().string();
  while (full.size() > 1 && full.ends_with('/')) full.pop_back();
  return full;
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

S3Work work_of(const std::string& command, const std::vector<std::string>& paths) {
  std::string kinds;
  for (const auto& path : paths) kinds += is_remote(path) ? "s3" : "local";
  static const std::map<std::string, S3Work> kWorks = {{"locals3", S3Work::upload},
                                                       {"s3local", S3Work::download},
                                                       {"s3s3", S3Work::copy},
                                                       {"s3", S3Work::remove}};
  const auto at = kWorks.find(kinds);
  if (at == kWorks.end() || (at->second == S3Work::remove) != (command == "rm"))
    refuse_value(fmt::format("usage: aws s3 {} {}\nError: Invalid argument type", command,
                             command == "rm" ? "<S3Uri>" : kTwoPaths));
  return at->second;
}

// Where the words are too few or too many the CLI's own parser speaks.
void check_count(const std::string& command, const std::vector<std::string>& words) {
  const size_t wanted = command == "rm" ? 1 : 2;
  if (words.size() < wanted) throw UsageError252("aws: error: the following arguments are required: paths");
  if (words.size() == wanted) return;
  std::string rest;
  for (size_t at = wanted; at < words.size(); ++at) rest += (rest.empty() ? "" : ", ") + words[at];
  throw UsageError252("Unknown options: " + rest);
}

struct Formatted {
  S3Place place;
  bool use_source_name = false;
};

// aws.md 1.1: what takes the source's name, and what is itself the new name.
Formatted format(const std::string& path, bool recursive, const fs::path& directory) {
  if (is_remote(path)) {
    auto plain = s3_path(path);
    if (recursive && !plain.ends_with('/')) plain += '/';
    return {{true, plain}, plain.ends_with('/')};
  }
  auto full = absolute(path, directory);
  const bool folder = recursive || is_folder(full) || path.ends_with('/');
  if (folder && !full.ends_with('/')) full += '/';
  return {{false, full}, folder};
}

std::string filter_root(const std::string& path, bool recursive, const fs::path& directory) {
  if (is_remote(path)) {
    auto plain = s3_path(path);
    if (recursive || plain.ends_with('/')) return plain;
    return plain.substr(0, plain.rfind('/'));
  }
  return recursive ? absolute(path, directory) : absolute((fs::path(path).parent_path()).string(), directory);
}

void check_moves(const std::vector<std::string>& paths) {
  const auto source = kScheme.data() + s3_path(paths[0]), target = kScheme.data() + s3_path(paths[1]);
  const auto onto = target.ends_with('/') ? target + source.substr(source.rfind('/') + 1) : target;
  if (source == target || source == onto)
    refuse_value(fmt::format("Cannot mv a file onto itself: '{}' - '{}'", source, target));
}

// What is known to the CLI and rare enough to be left to it.
void check_built_in(const Arguments& arguments) {
  if (arguments.value("case-conflict", "ignore") != "ignore")
    throw NotBuiltIn("--case-conflict {}", arguments.value("case-conflict"));
  if (arguments.has("validate-same-s3-paths")) throw NotBuiltIn("--validate-same-s3-paths");
  if (const auto name = arguments.value("checksum-algorithm"); !name.empty() && !s3::checksum_algorithm(name))
    throw NotBuiltIn("--checksum-algorithm {}", name);
}

void check_customer_keys(const Arguments& arguments, S3Work work) {
  for (const std::string name : {"sse-c", "sse-c-copy-source"}) {
    const auto key = name + "-key";
    if (arguments.has(name) == arguments.has(key)) continue;
    const auto& given = arguments.has(name) ? name : key;
    const auto& missing = arguments.has(name) ? key : name;
    refuse_value(fmt::format("It --{} is specified, --{} must be specified as well.", given, missing));
  }
  if (arguments.has("sse-c-copy-source") && work != S3Work::copy)
    refuse_value("--sse-c-copy-source is only supported for copy operations.");
}

void check_work(const S3Request& request, const std::vector<std::string>& paths, bool planned) {
  struct Limit {
    const char* option;
    std::vector<S3Work> works;
    const char* forms;
  };
  static const Limit kLimits[] = {
      {"checksum-algorithm", {S3Work::upload, S3Work::copy}, "<LocalPath> <S3Uri>, <S3Uri> <S3Uri>"},
      {"checksum-mode", {S3Work::download}, "<S3Uri> <LocalPath>"},
  };
  static const char* const kForms[] = {"<LocalPath> <S3Uri>", "<S3Uri> <LocalPath>", "<S3Uri> <S3Uri>",
                                       "<S3Uri>"};
  for (const auto& limit : kLimits) {
    if (!request.arguments.has(limit.option) || std::ranges::count(limit.works, request.work) > 0) continue;
    refuse_value(fmt::format(
        "Expected {} parameter to be used with one of following path formats: {}. Instead, received {}.",
        limit.option, limit.forms, kForms[static_cast<size_t>(request.work)]));
  }
  check_customer_keys(request.arguments, request.work);
  std::error_code ignored;
  if (request.work != S3Work::upload || request.stream || fs::exists(request.source.path, ignored)) return;
  if (planned) throw NotBeforeRun(paths[0]);
  refuse(fmt::format("The user-provided path {} does not exist.", paths[0]));
}

void read_rules(S3Request& request) {
  for (const auto& option : request.arguments.options) {
    if (option.name == "include" || option.name == "exclude")
      request.rules.push_back({option.name == "include", option.values.at(0)});
    if (option.name == "follow-symlinks") request.follow_links = true;
    if (option.name == "no-follow-symlinks") request.follow_links = false;
  }
}

void read_stream(S3Request& request, const std::vector<std::string>& paths) {
  request.stream = std::ranges::count(paths, "-") > 0;
  if (!request.stream) return;
  if (request.command != "cp" || request.recursive)
    refuse_value("Streaming currently is only compatible with non-recursive cp commands");
  request.only_errors = true;
}

}  // namespace

std::string S3Place::key() const {
  const auto slash = path.find('/');
  return slash == std::string::npos ? "" : path.substr(slash + 1);
}

std::string s3_path(const std::string& url) {
  auto plain = is_remote(url) ? url.substr(kScheme.size()) : url;
  if (plain.find('/') == std::string::npos) plain += '/';
  return plain;
}

void check_bucket(const std::string& path) {
  const auto bucket = path.substr(0, path.find('/'));
  if (bucket.starts_with("arn:")) throw NotBuiltIn("an access point as a bucket ({})", bucket);
  if (bucket.ends_with("--x-s3")) throw NotBuiltIn("a directory bucket ({})", bucket);
}

S3Request read_s3_request(const std::string& command, Arguments arguments, const Terminal& terminal) {
  const auto paths = arguments.words;
  check_count(command, paths);
  S3Request request;
  request.command = command;
  request.arguments = std::move(arguments);
  auto& given = request.arguments;
  request.work = work_of(command, paths);
  for (const auto& path : paths) {
    if (!is_remote(path)) continue;
    check_bucket(s3_path(path));
    if (s3_path(path).starts_with('/')) refuse_value(fmt::format("Invalid bucket name \"\" in {}", path));
  }
  check_built_in(given);
  request.recursive = command == "sync" || given.has("recursive");
  request.move = command == "mv";
  request.dry_run = given.has("dryrun");
  request.quiet = given.has("quiet");
  request.only_errors = given.has("only-show-errors");
  read_stream(request, paths);
  const auto& last = paths.back();
  request.source = format(paths[0], request.recursive, terminal.directory).place;
  const auto target = format(last, request.recursive, terminal.directory);
  request.target = target.place;
  request.use_source_name = target.use_source_name;
  request.source_root = filter_root(paths[0], request.recursive, terminal.directory);
  request.target_root = filter_root(last, request.recursive, terminal.directory);
  read_rules(request);
  if (request.move && request.work == S3Work::copy) check_moves(paths);
  check_work(request, paths, terminal.planned);
  return request;
}

}  // namespace runner::aws
