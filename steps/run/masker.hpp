// steps/run/masker.hpp -- replaces every registered secret, in every form it may take, by *** (execution.md 6).
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace runner {

// Thread-safe: secrets are added while other threads mask.
class Masker {
 public:
  Masker();
  ~Masker();
  // Registers the value, each of its lines, and their encodings. Values under four characters are not masked (a
  // "{" or "1" would make the log unreadable): returns false for such a one, true otherwise. Blank: ignored, true.
  bool add(std::string_view secret);
  // Overlapping and adjacent finds become one ***.
  std::string mask(std::string_view text) const;
  // As mask, appended to `out`; true when something was masked. For large texts: one pass, no copy of clean parts
  // but the one into `out`.
  bool mask_into(std::string_view text, std::string& out) const;
  bool would_change(std::string_view text) const;
  size_t longest() const;  // bytes of the longest registered form; 0: none

 private:
  struct Patterns;
  std::shared_ptr<const Patterns> patterns() const;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace runner
