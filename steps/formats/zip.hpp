// steps/formats/zip.hpp -- writing and unpacking zip files. The only header of ours over libarchive's zip
// parts.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct ZipEntry {
  std::filesystem::path source;
  std::string name;  // '/' between parts
};

using ByteSink = std::function<void(std::string_view bytes)>;

// `level` 0 to 9. Entries of `base` (a zip file, may be empty) whose names are not among `entries` come
// along. Keeps the executable bit and no other.
void write_zip(const std::vector<ZipEntry>& entries, int level, const std::filesystem::path& base,
               const ByteSink& sink);

// A zip file that unpacks to more than both of these is taken for a bomb: deflate gives at most 1032 to 1,
// files of real use hardly 50.
struct ZipLimits {
  uint64_t bytes = 1ull << 30;
  uint64_t ratio = 200;
};

// Unpacks below `target`, which exists; files there are replaced, and come with mode 644. Gives the number of
// files. Refused with an Error, before anything outside could be touched: names with `..`, absolute ones,
// `C:\`, links, devices, a symlink in the way.
int extract_zip(const std::filesystem::path& file, const std::filesystem::path& target,
                const ZipLimits& limits = {});

// The name is one that may be written below a folder; else an Error that says why.
void check_entry_name(std::string_view name);

}  // namespace runner
