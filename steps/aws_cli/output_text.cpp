// --output text: tabs between scalars, a line for each structure, the name of a nested one in capitals in
// front.
#include <algorithm>
#include <set>
#include <vector>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/aws_cli/output.hpp"
#include "steps/aws_cli/python_text.hpp"
#include "steps/clients/aws/json.hpp"

namespace runner::aws {
namespace {

using Keys = std::set<std::string>;

class TextWriter {
 public:
  std::string text;

  // `name` is empty at the top. `columns`: the scalar keys of all structures of the list that holds this one.
  void write(const Json& item, const std::string& name, const Keys* columns = nullptr) {
    if (item.is_object())
      write_object(item, name, columns);
    else if (item.is_array())
      write_list(item, name);
    else
      text += python_str(item) + "\n";
  }

 private:
  void write_list(const Json& list, const std::string& name) {
    const auto any = [&](bool (*is)(const Json&)) { return std::any_of(list.begin(), list.end(), is); };
    if (list.empty()) return;
    if (any([](const Json& item) { return item.is_object(); })) {
      const auto columns = scalar_keys(list);
      for (const auto& item : list) write(item, name, &columns);
    } else if (any([](const Json& item) { return item.is_array(); })) {
      Json scalars = Json::array();
      for (const auto& item : list)
        if (!item.is_array()) scalars.push_back(item);
      if (!scalars.empty()) write_scalars(scalars, name);
      for (const auto& item : list)
        if (item.is_array()) write(item, name);
    } else {
      write_scalars(list, name);
    }
  }

  void write_scalars(const Json& list, const std::string& name) {
    for (size_t i = 0; i < list.size(); ++i) {
      if (name.empty())
        text += (i > 0 ? "\t" : "") + python_str(list[i]);
      else
        text += upper(name) + "\t" + python_str(list[i]) + "\n";
    }
    if (name.empty()) text += "\n";
  }

  void write_object(const Json& object, const std::string& name, const Keys* columns) {
    std::vector<std::string> line;
    std::set<std::string> nested;
    for (const auto& [key, value] : object.items()) {
      const bool is_column = columns != nullptr && columns->count(key) != 0;
      if (value.is_structured() && !is_column) nested.insert(key);
    }
    if (columns != nullptr) {
      for (const auto& key : *columns) line.push_back(object.contains(key) ? python_str(object[key]) : "");
    } else {
      for (const auto& key : sorted_keys(object))
        if (!object[key].is_structured()) line.push_back(python_str(object[key]));
    }
    if (!line.empty()) {
      if (!name.empty()) line.insert(line.begin(), upper(name));
      for (size_t i = 0; i < line.size(); ++i) text += (i > 0 ? "\t" : "") + line[i];
      text += "\n";
    }
    for (const auto& key : nested) write(object[key], key);
  }

  static Keys sorted_keys(const Json& object) {
    Keys keys;
    for (const auto& [key, ignored] : object.items()) keys.insert(key);
    return keys;
  }

  static Keys scalar_keys(const Json& list) {
    Keys keys;
    for (const auto& item : list) {
      if (!item.is_object()) continue;
      for (const auto& [key, value] : item.items())
        if (!value.is_structured()) keys.insert(key);
    }
    return keys;
  }
};

}  // namespace

std::string text_output(const Json& value) {
  TextWriter writer;
  writer.write(value, "");
  return std::move(writer.text);
}

}  // namespace runner::aws
