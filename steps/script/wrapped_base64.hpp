// steps/script/wrapped_base64.hpp -- finds secrets in base64 that a tool broke into lines of any width from
// 24 characters on, each perhaps behind an indent or a prefix. No line holds the whole secret then; but what
// stands at a line's edge is the secret's beginning, its end, or a stretch that fills the line. Visible stay
// at most two characters at a line's end (five where only what is sure counts, see Certainty), and pieces of
// fewer than six where the line before is not there.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "steps/script/gram_table.hpp"
#include "steps/script/pattern_set.hpp"

namespace runner {

// What is remembered of a stream's last line, so that it does not matter in which pieces the stream comes.
struct LineEdge {
  std::string base64;  // the base64 that it ends with; empty: too little to be a broken line
  size_t indent = 0;   // what stands before that
};

class WrappedBase64 {
 public:
  void add(std::string_view core);  // of base64_cores(); its bytes must outlive the object
  // At a line's end a secret may begin with three characters, which others have by chance too.
  enum class Certainty {
    sure,       // only what six characters or more say: who asks draws conclusions
    suspicion,  // in a log it does no harm, but in lines of nothing but hexadecimal digits: digests, commits
  };
  // `text`: whole lines. `edge`: in: of the line before it; out: of its last one.
  void find(std::string_view text, LineEdge& edge, Certainty certainty, std::vector<Range>& found) const;

 private:
  struct Line {
    size_t begin, end;
  };
  void find_at_start(std::string_view text, Line line, size_t base64_begin, const LineEdge& before,
                     std::vector<Range>& found) const;
  bool may_continue(std::string_view start, std::string_view before) const;
  size_t continued(std::string_view base64, bool to_line_end, std::string_view before) const;
  size_t tail_of(std::string_view base64) const;
  void visit_line(std::string_view text, Line line, LineEdge& edge, Certainty certainty,
                  std::vector<Range>& found) const;

  std::vector<std::string_view> cores_;
  GramTable places_;                    // of every four characters of every core
  std::vector<uint64_t> short_starts_;  // which three characters begin a core, a bit for each by its hash
};

}  // namespace runner
