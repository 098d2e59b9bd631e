// steps/store/artifact_store.hpp -- the artifacts of one run: zip files (or single raw ones) in a folder,
// visible to all later jobs of the run (builtin-actions.md sections 2 and 3, services.md 4).
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "parser/base/error.hpp"

namespace runner {

class NewFile;

struct Artifact {
  int id = 0;  // grows by one
  std::string name;
  uint64_t size_bytes = 0;
  std::string digest;  // hex sha256 of the stored file
  bool raw = false;    // one file as it is, not a zip
};

struct ArtifactFile {
  std::filesystem::path source;
  std::string name;  // inside the artifact, '/' between parts
};

enum class NameClash { refuse, replace, merge };  // v4+, overwrite, v1 to v3

class NameTaken : public Error {
 public:
  using Error::Error;
};
class DigestMismatch : public Error {
 public:
  using Error::Error;
};

// Thread-safe. A half-written artifact is never visible. Throws NameTaken for refuse, Error else; the disk
// being full names the mount point.
class ArtifactStore {
 public:
  explicit ArtifactStore(std::filesystem::path folder);
  Artifact upload(const std::string& name, const std::vector<ArtifactFile>& files, int compression_level,
                  NameClash clash, bool raw, const std::stop_token& stop = {});
  std::vector<Artifact> list() const;     // by id
  void remove(const Artifact& artifact);  // one that is gone already is fine
  // Writes the files below `target` (made if missing), overwriting; entries that would leave it are refused.
  // Gives the number of files. Throws DigestMismatch when the stored bytes no longer have the digest.
  int download(const Artifact& artifact, const std::filesystem::path& target) const;
  // The parts of it: the comparison, unpacking, and the stored file itself (a zip, unless raw) as `file`.
  void verify(const Artifact& artifact) const;
  int unpack_unverified(const Artifact& artifact, const std::filesystem::path& target) const;
  void copy_stored(const Artifact& artifact, const std::filesystem::path& file) const;

 private:
  bool is_current(const Artifact& artifact) const;
  // False: `base`, which was merged into, is no longer the newest.
  bool commit(NewFile& file, Artifact& artifact, const std::optional<Artifact>& base, NameClash clash);

  std::filesystem::path folder_;
  mutable std::mutex mutex_;
  std::vector<Artifact> artifacts_;  // by id
  int last_id_ = 0;
};

}  // namespace runner
