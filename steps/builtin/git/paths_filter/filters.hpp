// steps/builtin/git/paths_filter/filters.hpp -- the input `filters` of dorny/paths-filter: named lists of
// globs, of any change or of certain kinds.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "steps/builtin/git/paths_filter/picomatch.hpp"

namespace runner {

struct ChangedFile {
  std::string path, status;  // added, copied, deleted, modified, renamed, unmerged
};

struct PathRule {
  std::optional<std::vector<std::string>> statuses;  // none: any; empty: no change at all
  std::vector<Picomatch> globs;                      // one of them
  bool matches(const ChangedFile& file) const;
};

struct PathFilter {
  std::string name;
  std::vector<PathRule> rules;
};

std::vector<PathFilter> read_path_filters(std::string_view yaml);  // throws InputError

enum class Quantifier { some, every };  // of the rules that must match
std::vector<ChangedFile> matching_files(const PathFilter& filter, const std::vector<ChangedFile>& files,
                                        Quantifier quantifier);

// The names of files as list-files asks for them: csv, json, shell, escape. Throws InputError for another
// form.
std::string listed(const std::vector<ChangedFile>& files, const std::string& form);

}  // namespace runner
