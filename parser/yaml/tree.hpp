// parser/yaml/tree.hpp -- a YAML file as a tree in which every node knows its place, with the core schema and
// the limits of workflow-syntax.md section 3. Knows nothing of workflows.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/base/diagnostic.hpp"

namespace runner::yaml {

enum class Kind { null, boolean, number, string, sequence, mapping };

struct Node {
  Kind kind = Kind::null;
  Pos pos;           // of an aliased node: the place of the anchor, and of the alias
  std::string text;  // a scalar's string form: null "", true "true", 1.10 "1.1"
  bool boolean = false;
  double number = 0;
  bool block = false;           // a scalar written with | or >
  std::vector<Node> items;      // sequence
  struct Member;                // first: the key, second: the value
  std::vector<Member> members;  // mapping, in file order; keys are string scalars

  bool is_scalar() const { return kind < Kind::sequence; }
  const Node* find(std::string_view key) const;  // exact; null when absent
};

struct Node::Member {  // not std::pair, for which clang 14 needs Node to be complete
  Member(Node key, Node value) : first(std::move(key)), second(std::move(value)) {}
  Node first, second;
};

struct Limits {
  int depth = 50;
  size_t file_size = 1'048'576;  // characters
  size_t nodes = 50'000;         // after aliases are expanded
};

// The single document of `text`, or the diagnostics (rule "syntax" or "limits") that say why not. Never
// throws on any input.
std::optional<Node> read(std::string_view text, const std::string& file, std::vector<Diagnostic>& diagnostics,
                         const Limits& limits = {});

}  // namespace runner::yaml
