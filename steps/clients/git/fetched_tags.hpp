// steps/clients/git/fetched_tags.hpp -- which tags a checkout brings beside the ref it was asked for.
#pragma once

namespace runner {

enum class FetchedTags {
  none,
  following,  // those that point at commits that come anyway: `fetch-tags` before v6.0.2
  all
};

}  // namespace runner
