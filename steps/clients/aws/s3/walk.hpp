// steps/clients/aws/s3/walk.hpp -- the files below a folder in the order in which S3 lists keys (aws.md 1.2).
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "steps/clients/aws/s3/entry.hpp"

namespace runner::aws::s3 {

class LocalWalk {
 public:
  // Hears of what is skipped: the whole line, "warning: Skipping file ...".
  using OnWarning = std::function<void(const std::string& line)>;
  // Asked about each symlink that is followed; false leaves it out. Empty: all are taken.
  using OnLink = std::function<bool(const std::string& path)>;

  // `folder`: absolute, with a '/' at its end. One that is not there has no files.
  LocalWalk(const std::string& folder, bool follow_links, OnWarning on_warning, OnLink on_link = {});
  std::optional<Entry> next();

 private:
  struct Name {
    std::string name;  // with '/' at the end: a folder
    uint64_t size = 0;
    Time modified{};
  };
  struct Folder {
    std::string path;
    std::vector<Name> names;
    size_t at = 0;
  };
  void open(const std::string& folder);

  size_t root_size_;
  bool follow_links_;
  OnWarning on_warning_;
  OnLink on_link_;
  std::vector<Folder> open_;
};

// The one file of a `cp FILE`: nothing with a warning when it cannot be sent.
std::optional<Entry> single_file(const std::string& path, bool follow_links,
                                 const LocalWalk::OnWarning& on_warning,
                                 const LocalWalk::OnLink& on_link = {});

}  // namespace runner::aws::s3
