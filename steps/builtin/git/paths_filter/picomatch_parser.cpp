// picomatch reads a glob in one pass, from left to right, and keeps two things: the regular expression so
// far, and the tokens it was made of, some of which it changes later on. Where it cannot mend what it wrote,
// it writes all anew from the tokens; since neighbouring texts are joined carelessly, that loses text
// ("abc.d{1..3}" is none of "abc.d1"). Globs are what GitHub makes of them, so both are kept here as there,
// mistakes included. The option is dot: true; testdata/picomatch holds this reader to the original.
#include "steps/builtin/git/paths_filter/picomatch_parser.hpp"

#include <algorithm>
#include <cctype>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "parser/base/error.hpp"
#include "steps/formats/js_regex.hpp"

namespace runner::picomatch {
namespace {

enum class Kind {
  start,
  text,
  slash,
  dot,
  dots,
  question,
  star,
  globstar,
  plus,
  at,
  negate,
  paren,
  bracket,
  brace,
  comma,
  maybe_slash
};

struct Token {
  Kind kind = Kind::text;
  std::string value = {};                  // as in the glob, mostly
  std::optional<std::string> output = {};  // in the regular expression, where it is another
  bool extglob = false;
  Token* before = nullptr;
  bool many_stars = false, posix = false, has_comma = false, has_dots = false;
  size_t output_start = 0, token_index = 0;  // of a brace: where it stands

