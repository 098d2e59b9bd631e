// --output table: sections with a title, a header of scalar keys and rows; what is nested follows as a
// section of its own, indented by a bar on each side.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/json.hpp"
#include "steps/aws_cli/display_width.hpp"
#include "steps/aws_cli/output.hpp"
#include "steps/aws_cli/python_text.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

using Row = std::vector<std::string>;

constexpr int kPadding = 4;

struct Section {
  std::string title;
  int indent = 0;
  Row headers{};
  std::vector<Row> rows{};
  std::vector<int> widths{};  // of the columns' longest texts

  void fit(const Row& row) {
    if (widths.empty()) widths.resize(row.size());
    for (size_t i = 0; i < row.size() && i < widths.size(); ++i)
      widths[i] = std::max(widths[i], static_cast<int>(display_width(row[i])));
  }
  void set_headers(Row row) {
    fit(row);
    headers = std::move(row);
  }
  void add(Row row) {
    const size_t columns = !headers.empty() ? headers.size()
                           : rows.empty()   ? row.size()
                                            : rows.front().size();
    if (row.size() != columns)
      throw Error("Row should have {} elements, instead it has {}", columns, row.size());
    fit(row);
    rows.push_back(std::move(row));
  }
  int total_width() const {
    const int columns = std::accumulate(widths.begin(), widths.end(), 0) +
                        kPadding * static_cast<int>(widths.size()) + 2 + 2 * indent;
    return std::max(static_cast<int>(display_width(title)) + 2 + 2 * indent, columns);
  }
};

// Stretches or shrinks the columns to the width of the table.
std::vector<int> column_widths(const Section& section, int max_width) {
  std::vector<int> widths;
  for (const int width : section.widths) widths.push_back(width + kPadding);
  if (widths.empty()) return widths;
  const double scale = max_width / static_cast<double>(std::accumulate(widths.begin(), widths.end(), 0));
  for (int& width : widths) width = static_cast<int>(std::nearbyint(scale * width));  // halves to even
  int off_by = std::accumulate(widths.begin(), widths.end(), 0) - max_width;
  while (off_by != 0) {
    for (size_t i = 0; i < widths.size() && off_by != 0; ++i) {
      int& width = off_by > 0 ? widths[i] : widths[widths.size() - 1 - i];
      width += off_by > 0 ? -1 : 1;
      off_by += off_by > 0 ? -1 : 1;
    }
  }
  return widths;
}

std::string blanks(int count) { return std::string(static_cast<size_t>(std::max(count, 0)), ' '); }

std::string centred(const std::string& text, int length, std::string_view left_edge) {
  const int width = static_cast<int>(display_width(text));
  const int start = length / 2 - width / 2 - 1;
  std::string line = fmt::format("{}{}{}", left_edge, blanks(start), text);
  return line + blanks(length - 1 - (static_cast<int>(left_edge.size()) + start + width)) + "|";
}

std::string left_aligned(const std::string& text, int length, std::string_view left_edge) {
  const int edge = static_cast<int>(left_edge.size()), width = static_cast<int>(display_width(text));
  const int padding = length - (width + 2 + edge + 1) >= 0 ? 2 : 0;
  return fmt::format("{}{}{}{}|", left_edge, blanks(padding), text,
                     blanks(length - (edge + padding + width) - 1));
}

class Table {
 public:
  explicit Table(size_t terminal_width) : terminal_width_(static_cast<int>(terminal_width)) {}

  bool build(const std::string* title, const Json& value, int indent = 0) {
    if (is_empty(value)) return false;
    if (title != nullptr) sections_.push_back({.title = *title, .indent = indent});
    if (value.is_array()) {
      if (value.front().is_object())
        build_from_list(value, indent, title);
      else
        add_items(value);
    } else if (value.is_object()) {
      build_from_object(value, indent);
    }
    return true;
  }

  std::string render() {
    int width = max_width();
    if (width > terminal_width_) {
      for (auto& section : sections_) stand_upright(section);
      width = max_width();
    }
    text_ = std::string(static_cast<size_t>(width), '-') + "\n";
    for (const auto& section : sections_) render(section, width - 2 * section.indent);
    return std::move(text_);
  }

