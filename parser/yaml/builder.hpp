// parser/yaml/builder.hpp -- makes the tree from yaml-cpp's events. Private to parser/yaml.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include <yaml-cpp/eventhandler.h>

#include "parser/yaml/source.hpp"
#include "parser/yaml/tree.hpp"

namespace runner::yaml {

// What stops the reading of a file.
struct Fault {
  Pos pos;
  std::string rule, message;
};

class Builder : public YAML::EventHandler {
 public:
  Builder(const Source& source, const Limits& limits) : source_(source), limits_(limits) {}
  std::optional<Node> take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  struct Open {  // a collection whose end has not come yet
    Node node;
    YAML::anchor_t anchor = 0;
    std::optional<Node> key;
    int last_line = 0;  // of what was read last in it, from 0
  };
  struct Anchor {
    std::optional<Node> node;  // none while its node is still open: an alias to it would be recursive
    size_t nodes = 0;
    int depth = 0;
  };
  Pos pos(const YAML::Mark& mark) const;
  Pos empty_pos(const YAML::Mark& mark) const;
  void open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor);
  void close();
  void add(Node node);
  void count(size_t nodes, Pos where);
  void check_depth(size_t levels, Pos where) const;
  void declare(YAML::anchor_t anchor);
  void define(YAML::anchor_t anchor, const Node& node);

  const Source& source_;
  const Limits& limits_;
  std::vector<Open> open_;
  std::vector<Anchor> anchors_;
  std::optional<Node> root_;
  bool started_ = false;
  size_t nodes_ = 0;
};

}  // namespace runner::yaml
