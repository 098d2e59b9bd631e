// steps/script/masker.hpp -- replaces every registered secret, in every form it may take, by ***
// (execution.md 6).
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "steps/script/pattern_set.hpp"
#include "steps/script/wrapped_base64.hpp"
#include "steps/step.hpp"

namespace runner {

// Thread-safe: secrets are added while other threads mask. One lock a call, so hand it many lines at once.
class Masker : public SecretFinder {
 public:
  enum class Added {
    whole,      // the value, each of its lines, and all their encodings are masked
    plain,      // only the value and its lines: too large to be sought in every encoding
    too_short,  // nothing: neither it nor any line of it has four characters (see below)
  };
  Masker();
  ~Masker() override;
  Masker(const Masker&) = delete;
  Masker& operator=(const Masker&) = delete;
  // Values under four characters are not masked: a "{" or "1" would make the log unreadable. Blank: ignored.
  Added add(std::string_view secret);
  // From now on mask() and mask_into() write `name` where the whole value stands, so that a plan can say
  // which host it means. Streams of a log keep ***.
  void call(std::string_view secret, std::string_view name);
  // Overlapping and adjacent finds become one ***. No find reaches over a line end.
  std::string mask(std::string_view text) const;
  // As mask, appended to `out`; true when something was masked.
  bool mask_into(std::string_view text, std::string& out) const;
  // As mask without a copy where there is nothing to mask: `text` itself, else `scratch`, overwritten. `edge`
  // goes from one piece of a stream of whole lines to the next; where base64 may be broken at the end of a
  // line, a stream masks on suspicion what the others leave.
  std::string_view mask_view(std::string_view text, std::string& scratch, LineEdge& edge) const;
  std::vector<Range> find(std::string_view text, LineEdge& edge) const;  // what mask_view() masks
  bool would_change(std::string_view text) const;
  std::vector<Range> find(std::string_view text) const;  // sorted, apart from each other
  // How many bytes at the end of `text` may be the beginning of a form that goes on behind it; 0: none.
  size_t may_begin(std::string_view text) const;
  std::optional<size_t> secret_in(std::string_view bytes, size_t shortest) const override;
  size_t longest_secret() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The end of a sentence about a value that is not masked, or not in every form; empty for others.
std::string masking_problem(Masker::Added added);
// Appends `text` to `out`, each of the sorted `ranges` as ***.
void replace_ranges(std::string_view text, const std::vector<Range>& ranges, std::string& out);

}  // namespace runner
