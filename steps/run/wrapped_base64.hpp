// steps/run/wrapped_base64.hpp -- finds secrets in base64 that a tool broke into lines: `base64` after 76
// characters, openssl after 64. No line holds the whole secret then; but the piece at a line's edge is either
// the secret's beginning, its end, or a stretch that fills the line. Pieces of fewer than six characters stay
// visible.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "steps/run/pattern_set.hpp"

namespace runner {

class WrappedBase64 {
 public:
  explicit WrappedBase64(std::vector<std::string> cores);  // of base64_cores()
  // `text`: whole lines. `after_wide`: in: the text follows a line of such a width; out: its last line is
  // one.
  void find(std::string_view text, bool& after_wide, std::vector<Range>& found) const;

 private:
  struct Place {
    uint64_t gram;
    uint32_t core, offset;
  };
  template <class Visit>
  void at_gram(std::string_view gram, Visit visit) const;
  void find_at_start(std::string_view text, size_t begin, size_t end, std::vector<Range>& found) const;
  void find_at_end(std::string_view text, size_t begin, size_t end, std::vector<Range>& found) const;
  void find_in_wide(std::string_view text, size_t begin, size_t end, std::vector<Range>& found) const;

  std::vector<std::string> cores_;
  std::vector<Place> places_;   // sorted by gram
  std::vector<uint8_t> maybe_;  // by a hash of the gram
};

}  // namespace runner
