// steps/clients/ssh/copy_stream.hpp -- the files of a CopyList as one tar stream, read piece by piece.
#pragma once
#include <chrono>
#include <cstddef>
#include <memory>

#include "steps/clients/ssh/copy_list.hpp"

namespace runner {

class CopyStream {
 public:
  using Now = std::chrono::steady_clock::time_point (*)();
  // With `gzip` what gets smaller is compressed, unless the reader turns out to be faster than that, by the
  // clock `now`. `list` must live longer.
  CopyStream(const CopyList& list, bool gzip, Now now = std::chrono::steady_clock::now);
  ~CopyStream();
  // Fills the buffer; 0 at the end. Throws Error for a file that cannot be read or has become shorter.
  size_t read(char* buffer, size_t size);

 private:
  class Source;
  std::unique_ptr<Source> source_;
};

}  // namespace runner
