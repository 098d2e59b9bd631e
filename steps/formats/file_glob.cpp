#include "steps/formats/file_glob.hpp"

#include <algorithm>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"

namespace runner {
namespace {

namespace fs = std::filesystem;

class Walk {
 public:
  Walk(const std::vector<GlobPattern>& patterns, const FileGlobOptions& options)
      : patterns_(patterns), options_(options) {}

  void start(const fs::path& path) {
    names_.clear();
    for (const auto& part : path.relative_path()) names_.push_back(part.string());
    std::error_code error;
    const auto status =
        options_.follow_symbolic_links ? fs::status(path, error) : fs::symlink_status(path, error);
    if (fs::exists(status)) visit(path, fs::is_directory(status));
  }

  std::vector<fs::path> take() { return std::move(found_); }

 private:
  void visit(const fs::path& path, bool is_folder) {
    bool is_selected = false, descend = false;
    for (const auto& pattern : patterns_) {  // the last word counts, for the path and for what is below it
      const auto relation = pattern.relate(names_, is_folder);
      if (relation.covered) is_selected = !pattern.negated();
      if (pattern.negated() ? relation.all_below : relation.some_below) descend = !pattern.negated();
    }
    if (!is_folder) {
      if (is_selected) found_.push_back(path);
      return;
    }
    if (!is_selected && !descend) return;
    if (!options_.follow_symbolic_links) return visit_folder(path, is_selected, descend);
    const auto real = fs::canonical(path);
    if (std::find(chain_.begin(), chain_.end(), real) != chain_.end()) return;  // a cycle of links
    chain_.push_back(real);
    visit_folder(path, is_selected, descend);
    chain_.pop_back();
  }

  void visit_folder(const fs::path& path, bool is_selected, bool descend) {
    if (is_selected && options_.include_directories) found_.push_back(path);
    if (!descend) return;
    if (options_.before_folder) options_.before_folder();
    for (const auto& entry : entries(path)) {
      if (options_.stop.stop_requested()) throw Error("look for files below {}: cancelled", path.string());
      std::error_code error;
      const auto status = options_.follow_symbolic_links ? entry.status(error) : entry.symlink_status(error);
      if (!fs::exists(status)) continue;  // a broken link, or gone meanwhile
      names_.push_back(entry.path().filename().string());
      visit(entry.path(), fs::is_directory(status));
      names_.pop_back();
    }
  }

  static std::vector<fs::directory_entry> entries(const fs::path& path) {
    std::vector<fs::directory_entry> all;
    std::error_code error;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
      all.push_back(*entry);
    }
    if (error) throw Error("read the folder {}: {}", path.string(), error.message());
    std::sort(all.begin(), all.end(),
              [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
    return all;
  }

  const std::vector<GlobPattern>& patterns_;
  const FileGlobOptions& options_;
  std::vector<std::string> names_;  // of the path visited, from /
  std::vector<fs::path> chain_;     // the real folders around it
  std::vector<fs::path> found_;
};

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto [in_folder, in_path] = std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return in_folder == folder.end() && in_path != path.end();
}

}  // namespace

FileGlob::FileGlob(std::string_view lines, const fs::path& root, FileGlobOptions options)
    : options_(std::move(options)) {
  for (const auto line : split(lines, '\n')) {
    const auto text = trim_unicode(line);
    if (text.empty() || text.starts_with('#')) continue;
    patterns_.emplace_back(text, root, options_.home.empty() ? fs::path("/") : options_.home);
  }
}

std::vector<fs::path> FileGlob::search_paths() const {
  std::vector<fs::path> candidates, paths;
  for (const auto& pattern : patterns_) {
    if (!pattern.negated()) candidates.push_back(pattern.search_path());
  }
  for (const auto& path : candidates) {
    const bool is_known = std::find(paths.begin(), paths.end(), path) != paths.end();
    const auto contains_it = [&](const fs::path& other) { return is_below(path, other); };
    if (!is_known && std::none_of(candidates.begin(), candidates.end(), contains_it)) paths.push_back(path);
  }
  return paths;
}

bool FileGlob::selects(const fs::path& path, bool is_folder) const {
  std::vector<std::string> names;
  for (const auto& part : path.relative_path()) names.push_back(part.string());
  bool is_selected = false;
  for (const auto& pattern : patterns_) {
    if (pattern.relate(names, is_folder).covered) is_selected = !pattern.negated();
  }
  return is_selected;
}

std::vector<fs::path> FileGlob::walk() const {
  Walk walk(patterns_, options_);
  for (const auto& path : search_paths()) walk.start(path);
  return walk.take();
}

}  // namespace runner
