#include "steps/builtin/docker/metadata/flavor.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "parser/base/text.hpp"
#include "steps/builtin/docker/metadata/tag_rule.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

Flavor::Latest latest_of(const std::string& value, const std::string& line) {
  if (value == "auto") return Flavor::Latest::automatic;
  if (value == "true") return Flavor::Latest::yes;
  if (value == "false") return Flavor::Latest::no;
  throw InputError(fmt::format("Invalid latest flavor entry: {}", line));
}

void read_flavor_line(const std::string& line, Flavor& flavor) {
  bool* on_latest = nullptr;  // of the prefix or suffix just read
  for (const auto& [name, value] : metadata_attributes(line)) {
    if (name.empty()) {
      throw InputError(fmt::format("Invalid flavor entry: {}", line));
    } else if (name == "latest") {
      flavor.latest = latest_of(value, line);
    } else if (name == "prefix") {
      flavor.prefix = value, on_latest = &flavor.prefix_latest;
    } else if (name == "suffix") {
      flavor.suffix = value, on_latest = &flavor.suffix_latest;
    } else if (name == "onlatest") {
      if (value != "true" && value != "false")
        throw InputError(fmt::format("Invalid value for onlatest attribute: {}", value));
      if (on_latest != nullptr) *on_latest = value == "true";
    } else {
      throw InputError(fmt::format("Unknown flavor entry: {}{}", line,
                                   did_you_mean(name, {"latest", "prefix", "suffix", "onlatest"})));
    }
  }
}

struct Image {
  std::string name;
  bool enabled = true;
};

Image read_image(const std::string& line) {
  Image image;
  for (const auto& [name, value] : metadata_attributes(line)) {
    if (name.empty() || name == "name") {
      image.name = lower(value);
    } else if (name == "enable") {
      if (value != "true" && value != "false")
        throw InputError(fmt::format("Invalid enable attribute value: {}", line));
      image.enabled = value == "true";
    } else {
      throw InputError(fmt::format("Unknown image attribute: {}", line));
    }
  }
  if (image.name.empty()) throw InputError(fmt::format("Image name attribute empty: {}", line));
  return image;
}

}  // namespace

Flavor read_flavor(const std::vector<std::string>& lines) {
  Flavor flavor;
  for (const auto& line : lines) read_flavor_line(line, flavor);
  return flavor;
}

std::vector<std::string> image_names(const std::vector<std::string>& lines) {
  std::vector<std::string> names;
  if (lines.size() == 1) {  // the older form: names alone, with commas
    const auto parts = metadata_attributes(lines[0]);
    if (std::all_of(parts.begin(), parts.end(), [](const auto& part) { return part.first.empty(); })) {
      for (const auto& part : parts) names.push_back(lower(part.second));
      return names;
    }
  }
  for (const auto& line : lines) {
    if (const auto image = read_image(line); image.enabled) names.push_back(image.name);
  }
  return names;
}

}  // namespace runner