 private:
  static bool is_empty(const Json& value) {  // what Python takes for false
    return value.is_null() || (value.is_structured() && value.empty()) || value == false || value == 0 ||
           value == "";
  }
  static Row texts(const Json& list) {
    Row row;
    for (const auto& item : list) row.push_back(python_str(item));
    return row;
  }

  void add_items(const Json& list) {
    for (const auto& item : list) {
      if (!item.is_structured())
        sections_.back().add({python_str(item)});
      else if (std::none_of(item.begin(), item.end(), [](const Json& part) { return part.is_structured(); }))
        sections_.back().add(texts(item));
      else
        build(nullptr, item);
    }
  }

  static void sort_keys(const Json& object, std::set<std::string>& scalars, std::set<std::string>& nested) {
    for (const auto& [key, value] : object.items()) (value.is_structured() ? nested : scalars).insert(key);
  }

  void build_from_object(const Json& object, int indent) {
    std::set<std::string> scalars, nested;
    sort_keys(object, scalars, nested);
    if (scalars.size() == 1) {
      sections_.back().add({*scalars.begin(), python_str(object[*scalars.begin()])});
    } else if (!scalars.empty()) {
      Row row;
      for (const auto& key : scalars) row.push_back(python_str(object[key]));
      sections_.back().set_headers({scalars.begin(), scalars.end()});
      sections_.back().add(std::move(row));
    }
    for (const auto& key : nested) build(&key, object[key], indent + 1);
  }

  void build_from_list(const Json& list, int indent, const std::string* title) {
    std::set<std::string> scalars, nested;
    for (const auto& item : list) sort_keys(item, scalars, nested);
    sections_.back().set_headers({scalars.begin(), scalars.end()});
    bool first = true;
    for (const auto& item : list) {
      if (!first && !nested.empty()) {
        sections_.push_back({.title = title != nullptr ? *title : "", .indent = indent});
        sections_.back().set_headers({scalars.begin(), scalars.end()});
      }
      first = false;
      Row row;
      for (const auto& key : scalars) row.push_back(item.contains(key) ? python_str(item[key]) : "");
      sections_.back().add(std::move(row));
      for (const auto& key : nested)
        if (item.contains(key)) build(&key, item[key], indent + 1);
    }
  }

  // A single row too wide for the terminal: a line for each column.
  static void stand_upright(Section& section) {
    if (section.rows.size() != 1 || section.headers.empty()) return;
    Section upright{.title = section.title, .indent = section.indent};
    for (size_t i = 0; i < section.headers.size(); ++i) upright.add({section.headers[i], section.rows[0][i]});
    section = std::move(upright);
  }

  int max_width() const {
    int width = 0;
    for (const auto& section : sections_) width = std::max(width, section.total_width());
    return width;
  }

  void line(int indent, const std::string& content) {
    const std::string bars(static_cast<size_t>(indent), '|');
    text_ += bars + content + bars + "\n";
  }
  void rule(int indent, const std::vector<int>& widths) {
    std::string content;
    for (const int width : widths)
      content += (content.empty() ? "+" : "") +
                 std::string(static_cast<size_t>(width - (content.empty() ? 2 : 1)), '-') + "+";
    line(indent, content);
  }

  template <class Cell>
  void cells(const Section& section, const std::vector<int>& widths, const Row& row, Cell cell) {
    std::string content;
    for (size_t i = 0; i < row.size(); ++i) content += cell(row[i], widths[i], i == 0 ? "|" : "");
    line(section.indent, content);
  }

  void render(const Section& section, int width) {
    if (!section.title.empty()) {
      line(section.indent, centred(section.title, width, "|"));
      if (section.headers.empty() && section.rows.empty())
        line(section.indent, "+" + std::string(static_cast<size_t>(width - 2), '-') + "+");
    }
    const auto widths = column_widths(section, width);
    if (!section.headers.empty()) {
      rule(section.indent, widths);
      cells(section, widths, section.headers, centred);
    }
    if (section.rows.empty() || widths.empty()) return;
    rule(section.indent, widths);
    for (const auto& row : section.rows) cells(section, widths, row, left_aligned);
    rule(section.indent, widths);
  }

  std::vector<Section> sections_;
  std::string text_;
  int terminal_width_;
};

}  // namespace

std::string table_output(const Json& value, std::string_view title, size_t terminal_width) {
  const std::string name(title);
  Table table(terminal_width);
  if (!table.build(&name, value)) return "";
  return table.render();
}

}  // namespace runner::aws