  const std::string& written() const { return output ? *output : value; }
};

struct Extglob {
  char sign;
  std::string inner;
  int parens;  // that were open around it
};

enum class Open { parens, brackets, braces };

constexpr std::string_view kRegexCharacters = "-*+?.^${}(|)[]";
constexpr std::string_view kGlobCharacters = "@![].,$*+?^{}()|\\/";

bool has_regex_characters(std::string_view text) {
  return text.find_first_of(kRegexCharacters) != std::string_view::npos;
}

std::string escaped_regex(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (kRegexCharacters.find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

bool is_one_of(char c, std::string_view characters) {
  return c != '\0' && characters.find(c) != std::string_view::npos;
}

// text.slice(0, -count) of JavaScript, for which -0 is 0.
void drop_end(std::string& text, size_t count) {
  text.resize(count == 0 || count > text.size() ? 0 : text.size() - count);
}

// A backslash before the last bracket that has none.
void escape_last(std::string& text, char bracket) {
  for (auto at = text.rfind(bracket); at != std::string::npos; at = text.rfind(bracket, at - 1)) {
    if (at == 0 || text[at - 1] != '\\') {
      text.insert(at, 1, '\\');
      return;
    }
  }
}

// {1..3} is a class, and so is {1..10}: of the characters 1 and 0.
std::string range_class(std::vector<std::string> ends) {
  std::sort(ends.begin(), ends.end());
  std::string range, text;
  for (const auto& end : ends) {
    range += (range.empty() ? "[" : "-") + end;
    text += (text.empty() ? "" : "..") + escaped_regex(end);
  }
  range += "]";
  return JsRegex::is_valid(range) ? range : text;
}

const std::string* posix_class(const std::string& name) {
  static const std::map<std::string, std::string> kClasses{
      {"alnum", "a-zA-Z0-9"},        {"alpha", "a-zA-Z"},
      {"ascii", R"(\x00-\x7F)"},     {"blank", R"( \t)"},
      {"cntrl", R"(\x00-\x1F\x7F)"}, {"digit", "0-9"},
      {"graph", R"(\x21-\x7E)"},     {"lower", "a-z"},
      {"print", R"(\x20-\x7E )"},    {"punct", R"(\-!"#$%&'()\*+,./:;<=>?@[\]^_`{|}~)"},
      {"space", R"( \t\r\n\v\f)"},   {"upper", "A-Z"},
      {"word", "A-Za-z0-9_"},        {"xdigit", "A-Fa-f0-9"}};
  const auto at = kClasses.find(name);
  return at == kClasses.end() ? nullptr : &at->second;
}

class Parser {
 public:
  explicit Parser(std::string_view glob) : glob_(glob) {
    if (glob_.starts_with("./")) glob_.remove_prefix(2);
    start_ = last_ = &pool_.emplace_back(Token{.kind = Kind::start, .output = ""});
    tokens_.push_back(start_);
  }

  Parsed parse() {
    while (at_ + 1 < static_cast<int>(glob_.size())) read(advance());
    finish();
    return {std::move(output_), negated_};
  }

 private:
  // --- the glob: at_ is the character that is read, first_ the first that counts
  char peek(int ahead = 1) const {
    const auto at = static_cast<size_t>(at_ + ahead);
    return at < glob_.size() ? glob_[at] : '\0';
  }
  char advance() {
    const char c = peek();
    ++at_;
    return c;
  }
  bool at_end() const { return at_ + 1 == static_cast<int>(glob_.size()); }
  std::string_view rest() const { return glob_.substr(std::min(static_cast<size_t>(at_ + 1), glob_.size())); }
  // "(" that begins a group of the glob, not one of a regular expression.
  bool group_follows() const { return peek() == '(' && peek(2) != '?'; }

  // --- what is open
  void open(Open what) {
    ++count(what);
    open_.push_back(what);
  }
  void close(Open what) {
    --count(what);
    if (!open_.empty()) open_.pop_back();
  }
  int& count(Open what) {
    return what == Open::parens ? parens_ : what == Open::brackets ? brackets_ : brace_count_;
  }

  // --- what is written
  void push(Token token) {
    if (last_->kind == Kind::globstar && !may_follow_globstar(token)) make_star_of_globstar();
    if (!extglobs_.empty() && token.kind != Kind::paren) extglobs_.back().inner += token.value;
    output_ += token.written();
    if (last_->kind == Kind::text && token.kind == Kind::text) {
      last_->value += token.value;
      last_->output = last_->output.value_or("") + token.value;
      return;
    }
    token.before = last_;
    last_ = &pool_.emplace_back(std::move(token));
    tokens_.push_back(last_);
  }
  void push(Kind kind, std::string value, std::optional<std::string> output = {}) {
    push({.kind = kind, .value = std::move(value), .output = std::move(output)});
  }

  bool may_follow_globstar(const Token& token) const {
    if (token.kind == Kind::slash || token.kind == Kind::paren || token.extglob) return true;
    return brace_count_ > 0 && (token.kind == Kind::comma || token.kind == Kind::brace);
  }

  void make_star_of_globstar() {
    drop_end(output_, last_->written().size());
    last_->kind = Kind::star;
    last_->value = "*";
    last_->output = kStar;
    output_ += kStar;
  }

  void append_to_last(std::string_view text) {
    last_->value += text;
    output_ += text;
  }
  void append_output_to_last(const std::string& text) {
    last_->output = last_->output.value_or("undefined") + text;
    output_ += text;
  }

  // --- one character of the glob
  void read(char c) {
    if (c == '\0') return;
    std::string value(1, c);
    if (c == '\\' && read_escape(value)) return;
    if (brackets_ > 0 && (value != "]" || last_->value == "[" || last_->value == "[^"))
      return read_in_class(std::move(value));
    if (quoted_ && value != "\"") return append_to_last(escaped_regex(value));
    switch (value.size() == 1 ? c : '\0') {
      case '"':
        quoted_ = !quoted_;
        return;
      case '(':
        open(Open::parens);
        return push(Kind::paren, "(");
      case ')':
        return read_paren_end();
      case '[':
        return read_class_start();
      case ']':
        return read_class_end();
      case '{':
        return read_brace();
      case '}':
        return read_brace_end();
      case '|':
        return push(Kind::text, "|");
      case ',':
        return read_comma();
      case '/':
        return read_slash();
      case '.':
        return read_dot();
      case '?':
        return read_question();
      case '!':
        if (read_exclamation()) return;
        break;
      case '+':
        return read_plus();
      case '@':
        if (group_follows()) return push({.kind = Kind::at, .value = "@", .output = "", .extglob = true});
        return push(Kind::text, "@");
      case '*':
        return read_star();
      default:
        break;
    }
    read_text(std::move(value));
  }

  void read_text(std::string value) {
    if (value == "$" || value == "^") value.insert(0, 1, '\\');
    const auto run = rest().substr(0, rest().find_first_of(kGlobCharacters));
    at_ += static_cast<int>(run.size());
    push(Kind::text, value + std::string(run));
  }

  // A backslash. True when all is done; else `value` is an escaped character inside a class.
  bool read_escape(std::string& value) {
    const char next = peek();
    if (is_one_of(next, "/.;")) return true;
    if (next == '\0') {
      push(Kind::text, R"(\\)");
      return true;
    }
    const auto after = rest();
    const auto backslashes = std::min(after.find_first_not_of('\\'), after.size());
    if (backslashes > 2) {
      at_ += static_cast<int>(backslashes);
      if (backslashes % 2 != 0) value += '\\';
    }
    if (peek() != '\0')
      value += advance();
    else
      ++at_;
    if (brackets_ > 0) return false;
    push(Kind::text, value);
    return true;
  }

  // --- [a-z]
  void read_class_start() {
    const bool closed = rest().find(']') != std::string_view::npos;
    if (closed) open(Open::brackets);
    push(Kind::bracket, closed ? "[" : "\\[");
  }

  void read_in_class(std::string value) {
    if (value == ":" && read_posix_class()) return;
    const bool is_text = (value == "[" && peek() != ':') || (value == "-" && peek() == ']') ||
                         (value == "]" && (last_->value == "[" || last_->value == "[^"));
    if (is_text) value.insert(0, 1, '\\');
    append_to_last(value);
  }

  // At the second colon of [:alpha:].
  bool read_posix_class() {
    const auto inner = last_->value.substr(1);
    if (inner.find('[') == std::string::npos) return false;
    last_->posix = true;
    if (inner.find(':') == std::string::npos) return false;
    const auto start = last_->value.rfind('[');
    const auto* characters = posix_class(last_->value.substr(std::min(start + 2, last_->value.size())));
    if (characters == nullptr) return false;
    last_->value = last_->value.substr(0, start) + *characters;
    write_anew_ = true;
    ++at_;
    if (start_->output->empty() && tokens_.size() > 1 && tokens_[1] == last_) start_->output = kOneCharacter;
    return true;
  }

  // A class without a character that means something in a regular expression is the literal text too:
  // "[id]" is a name of Next.js, and i or d.
  void read_class_end() {
    if (brackets_ == 0 || (last_->kind == Kind::bracket && last_->value.size() == 1))
      return push(Kind::text, "]", "\\]");
    close(Open::brackets);
    const auto inside = last_->value.substr(1);
    const bool negated = !last_->posix && inside.starts_with('^') && inside.find('/') == std::string::npos;
    append_to_last(negated ? "/]" : "]");
    if (has_regex_characters(inside)) return;
    const auto escaped = escaped_regex(last_->value);
    drop_end(output_, last_->value.size());
    last_->value = "(?:" + escaped + "|" + last_->value + ")";
    output_ += last_->value;
  }

  // --- {a,b} and {1..3}
  void read_brace() {
    open(Open::braces);
    push({.kind = Kind::brace,
          .value = "{",
          .output = "(",
          .output_start = output_.size(),
          .token_index = tokens_.size()});
    braces_.push_back(last_);
  }

  void read_brace_end() {
    if (braces_.empty()) return push(Kind::text, "}", "}");
    auto& brace = *braces_.back();
    std::string value = "}", output = ")";
    if (brace.has_dots) {
      output = take_range();
      write_anew_ = true;
    } else if (!brace.has_comma) {
      value = output = "\\}";
      make_text_of(brace);
    }
    push(Kind::brace, std::move(value), std::move(output));
    close(Open::braces);
    braces_.pop_back();
  }

  std::string take_range() {
    std::vector<std::string> ends;
    while (!tokens_.empty()) {
      const auto* token = tokens_.back();
      tokens_.pop_back();
      if (token->kind == Kind::brace) break;
      if (token->kind != Kind::dots) ends.insert(ends.begin(), token->value);
    }
    return range_class(std::move(ends));
  }

  void make_text_of(Token& brace) {
    brace.value = "\\{";
    brace.output = "\\{";
    output_.resize(std::min(output_.size(), brace.output_start));
    for (size_t i = brace.token_index; i < tokens_.size(); ++i) {
      const auto& token = *tokens_[i];
      output_ += token.output.value_or("").empty() ? token.value : *token.output;
    }
  }

  void read_comma() {
    const bool separates = !braces_.empty() && !open_.empty() && open_.back() == Open::braces;
    if (separates) braces_.back()->has_comma = true;
    push(Kind::comma, ",", separates ? "|" : ",");
  }

  // --- "/" and "."
  void read_slash() {
    if (last_->kind == Kind::dot && at_ == first_ + 1) {  // "./" at the start is nothing
      first_ = at_ + 1;
      output_.clear();
      tokens_.pop_back();
      last_ = start_;
      return;
    }
    push(Kind::slash, "/", kSlash);
  }

  void read_dot() {
    if (brace_count_ > 0 && last_->kind == Kind::dot) {
      last_->kind = Kind::dots;
      last_->output = last_->written() + ".";
      last_->value += '.';
      braces_.back()->has_dots = true;
      return;
    }
    const bool is_text =
        brace_count_ + parens_ == 0 && last_->kind != Kind::start && last_->kind != Kind::slash;
    push(is_text ? Kind::text : Kind::dot, ".", kDot);
  }

  // --- ( ), and ?( *( +( @( !(
  void open_extglob(Kind kind, char sign) {
    Extglob extglob{sign, "", parens_};
    open(Open::parens);
    push(kind, std::string(1, sign), output_.empty() ? kOneCharacter : "");
    push({.kind = Kind::paren,
          .value = std::string(1, advance()),
          .output = sign == '!' ? "(?:(?!(?:" : "(?:",
          .extglob = true});
    extglobs_.push_back(std::move(extglob));
  }

  void read_paren_end() {
    if (!extglobs_.empty() && parens_ == extglobs_.back().parens + 1) {
      const auto extglob = std::move(extglobs_.back());
      extglobs_.pop_back();
      push({.kind = Kind::paren, .value = ")", .output = extglob_end(extglob), .extglob = true});
    } else {
      push(Kind::paren, ")", parens_ != 0 ? ")" : "\\)");
    }
    close(Open::parens);
  }

  std::string extglob_end(const Extglob& extglob) const {
    if (extglob.sign != '!') return std::string(")") + extglob.sign;
    const bool deep = extglob.inner.size() > 1 && extglob.inner.find('/') != std::string::npos;
    const auto& star = deep ? kGlobstar : kStar;
    if (extglob.inner.find('*') != std::string::npos && is_extension(rest()))
      return ")" + Parser(rest()).parse().regex + ")" + star + ")";
    if (deep || rest().find_first_not_of(')') == std::string_view::npos) return ")$))" + star;
    return "))" + star + ")";
  }

  // ".ts", ".{ts,tsx}": !(*.d).ts takes it into what may not be.
  static bool is_extension(std::string_view text) {
    return text.size() > 1 && text[0] == '.' && text.find_first_of("\\/.", 1) == std::string_view::npos;
  }

  // --- ? + !
  void read_question() {
    if (last_->value != "(" && group_follows()) return open_extglob(Kind::question, '?');
    if (last_->kind != Kind::paren) return push(Kind::question, "?", kNotSlash);
    const char next = peek();
    const bool is_text =
        (last_->value == "(" && !is_one_of(next, "!=<:")) || (next == '<' && !lookbehind_follows());
    push(Kind::text, "?", is_text ? "\\?" : "?");
  }

  // "<=", "<!" or "<name>" somewhere in what follows.
  bool lookbehind_follows() const {
    static const JsRegex kLookbehind(R"(<([!=]|\w+>))");
    return kLookbehind.match(rest()).has_value();
  }

  bool read_exclamation() {
    if (peek() == '(' && (peek(2) != '?' || !is_one_of(peek(3), "!=<:"))) {
      open_extglob(Kind::negate, '!');
      return true;
    }
    if (at_ != 0) return false;
    int signs = 1;
    for (; peek() == '!' && (peek(2) != '(' || peek(3) == '?'); ++signs) ++at_, ++first_;
    if (signs % 2 != 0) negated_ = true, ++first_;
    return true;
  }

  void read_plus() {
    if (group_follows()) return open_extglob(Kind::plus, '+');
    if (last_->value == "(") return push(Kind::plus, "+", "\\+");
    const bool repeats =
        last_->kind == Kind::bracket || last_->kind == Kind::paren || last_->kind == Kind::brace;
    push(Kind::plus, repeats || parens_ > 0 ? "+" : "\\+");
  }

  // --- * and **
  void read_star() {
    if (last_->kind == Kind::globstar || last_->many_stars) {  // "***" is one star
      last_->kind = Kind::star;
      last_->many_stars = true;
      last_->value += '*';
      last_->output = kStar;
      write_anew_ = true;
      return;
    }
    if (peek() == '(' && peek(2) != '?' && peek(2) != '\0') return open_extglob(Kind::star, '*');
    if (last_->kind == Kind::star) return read_second_star();
    if (at_ == first_ || last_->kind == Kind::slash || last_->kind == Kind::dot) {
      append_output_to_last(last_->kind == Kind::dot ? kNoDotHere : kNoDotsHere);
      if (peek() != '*') append_output_to_last(kOneCharacter);
    }
    push(Kind::star, "*", kStar);
  }

  void read_second_star() {
    auto& prior = *last_->before;
    const bool begins = prior.kind == Kind::slash || prior.kind == Kind::start;
    const bool in_brace = brace_count_ > 0 && (prior.kind == Kind::comma || prior.kind == Kind::brace);
    if (!begins && prior.kind != Kind::paren && !in_brace) return push(Kind::star, "*", "");
    skip_repeated_globstars();
    if (prior.kind == Kind::start && at_end()) {
      output_.clear();
      become_globstar(kGlobstar);
    } else if (prior.kind == Kind::start && peek() == '/') {
      output_.clear();
      become_globstar("(?:^|" + kSlash + "|" + kGlobstar + kSlash + ")");
      take_slash();
    } else if (prior.kind == Kind::slash && prior.before->kind != Kind::start && ends_or_goes_on(prior)) {
      become_globstar_after(prior);
    } else {
      drop_end(output_, last_->written().size());
      become_globstar(kGlobstar);
    }
  }

  // "/**/**" is "/**"
  void skip_repeated_globstars() {
    while (rest().starts_with("/**") && (peek(4) == '\0' || peek(4) == '/')) at_ += 3;
  }

  bool ends_or_goes_on(const Token& prior) const {
    const auto* before = prior.before;
    const bool after_star =
        before != nullptr && (before->kind == Kind::star || before->kind == Kind::globstar);
    return peek() == '/' || (at_end() && !after_star);
  }

  // "a/**" is "a" too, and "a/**/b" is "a/b".
  void become_globstar_after(Token& slash) {
    drop_end(output_, slash.written().size() + last_->written().size());
    slash.output = "(?:" + slash.written();
    output_ += *slash.output;
    if (at_end()) return become_globstar(kGlobstar + "|$)");
    become_globstar(kGlobstar + kSlash + "|" + kSlash + (peek(2) != '\0' ? "|$)" : ")"));
    take_slash();
  }

  void become_globstar(const std::string& output) {
    last_->kind = Kind::globstar;
    last_->value += '*';
    last_->output = output;
    output_ += output;
  }

  void take_slash() {
    ++at_;
    push(Kind::slash, "/", "");
  }

  // --- the end
  void finish() {
    struct Bracket {
      Open what;
      char sign;
    };
    for (const auto [what, sign] :
         {Bracket{Open::brackets, '['}, Bracket{Open::parens, '('}, Bracket{Open::braces, '{'}}) {
      for (; count(what) > 0; close(what)) escape_last(output_, sign);
    }
    if (last_->kind == Kind::star || last_->kind == Kind::bracket) push(Kind::maybe_slash, "", kSlash + "?");
    if (!write_anew_) return;
    output_.clear();
    for (const auto* token : tokens_) output_ += token->written();
  }

  std::string_view glob_;
  int at_ = -1, first_ = 0;
  int parens_ = 0, brackets_ = 0, brace_count_ = 0;  // open ones; parens_ can be below zero
  bool negated_ = false, quoted_ = false, write_anew_ = false;
  std::string output_;
  std::deque<Token> pool_;      // every token there was
  std::vector<Token*> tokens_;  // those that make the glob
  Token *start_ = nullptr, *last_ = nullptr;
  std::vector<Open> open_;
  std::vector<Token*> braces_;
  std::vector<Extglob> extglobs_;
};

}  // namespace

Parsed parse(std::string_view glob) { return Parser(glob).parse(); }

}  // namespace runner::picomatch
