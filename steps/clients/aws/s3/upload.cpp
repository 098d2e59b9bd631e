#include "steps/clients/aws/s3/upload.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "parser/base/text.hpp"
#include "steps/clients/aws/s3/multipart.hpp"
#include "steps/clients/aws/s3/parallel.hpp"
#include "steps/system/fd.hpp"

namespace runner::aws::s3 {
namespace {

constexpr size_t kPartsAtOnce = 8;  // the memory budget is the nearer limit

[[noreturn]] void throw_read_error(const std::filesystem::path& file) {
  throw Error("[Errno {}] {}: '{}'", errno, std::strerror(errno), file.string());
}

size_t read_at(int fd, char* into, size_t size, uint64_t offset, const std::filesystem::path& file) {
  size_t done = 0;
  while (done < size) {
    const auto count = ::pread(fd, into + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_read_error(file);
    if (count == 0) break;  // shorter than it was
    done += static_cast<size_t>(count);
  }
  return done;
}

void put(Wire& wire, const Target& target, std::string_view bytes) {
  Call call{.operation = "PutObject", .method = "PUT", .bucket = target.bucket, .key = target.key};
  call.headers = target.properties;
  call.headers.insert(call.headers.end(), target.part_properties.begin(), target.part_properties.end());
  if (target.keep_existing) call.headers.emplace_back("If-None-Match", "*");
  call.body = bytes;
  if (target.checksum != nullptr) {
    call.covered = true;
    call.headers.emplace_back("x-amz-sdk-checksum-algorithm", std::string(target.checksum->name));
    call.headers.emplace_back(std::string(target.checksum->header), base64(target.checksum->digest(bytes)));
  }
  wire.call(call);
}

void put_file(Wire& wire, int fd, uint64_t size, const std::filesystem::path& file, const Target& target) {
  MemoryBudget::Buffer buffer(wire.memory(), size);
  put(wire, target, {buffer.data(), read_at(fd, buffer.data(), size, 0, file)});
}

void put_parts(Wire& wire, int fd, uint64_t size, const std::filesystem::path& file, const Target& target) {
  const auto part_size = part_size_for(size, wire.settings().part_size);
  MultipartUpload upload(wire, target);
  in_parallel((size + part_size - 1) / part_size, kPartsAtOnce, [&](size_t part) {
    const auto offset = part * part_size, length = std::min(part_size, size - offset);
    MemoryBudget::Buffer buffer(wire.memory(), length);
    const auto count = read_at(fd, buffer.data(), length, offset, file);
    if (count < length)
      throw Error("The file '{}' became shorter during its upload: {} bytes were expected", file.string(),
                  size);
    upload.send_part(part + 1, {buffer.data(), count});
  });
  upload.complete();
}

// Fills the buffer as far as the stream goes.
size_t read_piece(const std::function<size_t(char*, size_t)>& read, char* into, size_t size) {
  size_t done = 0;
  while (done < size) {
    const auto count = read(into + done, size - done);
    if (count == 0) break;
    done += count;
  }
  return done;
}

}  // namespace

void upload_file(Wire& wire, const std::filesystem::path& file, const Target& target) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd || ::fstat(fd.get(), &info) != 0) throw_read_error(file);
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size < wire.settings().multipart_threshold) return put_file(wire, fd.get(), size, file, target);
  put_parts(wire, fd.get(), size, file, target);
}

// Parts go one after another: the stream is most often the slower end.
void upload_stream(Wire& wire, const std::function<size_t(char*, size_t)>& read, uint64_t expected_size,
                   const Target& target) {
  const auto part_size = part_size_for(expected_size, wire.settings().part_size);
  MemoryBudget::Buffer buffer(wire.memory(), part_size);
  const std::string_view first(buffer.data(), read_piece(read, buffer.data(), part_size));
  if (first.size() < part_size) return put(wire, target, first);
  MultipartUpload upload(wire, target);
  upload.send_part(1, first);
  for (size_t number = 2;; ++number) {
    const auto count = read_piece(read, buffer.data(), part_size);
    if (count > 0) upload.send_part(number, {buffer.data(), count});
    if (count < part_size) break;
  }
  upload.complete();
}

}  // namespace runner::aws::s3
