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
