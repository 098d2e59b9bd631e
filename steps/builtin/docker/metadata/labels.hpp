// steps/builtin/docker/metadata/labels.hpp -- the labels and annotations of docker/metadata-action: those of
// the OCI image format and the user's own, sorted by name.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace runner {

struct ImageLabel {
  std::string name, value;
  bool enabled = true;
};

// "name=value", or by attributes (since version 6): "name=x,value=y,enable=true". Throws InputError.
enum class LabelForm { plain, attributes };
std::vector<ImageLabel> image_labels(const std::vector<std::string>& lines, LabelForm form);

// "name=value" each; of two with one name the later counts. `expand` is for the user's values.
std::vector<std::string> merged_labels(const std::vector<std::pair<std::string, std::string>>& standard,
                                       const std::vector<ImageLabel>& own,
                                       const std::function<std::string(const std::string&)>& expand);

// The order of names in English: punctuation, digits, letters; case only decides between equal ones.
bool name_less(std::string_view a, std::string_view b);

}  // namespace runner
