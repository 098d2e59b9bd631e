#include "steps/store/artifact_store.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "steps/formats/zip.hpp"
#include "steps/store/artifact_names.hpp"
#include "steps/system/files.hpp"
#include "steps/system/new_file.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

constexpr const char* kIndex = "index.json";  // one object an artifact: what list() gives

fs::path stored_file(const fs::path& folder, const Artifact& artifact) {
  return folder / fmt::format("{}{}", artifact.id, artifact.raw ? ".raw" : ".zip");
}

std::vector<Artifact> read_index(const fs::path& folder) {
  std::ifstream in(folder / kIndex);
  if (!in) return {};
  std::vector<Artifact> artifacts;
  try {
    for (const auto& item : nlohmann::json::parse(in)) {
      artifacts.push_back(
          {item.at("id"), item.at("name"), item.at("size"), item.at("sha256"), item.at("raw")});
      const auto& name = artifacts.back().name;  // it becomes the name of a folder
      if (const auto bad = bad_in_artifact_name(name); !bad.empty() || name.empty())
        throw Error("read {}: the artifact name \"{}\" is not valid", (folder / kIndex).string(), name);
    }
  } catch (const nlohmann::json::exception& error) {
    throw Error("read {}: {}", (folder / kIndex).string(), error.what());
  }
  return artifacts;
}

void write_index(const fs::path& folder, const std::vector<Artifact>& artifacts) {
  auto items = nlohmann::json::array();
  for (const auto& artifact : artifacts) {
    items.push_back({{"id", artifact.id},
                     {"name", artifact.name},
                     {"size", artifact.size_bytes},
                     {"sha256", artifact.digest},
                     {"raw", artifact.raw}});
  }
  NewFile file(folder);
  file.write(items.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  file.keep_as(folder / kIndex);
}

void for_each_piece(const fs::path& file, const std::function<void(std::string_view)>& sink) {
  const auto fd = open_regular(file);
  std::vector<char> buffer(1 << 16);
  for (;;) {
    const auto size = ::read(fd.get(), buffer.data(), buffer.size());
    if (size < 0) throw Error("read {}: {}", file.string(), std::strerror(errno));
    if (size == 0) return;
    sink({buffer.data(), static_cast<size_t>(size)});
  }
}

void fill(NewFile& file, const std::vector<ArtifactFile>& files, int level, const fs::path& base, bool raw,
          const std::stop_token& stop) {
  const auto write = [&](std::string_view bytes) {
    if (stop.stop_requested()) throw Error("the upload was cancelled");
    file.write(bytes);
  };
  if (raw) return for_each_piece(files.front().source, write);
  std::vector<ZipEntry> entries;
  for (const auto& item : files) entries.push_back({item.source, item.name});
  write_zip(entries, level, base, write);
}

std::vector<Artifact>::iterator find(std::vector<Artifact>& artifacts, const std::string& name) {
  return std::find_if(artifacts.begin(), artifacts.end(),
                      [&](const auto& item) { return item.name == name; });
}

[[noreturn]] void refuse(const std::string& name) {
  throw NameTaken("an artifact with the name \"{}\" is already there", name);
}

}  // namespace

ArtifactStore::ArtifactStore(fs::path folder) : folder_(std::move(folder)), artifacts_(read_index(folder_)) {
  if (!artifacts_.empty()) last_id_ = artifacts_.back().id;
}

// The bytes are written without the lock, so that parallel jobs do not wait for each other; for a merge the
// base may change meanwhile: then once more.
Artifact ArtifactStore::upload(const std::string& name, const std::vector<ArtifactFile>& files,
                               int compression_level, NameClash clash, bool raw,
                               const std::stop_token& stop) {
  fs::create_directories(folder_);
  for (;;) {
    std::optional<Artifact> base;
    {
      const std::lock_guard lock(mutex_);
      if (const auto there = find(artifacts_, name); there != artifacts_.end()) base = *there;
    }
    if (base && clash == NameClash::refuse) refuse(name);
    const bool merge = base && clash == NameClash::merge && !base->raw;
    NewFile file(folder_);
    // Between reading the index and opening the base, another merge may have replaced it.
    try {
      fill(file, files, compression_level, merge ? stored_file(folder_, *base) : fs::path(), raw, stop);
    } catch (const Error&) {
      if (merge && !is_current(*base)) continue;
      throw;
    }
    Artifact artifact{0, name, file.size(), file.sha256(), raw};
    if (commit(file, artifact, base, clash)) return artifact;
  }
}

bool ArtifactStore::is_current(const Artifact& artifact) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(artifacts_.begin(), artifacts_.end(),
                     [&](const auto& item) { return item.id == artifact.id; });
}

bool ArtifactStore::commit(NewFile& file, Artifact& artifact, const std::optional<Artifact>& base,
                           NameClash clash) {
  const std::lock_guard lock(mutex_);
  auto changed = artifacts_;
  std::optional<Artifact> old;
  if (const auto there = find(changed, artifact.name); there != changed.end()) {
    if (clash == NameClash::refuse) refuse(artifact.name);
    if (clash == NameClash::merge && (!base || base->id != there->id)) return false;
    old = *there;
    changed.erase(there);
  }
  // Ids are not used again, not even that of an artifact that was replaced.
  artifact.id = last_id_ + 1;
  changed.push_back(artifact);
  file.keep_as(stored_file(folder_, artifact));
  write_index(folder_, changed);
  artifacts_ = std::move(changed);
  last_id_ = artifact.id;
  std::error_code ignored;
  if (old) fs::remove(stored_file(folder_, *old), ignored);
  return true;
}

void ArtifactStore::remove(const Artifact& artifact) {
  const std::lock_guard lock(mutex_);
  auto changed = artifacts_;
  if (std::erase_if(changed, [&](const auto& item) { return item.id == artifact.id; }) == 0) return;
  write_index(folder_, changed);
  artifacts_ = std::move(changed);
  std::error_code ignored;
  fs::remove(stored_file(folder_, artifact), ignored);
}

std::vector<Artifact> ArtifactStore::list() const {
  const std::lock_guard lock(mutex_);
  return artifacts_;
}

int ArtifactStore::download(const Artifact& artifact, const fs::path& target) const {
  verify(artifact);
  return unpack_unverified(artifact, target);
}

void ArtifactStore::verify(const Artifact& artifact) const {
  const auto stored = stored_file(folder_, artifact);
  Sha256 hash;
  for_each_piece(stored, [&](std::string_view bytes) { hash.update(bytes); });
  const auto found = hash.hex();
  if (found == artifact.digest) return;
  throw DigestMismatch("artifact {}: {} has sha256 {}, expected {}", artifact.name, stored.string(), found,
                       artifact.digest);
}

int ArtifactStore::unpack_unverified(const Artifact& artifact, const fs::path& target) const {
  fs::create_directories(target);
  if (!artifact.raw) return extract_zip(stored_file(folder_, artifact), target);
  copy_stored(artifact, target / artifact.name);
  return 1;
}

void ArtifactStore::copy_stored(const Artifact& artifact, const fs::path& file) const {
  fs::create_directories(file.parent_path());
  NewFile copy(file.parent_path());
  for_each_piece(stored_file(folder_, artifact), [&](std::string_view bytes) { copy.write(bytes); });
  fs::permissions(copy.path(), fs::perms(0644));
  copy.keep_as(file);
}

}  // namespace runner
