#include "steps/builtin/chat/form.hpp"

#include <algorithm>
#include <random>

#include <fmt/core.h>

namespace runner::chat {

Form::Form() {
  std::random_device random;
  boundary_ = fmt::format("runner-{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

void Form::part(std::string_view head, std::string_view content) {
  parts_ += fmt::format("--{}\r\nContent-Disposition: form-data; {}\r\n\r\n{}\r\n", boundary_, head, content);
}

void Form::field(std::string_view name, std::string_view value, std::string_view content_type) {
  auto head = fmt::format("name=\"{}\"", name);
  if (!content_type.empty()) head += fmt::format("\r\nContent-Type: {}", content_type);
  part(head, value);
}

void Form::file(std::string_view name, std::string filename, std::string_view bytes) {
  std::replace_if(
      filename.begin(), filename.end(), [](char c) { return c == '"' || c == '\r' || c == '\n'; }, '_');
  part(fmt::format("name=\"{}\"; filename=\"{}\"\r\nContent-Type: application/octet-stream", name, filename),
       bytes);
}

}  // namespace runner::chat
