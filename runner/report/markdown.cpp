#include "runner/report/markdown.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "runner/report/log_text.hpp"

namespace runner {
namespace {

using Cells = std::vector<std::string>;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// <b>, </details>, <!-- ... -->: but `a < b` stays.
std::string without_tags(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('<');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const bool comment = text.starts_with("<!--");
    const auto end = comment ? text.find("-->") : text.find('>');
    const bool tag = comment || text.starts_with("</") || (text.size() > 1 && is_letter(text[1]));
    if (!tag || end == std::string_view::npos) {
      out += '<';
      text.remove_prefix(1);
    } else {
      text.remove_prefix(end + (comment ? 3 : 1));
    }
  }
  return out;
}

// [text](address) -> text (address); an image's address says nothing here.
std::string with_links_spelled(std::string_view text) {
  std::string out;
  while (true) {
    const auto open = text.find('['), middle = text.find("](", open), close = text.find(')', middle);
    if (close == std::string_view::npos) return out.append(text);
    const bool image = open > 0 && text[open - 1] == '!';
    out += text.substr(0, image ? open - 1 : open);
    const auto label = text.substr(open + 1, middle - open - 1);
    out += label;
    if (!image) out += fmt::format(" ({})", text.substr(middle + 2, close - middle - 2));
    text.remove_prefix(close + 1);
  }
}

std::string inline_text(std::string_view text) {
  auto plain = with_links_spelled(without_tags(text));
  for (const auto* mark : {"**", "__", "~~", "`"}) plain = replace_all(std::move(plain), mark, "");
  for (const auto& [name, character] :
       {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&nbsp;", " "}, {"&amp;", "&"}})
    plain = replace_all(std::move(plain), name, character);
  return plain;
}

bool is_row(std::string_view line) { return line.starts_with('|') && line.find('|', 1) != line.npos; }

Cells cells_of(std::string_view row) {
  row.remove_prefix(1);
  if (row.ends_with('|')) row.remove_suffix(1);
  Cells cells;
  for (const auto cell : split(row, '|')) cells.emplace_back(trim(inline_text(one_line(trim(cell)))));
  return cells;
}

bool is_rule(std::string_view row) { return row.find_first_not_of("|-: ") == std::string_view::npos; }

std::string table(const std::vector<std::string_view>& rows, const Paint& paint) {
  std::vector<Cells> all;
  std::vector<int> widths;
  for (const auto row : rows) {
    if (is_rule(row)) continue;
    all.push_back(cells_of(row));
    widths.resize(std::max(widths.size(), all.back().size()));
    for (size_t i = 0; i < all.back().size(); ++i)
      widths[i] = std::max(widths[i], display_width(all.back()[i]));
  }
  const bool headed = rows.size() > 1 && is_rule(rows[1]);
  std::string out;
  for (size_t at = 0; at < all.size(); ++at) {
    std::string line;
    for (size_t i = 0; i < all[at].size(); ++i)
      line += i + 1 == all[at].size() ? all[at][i] : paint.column(all[at][i], widths[i]) + "  ";
    out += (headed && at == 0 ? paint.bold(line) : line) + "\n";
  }
  return out;
}

std::string heading_or_text(std::string_view line, const Paint& paint) {
  const auto hashes = line.find_first_not_of('#');
  if (hashes > 0 && hashes <= 6 && hashes != std::string_view::npos && line[hashes] == ' ')
    return paint.bold(inline_text(trim(line.substr(hashes))));
  return inline_text(line);
}

}  // namespace

std::string plain_markdown(std::string_view markdown, const Paint& paint) {
  std::string out;
  std::vector<std::string_view> rows;
  bool fenced = false, blank = true;  // blank: so was the line before, and one is enough
  const auto end_table = [&] {
    if (!rows.empty()) out += table(rows, paint), blank = false;
    rows.clear();
  };
  for (const auto line : split_lines(markdown)) {
    const auto bare = trim(line);
    if (!fenced && is_row(bare)) {
      rows.push_back(bare);
      continue;
    }
    end_table();
    if (bare.starts_with("```") || bare.starts_with("~~~")) {
      fenced = !fenced;
      continue;
    }
    const auto text = fenced ? fmt::format("    {}", one_line(line)) : heading_or_text(one_line(line), paint);
    const bool empty = trim(text).empty();
    if (!empty) out += text;
    if (!empty || !blank) out += '\n';
    blank = empty;
  }
  end_table();
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace runner
