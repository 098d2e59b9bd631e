#include "parser/yaml/builder.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>
#include <yaml-cpp/mark.h>

#include "parser/base/text.hpp"
#include "parser/yaml/place.hpp"
#include "parser/yaml/scalar.hpp"

namespace runner::yaml {
namespace {

size_t count_nodes(const Node& node) {
  size_t total = 1;
  for (const auto& item : node.items) total += count_nodes(item);
  for (const auto& [key, value] : node.members) total += 1 + count_nodes(value);
  return total;
}

int depth_of(const Node& node) {
  if (node.is_scalar()) return 0;
  int deepest = 0;
  for (const auto& item : node.items) deepest = std::max(deepest, depth_of(item));
  for (const auto& [key, value] : node.members) deepest = std::max(deepest, depth_of(value));
  return deepest + 1;
}

// Everything below an alias was reached through it; of several, the outermost stands where it is used.
void came_through(Node& node, Pos alias) {
  node.pos.alias_line = alias.line, node.pos.alias_column = alias.column;
  for (auto& item : node.items) came_through(item, alias);
  for (auto& [key, value] : node.members) {
    came_through(key, alias);
    came_through(value, alias);
  }
}

// yaml-cpp takes the end of the file for the end of a quoted scalar.
bool quote_closed(std::string_view text) {
  const char quote = text[0];
  for (size_t at = 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || !text.substr(at + 1).starts_with('\'')) return true;
      ++at;
    }
  }
  return false;
}

// Is there a null written out, and not the key of the next pair?
bool null_written(std::string_view text) {
  text = text.substr(0, text.find_first_of("\r\n"));
  for (const std::string_view word : {"~", "null", "Null", "NULL"}) {
    if (!text.starts_with(word)) continue;
    const auto rest = trim(text.substr(word.size()));
    return !rest.starts_with(':');
  }
  return false;
}

}  // namespace

Pos Builder::pos(const YAML::Mark& mark) const { return source_.pos(mark.line, mark.column); }

void Builder::OnDocumentStart(const YAML::Mark& mark) {
  if (std::exchange(started_, true)) {
    throw Fault{pos(mark), "syntax", "A second document was not expected; a workflow file holds exactly one"};
  }
}

// yaml-cpp gives an empty value the mark of the next token, which may be lines below: the key says more.
Pos Builder::empty_pos(const YAML::Mark& mark) const {
  if (open_.empty() || null_written(source_.text().substr(source_.offset(mark.line, mark.column)))) {
    return pos(mark);
  }
  const auto& parent = open_.back();
  if (parent.node.kind == Kind::mapping) return parent.key ? parent.key->pos : pos(mark);
  for (int line = std::min(mark.line, source_.lines() - 1); line >= parent.last_line; --line) {
    const auto text = source_.line(line);
    const auto bare = trim(text.substr(0, text.find('#')));
    const auto dash = text.find_first_not_of(' ');
    if (bare == "-") return source_.pos(line, static_cast<int>(dash));
  }
  return pos(mark);
}

void Builder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  Node node;
  node.pos = empty_pos(mark);
  declare(anchor);
  count(1, node.pos);
  define(anchor, node);
  add(std::move(node));
}

void Builder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto& target = anchors_.at(anchor);
  if (!target.node) throw Fault{pos(mark), "syntax", "An alias may not lie inside its own anchor"};
  count(target.nodes, pos(mark));
  check_depth(open_.size() + static_cast<size_t>(target.depth), pos(mark));
  const bool is_key = !open_.empty() && open_.back().node.kind == Kind::mapping && !open_.back().key;
  if (is_key && !target.node->is_scalar()) {
    throw Fault{pos(mark), "syntax",
                "A mapping key must be a scalar, but this alias stands for a collection"};
  }
  auto node = *target.node;
  came_through(node, pos(mark));
  add(std::move(node));
}

void Builder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       const std::string& value) {
  Node node;
  node.pos = pos(mark);
  const auto start = skip_properties(source_.text(), source_.offset(mark.line, mark.column));
  const char first = start < source_.text().size() ? source_.text()[start] : '\n';
  node.block = first == '|' || first == '>';
  const bool plain = !node.block && first != '"' && first != '\'';
  if (!plain && !node.block && !quote_closed(source_.text().substr(start))) {
    throw Fault{source_.pos_of(start), "syntax", "The quote is not closed before the end of the file"};
  }
  std::string complaint;
  if (tag == "?" || (tag == "!" && plain)) {
    complaint = resolve_plain(value, node);
  } else if (tag == "!") {
    node.kind = Kind::string;
    node.text = value;
  } else {
    complaint = resolve_tagged(tag, value, plain, node);
  }
  if (!complaint.empty()) throw Fault{node.pos, "syntax", std::move(complaint)};
  declare(anchor);
  count(1, node.pos);
  define(anchor, node);
  add(std::move(node));
}

void Builder::OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                              YAML::EmitterStyle::value) {
  open(Kind::sequence, mark, anchor);
}

void Builder::OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) {
  open(Kind::mapping, mark, anchor);
}

void Builder::open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
  if (!open_.empty() && open_.back().node.kind == Kind::mapping && !open_.back().key) {
    throw Fault{pos(mark), "syntax",
                fmt::format("A mapping key must be a scalar, but this is a {}",
                            kind == Kind::mapping ? "mapping; quote {{ }}" : "list")};
  }
  Open next;
  next.node.kind = kind;
  next.node.pos = pos(mark);
  next.anchor = anchor;
  next.last_line = mark.line;
  declare(anchor);
  count(1, next.node.pos);
  check_depth(open_.size() + 1, next.node.pos);
  open_.push_back(std::move(next));
}

void Builder::close() {
  auto done = std::move(open_.back());
  open_.pop_back();
  define(done.anchor, done.node);
  add(std::move(done.node));
}

void Builder::add(Node node) {
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  auto& parent = open_.back();
  parent.last_line = std::max(parent.last_line, node.pos.line - 1);
  if (parent.node.kind == Kind::sequence) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.key) {
    node.kind = Kind::string;  // null, number and boolean keys become their string form
    parent.key = std::move(node);
  } else {
    parent.node.members.emplace_back(*std::exchange(parent.key, std::nullopt), std::move(node));
  }
}

void Builder::count(size_t nodes, Pos where) {
  nodes_ += nodes;
  if (nodes_ > limits_.nodes) {
    throw Fault{
        where, "limits",
        fmt::format("The maximum of {} nodes, after expanding aliases, has been exceeded", limits_.nodes)};
  }
}

void Builder::check_depth(size_t levels, Pos where) const {
  if (levels > static_cast<size_t>(limits_.depth)) {
    throw Fault{where, "limits",
                fmt::format("Maximum object depth exceeded; at most {} levels are allowed", limits_.depth)};
  }
}

void Builder::declare(YAML::anchor_t anchor) {
  if (anchor == 0) return;
  if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
  anchors_[anchor] = {};
}

void Builder::define(YAML::anchor_t anchor, const Node& node) {
  if (anchor != 0) anchors_[anchor] = {node, count_nodes(node), depth_of(node)};
}

}  // namespace runner::yaml
