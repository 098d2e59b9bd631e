// steps/clients/aws/s3/filter.hpp -- --exclude and --include (aws.md 1.4): the last pattern that matches
// decides.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner::aws::s3 {

// As Python's fnmatch: * matches '/' too, [!x] is "none of", nothing escapes but [*]; the whole text.
bool fnmatch(std::string_view text, std::string_view pattern);

struct FilterRule {
  bool include = false;
  std::string pattern;
};

class Filter {
 public:
  // Roots without '/' at the end: an absolute folder, or "bucket/prefix". A pattern is tried under both, so
  // that what is excluded at the source is also kept from --delete.
  Filter(std::vector<FilterRule> rules, std::string source_root, std::string target_root);
  bool keeps(std::string_view path) const;  // absolute, or "bucket/key"

 private:
  std::vector<FilterRule> rules_;
  std::vector<std::string> roots_;
};

}  // namespace runner::aws::s3
