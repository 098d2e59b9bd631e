// steps/builtin/chat/cut.hpp -- text cut at the lengths a chat service allows, counted in UTF-16 units: the
// strictest of the counts in use, so what fits here fits everywhere.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace runner::chat {

// At most `most` units, never half a character; where something was cut `mark` stands at the end.
std::string cut(std::string_view text, size_t most, std::string_view mark = {});

// Cuts members of a message and remembers what, one line each for the log.
class Cutter {
 public:
  explicit Cutter(std::string mark = {}) : mark_(std::move(mark)) {}
  // Members that are missing or no text are left: the service says what is wrong with them.
  void text(nlohmann::ordered_json& object, const char* member, size_t most, const std::string& where);
  void list(nlohmann::ordered_json& object, const char* member, size_t most, const std::string& where);
  // The text itself.
  void shorten(nlohmann::ordered_json& text, size_t most, const std::string& where);
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::string mark_;
  std::vector<std::string> lines_;
};

}  // namespace runner::chat
