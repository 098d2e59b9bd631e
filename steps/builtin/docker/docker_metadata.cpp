// docker/metadata-action: tags, labels and annotations of an image from the event and the repository.
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <optional>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "steps/builtin/docker/metadata/bake_file.hpp"
#include "steps/builtin/docker/metadata/image_version.hpp"
#include "steps/builtin/docker/metadata/labels.hpp"
#include "steps/clients/git/repository.hpp"
#include "steps/formats/date.hpp"
#include "steps/step.hpp"
#include "steps/system/environment.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace docker_metadata_action {
namespace {

namespace chrono = std::chrono;

constexpr auto kOldInputs =
    "docker/metadata-action@v1 had other inputs (tag-sha, tag-edge, tag-semver, ...): write @v5 and the "
    "rules of "
    "`tags`, such as type=ref,event=branch";

// What the inputs say, read once.
struct Rules {
  std::vector<std::string> images;
  std::vector<TagRule> tags;
  Flavor flavor;
  std::vector<ImageLabel> labels, annotations;
};

bool is_newest(const StepInputs& inputs) { return inputs.version().at_least(6); }

Rules read_rules(const StepInputs& inputs) {
  const auto lines = [&](const char* name) { return metadata_lines(inputs.input(name)); };
  const auto form = is_newest(inputs) ? LabelForm::attributes : LabelForm::plain;
  if (lines("images").empty() && !inputs.version().at_least(5)) throw InputError("images input required");
  return {image_names(lines("images")), tag_rules(lines("tags")), read_flavor(lines("flavor")),
          image_labels(lines("labels"), form), image_labels(lines("annotations"), form)};
}

CalendarTime now() { return chrono::floor<chrono::milliseconds>(chrono::system_clock::now()); }

// Of ISO text; nothing for anything else.
std::optional<CalendarTime> time_of(const std::string& text) {
  const auto iso = iso_timestamp(text);
  if (!iso) return {};
  const auto number = [&](size_t at, size_t size) { return std::atoi(iso->substr(at, size).c_str()); };
  const chrono::year_month_day day{chrono::year(number(0, 4)),
                                   chrono::month(static_cast<unsigned>(number(5, 2))),
                                   chrono::day(static_cast<unsigned>(number(8, 2)))};
  return chrono::sys_days(day) + chrono::hours(number(11, 2)) + chrono::minutes(number(14, 2)) +
         chrono::seconds(number(17, 2)) + chrono::milliseconds(number(20, 3));
}

CalendarTime commit_date(const StepInputs& inputs, const Repository& repository, const std::string& sha) {
  const auto of_payload = [&](const char* id, const char* time) {
    return inputs.context(id) == sha ? time_of(inputs.context(time)) : std::nullopt;
  };
  if (const auto date = of_payload("github.event.head_commit.id", "github.event.head_commit.timestamp"))
    return *date;
  const bool known = !repository.git_dir.empty() && sha.size() == 40;
  const auto commit = known ? find_commit(repository, sha) : std::nullopt;
  const auto date = commit ? time_of(commit->timestamp) : std::nullopt;
  return date.value_or(now());
}

size_t short_sha_length(const Environment& env) {
  const auto text = env_value(env, "DOCKER_METADATA_SHORT_SHA_LENGTH");
  if (text.empty()) return 7;
  char* end = nullptr;
  const double length = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size() || std::isnan(length))
    throw InputError(fmt::format("DOCKER_METADATA_SHORT_SHA_LENGTH is not a valid number: {}", text));
  return static_cast<size_t>(std::clamp(length, 0.0, 64.0));
}

// A tag's base is the branch it was pushed from, a pull request's the branch it goes to.
std::string base_ref(const StepInputs& inputs, const std::string& ref) {
  if (ref.starts_with("refs/tags/")) {
    const auto branch = inputs.context("github.event.base_ref");
    return branch.starts_with("refs/heads/") ? branch.substr(11) : branch;
  }
  return ref.starts_with("refs/pull/") ? inputs.context("github.event.pull_request.base.ref") : "";
}

void read_workflow_context(const StepInputs& inputs, MetadataEvent& event) {
  event.ref = inputs.context("github.ref");
  event.sha = inputs.context("github.sha");
  const bool pull_request = event.name.find("pull_request") != std::string::npos;
  if (event.name == "pull_request_target")  // whose ref is that of the branch it goes to
    event.ref = fmt::format("refs/pull/{}/merge", inputs.context("github.event.number"));
  const auto head = inputs.context("github.event.pull_request.head.sha");
  if (pull_request && is_true(env_value(inputs.env(), "DOCKER_METADATA_PR_HEAD_SHA")) && !head.empty())
    event.sha = head;
}

