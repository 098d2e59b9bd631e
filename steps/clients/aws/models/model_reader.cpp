// A table is lines of words; a line that is not indented begins an item, the indented ones below belong to
// it:
//
//   service NAME             its address, protocol and version
//   operation NAME           input SHAPE [body=MEMBER], output SHAPE [body=MEMBER] [wrapper=ELEMENT], http
//   METHOD
//                            URI, unsigned, pages in=TOKEN out=TOKEN result=LIST limit=MEMBER more=MEMBER
//   waiter NAME OPERATION SECONDS ATTEMPTS
//                            success|failure|retry MATCHER EXPECTED-JSON ARGUMENT
//   shape NAME               a structure: MEMBER TYPE [@NAME-ON-THE-WIRE] [uri|query|header]
//
// A member ends in "!" when it is required and in "+" when the client makes one up. Types: string, integer,
// number, boolean, timestamp, blob, document, a structure's name, [T] a list, [T|item] with another element
// name than "member", ~[T] flattened, {T} a map.
#include "steps/clients/aws/models/model_reader.hpp"

#include <charconv>
#include <functional>
#include <unordered_map>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"

namespace runner::aws {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view line) {
  Words words;
  for (const auto word : split(trim(line), ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

template <class Value>
struct Named {
  std::string_view name;
  Value value;
};

template <class Value, size_t n>
Value value_of(const Named<Value> (&table)[n], std::string_view name) {
  for (const auto& row : table) {
    if (row.name == name) return row.value;
  }
  throw Error("\"{}\" is no word of a table", name);
}

using State = Acceptor::State;
using Matcher = Acceptor::Matcher;
using Kind = Shape::Kind;
constexpr Named<Protocol> kProtocols[] = {{"json", Protocol::json},
                                          {"query", Protocol::query},
                                          {"ec2", Protocol::ec2},
                                          {"rest-xml", Protocol::rest_xml}};
constexpr Named<State> kStates[] = {
    {"success", State::success}, {"failure", State::failure}, {"retry", State::retry}};
constexpr Named<Matcher> kMatchers[] = {{"path", Matcher::path},
                                        {"path_all", Matcher::path_all},
                                        {"path_any", Matcher::path_any},
                                        {"error", Matcher::error},
                                        {"status", Matcher::status}};
constexpr Named<Kind> kScalars[] = {{"string", Kind::string},       {"integer", Kind::integer},
                                    {"number", Kind::number},       {"boolean", Kind::boolean},
                                    {"timestamp", Kind::timestamp}, {"blob", Kind::blob}};
constexpr Named<Member::Place> kPlaces[] = {
    {"uri", Member::Place::uri}, {"query", Member::Place::query}, {"header", Member::Place::header}};

int number_of(std::string_view word) {
  int number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

// "in=NextToken" among `words`, or "".
std::string named(const Words& words, std::string_view name) {
  for (const auto word : words) {
    if (word.size() > name.size() && word.starts_with(name) && word[name.size()] == '=')
      return std::string(word.substr(name.size() + 1));
  }
  return {};
}

class Reader {
 public:
  ServiceTable read(std::string_view text) {
    size_t number = 0;
    for (const auto line : split_lines(text)) {
      ++number;
      const auto words = words_of(line);
      if (words.empty()) continue;
      try {
        if (words.size() < 2 && words[0] != "unsigned") throw Error("a word is missing");
        line.starts_with(' ') ? item_(words) : begin(words);
      } catch (const std::exception& error) {
        throw Error("read the table of {}, line {}: {}", service().name, number, error.what());
      }
    }
    return std::move(table_);
  }

 private:
  Service& service() { return table_.service; }

  void begin(const Words& words) {
    const std::string name(words[1]);
    if (words[0] == "service") {
      service().name = name;
      item_ = [this](const Words& more) { address(more); };
    } else if (words[0] == "operation") {
      service().operations.push_back({.name = name});
      item_ = [this](const Words& more) { operation(service().operations.back(), more); };
    } else if (words[0] == "waiter") {
      service().waiters.push_back({.name = name,
                                   .operation = std::string(words.at(2)),
                                   .delay = std::chrono::seconds(number_of(words.at(3))),
                                   .attempts = number_of(words.at(4)),
                                   .acceptors = {}});
      item_ = [this](const Words& more) { acceptor(service().waiters.back(), more); };
    } else if (words[0] == "shape") {
      auto* shape = structure(words[1]);
      item_ = [this, shape](const Words& more) { member(*shape, more); };
    } else {
      throw Error("\"{}\" begins no item", words[0]);
    }
  }

  void address(const Words& words) {
    const std::string value(words[1]);
    const Named<std::string*> texts[] = {{"endpoint-key", &service().endpoint_key},
                                         {"host", &service().host},
                                         {"fips", &service().fips_host},
                                         {"dual-stack", &service().dual_stack_host},
                                         {"version", &service().api_version},
                                         {"namespace", &service().xml_namespace},
                                         {"signing", &service().signing_name},
                                         {"json", &service().json_version},
                                         {"protocol", nullptr}};
    if (auto* text = value_of(texts, words[0])) *text = value;
    if (words[0] == "protocol") service().protocol = value_of(kProtocols, value);
    if (words[0] == "json") service().target_prefix = words.at(2);
    if (words[0] == "signing" && words.size() > 2) service().signing_region = words[2];
  }

  void operation(Operation& to, const Words& words) {
    if (words[0] == "unsigned") {
      to.is_signed = false;
    } else if (words[0] == "http") {
      to.method = words[1];
      to.uri = words.at(2);
    } else if (words[0] == "input") {
      to.input = structure(words[1]);
      to.body_member = named(words, "body");
    } else if (words[0] == "output") {
      to.output = structure(words[1]);
      to.answer_member = named(words, "body");
      to.result_wrapper = named(words, "wrapper");
    } else if (words[0] == "pages") {
      to.pages = {named(words, "in"), named(words, "out"), named(words, "result"), named(words, "limit"),
                  named(words, "more")};
    } else {
      throw Error("\"{}\" says nothing of an operation", words[0]);
    }
  }

  static void acceptor(Waiter& to, const Words& words) {
    to.acceptors.push_back({.state = value_of(kStates, words[0]),
                            .matcher = value_of(kMatchers, words[1]),
                            .argument = {},
                            .expected = std::string(words.at(2))});
    // an expression may hold blanks
    for (size_t i = 3; i < words.size(); ++i)
      to.acceptors.back().argument.append(i == 3 ? "" : " ").append(words[i]);
  }

  void member(Shape& to, const Words& words) {
    Member made;
    auto name = words[0];
    for (; name.ends_with('!') || name.ends_with('+'); name.remove_suffix(1)) {
      (name.ends_with('!') ? made.required : made.fills_itself) = true;
    }
    made.name = name;
    made.shape = type(words[1]);
    for (const auto word : Words(words.begin() + 2, words.end())) {
      if (word.starts_with('@')) {
        made.wire = word.substr(1);
      } else {
        made.place = value_of(kPlaces, word);
      }
    }
    to.members.push_back(std::move(made));
  }

  const Shape* type(std::string_view text) {
    const char first = text.front();
    if (first == '~' || first == '[') return list(text);
    if (first == '{') {
      const auto* value = type(text.substr(1, text.size() - 2));
      return &table_.shapes.emplace_back(Shape{.kind = Kind::map, .element = value});
    }
    if (first >= 'A' && first <= 'Z') return structure(text);
    auto& made = shapes_[text];
    if (made == nullptr) {
      const bool document = text == "document";
      made = &table_.shapes.emplace_back(
          Shape{.kind = document ? Kind::structure : value_of(kScalars, text), .document = document});
    }
    return made;
  }

  const Shape* list(std::string_view text) {
    Shape made{.kind = Kind::list};
    made.flattened = text.front() == '~';
    text = text.substr(made.flattened ? 2 : 1);
    text.remove_suffix(1);
    if (const auto bar = text.rfind('|'); bar != std::string_view::npos && text.find(']', bar) == text.npos) {
      made.element_wire = text.substr(bar + 1);
      text = text.substr(0, bar);
    }
    made.element = type(text);
    return &table_.shapes.emplace_back(std::move(made));
  }

  // Found or begun: a structure is named before its own lines come.
  Shape* structure(std::string_view name) {
    auto& made = shapes_[name];
    if (made == nullptr)
      made = &table_.shapes.emplace_back(Shape{.kind = Kind::structure, .name = std::string(name)});
    return made;
  }

  ServiceTable table_;
  std::unordered_map<std::string_view, Shape*> shapes_;
  std::function<void(const Words&)> item_ = [](const Words&) { throw Error("it begins with no item"); };
};

}  // namespace

ServiceTable read_table(std::string_view text) { return Reader().read(text); }

}  // namespace runner::aws
