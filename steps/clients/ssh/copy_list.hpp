// steps/clients/ssh/copy_list.hpp -- which files a copy takes and under which names: source patterns,
// excludes and stripped folders as scp-action's tar treats them. Reads names and metadata, no contents.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "steps/formats/tar_writer.hpp"

namespace runner {

struct CopyItem {
  std::filesystem::path source;
  TarEntry entry;  // entry.name: as it will be below the target
};

struct CopyList {
  std::vector<CopyItem> items;
  uint64_t files = 0, bytes = 0;
  std::vector<std::string> warnings;
};

struct CopyRequest {
  std::filesystem::path folder;      // what sources are relative to
  std::vector<std::string> sources;  // patterns; "!" in front excludes
  bool follow_symlinks = false;
  int strip_components = 0;
};

// Throws InputError when nothing at all matches, Error for what cannot be read.
CopyList list_copies(const CopyRequest& request);

// "dist/a" with 1 gives "a"; "" when there are too few parts. "./" counts as one.
std::string stripped_name(std::string_view name, int components);
// An exclude hits a name when it stands in it from the beginning of any part to the end of any part.
bool excludes(std::string_view exclude, std::string_view name);

}  // namespace runner
