#include "steps/formats/glob_pattern.hpp"

#include <algorithm>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"

namespace runner {
namespace {

// The character at `at`, a backslash before it taken away.
CodePoint unescaped(std::string_view text, size_t at) {
  if (text[at] != '\\' || at + 1 == text.size()) return code_point(text, at);
  auto c = code_point(text, at + 1);
  ++c.length;
  return c;
}

std::vector<std::string_view> names_of(std::string_view path) {
  auto names = split(path, '/');
  std::erase(names, "");
  return names;
}

// Which segments of a pattern may come next, `**` standing for no folder too.
using Places = std::vector<bool>;

void skip_any_depth(const std::vector<GlobSegment>& segments, Places& places) {
  for (size_t i = 0; i < segments.size(); ++i) {
    if (places[i] && segments[i].any_depth()) places[i + 1] = true;
  }
}

Places advance(const std::vector<GlobSegment>& segments, const Places& places, const std::string& name) {
  Places next(places.size());
  for (size_t i = 0; i < segments.size(); ++i) {
    if (!places[i]) continue;
    if (segments[i].any_depth()) {
      next[i] = true;
    } else if (segments[i].matches(name)) {
      next[i + 1] = true;
    }
  }
  skip_any_depth(segments, next);
  return next;
}

}  // namespace

GlobSegment GlobSegment::literal(std::string_view text) {
  GlobSegment segment;
  for (size_t at = 0; at < text.size();) {
    const auto c = code_point(text, at);
    segment.atoms_.push_back({.character = c.value});
    at += c.length;
  }
  return segment;
}

GlobSegment GlobSegment::parse(std::string_view text) {
  GlobSegment segment;
  segment.any_depth_ = text == "**";
  for (size_t at = 0; at < text.size();) {
    Atom atom;
    size_t length = 1;
    if (text[at] == '*') {
      atom.kind = Atom::Kind::star;
    } else if (text[at] == '?') {
      atom.kind = Atom::Kind::any;
    } else if (text[at] == '[') {
      length = parse_set(text, at, atom);
    } else {
      const auto c = unescaped(text, at);
      atom.character = c.value;
      length = c.length;
    }
    segment.atoms_.push_back(std::move(atom));
    at += length;
  }
  return segment;
}

// Reads [abc], [a-z], [!a]; what is no set after all is the character [. Gives the length read.
size_t GlobSegment::parse_set(std::string_view text, size_t at, Atom& set) {
  const auto begin = at++;
  set.character = '[';
  Atom read{.kind = Atom::Kind::set};
  if (at < text.size() && (text[at] == '!' || text[at] == '^')) read.negated = true, ++at;
  for (bool is_first = true; at < text.size() && (is_first || text[at] != ']'); is_first = false) {
    const auto first = unescaped(text, at);
    at += first.length;
    Range range{first.value, first.value};
    if (at + 1 < text.size() && text[at] == '-' && text[at + 1] != ']') {
      const auto last = unescaped(text, at + 1);
      range.last = last.value;
      at += 1 + last.length;
    }
    if (range.last < range.first) return 1;
    read.ranges.push_back(range);
  }
  if (at >= text.size()) return 1;
  const auto& ranges = read.ranges;
  if (!read.negated && ranges.size() == 1 && ranges[0].first == ranges[0].last) {
    set.character = ranges[0].first;  // [*] is a way to write the character
  } else {
    set = std::move(read);
  }
  return at + 1 - begin;
}

bool GlobSegment::is_literal() const {
  return std::all_of(atoms_.begin(), atoms_.end(),
                     [](const Atom& a) { return a.kind == Atom::Kind::character; });
}

std::string GlobSegment::text() const {
  std::string text;
  for (const auto& atom : atoms_) append_utf8(text, atom.character);
  return text;
}

bool GlobSegment::Atom::matches(char32_t c) const {
  if (kind == Kind::any) return true;
  if (kind == Kind::character) return c == character;
  const bool is_in = std::any_of(ranges.begin(), ranges.end(),
                                 [&](const Range& range) { return c >= range.first && c <= range.last; });
  return is_in != negated;
}

bool GlobSegment::matches(std::string_view name) const {
  size_t atom = 0, at = 0;
  size_t star = atoms_.size(), star_at = 0;  // the last star passed, and where its text ends
  while (at < name.size()) {
    const auto c = code_point(name, at);
    if (atom < atoms_.size() && atoms_[atom].kind == Atom::Kind::star) {
      star = atom++;
      star_at = at;
    } else if (atom < atoms_.size() && atoms_[atom].matches(c.value)) {
      ++atom;
      at += c.length;
    } else if (star < atoms_.size()) {  // the star takes one character more
      atom = star + 1;
      star_at += code_point(name, star_at).length;
      at = star_at;
    } else {
      return false;
    }
  }
  return std::all_of(atoms_.begin() + static_cast<std::ptrdiff_t>(atom), atoms_.end(),
                     [](const Atom& a) { return a.kind == Atom::Kind::star; });
}

GlobPattern::GlobPattern(std::string_view text, const std::filesystem::path& root,
                         const std::filesystem::path& home) {
  text = trim_unicode(text);
  while (text.starts_with('!')) {
    negated_ = !negated_;
    text = trim_unicode(text.substr(1));
  }
  if (text.empty()) throw Error("Invalid pattern '!'. A pattern has to follow the exclamation mark.");
  auto names = names_of(text);
  folders_only_ = text.ends_with('/');
  const bool is_absolute = text.starts_with('/');
  const bool from_home = !is_absolute && !names.empty() && names[0] == "~";
  const bool from_here = !is_absolute && !names.empty() && GlobSegment::parse(names[0]).text() == ".";
  if (!is_absolute) {
    const auto base = (from_home ? home : root).lexically_normal().string();
    for (const auto name : names_of(base)) segments_.push_back(GlobSegment::literal(name));
  }
  if (from_home || from_here) names.erase(names.begin());
  for (const auto name : names) {
    auto segment = GlobSegment::parse(name);
    if (segment.is_literal() && (segment.text() == "." || segment.text() == "..")) {
      throw Error("Invalid pattern '{}'. Relative pathing '.' and '..' is not allowed.", text);
    }
    segments_.push_back(std::move(segment));
  }
}

std::filesystem::path GlobPattern::search_path() const {
  std::filesystem::path path = "/";
  for (const auto& segment : segments_) {
    if (segment.any_depth() || !segment.is_literal()) break;
    path /= segment.text();
  }
  return path;
}

GlobPattern::Relation GlobPattern::relate(const std::vector<std::string>& names, bool is_folder) const {
  Places places(segments_.size() + 1);
  places[0] = true;
  skip_any_depth(segments_, places);
  bool below = false;  // something above the path is what the pattern names
  for (const auto& name : names) {
    below = below || places.back();
    places = advance(segments_, places, name);
  }
  Relation relation;
  relation.covered = below || (places.back() && (is_folder || !folders_only_));
  relation.all_below = below || places.back();
  relation.some_below = below || std::find(places.begin(), places.end(), true) != places.end();
  return relation;
}

}  // namespace runner
