// fromJSON: nlohmann's event parser, which keeps the order of keys and needs no stack for deep input.
#include <unordered_map>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "parser/expr/expression.hpp"
#include "parser/expr/json.hpp"

namespace runner::expr {
namespace {

constexpr size_t kDeepestJson = 100;

// long double, since with double the library refuses 1e999, which is Infinity here. The value itself is read
// from the text, by the rules of the language.
using Json =
    nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t, std::uint64_t, long double>;

[[noreturn]] void fail(const std::string& reason) { throw EvalError("Error parsing fromJson: " + reason); }

class Builder : public nlohmann::json_sax<Json> {
 public:
  Value take() { return std::move(result_); }

  bool null() override { return add({}); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(std::int64_t value) override { return add(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) override { return add(static_cast<double>(value)); }
  bool number_float(long double, const std::string& text) override { return add(string_to_number(text)); }
  bool string(std::string& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }  // no part of JSON text

  bool start_array(size_t) override { return open(false); }
  bool end_array() override {
    auto items = std::move(open_.back().items);
    open_.pop_back();
    return add(std::move(items));
  }
  bool start_object(size_t) override { return open(true); }
  bool key(std::string& name) override {
    open_.back().key = std::move(name);
    return true;
  }
  bool end_object() override {
    auto members = std::move(open_.back().members);
    open_.pop_back();
    return add(std::move(members));
  }

  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception& error) override {
    const std::string_view text = error.what();
    const auto tag = text.find("] ");  // of the library's own numbering
    fail(std::string(tag == std::string_view::npos ? text : text.substr(tag + 2)));
  }

 private:
  struct Container {
    bool is_object = false;
    std::string key;
    Value::Array items;
    Value::Object members;
    std::unordered_map<std::string, size_t> places;  // of the folded key
  };

  bool open(bool is_object) {
    if (open_.size() == kDeepestJson) fail("nested deeper than " + std::to_string(kDeepestJson) + " levels");
    open_.emplace_back().is_object = is_object;
    return true;
  }

  bool add(Value value) {
    if (open_.empty()) {
      result_ = std::move(value);
    } else if (auto& top = open_.back(); top.is_object) {
      add_member(top, std::move(value));
    } else {
      top.items.push_back(std::move(value));
    }
    return true;
  }

  // Of two keys equal but for case the first stays; of two equal ones the later value.
  static void add_member(Container& object, Value value) {
    const auto [place, is_new] = object.places.try_emplace(fold_case(object.key), object.members.size());
    if (is_new) {
      object.members.emplace_back(std::move(object.key), std::move(value));
    } else if (auto& member = object.members[place->second]; member.first == object.key) {
      member.second = std::move(value);
    }
  }

  Value result_;
  std::vector<Container> open_;
};

}  // namespace

Value from_json(std::string_view text) {
  // The library takes a zero byte for the end.
  if (text.find('\0') != std::string_view::npos) fail("a zero byte in the text");
  Builder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) fail("not JSON");
  return builder.take();
}

}  // namespace runner::expr
