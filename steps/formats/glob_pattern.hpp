// steps/formats/glob_pattern.hpp -- one pattern of the globs of hashFiles and upload-artifact (expressions.md
// 9):
// * ? [set] and \ within a segment, ** as a segment. No braces, and a dot is like any other character.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

class GlobSegment {
 public:
  static GlobSegment literal(std::string_view text);
  static GlobSegment parse(std::string_view text);

  bool any_depth() const { return any_depth_; }  // **
  bool is_literal() const;
  std::string text() const;  // of a literal one
  bool matches(std::string_view name) const;

 private:
  struct Range {
    char32_t first, last;
  };
  struct Atom {
    enum class Kind { character, any, star, set } kind = Kind::character;
    char32_t character = 0;
    bool negated = false;
    std::vector<Range> ranges{};
    bool matches(char32_t c) const;
  };

  static size_t parse_set(std::string_view text, size_t at, Atom& set);

  std::vector<Atom> atoms_;
  bool any_depth_ = false;
};

class GlobPattern {
 public:
  // `root`: absolute, where a relative pattern starts. `home`: what ~ stands for. Throws Error for a . or ..
  // that is not allowed.
  GlobPattern(std::string_view text, const std::filesystem::path& root, const std::filesystem::path& home);

  bool negated() const { return negated_; }
  std::filesystem::path search_path() const;  // the part before the first wildcard

  // How a path, given as its names from /, stands to the pattern. What lies below something that the pattern
  // names is covered too.
  struct Relation {
    bool covered = false;    // the path is selected
    bool all_below = false;  // and so is all that lies below it
    bool some_below = false;
  };
  Relation relate(const std::vector<std::string>& names, bool is_folder) const;

 private:
  bool negated_ = false;
  bool folders_only_ = false;
  std::vector<GlobSegment> segments_;
};

}  // namespace runner
