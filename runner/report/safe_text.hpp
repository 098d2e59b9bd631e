// runner/report/safe_text.hpp -- what a command writes to a stream holds no secret and cannot act on a
// terminal, whoever wrote it: a file of a stranger's repository, a step, a server. As long as a SafeText
// lives, all lines of its stream are masked and, for eyes, pass through harmless(), colours kept; on a
// terminal they fit its width.
#pragma once
#include <memory>
#include <ostream>

namespace runner {

class Masker;

class SafeText {
 public:
  // `for_eyes`: not for a program that reads it, which gets all characters.
  SafeText(std::ostream& stream, const Masker& masker, bool for_eyes);
  ~SafeText();  // what is not yet written goes on, and the stream is as it was
  SafeText(const SafeText&) = delete;
  SafeText& operator=(const SafeText&) = delete;

  void wrap(int columns);  // whole lines from now on, as wrapped_lines() does; 0: none

 private:
  class Filter;
  std::ostream& stream_;
  std::ios::fmtflags flags_;
  std::unique_ptr<Filter> filter_;
};

}  // namespace runner
