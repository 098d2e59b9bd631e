// steps/builtin/chat/js_scan.hpp -- the words of JavaScript's literals: what js_literal.cpp reads. Comments
// and white space are passed over.
#pragma once
#include <string>
#include <string_view>

#include "steps/builtin/chat/js_value.hpp"

namespace runner::chat {

class JsScan {
 public:
  explicit JsScan(std::string_view text) : text_(text) {}

  bool at_end();
  char peek();                       // 0 at the end
  bool take(std::string_view sign);  // "=" is not the beginning of "=="
  void expect(std::string_view sign);
  std::string name();    // a word; throws where there is none
  std::string key();     // of an object's member
  std::string quoted();  // '...' or "..."
  Json number();         // with its sign; also hexadecimal
  void begin_template();
  bool template_text(std::string& text);  // appended; false: the template ends here, else behind ${
  size_t here();                          // the place of what comes next
  [[noreturn]] void refuse();             // throws JsError for what stands here
  [[noreturn]] void refuse_at(size_t place);

 private:
  void skip();
  bool ahead(std::string_view sign) const { return text_.substr(at_).starts_with(sign); }
  void escape(std::string& text);
  char32_t hex_digits(size_t count);
  char32_t unicode();
  [[noreturn]] void fail(const std::string& what);

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace runner::chat
