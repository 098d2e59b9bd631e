// steps/formats/libarchive.hpp -- what everything over libarchive shares: handles, errors, and a sink that
// may throw. For .cpp files.
#pragma once
#include <archive.h>
#include <archive_entry.h>

#include <exception>
#include <functional>
#include <string_view>

#include "parser/base/error.hpp"
#include "steps/system/handle.hpp"

namespace runner::libarchive {

using Reader = Handle<archive, archive_read_free>;
using Writer = Handle<archive, archive_write_free>;
using Entry = Handle<archive_entry, archive_entry_free>;

// Throws Error("<doing>: <libarchive's reason>"); a warning is none.
inline void check(archive* handle, la_ssize_t code, std::string_view doing) {
  if (code >= ARCHIVE_WARN) return;
  const char* cause = archive_error_string(handle);
  throw Error("{}: {}", doing, cause == nullptr ? "unknown reason" : cause);
}

// The content of the entry that both are at. `each` hears of the size of each block before it is written.
template <class Each>
void copy_content(archive* from, archive* to, std::string_view reading, std::string_view writing,
                  const Each& each) {
  const void* bytes = nullptr;
  size_t size = 0;
  la_int64_t offset = 0;
  while (true) {
    const int code = archive_read_data_block(from, &bytes, &size, &offset);
    if (code == ARCHIVE_EOF) return;
    check(from, code, reading);
    each(size);
    check(to, archive_write_data_block(to, bytes, size, offset), writing);
  }
}

// Where the bytes of an archive that is written go. An exception must not pass through libarchive: it is
// kept, and thrown by check().
class Sink {
 public:
  using Function = std::function<void(std::string_view bytes)>;
  Sink(const Function& function, std::string_view doing) : function_(function), doing_(doing) {}

  void open(archive* writer) {
    check(writer, archive_write_open2(writer, this, nullptr, pass_on, nullptr, nullptr));
  }
  void check(archive* writer, la_ssize_t code) const {
    if (failed_) std::rethrow_exception(failed_);
    libarchive::check(writer, code, doing_);
  }

 private:
  static la_ssize_t pass_on(archive*, void* data, const void* bytes, size_t size) {
    auto& self = *static_cast<Sink*>(data);
    try {
      self.function_({static_cast<const char*>(bytes), size});
      return static_cast<la_ssize_t>(size);
    } catch (...) {
      self.failed_ = std::current_exception();
      return -1;
    }
  }

  const Function& function_;
  std::string_view doing_;
  std::exception_ptr failed_;
};

}  // namespace runner::libarchive
