#include "steps/clients/ssh/copy_stream.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "parser/base/error.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/files.hpp"

namespace runner {
namespace {

constexpr size_t kPiece = 256 * 1024;
constexpr size_t kSample = 8 * 1024;

// Whether the reader, a network, takes bytes more slowly than they are made. Looks at a few megabytes at a
// time, as the first ones only fill its buffers.
class Pace {
 public:
  explicit Pace(CopyStream::Now now) : now_(now) {}
  void asked() {
    if (given_at_) waited_ += now_() - *given_at_;
  }
  void given(size_t bytes) {
    bytes_ += bytes;
    given_at_ = now_();
  }
  void made(size_t bytes) {
    made_ += bytes;
    if (made_ < kWindow) return;
    slow_ = static_cast<double>(bytes_) < std::chrono::duration<double>(waited_).count() * kFast;
    bytes_ = made_ = 0, waited_ = {};
  }
  bool slow() const { return slow_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr size_t kWindow = 4 << 20;
  static constexpr double kFast = 64e6;  // bytes a second: what zlib's level 1 makes, about
  CopyStream::Now now_;
  bool slow_ = true;
  size_t bytes_ = 0, made_ = 0;
  Clock::duration waited_{};
  std::optional<Clock::time_point> given_at_;
};

class Gzip {
 public:
  explicit Gzip(const Pace& pace) : pace_(pace) {
    // 16 on top of the window's size asks for gzip's header; level 1 keeps up with a fast network
    const int error = deflateInit2(&stream_, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    if (error != Z_OK) throw Error("start zlib: error {}", error);
  }
  ~Gzip() { deflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  void add(std::string_view bytes, bool last, std::string& out) {
    if (bytes.size() >= kSample) choose_level(bytes.substr(0, kSample), out);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out.append(piece_.data(), piece_.size() - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  // Images and archives do not get smaller, and a fast network gains nothing: they go through as they are,
  // which costs next to nothing.
  bool pays(std::string_view sample) {
    if (!pace_.slow()) return false;
    uLongf size = tried_.size();
    compress2(reinterpret_cast<Bytef*>(tried_.data()), &size, reinterpret_cast<const Bytef*>(sample.data()),
              sample.size(), 1);
    return size <= sample.size() * 9 / 10;
  }

  void choose_level(std::string_view sample, std::string& out) {
    const int level = pays(sample) ? 1 : 0;
    if (level == level_) return;
    level_ = level;
    stream_.next_in = nullptr, stream_.avail_in = 0;
    stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
    stream_.avail_out = static_cast<uInt>(piece_.size());
    // Writes out what came before; piece_ is larger than all that zlib holds back.
    if (deflateParams(&stream_, level, Z_DEFAULT_STRATEGY) != Z_OK) throw Error("set zlib's level");
    out.append(piece_.data(), piece_.size() - stream_.avail_out);
  }

  const Pace& pace_;
  z_stream stream_{};
  int level_ = 1;
  std::vector<char> piece_ = std::vector<char>(kPiece);
  std::vector<char> tried_ = std::vector<char>(2 * kSample);
};

}  // namespace

class CopyStream::Source {
 public:
  Source(const CopyList& list, bool gzip, Now now)
      : list_(list),
        writer_([this](std::string_view bytes) { sink(bytes, false); }),
        piece_(kPiece),
        pace_(now) {
    if (gzip) gzip_ = std::make_unique<Gzip>(pace_);
  }

  size_t read(char* buffer, size_t size) {
    pace_.asked();
    const auto got = fill(buffer, size);
    pace_.given(got);
    return got;
  }

 private:
  size_t fill(char* buffer, size_t size) {
    size_t got = 0;
    while (got < size) {
      if (taken_ < ready_.size()) {
        got += take(buffer + got, size - got);
      } else if (done_) {
        break;
      } else if (!gzip_ && writer_.missing_bytes() > 0) {
        got += straight(buffer + got, size - got);
      } else {
        produce();
      }
    }
    return got;
  }

  void sink(std::string_view bytes, bool last) {
    if (placed_ != nullptr && bytes.data() == placed_) return;
    pace_.made(bytes.size());
    if (gzip_)
      gzip_->add(bytes, last, ready_);
    else
      ready_ += bytes;
  }

  size_t take(char* buffer, size_t size) {
    const auto got = std::min(size, ready_.size() - taken_);
    std::memcpy(buffer, ready_.data() + taken_, got);
    taken_ += got;
    if (taken_ == ready_.size()) ready_.clear(), taken_ = 0;
    return got;
  }

  // Contents go into the reader's buffer without a stop in `ready_`.
  size_t straight(char* buffer, size_t size) {
    const auto got = read_file(buffer, size);
    placed_ = buffer;
    writer_.write({buffer, got});
    placed_ = nullptr;
    return got;
  }

  void produce() {
    if (writer_.missing_bytes() > 0) {
      writer_.write({piece_.data(), read_file(piece_.data(), piece_.size())});
      return;
    }
    file_.reset();
    if (next_ == list_.items.size()) {
      writer_.finish();
      if (gzip_) sink({}, true);
      done_ = true;
      return;
    }
    current_ = &list_.items[next_++];
    if (current_->entry.kind == TarKind::file && current_->entry.size_bytes > 0) {
      file_ = open_regular(current_->source);
    }
    writer_.add(current_->entry);
  }

  size_t read_file(char* buffer, size_t size) {
    const auto wanted = std::min<uint64_t>(size, writer_.missing_bytes());
    for (;;) {
      const auto got = ::read(file_.get(), buffer, wanted);
      if (got > 0) return static_cast<size_t>(got);
      if (got == 0) throw Error("{} has become shorter while it was copied", current_->source.string());
      if (errno != EINTR) throw Error("read {}: {}", current_->source.string(), std::strerror(errno));
    }
  }

  const CopyList& list_;
  TarWriter writer_;
  std::vector<char> piece_;
  Pace pace_;
  std::unique_ptr<Gzip> gzip_;
  std::string ready_;
  size_t taken_ = 0, next_ = 0;
  const CopyItem* current_ = nullptr;
  const char* placed_ = nullptr;  // bytes that stand in the reader's buffer already
  Fd file_;
  bool done_ = false;
};

CopyStream::CopyStream(const CopyList& list, bool gzip, Now now)
    : source_(std::make_unique<Source>(list, gzip, now)) {}
CopyStream::~CopyStream() = default;
size_t CopyStream::read(char* buffer, size_t size) { return source_->read(buffer, size); }

}  // namespace runner
