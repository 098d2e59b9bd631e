#include "steps/clients/docker/buildx/command.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/core.h>
#include <fmt/format.h>

#include "parser/base/text.hpp"
#include "steps/clients/docker/build/inputs.hpp"
#include "steps/formats/list_input.hpp"

namespace runner {
namespace {

// A CSV field of buildx's own: quoted where a comma would end it.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  return "\"" + replace_all(text, "\"", "\"\"") + "\"";
}

bool is_variable_name(std::string_view name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
         std::all_of(name.begin(), name.end(), fits);
}

// What would change how docker itself runs.
bool is_read_by_docker(std::string_view name) {
  constexpr std::string_view kNames[] = {"PATH", "HOME", "TMPDIR", "USER", "SSH_AUTH_SOCK", "NO_COLOR"};
  constexpr std::string_view kPrefixes[] = {"DOCKER_",       "BUILDX_",      "BUILDKIT_", "XDG_",
                                            "LD_",           "GO",           "OTEL_",     "COMPOSE_",
                                            "EXPERIMENTAL_", "SOURCE_DATE_", "SSL_",      "AWS_"};
  const auto upper_name = upper(name);
  return upper_name.ends_with("_PROXY") ||
         std::find(std::begin(kNames), std::end(kNames), upper_name) != std::end(kNames) ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [&](auto prefix) { return upper_name.starts_with(prefix); });
}

class Writer {
 public:
  explicit Writer(const StepInputs& inputs) : inputs_(inputs) {}

  void add(const char* option, const std::string& value) {
    command.arguments.emplace_back(option);
    command.arguments.push_back(value);
  }
  void add_if(const char* option, const std::string& value) {
    if (!value.empty()) add(option, value);
  }
  void input(const char* option, const char* name) { add_if(option, inputs_.input(name)); }
  void flag(const char* option, const char* name) {
    if (boolean_input(inputs_, name)) command.arguments.emplace_back(option);
  }
  void list(const char* option, const char* name, Commas commas) {
    for (const auto& item : list_items(inputs_.raw_input(name), commas)) add(option, item);
  }

  // A command line can be read by every user of the machine, so the value goes by the environment where it
  // can.
  void build_arguments() {
    for (const auto& item : list_items(inputs_.raw_input("build-args"), Commas::keep)) {
      const auto name = item.substr(0, item.find('='));
      const bool hidden = name.size() < item.size() && is_variable_name(name) && !is_read_by_docker(name) &&
                          item.find('\0') == std::string::npos;
      add("--build-arg", hidden ? name : item);
      if (hidden) command.env[name] = item.substr(name.size() + 1);
    }
  }

  void caches(const char* option, const char* name) {
    for (const auto& cache : list_items(inputs_.input(name), Commas::keep)) {
      if (!is_github_cache(cache)) add(option, cache);
    }
  }

  BuildxCommand command;

 private:
  const StepInputs& inputs_;
};

// "true", "false" or attributes, after the kind.
std::string attestation(std::string_view kind, const std::string& value) {
  if (equal_ignoring_case(value, "true")) return fmt::format("type={}", kind);
  if (equal_ignoring_case(value, "false")) return fmt::format("type={},disabled=true", kind);
  return fmt::format("type={},{}", kind, value);
}

bool is_of_kind(const std::string& attest, std::string_view kind) {
  const auto parts = list_items(attest);
  return std::find(parts.begin(), parts.end(), fmt::format("type={}", kind)) != parts.end();
}

void add_attestations(const StepInputs& inputs, Writer& writer) {
  const auto provenance = inputs.input("provenance"), sbom = inputs.input("sbom");
  if (!provenance.empty()) writer.add("--attest", attestation("provenance", provenance));
  if (!sbom.empty()) writer.add("--attest", attestation("sbom", sbom));
  for (const auto& attest : list_items(inputs.input("attests"), Commas::keep)) {
    const bool given_already = (!provenance.empty() && is_of_kind(attest, "provenance")) ||
                               (!sbom.empty() && is_of_kind(attest, "sbom"));
    if (!given_already) writer.add("--attest", attest);
  }
}

// Files have no image's id.
bool writes_files(const std::vector<std::string>& outputs) {
  return std::any_of(outputs.begin(), outputs.end(), [](const auto& output) {
    return is_of_kind(output, "local") || is_of_kind(output, "tar") ||
           output.find('=') == std::string::npos;  // a path
  });
}

}  // namespace

BuildxCommand buildx_build_command(const StepInputs& inputs, const BuildxPlaces& places) {
  Writer writer(inputs);
  const auto outputs = list_items(inputs.input("outputs"), Commas::keep, Quotes::as_they_are);
  writer.command.arguments.emplace_back("build");
  writer.list("--add-host", "add-hosts", Commas::split);
  writer.list("--allow", "allow", Commas::split);
  writer.list("--annotation", "annotations", Commas::keep);
  writer.build_arguments();
  writer.list("--build-context", "build-contexts", Commas::keep);
  writer.caches("--cache-from", "cache-from");
  writer.caches("--cache-to", "cache-to");
  if (const auto call = inputs.input("call"); call != "build") writer.add_if("--call", call);
  writer.input("--cgroup-parent", "cgroup-parent");
  writer.add_if("--file", places.dockerfile);
  if (!writes_files(outputs)) writer.add_if("--iidfile", places.image_id_file.string());
  writer.list("--label", "labels", Commas::keep);
  writer.list("--no-cache-filter", "no-cache-filters", Commas::split);
  for (const auto& output : outputs) writer.add("--output", output);
  writer.add_if("--platform", fmt::format("{}", fmt::join(list_items(inputs.input("platforms")), ",")));
  add_attestations(inputs, writer);
  for (const auto& [id, file] : places.secret_files)
    writer.add("--secret", fmt::format("{},{}", field("id=" + id), field("src=" + file.string())));
  writer.input("--shm-size", "shm-size");
  writer.list("--ssh", "ssh", Commas::split);
  writer.list("--tag", "tags", Commas::split);
  writer.input("--target", "target");
  writer.list("--ulimit", "ulimit", Commas::split);
  writer.add_if("--builder", places.builder);
  writer.flag("--load", "load");
  writer.add_if("--metadata-file", places.metadata_file.string());
  writer.input("--network", "network");
  writer.flag("--no-cache", "no-cache");
  writer.flag("--pull", "pull");
  writer.flag("--push", "push");
  writer.command.arguments.push_back(places.context);
  return std::move(writer.command);
}

}  // namespace runner
