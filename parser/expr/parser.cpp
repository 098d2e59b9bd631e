// Operator precedence with two stacks, as brackets may nest deeper than a recursive parser's stack allows.
#include "parser/expr/parser.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "parser/base/unicode.hpp"
#include "parser/expr/lexer.hpp"

namespace runner::expr {
namespace {

using Kind = Token::Kind;

// Higher binds tighter; 0 is a bracket, at which reducing stops.
int precedence(const Token& token) {
  if (token.kind != Kind::operation) return 0;
  switch (token.op) {
    case Operator::logical_or:
      return 1;
    case Operator::logical_and:
      return 2;
    case Operator::equal:
    case Operator::not_equal:
      return 3;
    case Operator::logical_not:
      return 5;
    default:
      return 4;
  }
}

class Parser {
 public:
  Parser(std::string_view source, const Allowed* allowed, size_t at)
      : source_(source), lexer_(source), allowed_(allowed), at_(at) {}

  Ast parse() {
    Token last;
    for (auto token = lexer_.next(); token.kind != Kind::none; token = lexer_.next()) {
      if (token.kind == Kind::illegal) fail("Unexpected symbol", token);
      push(token, last);
      last = std::move(token);
    }
    if (last.kind == Kind::none) return {};
    if (lexer_.in_brackets() || last.kind == Kind::operation || last.kind == Kind::dot) {
      fail("Unexpected end of expression", last);
    }
    reduce(1);
    check_depth(deepest_);
    return std::move(operands_.front());
  }

 private:
  struct Pending {
    Token token;
    size_t operands = 0;  // on the stack when it was pushed
  };

  [[noreturn]] void fail(std::string_view what, const Token& token, const std::string& advice = "") const {
    throw ParseError(fmt::format("{}: '{}'. Located at position {} within expression: {}", what, token.raw,
                                 utf16_length(source_.substr(0, token.at)) + 1, source_),
                     advice, at_ + token.at);
  }

  void push(const Token& token, const Token& last) {
    switch (token.kind) {
      case Kind::literal:
        return add({.kind = Ast::Kind::literal, .literal = token.literal}, token);
      case Kind::context:
        return add({.kind = Ast::Kind::context, .name = known_context(token)}, token);
      case Kind::function:
        return add(known_function(token), token);
      case Kind::property:
        add({.kind = Ast::Kind::literal, .literal = std::string(token.raw)}, token);
        return combine({.kind = Ast::Kind::index}, 2);
      case Kind::wildcard:
        add({.kind = Ast::Kind::wildcard}, token);
        if (last.kind == Kind::dot) combine({.kind = Ast::Kind::index}, 2);
        return;
      case Kind::operation:
        if (token.op != Operator::logical_not) reduce(precedence(token));
        return wait(token);
      default:
        return push_punctuation(token);
    }
  }

  void push_punctuation(const Token& token) {
    switch (token.kind) {
      case Kind::open_group:
      case Kind::open_call:
      case Kind::open_index:
        return wait(token);
      case Kind::comma:
        return reduce(1);
      case Kind::close_group:
        reduce(1);
        pending_.pop_back();
        return;
      case Kind::close_index:
        reduce(1);
        pending_.pop_back();
        return combine({.kind = Ast::Kind::index}, 2);
      case Kind::close_call:
        reduce(1);
        return call();
      default:  // a dot: the property that follows does the work
        return;
    }
  }

  void wait(const Token& token) { pending_.push_back({token, operands_.size()}); }

  // Builds the nodes of the waiting operators that bind at least as tightly, down to an open bracket.
  void reduce(int at_least) {
    while (!pending_.empty() && precedence(pending_.back().token) >= at_least) {
      const auto op = pending_.back().token.op;
      Ast node{.kind = Ast::Kind::operation, .op = op};
      const bool is_prefix = op == Operator::logical_not;
      if (is_prefix) node.at = at_ + pending_.back().token.at;
      pending_.pop_back();
      combine(std::move(node), is_prefix ? 1 : 2);
    }
  }

  void add(Ast node, const Token& token) {
    node.at = at_ + token.at;
    operands_.push_back(std::move(node));
  }

