// steps/store/cache/archive.hpp -- files as one tar stream through zstd and back, with permissions, links
// and times. The only header of ours over libarchive's tar parts.
#pragma once
#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "steps/store/cache/paths.hpp"

namespace runner {

// Sockets and devices are left out. Throws Error for what cannot be read, and when stop is asked.
void write_cache_archive(const std::vector<CacheFile>& files,
                         const std::function<void(std::string_view bytes)>& sink,
                         const std::stop_token& stop);

// Unpacks what `archive` reads, each entry at the place `paths` gives for its name; files there are replaced.
// Throws Error for what no archive of ours has: hard links, devices and pipes, names outside of `paths`,
// names below a link, and more than 256 MiB if the archive is two hundred times smaller. Nobody's set-user-id
// comes along.
void read_cache_archive(int archive, const CachePaths& paths, const std::stop_token& stop);

}  // namespace runner
