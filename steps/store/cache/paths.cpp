#include "steps/store/cache/paths.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/digest.hpp"

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

// How `path` goes on below `folder`; "." for the folder itself, nothing outside.
std::optional<fs::path> way_below(const fs::path& path, const fs::path& folder) {
  auto way = path.lexically_relative(folder);
  if (way.empty() || *way.begin() == "..") return std::nullopt;
  return way;
}

}  // namespace

CachePaths::CachePaths(std::vector<std::string> lines, const CacheFolders& folders, std::stop_token stop)
    : stop_(std::move(stop)), glob_("", "/") {
  for (const auto& line : lines) lines_.push_back(tidied(line));
  places_ = {{"workspace", folders.workspace}, {"temp", folders.temp}};
  // the last, as with --host-home the others may lie in it
  if (!folders.home.empty()) places_.push_back({"home", folders.home});
  glob_ = glob();
  for (const auto& path : glob_.search_paths()) {
    std::error_code error;
    const auto above = fs::weakly_canonical(path.parent_path(), error);
    const bool leads_to_folder = fs::is_directory(path, error);
    roots_.push_back({path, leads_to_folder ? fs::canonical(path) : above / path.filename()});
  }
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

FileGlob CachePaths::glob() const {
  std::string patterns;
  for (const auto& line : lines_) patterns += line + "\n";
  FileGlobOptions options;
  options.include_directories = true;
  options.stop = stop_;
  for (const auto& place : places_) {
    if (place.name == "home") options.home = place.folder;
  }
  return {patterns, places_.front().folder, options};
}

std::vector<CacheFile> CachePaths::find() const {
  const auto roots = glob_.search_paths();
  const auto found = glob_.walk();
  std::vector<CacheFile> files;
  for (const auto& file : found) {
    files.push_back({file, name_of(file)});
    const bool named = std::find(roots.begin(), roots.end(), file) != roots.end();
    if (!named || !fs::is_symlink(file) || !fs::is_directory(file)) continue;
    files.back().linked_folder = true;
    for (const auto& below : behind_link(file)) {
      if (glob_.selects(below, fs::is_directory(fs::symlink_status(below))))
        files.push_back({below, name_of(below)});
    }
  }
  return files;
}

std::string CachePaths::name_of(const fs::path& file) const {
  for (const auto& place : places_) {
    if (const auto way = way_below(file, place.folder)) return place.name + "/" + way->generic_string();
  }
  return std::string(kElsewhere) + file.lexically_normal().generic_string();
}

fs::path CachePaths::place_of(std::string_view name, bool is_folder) const {
  const auto slash = name.find('/');
  const auto place = name.substr(0, slash);
  const fs::path rest = slash == std::string_view::npos ? "" : name.substr(slash + 1);
  if (rest.is_absolute() || std::find(rest.begin(), rest.end(), "..") != rest.end()) {
    throw Error("unpack a cache: \"{}\" leaves its folder", name);
  }
  std::optional<fs::path> file;
  if (place == kElsewhere) file = "/" / rest;
  for (const auto& known : places_) {
    if (known.name == place) file = known.folder / rest;
  }
  if (!file) throw Error("unpack a cache: \"{}\" is in no folder of a job", name);
  auto path = file->lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  if (!glob_.selects(path, is_folder)) throw Error("unpack a cache: \"{}\" is not what `path` names", name);
  for (const auto& root : roots_) {
    if (const auto way = way_below(path, root.named)) return *way == "." ? root.real : root.real / *way;
  }
  throw Error("unpack a cache: \"{}\" is not what `path` names", name);
}

void CachePaths::check_link(const fs::path& place, const fs::path& target) const {
  const auto is_place = [&](const Root& root) { return root.real == place; };
  if (std::none_of(roots_.begin(), roots_.end(), is_place)) return;
  const auto leads_to = (place.parent_path() / target).lexically_normal();
  for (const auto& known : places_) {
    if (way_below(leads_to, fs::weakly_canonical(known.folder))) return;
  }
  throw Error("unpack a cache: {} is a link to {}, outside of the job", place.string(), target.string());
}

}  // namespace runner
