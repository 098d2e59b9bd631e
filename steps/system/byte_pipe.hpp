// steps/system/byte_pipe.hpp -- bytes from a thread that makes them to one that sends them, a bounded amount
// at a time. Not for processes: those have real pipes.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace runner {

class BytePipe {
 public:
  explicit BytePipe(size_t capacity_bytes = 4u << 20) : capacity_(capacity_bytes) {}

  // Waits while the pipe is full. False once the reader gave up: stop making more.
  bool write(std::string_view bytes);
  void close(std::exception_ptr error = nullptr);  // by the writer; the error comes out of read()

  size_t read(char* buffer, size_t size);                     // waits for something; 0: closed
  std::optional<size_t> read_now(char* buffer, size_t size);  // the same, but nothing instead of waiting
  void give_up();                                             // by the reader

 private:
  size_t take(char* buffer, size_t size);

  const size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string bytes_;
  size_t taken_ = 0;  // of bytes_
  bool closed_ = false, given_up_ = false;
  std::exception_ptr error_;
};

}  // namespace runner
