#include "steps/support/copy_stream.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "parser/base/error.hpp"
#include "steps/support/fd.hpp"

namespace runner {
namespace {

constexpr size_t kPiece = 256 * 1024;
constexpr size_t kSample = 8 * 1024;

class Gzip {
 public:
  Gzip() {
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
  // Images and archives do not get smaller: they go through as they are, which costs next to nothing.
  void choose_level(std::string_view sample, std::string& out) {
    uLongf size = tried_.size();
    compress2(reinterpret_cast<Bytef*>(tried_.data()), &size, reinterpret_cast<const Bytef*>(sample.data()),
              sample.size(), 1);
    const int level = size > sample.size() * 9 / 10 ? 0 : 1;
    if (level == level_) return;
    level_ = level;
    stream_.next_in = nullptr, stream_.avail_in = 0;
    stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
    stream_.avail_out = static_cast<uInt>(piece_.size());
    // Writes out what came before; piece_ is larger than all that zlib holds back.
    if (deflateParams(&stream_, level, Z_DEFAULT_STRATEGY) != Z_OK) throw Error("set zlib's level");
    out.append(piece_.data(), piece_.size() - stream_.avail_out);
  }

  z_stream stream_{};
  int level_ = 1;
  std::vector<char> piece_ = std::vector<char>(kPiece);
  std::vector<char> tried_ = std::vector<char>(2 * kSample);
};

}  // namespace

class CopyStream::Source {
 public:
  Source(const CopyList& list, bool gzip)
      : list_(list), writer_([this](std::string_view bytes) { sink(bytes, false); }), piece_(kPiece) {
    if (gzip) gzip_ = std::make_unique<Gzip>();
  }

  size_t read(char* buffer, size_t size) {
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

 private:
  void sink(std::string_view bytes, bool last) {
    if (placed_ != nullptr && bytes.data() == placed_) return;
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
      file_.reset(::open(current_->source.c_str(), O_RDONLY | O_CLOEXEC));
      if (!file_) throw Error("read {}: {}", current_->source.string(), std::strerror(errno));
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
  std::unique_ptr<Gzip> gzip_;
  std::string ready_;
  size_t taken_ = 0, next_ = 0;
  const CopyItem* current_ = nullptr;
  const char* placed_ = nullptr;  // bytes that stand in the reader's buffer already
  Fd file_;
  bool done_ = false;
};

CopyStream::CopyStream(const CopyList& list, bool gzip) : source_(std::make_unique<Source>(list, gzip)) {}
CopyStream::~CopyStream() = default;
size_t CopyStream::read(char* buffer, size_t size) { return source_->read(buffer, size); }

}  // namespace runner
