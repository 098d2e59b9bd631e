// steps/builtin/docker/metadata/image_version.hpp -- tag rules applied to an event: the image's version, its
// further tags and whether it is the latest.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "steps/builtin/docker/metadata/flavor.hpp"
#include "steps/builtin/docker/metadata/moment_format.hpp"
#include "steps/builtin/docker/metadata/tag_rule.hpp"

namespace runner {

struct MetadataEvent {
  std::string name, ref, sha;
  std::string base_ref;        // the branch a tag was pushed from, or that a pull request goes to
  std::string default_branch;  // by the event's payload
  std::string edge_branch;     // by the repository
  CalendarTime now{}, commit_date{};
  size_t short_sha_length = 7;
};

struct ImageVersion {
  std::string main;  // empty: no rule gave one
  std::vector<std::string> partial;
  bool latest = false;
  std::vector<std::string> warnings;
};

ImageVersion image_version(const MetadataEvent& event, const std::vector<TagRule>& rules,
                           const Flavor& flavor);

// Every tag with each image's name before it; without images the tags alone.
std::vector<std::string> image_tags(const ImageVersion& version, const Flavor& flavor,
                                    const std::vector<std::string>& images);

// {{branch}}, {{date 'YYYY'}} and their like in `text`. Unknown time zones are told in `warnings`.
std::string expand_for_event(std::string_view text, const MetadataEvent& event,
                             std::vector<std::string>& warnings);

}  // namespace runner
