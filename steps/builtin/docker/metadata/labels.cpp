#include "steps/builtin/docker/metadata/labels.hpp"

#include <algorithm>
#include <cctype>
#include <map>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/docker/metadata/tag_rule.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

ImageLabel plain_label(const std::string& line) {
  const auto equals = line.find('=');
  if (equals == std::string::npos) return {line, "", false};  // no value, no label
  return {std::string(trim(std::string_view(line).substr(0, equals))),
          std::string(trim(std::string_view(line).substr(equals + 1)))};
}

bool uses_attributes(const std::string& line) {
  const auto attributes = metadata_attributes(line);
  return std::any_of(attributes.begin(), attributes.end(), [](const auto& attribute) {
    return attribute.first == "name" || attribute.first == "value" || attribute.first == "enable";
  });
}

ImageLabel label_of_attributes(const std::string& line) {
  ImageLabel label;
  bool has_value = false;
  for (const auto& [name, value] : metadata_attributes(line)) {
    if (name.empty() || name == "name") {
      label.name = value;
    } else if (name == "value") {
      label.value = value, has_value = true;
    } else if (name == "enable") {
      const auto text = lower(value);
      if (text != "true" && text != "false")
        throw InputError(fmt::format("Invalid enable attribute value: {}", line));
      label.enabled = text == "true";
    } else {
      throw InputError(fmt::format("Unknown annotation attribute: {}", line));
    }
  }
  label.enabled = label.enabled && has_value;
  return label;
}

// Punctuation in the order of the Unicode collation, which is not that of ASCII.
int rank(char c) {
  static constexpr std::string_view kPunctuation = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";
  if (const auto at = kPunctuation.find(c); at != std::string_view::npos) return static_cast<int>(at);
  return 100 + std::tolower(static_cast<unsigned char>(c));
}

}  // namespace

std::vector<ImageLabel> image_labels(const std::vector<std::string>& lines, LabelForm form) {
  std::vector<ImageLabel> labels;
  for (const auto& line : lines) {
    const bool attributes = form == LabelForm::attributes && uses_attributes(line);
    labels.push_back(attributes ? label_of_attributes(line) : plain_label(line));
    if (labels.back().name.empty())
      throw InputError(fmt::format("Annotation name attribute empty: {}", line));
  }
  return labels;
}

bool name_less(std::string_view a, std::string_view b) {
  const auto by_rank = [](char x, char y) { return rank(x) < rank(y); };
  if (std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), by_rank)) return true;
  if (std::lexicographical_compare(b.begin(), b.end(), a.begin(), a.end(), by_rank)) return false;
  return a > b;  // small letters first
}

std::vector<std::string> merged_labels(const std::vector<std::pair<std::string, std::string>>& standard,
                                       const std::vector<ImageLabel>& own,
                                       const std::function<std::string(const std::string&)>& expand) {
  std::map<std::string, std::string, bool (*)(std::string_view, std::string_view)> merged(name_less);
  for (const auto& [name, value] : standard) merged[name] = value;
  for (const auto& label : own) {
    if (label.enabled) merged[label.name] = expand(label.value);
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : merged) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace runner
