#include "steps/clients/aws/s3/download.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <random>

#include "parser/base/text.hpp"
#include "steps/clients/aws/s3/checksum.hpp"
#include "steps/clients/aws/s3/parallel.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/system/fd.hpp"

namespace runner::aws::s3 {
namespace {

namespace fs = std::filesystem;

constexpr size_t kRangesAtOnce = 8;

[[noreturn]] void throw_file_error(int error, const fs::path& file) {
  throw Error("[Errno {}] {}: '{}'", error, std::strerror(error), file.string());
}

// Written beside its place under a name that nobody has, then renamed.
class PartialFile {
 public:
  explicit PartialFile(const fs::path& file) : file_(file) {
    std::error_code error;
    fs::create_directories(file.parent_path(), error);
    if (error) throw_file_error(error.value(), file.parent_path());
    std::random_device random;
    do {
      path_ = file.string() + fmt::format(".{:08x}", random());
      fd_.reset(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    } while (!fd_ && errno == EEXIST);
    if (!fd_) throw_file_error(errno, path_);
  }
  ~PartialFile() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  void write_at(uint64_t offset, std::string_view bytes) {  // safe from several threads
    while (!bytes.empty()) {
      const auto count = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw_file_error(errno, file_);
      bytes.remove_prefix(static_cast<size_t>(count));
      offset += static_cast<size_t>(count);
    }
  }
  // A second sync must find the file as old as the object.
  void finish(Time modified) {
    const timespec when{std::chrono::system_clock::to_time_t(modified), 0};
    const timespec both[] = {when, when};
    ::futimens(fd_.get(), both);
    if (::rename(path_.c_str(), file_.c_str()) != 0) throw_file_error(errno, file_);
    path_.clear();
  }

 private:
  const fs::path file_;
  std::string path_;
  Fd fd_;
};

Call get_call(const Source& source) {
  return {.operation = "GetObject", .bucket = source.bucket, .key = source.key, .headers = source.headers};
}

void check_content(const Answer& answer, std::string_view content) {
  for (const auto& algorithm : checksum_algorithms()) {
    const auto told = answer.header(algorithm.header);
    if (told.empty() || told.find('-') != std::string::npos)
      continue;  // "-3": of three parts, not of the whole
    if (const auto found = base64(algorithm.digest(content)); found != told)
      throw Error("Expected checksum {} did not match calculated checksum: {}", told, found);
    return;
  }
}

void download_whole(Wire& wire, const Source& source, const fs::path& file) {
  auto call = get_call(source);
  const bool check = wire.settings().check_answers;
  if (check) call.headers.emplace_back("x-amz-checksum-mode", "ENABLED");
  MemoryBudget::Buffer buffer(wire.memory(), source.size);
  uint64_t received = 0;
  call.on_data = [&](uint64_t at, std::string_view piece) {
    received = at + piece.size();
    if (received > source.size) throw Error("The object became larger than the {} bytes it had", source.size);
    std::ranges::copy(piece, buffer.data() + at);
  };
  const auto answer = wire.call(call);
  const std::string_view content(buffer.data(), received);
  if (check) check_content(answer, content);
  PartialFile partial(file);
  partial.write_at(0, content);
  partial.finish(source.modified);
}

void download_ranges(Wire& wire, const Source& source, const fs::path& file) {
  const auto size = wire.settings().part_size;
  PartialFile partial(file);
  in_parallel((source.size + size - 1) / size, kRangesAtOnce, [&](size_t range) {
    const auto begin = range * size, length = std::min(size, source.size - begin);
    auto call = get_call(source);
    call.headers.emplace_back("Range", fmt::format("bytes={}-{}", begin, begin + length - 1));
    call.headers.emplace_back("If-Match", source.etag);
    uint64_t received = 0;
    call.on_data = [&](uint64_t at, std::string_view piece) {
      received = at + piece.size();
      if (received > length)
        throw Error("The answer holds more than the {} bytes that were asked for: the server ignores ranges",
                    length);
      partial.write_at(begin + at, piece);
    };
    wire.call(call);
    if (received < length)
      throw Error("The answer holds {} of {} bytes that were asked for", received, length);
  });
  partial.finish(source.modified);
}

}  // namespace

Source head_object(Wire& wire, const std::string& bucket, const std::string& key, const Headers& headers,
                   Answer* answer) {
  auto head = wire.call(
      {.operation = "HeadObject", .method = "HEAD", .bucket = bucket, .key = key, .headers = headers});
  Source source{bucket, key, headers};
  const auto length = head.header("content-length");
  std::from_chars(length.data(), length.data() + length.size(), source.size);
  source.etag = head.header("etag");
  source.modified = read_time(head.header("last-modified")).value_or(Time());
  source.storage_class = head.header("x-amz-storage-class");
  if (answer != nullptr) *answer = std::move(head);
  return source;
}

void download_file(Wire& wire, const Source& source, const fs::path& file) {
  if (source.size < wire.settings().multipart_threshold) {
    download_whole(wire, source, file);
  } else {
    download_ranges(wire, source, file);
  }
}

void download_stream(Wire& wire, const Source& source, const std::function<void(std::string_view)>& write) {
  auto call = get_call(source);
  if (!source.etag.empty()) call.headers.emplace_back("If-Match", source.etag);
  uint64_t written = 0;
  // An attempt after a cut connection begins anew: what was written before is passed over.
  call.on_data = [&](uint64_t at, std::string_view piece) {
    if (at + piece.size() <= written) return;
    piece.remove_prefix(written > at ? written - at : 0);
    write(piece);
    written += piece.size();
  };
  wire.call(call);
}

}  // namespace runner::aws::s3
