#include "steps/clients/docker/json_stream.hpp"

#include "parser/base/json.hpp"

namespace runner {

void JsonStream::add(std::string_view piece) {
  for (const char c : piece) {
    if (depth_ == 0 && c != '{') continue;  // blanks and line ends between objects
    object_ += c;
    if (in_string_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_string_ = false;
      }
      continue;
    }
    if (c == '"') in_string_ = true;
    if (c == '{') ++depth_;
    if (c == '}' && --depth_ == 0) {
      const auto object = read_json(object_);
      object_.clear();
      if (object.is_object()) sink_(object);
    }
  }
}

}  // namespace runner
