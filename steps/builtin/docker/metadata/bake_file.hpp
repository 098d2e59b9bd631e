// steps/builtin/docker/metadata/bake_file.hpp -- what docker/metadata-action found out, as JSON: its output
// `json` and the files for docker buildx bake.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct ImageMetadata {
  std::string version;                                                    // empty: none
  std::vector<std::string> images, tags, tag_names, labels, annotations;  // annotations with their levels
};

std::string metadata_json(const ImageMetadata& metadata);

enum class BakePart { tags, labels, annotations, tags_and_labels };
// Written into `folder`; gives its text.
struct BakeFile {
  std::filesystem::path path;
  std::string text;
};
BakeFile write_bake_file(const std::filesystem::path& folder, const ImageMetadata& metadata, BakePart part,
                         const std::string& target);

}  // namespace runner
