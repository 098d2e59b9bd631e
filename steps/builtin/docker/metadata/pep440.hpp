// steps/builtin/docker/metadata/pep440.hpp -- a version of a Python package (PEP 440) and its normal form.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct Pep440 {
  std::string clean;                 // "v1.0.ALPHA-1" is 1.0a1
  std::vector<std::string> release;  // the numbers, without leading zeros
  bool pre = false, post = false, dev = false;

  std::string number(size_t index) const { return index < release.size() ? release[index] : "0"; }
  bool is_final() const { return !pre && !post && !dev; }
};

std::optional<Pep440> parse_pep440(std::string_view text);

}  // namespace runner
