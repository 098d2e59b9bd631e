// Any bytes as an artifact: nothing is written outside of the folder it is unpacked into.
#include "steps/formats/zip.hpp"

#include <stdlib.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "parser/base/error.hpp"
#include "steps/system/files.hpp"

namespace {

namespace fs = std::filesystem;

// In memory: thousands of them a second.
const fs::path& folder() {
  static const fs::path made = [] {
    std::string name = "/dev/shm/fuzz-zip-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    return fs::path(name);
  }();
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto zip = folder() / "a.zip", target = folder() / "target";
  std::ofstream(zip, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  fs::create_directory(target);
  try {
    runner::extract_zip(zip, target, {.bytes = 1 << 20, .ratio = 100});
  } catch (const runner::Error&) {
  }
  for (const auto& entry : fs::recursive_directory_iterator(target)) {
    if (entry.is_symlink() || !(entry.is_regular_file() || entry.is_directory())) std::abort();
  }
  const auto beside = std::distance(fs::directory_iterator(folder()), fs::directory_iterator());
  if (beside != 2) std::abort();
  runner::remove_tree(target);
  return 0;
}
