// steps/builtin/docker/metadata/event_helpers.hpp -- what {{...}} may name in a tag rule.
#pragma once
#include <string>
#include <vector>

#include "steps/builtin/docker/metadata/image_version.hpp"
#include "steps/builtin/docker/metadata/mustache.hpp"

namespace runner {

// branch, tag, sha, base_ref, is_default_branch, is_not_default_branch, date, commit_date. `event` and
// `warnings` must outlive them.
MustacheHelpers event_helpers(const MetadataEvent& event, std::vector<std::string>& warnings);
// date and commit_date only.
MustacheHelpers date_helpers(const MetadataEvent& event, std::vector<std::string>& warnings);

std::string short_sha(const MetadataEvent& event);

}  // namespace runner