MetadataEvent read_event(const StepInputs& inputs, const std::filesystem::path& workspace) {
  MetadataEvent event;
  const auto source = inputs.input("context");
  event.name = inputs.context("github.event_name");
  std::optional<Repository> checked_out;
  if (source == "git") {
    checked_out = open_repository(workspace);
    if (checked_out->git_dir.empty())
      throw InputError(
          fmt::format("context: git needs a repository, and {} is none: put actions/checkout before",
                      workspace.string()));
    event.ref = checked_out->ref, event.sha = checked_out->sha;
  } else if (source == "workflow" || source.empty()) {
    read_workflow_context(inputs, event);
  } else {
    throw InputError(
        fmt::format("Invalid context source: {}{}", source, did_you_mean(source, {"workflow", "git"})));
  }
  const auto& repository = checked_out ? *checked_out : inputs.repository();
  event.default_branch = inputs.context("github.event.repository.default_branch");
  event.edge_branch =
      event.default_branch.empty() ? inputs.repository().default_branch : event.default_branch;
  event.base_ref = base_ref(inputs, event.ref);
  event.now = now();
  event.commit_date = commit_date(inputs, repository, event.sha);
  event.short_sha_length = short_sha_length(inputs.env());
  return event;
}

std::vector<std::pair<std::string, std::string>> standard_labels(const StepInputs& inputs,
                                                                 const MetadataEvent& event,
                                                                 const std::string& version) {
  const auto slug = inputs.context("github.repository");
  const auto address = fmt::format("{}/{}", inputs.context("github.server_url"), slug);
  const auto payload = [&](const char* name) {
    return inputs.context(fmt::format("github.event.repository.{}", name));
  };
  const std::string prefix = "org.opencontainers.image.";
  return {{prefix + "title", slug.substr(slug.find('/') + 1)},
          {prefix + "description", payload("description")},
          {prefix + "url", address},
          {prefix + "source", address},
          {prefix + "version", version},
          {prefix + "created", iso_milliseconds(event.now)},
          {prefix + "revision", event.sha},
          {prefix + "licenses", payload("license.spdx_id")}};
}

struct Result {
  MetadataEvent event;
  ImageMetadata metadata;
  std::vector<std::string> warnings;
};

std::vector<std::string> at_levels(const std::vector<std::string>& annotations, const Environment& env) {
  auto levels = env_value(env, "DOCKER_METADATA_ANNOTATIONS_LEVELS");
  if (levels.empty()) levels = "manifest";
  std::vector<std::string> all;
  for (const auto level : split(levels, ',')) {
    for (const auto& annotation : annotations) all.push_back(fmt::format("{}:{}", level, annotation));
  }
  return all;
}

Result find_metadata(const StepInputs& inputs, const std::filesystem::path& workspace) {
  const auto rules = read_rules(inputs);
  Result result{read_event(inputs, workspace), {}, {}};
  auto version = image_version(result.event, rules.tags, rules.flavor);
  result.warnings = std::move(version.warnings);
  const auto expand = [&](const std::string& text) {
    return expand_for_event(text, result.event, result.warnings);
  };
  const auto standard = standard_labels(inputs, result.event, version.main);
  result.metadata = {version.main,
                     rules.images,
                     image_tags(version, rules.flavor, rules.images),
                     image_tags(version, rules.flavor, {}),
                     merged_labels(standard, rules.labels, expand),
                     at_levels(merged_labels(standard, rules.annotations, expand), inputs.env())};
  return result;
}

std::string separator(const StepInputs& inputs, const char* name) {
  const auto text = inputs.raw_input(name);
  return text.empty() ? "\n" : text;
}

// The outputs that are not files.
std::vector<std::pair<std::string, std::string>> text_outputs(const StepInputs& inputs,
                                                              const ImageMetadata& found) {
  const auto joined = [&](const std::vector<std::string>& items, const char* by) {
    return fmt::format("{}", fmt::join(items, separator(inputs, by)));
  };
  return {{"version", found.version},
          {"tags", joined(found.tags, "sep-tags")},
          {"tag-names", joined(found.tag_names, "sep-tags")},
          {"labels", joined(found.labels, "sep-labels")},
          {"annotations", joined(found.annotations, "sep-annotations")},
          {"json", metadata_json(found)}};
}

// Each output also is a variable for later steps, unless DOCKER_METADATA_SET_OUTPUT_ENV says no.
class Outputs {
 public:
  explicit Outputs(StepHost& host) : host_(host) {
    static constexpr std::string_view kNo[] = {"0", "f", "false", "n", "no"};
    const auto text = lower(env_value(host.env(), "DOCKER_METADATA_SET_OUTPUT_ENV"));
    for (const auto no : kNo) variables_ = variables_ && text != no;
  }
  void set(const std::string& name, const std::string& value) {
    host_.set_output(name, value);
    if (variables_) host_.set_env("DOCKER_METADATA_OUTPUT_" + upper(replace_all(name, "-", "_")), value);
  }

 private:
  StepHost& host_;
  bool variables_ = true;
};

void log_group(StepHost& host, std::string_view title, const std::vector<std::string>& lines) {
  host.group(title);
  for (const auto& line : lines) host.log(line);
  host.end_group();
}

