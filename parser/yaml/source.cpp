#include "parser/yaml/source.hpp"

#include <algorithm>

#include "parser/base/text.hpp"

namespace runner::yaml {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

Source::Source(std::string_view text) : starts_{0} {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text_ = text;
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    starts_.push_back(at + 1);
  }
}

size_t Source::offset(int line, int byte_column) const {
  if (line < 0 || byte_column < 0) return 0;
  if (line >= lines()) return text_.size();
  return std::min(starts_[static_cast<size_t>(line)] + static_cast<size_t>(byte_column), text_.size());
}

Pos Source::pos(int line, int byte_column) const {
  const auto start = offset(line, 0);
  const auto before = text_.substr(start, offset(line, byte_column) - start);
  const auto continuations = std::count_if(
      before.begin(), before.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; });
  return {line + 1, static_cast<int>(before.size()) - static_cast<int>(continuations) + 1};
}

Pos Source::pos_of(size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line = after - starts_.begin() - 1;
  return pos(static_cast<int>(line), static_cast<int>(offset - starts_[static_cast<size_t>(line)]));
}

size_t Source::offset_of(Pos pos) const {
  const auto line_end = offset(pos.line, 0);
  auto at = offset(pos.line - 1, 0);
  for (int column = 1; column < pos.column && at < line_end; ++column) {
    at += std::max<size_t>(utf8_length(text_, at), 1);
  }
  return at;
}

std::string_view Source::line(int line) const {
  const auto start = offset(line, 0);
  auto text = text_.substr(start, offset(line + 1, 0) - start);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace runner::yaml
