// steps/support/cache/paths.hpp -- which files the path lines of a cache mean, and under which names they are
// kept: every run has folders of its own, so a name says "below HOME" and not where HOME is.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "steps/step.hpp"

namespace runner {

struct CacheFile {
  std::filesystem::path source;
  std::string name;
  bool linked_folder = false;  // a link that a line names: the folder is meant
};

class CachePaths {
 public:
  CachePaths(std::vector<std::string> lines, const StepHost& host);

  // Another list of paths never matches. What lies in the folders of a job counts as the same in every run.
  std::string version() const;
  // Folders before what is in them. What lies below a match belongs to it, unless a line with ! takes it
  // away.
  std::vector<CacheFile> find() const;
  // Where a name of find() lies in this job. Throws Error for a name that no archive of ours has.
  std::filesystem::path place_of(std::string_view name) const;

 private:
  struct Place {
    std::string name;
    std::filesystem::path folder;
  };
  std::string name_of(const std::filesystem::path& file) const;

  std::vector<std::string> lines_;
  std::vector<Place> places_;
};

}  // namespace runner
