// Top-down operator precedence: how tightly a word binds decides how far an expression reaches.
#include "steps/clients/aws/jmespath/parser.hpp"

namespace runner::aws::jmespath {
namespace {

using Kind = Node::Kind;

// Far beyond what a person writes, and well within the stack that a tree of it needs.
constexpr int kDeepest = 400;
constexpr size_t kMostWords = 2000, kLongest = 16 * 1024;
constexpr int kComparator = 5, kFlatten = 9, kProjectionStop = 10, kStar = 20, kFilter = 21, kDot = 40,
              kNot = 45;

int binding(Word word) {
  switch (word) {
    case Word::pipe:
      return 1;
    case Word::either:
      return 2;
    case Word::both:
      return 3;
    case Word::equal:
    case Word::unequal:
    case Word::less:
    case Word::less_equal:
    case Word::greater:
    case Word::greater_equal:
      return kComparator;
    case Word::flatten:
      return kFlatten;
    case Word::star:
      return kStar;
    case Word::filter:
      return kFilter;
    case Word::dot:
      return kDot;
    case Word::negate:
      return kNot;
    case Word::lbrace:
      return 50;
    case Word::lbracket:
      return 55;
    case Word::lparen:
      return 60;
    default:
      return 0;
  }
}

template <class... Nodes>
Node node(Kind kind, Nodes... children) {
  Node made{.kind = kind};
  (made.children.push_back(std::move(children)), ...);
  return made;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(words_of(text)) {}

  Node parse() {
    if (tokens_.size() > kMostWords)
      throw QueryError("Invalid jmespath expression: more than {} words", kMostWords);
    auto whole = expression(0);
    if (now().word != Word::end) refuse("Unexpected token");
    return whole;
  }

 private:
  const Token& now() const { return tokens_[next_]; }
  const Token& after() const { return tokens_[std::min(next_ + 1, tokens_.size() - 1)]; }
  const Token& take() {
    const auto& token = tokens_[next_];
    if (token.word != Word::end) ++next_;
    return token;
  }
  bool take_if(Word word) {
    if (now().word != word) return false;
    take();
    return true;
  }
  void expect(Word word, std::string_view written) {
    if (!take_if(word)) refuse(fmt::format("Expected \"{}\"", written));
  }
  [[noreturn]] void refuse(std::string_view why) const {
    if (now().word == Word::end)
      throw error_at(text_, text_.size(), "Invalid jmespath expression: Incomplete expression");
    throw error_at(text_, now().at,
                   fmt::format("Invalid jmespath expression: {}, found \"{}\"", why, now().text));
  }

  Node expression(int strength) {
    if (++depth_ > kDeepest) throw QueryError("Invalid jmespath expression: nested too deeply");
    auto left = beginning();
    while (strength < binding(now().word)) left = continuation(std::move(left));
    --depth_;
    return left;
  }

  // What may stand first.
  Node beginning() {
    const auto& token = take();
    switch (token.word) {
      case Word::literal:
        return {.kind = Kind::literal, .value = token.value};
      case Word::identifier:
        return {.kind = Kind::field, .text = token.text};
      case Word::quoted:
        if (now().word == Word::lparen) refuse("Quoted identifier not allowed for function names");
        return {.kind = Kind::field, .text = token.text};
      case Word::current:
        return {};
      case Word::star:
        return node(Kind::value_projection, Node{}, now().word == Word::rbracket ? Node{} : projected(kStar));
      case Word::flatten:
        return node(Kind::projection, node(Kind::flatten, Node{}), projected(kFlatten));
      case Word::filter:
        return filter({});
      case Word::lbracket:
        return bracket_first();
      case Word::lbrace:
        return object();
      case Word::negate:
        return node(Kind::negate, expression(kNot));
      case Word::expref:
        return node(Kind::expref, expression(0));
      case Word::lparen: {
        auto inner = expression(0);
        expect(Word::rparen, ")");
        return inner;
      }
      default:
        if (token.word != Word::end) --next_;
        refuse("Unexpected token");
    }
  }

  // What may stand after `left`.
  Node continuation(Node left) {
    const auto word = now().word;
    switch (word) {
      case Word::dot:
        take();
        if (take_if(Word::star)) return node(Kind::value_projection, std::move(left), projected(kDot));
        return node(Kind::chain, std::move(left), after_dot(kDot));
      case Word::pipe:
        take();
        return node(Kind::chain, std::move(left), expression(binding(word)));
      case Word::either:
        take();
        return node(Kind::either, std::move(left), expression(binding(word)));
      case Word::both:
        take();
        return node(Kind::both, std::move(left), expression(binding(word)));
      case Word::equal:
      case Word::unequal:
      case Word::less:
      case Word::less_equal:
      case Word::greater:
      case Word::greater_equal: {
        take();
        auto made = node(Kind::comparison, std::move(left), expression(kComparator));
        made.sign = word;
        return made;
      }
      case Word::flatten:
        take();
        return node(Kind::projection, node(Kind::flatten, std::move(left)), projected(kFlatten));
      case Word::filter:
        take();
        return filter(std::move(left));
      case Word::lbracket:
        take();
        return bracket_after(std::move(left));
      case Word::lparen:
        return call(std::move(left));
      default:
        refuse("Unexpected token");
    }
  }

  Node call(Node name) {
    if (name.kind != Kind::field) refuse("Invalid function name");
    take();
    Node made{.kind = Kind::call, .text = name.text};
    if (take_if(Word::rparen)) return made;
    do made.children.push_back(expression(0));
    while (take_if(Word::comma));
    expect(Word::rparen, ")");
    return made;
  }

  Node filter(Node left) {
    auto condition = expression(0);
    expect(Word::rbracket, "]");
    auto right = now().word == Word::flatten ? Node{} : projected(kFilter);
    return node(Kind::filter_projection, std::move(left), std::move(right), std::move(condition));
  }

  bool at_index() const { return now().word == Word::number || now().word == Word::colon; }

  Node bracket_first() {
    if (at_index()) return index_or_slice({});
    if (now().word == Word::star && after().word == Word::rbracket) return items({});
    return list();
  }

  Node bracket_after(Node left) {
    return at_index() ? index_or_slice(std::move(left)) : items(std::move(left));
  }

  Node items(Node left) {
    expect(Word::star, "*");
    expect(Word::rbracket, "]");
    return node(Kind::projection, std::move(left), projected(kStar));
  }

  Node index_or_slice(Node left) {
    Node made{.kind = Kind::index};
    size_t part = 0;
    do {
      if (now().word == Word::number) made.numbers[part] = take().value.get<int64_t>();
    } while (now().word == Word::colon && ++part < 3 && take_if(Word::colon));
    expect(Word::rbracket, "]");
    if (part == 0) return node(Kind::chain, std::move(left), std::move(made));
    made.kind = Kind::slice;
    return node(Kind::projection, node(Kind::chain, std::move(left), std::move(made)), projected(kStar));
  }

  Node list() {
    Node made{.kind = Kind::list};
    do made.children.push_back(expression(0));
    while (take_if(Word::comma));
    expect(Word::rbracket, "]");
    return made;
  }

  Node object() {
    Node made{.kind = Kind::object};
    do {
      if (now().word != Word::identifier && now().word != Word::quoted) refuse("Expected a name");
      made.keys.push_back(take().text);
      expect(Word::colon, ":");
      made.children.push_back(expression(0));
    } while (take_if(Word::comma));
    expect(Word::rbrace, "}");
    return made;
  }

  // What is done with each item of a projection.
  Node projected(int strength) {
    if (binding(now().word) < kProjectionStop) return {};
    if (now().word == Word::lbracket || now().word == Word::filter) return expression(strength);
    if (take_if(Word::dot)) return after_dot(strength);
    refuse("Unexpected token");
  }

  Node after_dot(int strength) {
    const auto word = now().word;
    if (word == Word::identifier || word == Word::quoted || word == Word::star) return expression(strength);
    if (take_if(Word::lbracket)) return list();
    if (take_if(Word::lbrace)) return object();
    refuse("Expected a name, \"*\", \"[\" or \"{\" after \".\"");
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  size_t next_ = 0;
  int depth_ = 0;
};

}  // namespace

Node parse(std::string_view expression) {
  if (expression.size() > kLongest) throw QueryError("Invalid jmespath expression: longer than 16 KiB");
  return Parser(expression).parse();
}

}  // namespace runner::aws::jmespath
