#include "steps/support/cache/paths.hpp"

#include <algorithm>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/support/environment.hpp"
#include "steps/support/file_glob.hpp"
#include "steps/support/sha256.hpp"

namespace runner {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kElsewhere = "root";

// The original takes "! path" for "!path".
std::string tidied(std::string_view line) {
  line = trim(line);
  if (!line.starts_with('!')) return std::string(line);
  return "!" + std::string(trim(line.substr(1)));
}

// A cache that is kept between runs is a link in HOME: what it leads to is meant.
std::vector<fs::path> behind_link(const fs::path& link) {
  std::vector<fs::path> files;
  std::error_code error;
  for (auto at = fs::recursive_directory_iterator(link, error); !error && at != fs::end(at);
       at.increment(error)) {
    files.push_back(at->path());
  }
  return files;
}

}  // namespace

CachePaths::CachePaths(std::vector<std::string> lines, const StepHost& host) {
  for (const auto& line : lines) lines_.push_back(tidied(line));
  places_ = {{"workspace", host.workspace()}, {"temp", host.temp()}};
  // the last, as with --host-home the others may lie in it
  if (const auto home = env_value(host.env(), "HOME"); !home.empty()) places_.push_back({"home", home});
}

std::string CachePaths::version() const {
  std::string all;
  for (auto line : lines_) {
    for (const auto& place : places_) {
      line = replace_all(std::move(line), place.folder.string(),
                         place.name == "home" ? "~" : "<" + place.name + ">");
    }
    all += line + "|";
  }
  Sha256 hash;
  hash.update(all + "zstd|1");
  return hash.hex();
}

std::vector<CacheFile> CachePaths::find() const {
  std::string patterns;
  for (const auto& line : lines_) patterns += line + "\n";
  FileGlobOptions options;
  options.include_directories = true;
  for (const auto& place : places_) {
    if (place.name == "home") options.home = place.folder;
  }
  const FileGlob glob(patterns, places_.front().folder, options);
  const auto roots = glob.search_paths();
  auto found = glob.walk();
  std::vector<CacheFile> files;
  for (const auto& file : found) {
    files.push_back({file, name_of(file)});
    const bool named = std::find(roots.begin(), roots.end(), file) != roots.end();
    if (!named || !fs::is_symlink(file) || !fs::is_directory(file)) continue;
    files.back().linked_folder = true;
    for (const auto& below : behind_link(file)) files.push_back({below, name_of(below)});
  }
  return files;
}

std::string CachePaths::name_of(const fs::path& file) const {
  for (const auto& place : places_) {
    const auto relative = file.lexically_relative(place.folder);
    if (!relative.empty() && *relative.begin() != "..") return place.name + "/" + relative.generic_string();
  }
  return std::string(kElsewhere) + file.lexically_normal().generic_string();
}

fs::path CachePaths::place_of(std::string_view name) const {
  const auto slash = name.find('/');
  const auto place = name.substr(0, slash);
  const fs::path rest = slash == std::string_view::npos ? "" : name.substr(slash + 1);
  if (rest.is_absolute() || std::find(rest.begin(), rest.end(), "..") != rest.end()) {
    throw Error("unpack a cache: \"{}\" leaves its folder", name);
  }
  if (place == kElsewhere) return "/" / rest;
  for (const auto& known : places_) {
    if (known.name == place) return (known.folder / rest).lexically_normal();
  }
  throw Error("unpack a cache: \"{}\" is in no folder of a job", name);
}

}  // namespace runner
