// steps/builtin/chat/form.hpp -- a body of multipart/form-data, built in memory.
#pragma once
#include <string>
#include <string_view>

namespace runner::chat {

class Form {
 public:
  Form();  // a boundary that no content has
  void field(std::string_view name, std::string_view value, std::string_view content_type = {});
  void file(std::string_view name, std::string filename, std::string_view bytes);
  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }
  std::string body() const { return parts_ + "--" + boundary_ + "--\r\n"; }

 private:
  void part(std::string_view head, std::string_view content);
  std::string boundary_, parts_;
};

}  // namespace runner::chat
