// parser/yaml/source.hpp -- the text of a file by lines and code points.
#pragma once
#include <string_view>
#include <vector>

#include "parser/base/diagnostic.hpp"

namespace runner::yaml {

class Source {
 public:
  explicit Source(std::string_view text);  // a byte order mark is left out
  std::string_view text() const { return text_; }
  // From the marks of yaml-cpp: line and column in bytes, both from 0.
  Pos pos(int line, int byte_column) const;
  Pos pos_of(size_t offset) const;
  size_t offset(int line, int byte_column) const;
  size_t offset_of(Pos pos) const;        // the inverse of pos_of
  std::string_view line(int line) const;  // from 0, without its end
  int lines() const { return static_cast<int>(starts_.size()); }

 private:
  std::string_view text_;
  std::vector<size_t> starts_;
};

}  // namespace runner::yaml
