// steps/store/cache/paths.hpp -- which files the path lines of a cache mean, and under which names they are
// kept: every run has folders of its own, so a name says "below HOME" and not where HOME is.
#pragma once
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "steps/formats/file_glob.hpp"

namespace runner {

struct CacheFile {
  std::filesystem::path source;
  std::string name;
  bool linked_folder = false;  // a link that a line names: the folder is meant
};

// The folders of a job, by which a cache knows its files again.
struct CacheFolders {
  std::filesystem::path workspace, temp, home;  // home: "" for none
};

class CachePaths {
 public:
  // A walk over the files throws when `stop` is asked.
  CachePaths(std::vector<std::string> lines, const CacheFolders& folders, std::stop_token stop);

  // Another list of paths never matches. What lies in the folders of a job counts as the same in every run.
  std::string version() const;
  // Folders before what is in them. What lies below a match belongs to it, unless a line with ! takes it
  // away.
  std::vector<CacheFile> find() const;
  // Where a name of find() lies in this job: through no link but those that the path lines themselves name.
  // Throws Error for a name that no archive of ours has, or that the lines do not cover.
  std::filesystem::path place_of(std::string_view name, bool is_folder) const;
  // Throws Error for a link in the place of what a line names if it leads out of the job's folders: the next
  // restore would follow it.
  void check_link(const std::filesystem::path& place, const std::filesystem::path& target) const;

 private:
  struct Place {
    std::string name;
    std::filesystem::path folder;
  };
  // What a path line names, and where that was when this object was made.
  struct Root {
    std::filesystem::path named, real;
  };
  FileGlob glob() const;
  std::string name_of(const std::filesystem::path& file) const;

  std::vector<std::string> lines_;
  std::vector<Place> places_;
  std::stop_token stop_;
  FileGlob glob_;
  std::vector<Root> roots_;
};

}  // namespace runner
