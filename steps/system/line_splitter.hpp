// steps/system/line_splitter.hpp -- text that comes in pieces, told by whole lines.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace runner {

class LineSplitter {
 public:
  using Sink = std::function<void(std::string_view line)>;  // without its end, "\n" or "\r\n"
  explicit LineSplitter(Sink sink) : sink_(std::move(sink)) {}

  void add(std::string_view piece) {
    for (auto end = piece.find('\n'); end != std::string_view::npos; end = piece.find('\n')) {
      rest_ += piece.substr(0, end);
      give();
      piece.remove_prefix(end + 1);
    }
    rest_ += piece;
  }
  void finish() {  // what stands behind the last line end
    if (!rest_.empty()) give();
  }

 private:
  void give() {
    std::string_view line = rest_;
    while (line.ends_with('\r')) line.remove_suffix(1);
    sink_(line);
    rest_.clear();
  }

  Sink sink_;
  std::string rest_;
};

}  // namespace runner
