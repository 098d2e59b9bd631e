#include "steps/builtin/docker/metadata/bake_file.hpp"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "parser/base/json.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// A value ends with its first line, as the original's pattern has it.
Json labels_object(const std::vector<std::string>& labels) {
  auto object = Json::object();
  for (const auto& label : labels) {
    const auto equals = label.find('=');
    object[label.substr(0, equals)] = label.substr(equals + 1, label.find('\n', equals) - equals - 1);
  }
  return object;
}

void add_arguments(Json& target, const ImageMetadata& metadata) {
  target["args"]["DOCKER_META_IMAGES"] = fmt::format("{}", fmt::join(metadata.images, ","));
  if (!metadata.version.empty()) target["args"]["DOCKER_META_VERSION"] = metadata.version;
}

const char* file_suffix(BakePart part) {
  switch (part) {
    case BakePart::tags:
      return "-tags";
    case BakePart::labels:
      return "-labels";
    case BakePart::annotations:
      return "-annotations";
    case BakePart::tags_and_labels:
      return "";
  }
  return "";
}

}  // namespace

std::string metadata_json(const ImageMetadata& metadata) {
  Json json;
  json["tags"] = metadata.tags;
  json["tag-names"] = metadata.tag_names;
  json["labels"] = labels_object(metadata.labels);
  json["annotations"] = metadata.annotations;
  return dump(json, -1);
}

BakeFile write_bake_file(const std::filesystem::path& folder, const ImageMetadata& metadata, BakePart part,
                         const std::string& target) {
  const bool tags = part == BakePart::tags || part == BakePart::tags_and_labels;
  const bool labels = part == BakePart::labels || part == BakePart::tags_and_labels;
  auto content = Json::object();
  if (tags) content["tags"] = metadata.tags;
  if (labels) content["labels"] = labels_object(metadata.labels);
  if (part == BakePart::annotations) content["annotations"] = metadata.annotations;
  if (tags) add_arguments(content, metadata);
  BakeFile file;
  file.path = folder / fmt::format("docker-metadata-action-bake{}.json", file_suffix(part));
  Json whole;
  whole["target"][target] = content;
  file.text = dump(whole, 2);
  write_private_file(file.path, file.text);
  return file;
}

}  // namespace runner