std::filesystem::path new_folder(const std::filesystem::path& parent) {
  auto pattern = (parent / "docker-actions-toolkit-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    throw InputError(fmt::format("make a folder for the bake files: {}", cause_of(errno, parent)));
  return pattern;
}

void write_bake_files(StepHost& host, const ImageMetadata& found, Outputs& outputs) {
  struct Row {
    const char* output;
    BakePart part;
  };
  static constexpr Row kRows[] = {{"bake-file-tags", BakePart::tags},
                                  {"bake-file-labels", BakePart::labels},
                                  {"bake-file-annotations", BakePart::annotations},
                                  {"bake-file", BakePart::tags_and_labels}};
  const auto folder = new_folder(host.temp());
  for (const auto& row : kRows) {
    const auto file = write_bake_file(folder, found, row.part, host.input("bake-target"));
    outputs.set(row.output, file.path.string());
    log_group(host, fmt::format("Bake file definition ({})", row.output), {file.text});
  }
}

StepResult set_outputs(StepHost& host) {
  const auto [event, found, warnings] = find_metadata(host, host.workspace());
  log_group(host, "Context info",
            {"eventName: " + event.name, "sha: " + event.sha, "ref: " + event.ref,
             "commitDate: " + iso_milliseconds(event.commit_date)});
  for (const auto& text : warnings) host.warn(text);
  if (found.version.empty()) host.warn("No Docker image version has been generated. Check tags input.");
  if (found.tags.empty()) host.warn("No Docker tag has been generated. Check tags input.");
  log_group(host, "Docker image version", {found.version});
  log_group(host, "Docker tags", found.tags);
  log_group(host, "Docker labels", found.labels);
  log_group(host, "Annotations", found.annotations);
  Outputs outputs(host);
  for (const auto& [name, value] : text_outputs(host, found)) outputs.set(name, value);
  write_bake_files(host, found, outputs);
  host.note(found.tags.empty() ? "no tags" : fmt::format("{}", fmt::join(found.tags, " ")));
  return {};
}

StepResult run(StepHost& host) {
  if (host.version().major == 1) return failure(kOldInputs);
  try {
    return set_outputs(host);
  } catch (const InputError& error) {
    return failure(error.what());
  }
}

bool known_before(const StepInputs& inputs) {
  for (const auto* name : {"images", "tags", "flavor", "labels", "annotations", "context"}) {
    if (expr::has_expression(inputs.input(name))) return false;
  }
  return true;
}

std::vector<std::string> effects(const StepInputs& inputs) {
  if (!known_before(inputs) || inputs.input("context") == "git") return {"name the image's tags and labels"};
  const auto result = find_metadata(inputs, {});
  if (result.metadata.tags.empty()) return {"no tags: no rule fits this event"};
  return {fmt::format("tags {}", fmt::join(result.metadata.tags, ", "))};
}

std::vector<std::string> differences(PlanHost& host) {
  if (known_before(host)) {
    const auto result = find_metadata(host, host.workspace());
    for (const auto& [name, value] : text_outputs(host, result.metadata)) host.set_output(name, value);
  }
  return effects(host);
}

std::vector<std::string> problems(const StepInputs& inputs) {
  if (inputs.version().major == 1) return {kOldInputs};
  if (!known_before(inputs)) return {};
  try {
    read_rules(inputs);
    return {};
  } catch (const InputError& error) {
    return {error.what()};
  }
}

std::vector<InputSpec> inputs_of_spec() {
  return {
      {.name = "context", .doc = "`workflow`: the event; `git`: what is checked out", .fallback = "workflow"},
      {.name = "images", .doc = "names, one a line, also `name=...,enable=true`", .target = true},
      {.name = "tags", .doc = "rules, one a line, such as `type=semver,pattern={{version}}`"},
      {.name = "flavor", .doc = "latest=auto|true|false, prefix=, suffix="},
      {.name = "labels", .doc = "further labels, one a line"},
      {.name = "annotations", .doc = "further annotations, one a line"},
      {.name = "sep-tags", .doc = "between the tags", .fallback = "\n"},
      {.name = "sep-labels", .doc = "between the labels", .fallback = "\n"},
      {.name = "sep-annotations", .doc = "between the annotations", .fallback = "\n"},
      {.name = "bake-target", .doc = "of the bake files", .fallback = "docker-metadata-action"},
      {.name = "github-token", .doc = "without effect: nothing is asked of GitHub"}};
}

}  // namespace
}  // namespace docker_metadata_action

BuiltinAction docker_metadata() {
  using namespace docker_metadata_action;
  return {.spec = {.uses = "docker/metadata-action",
                   .doc = "Names an image's tags and labels after branch, tag, pull request or commit.",
                   .inputs = inputs_of_spec(),
                   .outputs = {{"version", "the first tag"},
                               {"tags", "all of them, with the images' names"},
                               {"tag-names", "the tags alone"},
                               {"labels", "name=value each"},
                               {"annotations", "level:name=value each"},
                               {"json", "all of this"},
                               {"bake-file", "tags and labels for docker buildx bake"},
                               {"bake-file-tags", "tags alone"},
                               {"bake-file-labels", "labels alone"},
                               {"bake-file-annotations", "annotations alone"}},
                   .first_major = 2,
                   .last_major = 6},
          .run = run,
          .post = nullptr,
          .effects = effects,
          .differences = differences,
          .problems = problems};
}

}  // namespace runner
