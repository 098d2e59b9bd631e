// steps/run/masker.hpp -- replaces every registered secret, in every form it may take, by *** (execution.md
// 6).
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "steps/run/pattern_set.hpp"

namespace runner {

// Thread-safe: secrets are added while other threads mask. What is searched for is an immutable snapshot,
// made at the first use after an add; one lock a call, so hand it many lines at once.
class Masker {
 public:
  Masker();
  ~Masker();
  Masker(const Masker&) = delete;
  Masker& operator=(const Masker&) = delete;
  // Registers the value, each of its lines, and their encodings. Values under four characters are not masked
  // (a
  // "{" or "1" would make the log unreadable): returns false for such a one, and for a text all of whose
  // lines are that short; true otherwise. Blank: ignored, true.
  bool add(std::string_view secret);
  // Overlapping and adjacent finds become one ***. No find reaches over a line end.
  std::string mask(std::string_view text) const;
  // As mask, appended to `out`; true when something was masked.
  bool mask_into(std::string_view text, std::string& out) const;
  // As mask without a copy where there is nothing to mask: `text` itself, else `scratch`, overwritten.
  // `after_wide` goes from one piece of a stream to the next (see WrappedBase64).
  std::string_view mask_view(std::string_view text, std::string& scratch, bool& after_wide) const;
  bool would_change(std::string_view text) const;
  std::vector<Range> find(std::string_view text) const;  // sorted, apart from each other
  size_t longest() const;                                // bytes of the longest registered form; 0: none

 private:
  struct Patterns;
  std::shared_ptr<const Patterns> patterns() const;
  struct State;
  std::unique_ptr<State> state_;
};

// Appends `text` to `out`, each of the sorted `ranges` as ***.
void replace_ranges(std::string_view text, const std::vector<Range>& ranges, std::string& out);

}  // namespace runner