  // Makes the last `count` operands the children of `node`, which starts with the first unless it has a
  // place.
  void combine(Ast node, size_t count) {
    const auto first = operands_.end() - static_cast<std::ptrdiff_t>(count);
    const bool joins = node.kind == Ast::Kind::operation &&
                       (node.op == Operator::logical_and || node.op == Operator::logical_or);
    const auto same = [&](const Ast& child) {
      return joins && child.kind == node.kind && child.op == node.op;
    };
    if (node.at == kNowhere) node.at = first->at;
    if (count > 0 && same(*first)) node = std::move(*first);  // a && b && c is one node
    for (auto child = first; child != operands_.end(); ++child) {
      if (child == first && !node.children.empty()) continue;
      if (same(*child)) {
        std::move(child->children.begin(), child->children.end(), std::back_inserter(node.children));
        node.depth = std::max(node.depth, child->depth);
      } else {
        node.depth = std::max(node.depth, child->depth + 1);
        node.children.push_back(std::move(*child));
      }
    }
    operands_.erase(first, operands_.end());
    deepest_ = std::max(deepest_, node.depth);
    if (node.depth > kMaxDepth) node.children.clear();  // an error already, which syntax errors precede
    operands_.push_back(std::move(node));
  }

  // The function's own node lies below its arguments.
  void call() {
    const auto open = std::move(pending_.back());
    pending_.pop_back();
    const auto count = operands_.size() - open.operands;
    auto node = std::move(operands_[open.operands - 1]);
    check_count(node, static_cast<int>(count), open.token);
    combine(std::move(node), count);
    operands_.erase(operands_.end() - 2);
  }

  void check_count(const Ast& node, int count, const Token& open) const {
    const auto [least, most] = limits(node);
    if (count < least) fail("Too few parameters supplied", open);
    if (count > most) fail("Too many parameters supplied", open);
    if (node.function != nullptr && node.function->odd && count % 2 == 0) {
      fail("Even number of parameters supplied, requires an odd number of parameters", open);
    }
  }

  std::pair<int, int> limits(const Ast& node) const {
    if (node.function != nullptr) return {node.function->least, node.function->most};
    const auto* host = host_function(node.name);
    return {host->least, host->most};
  }

  const HostFunction* host_function(std::string_view name) const {
    if (allowed_ == nullptr) return nullptr;
    const auto& all = allowed_->functions;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& f) { return equal_ignoring_case(f.name, name); });
    return found == all.end() ? nullptr : &*found;
  }

  std::string known_context(const Token& token) const {
    const auto is_it = [&](const std::string& name) { return equal_ignoring_case(name, token.raw); };
    if (allowed_ != nullptr && std::none_of(allowed_->contexts.begin(), allowed_->contexts.end(), is_it)) {
      fail("Unrecognized named-value", token, did_you_mean(token.raw, allowed_->contexts));
    }
    return lower(token.raw);
  }

  Ast known_function(const Token& token) const {
    if (const auto* function = find_function(token.raw)) {
      return {.kind = Ast::Kind::call, .function = function, .name = std::string(function->name)};
    }
    if (const auto* host = host_function(token.raw)) return {.kind = Ast::Kind::call, .name = host->name};
    std::vector<std::string> names;
    for (const auto& function : functions()) names.emplace_back(function.name);
    if (allowed_ != nullptr) {
      for (const auto& function : allowed_->functions) names.push_back(function.name);
    }
    fail("Unrecognized function", token, did_you_mean(token.raw, names));
  }

  std::string_view source_;
  Lexer lexer_;
  const Allowed* allowed_;
  size_t at_;  // of the source
  std::vector<Ast> operands_;
  std::vector<Pending> pending_;
  int deepest_ = 1;
};

AstPtr parse_source(std::string_view source, const Allowed* allowed) {
  auto tree = parse_tree(source, allowed);
  tree.source = source;
  return std::make_shared<const Ast>(std::move(tree));
}

}  // namespace

void check_length(std::string_view source) {
  if (source.size() > kMaxLength && utf16_length(source) > kMaxLength) {
    throw ParseError(fmt::format("Exceeded max expression length {}", kMaxLength));
  }
}

void check_depth(int depth) {
  if (depth > kMaxDepth) throw ParseError(fmt::format("Exceeded max expression depth {}", kMaxDepth));
}

Ast parse_tree(std::string_view source, const Allowed* allowed, size_t at) {
  check_length(source);
  return Parser(source, allowed, at).parse();
}

AstPtr parse(std::string_view source, const Allowed& allowed) { return parse_source(source, &allowed); }
AstPtr parse_any(std::string_view source) { return parse_source(source, nullptr); }

}  // namespace runner::expr
