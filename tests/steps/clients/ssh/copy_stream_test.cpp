#include "steps/clients/ssh/copy_stream.hpp"

#include <zlib.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/temp_dir.hpp"

namespace runner {
namespace {

std::string whole(const CopyList& list, bool gzip, CopyStream::Now now = std::chrono::steady_clock::now) {
  CopyStream stream(list, gzip, now);
  std::string all;
  std::vector<char> buffer(50'000);
  while (const auto got = stream.read(buffer.data(), buffer.size())) all.append(buffer.data(), got);
  return all;
}

// What gunzip makes of it; nothing when the stream has no proper end.
std::optional<std::string> gunzipped(std::string packed) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string plain(4'000'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  const int result = inflate(&stream, Z_FINISH);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return result == Z_STREAM_END ? std::optional(plain) : std::nullopt;
}

std::string noise(size_t size) {  // what gzip cannot shrink
  std::string text(size, '\0');
  uint32_t state = 1;
  for (auto& byte : text) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

}  // namespace

TEST_CASE("copy stream: packed with gzip it is the same stream, to its end") {
  struct Case {
    const char* why;
    std::vector<std::string> contents;
  };
  for (const auto& c :
       {Case{"an empty file", {""}}, Case{"a small file", {"copied\n"}},
        Case{"several pieces", {std::string(700'000, 'x'), "small"}},
        Case{"what does not shrink", {noise(700'000)}},
        Case{"both, and back", {"small", noise(300'000), std::string(300'000, 'x'), noise(9'000), "last"}}}) {
    SUBCASE(c.why) {
      const test::TempDir folder;
      for (size_t i = 0; i < c.contents.size(); ++i)
        folder.write("files/" + std::to_string(i), c.contents[i]);
      const auto list = list_copies({.folder = folder.path(), .sources = {"files"}});
      const auto plain = whole(list, false);
      for (const auto& content : c.contents) CHECK(plain.find(content) != std::string::npos);
      const auto unpacked = gunzipped(whole(list, true));
      REQUIRE(unpacked.has_value());
      CHECK((*unpacked == plain));  // not shown: it is large
    }
  }
}

TEST_CASE("copy stream: a reader who never makes it wait gets no more compressed bytes after a while") {
  const CopyStream::Now stands_still = [] { return std::chrono::steady_clock::time_point{}; };
  const test::TempDir folder;
  folder.write("files/large", std::string(20 << 20, 'x'));
  const auto list = list_copies({.folder = folder.path(), .sources = {"files"}});
  const auto packed = whole(list, true, stands_still).size();
  CHECK(packed > (15U << 20));  // as they are
  CHECK(packed < (18U << 20));  // the first megabytes are compressed, as nothing is known of the reader yet
}

}  // namespace runner
