// Any bytes as a cache of others: what they become lies below the paths of the step, through no link, and
// nothing leads out of the job's folders. The bytes are the tar itself, so that headers are what is tried,
// not zstd.
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "parser/base/error.hpp"
#include "steps/store/cache/archive.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/files.hpp"

namespace {

namespace fs = std::filesystem;

// In memory: thousands of them a second.
const fs::path& folder() {
  static const fs::path made = [] {
    std::string name = "/dev/shm/fuzz-cache-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    return fs::path(name);
  }();
  return made;
}

bool is_within(const fs::path& path, const fs::path& above) {
  const auto way = path.lexically_relative(above);
  return !way.empty() && *way.begin() != "..";
}

void check_entry(const fs::directory_entry& entry) {
  if (entry.is_symlink()) {
    std::error_code none;
    if (!is_within(fs::weakly_canonical(entry.path(), none), folder())) std::abort();
  } else if (!entry.is_regular_file() && !entry.is_directory()) {
    std::abort();
  }
  const auto set_id = fs::perms::set_uid | fs::perms::set_gid | fs::perms::sticky_bit;
  if ((entry.symlink_status().permissions() & set_id) != fs::perms::none) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const runner::Fd archive(::memfd_create("cache", MFD_CLOEXEC));
  if (::write(archive.get(), data, size) != static_cast<ssize_t>(size)) std::abort();
  ::lseek(archive.get(), 0, SEEK_SET);
  const auto work = folder() / "work";
  fs::create_directories(work / "kept");
  fs::create_directories(work / "other");
  fs::create_directories(folder() / "home");
  fs::create_directory_symlink(work / "other", work / "kept" / "link");
  const runner::CachePaths paths({"kept", "~/.tool"}, {work, folder() / "temp", folder() / "home"}, {});
  try {
    runner::read_cache_archive(archive.get(), paths, {});
  } catch (const runner::Error&) {
  }
  if (!fs::is_empty(work / "other")) std::abort();
  for (const auto& below : {work, folder() / "home"}) {
    for (const auto& entry : fs::directory_iterator(below)) {
      const auto name = entry.path().filename();
      if (name != "kept" && name != "other" && name != ".tool") std::abort();
    }
    for (const auto& entry :
         fs::recursive_directory_iterator(below, fs::directory_options::skip_permission_denied)) {
      check_entry(entry);
    }
    runner::remove_tree(below);
  }
  if (!fs::is_empty(folder())) std::abort();
  return 0;
}
