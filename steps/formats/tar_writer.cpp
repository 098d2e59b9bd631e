#include "steps/formats/tar_writer.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#include <fmt/core.h>

namespace runner {
namespace {

constexpr size_t kBlock = 512, kNameSize = 100, kPrefixSize = 155;
constexpr uint64_t kLargestOctalSize = 077777777777;

// https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, "ustar Interchange Format"
struct Header {
  char name[100], mode[8], user[8], group[8], size[12], modified[12], checksum[8], kind, link[100], magic[6],
      version[2], user_name[32], group_name[32], device_major[8], device_minor[8], prefix[155], unused[12];
};
static_assert(sizeof(Header) == kBlock);

template <size_t N>
void put_text(char (&field)[N], std::string_view text) {
  if (!text.empty()) std::memcpy(field, text.data(), std::min(N, text.size()));
}

template <size_t N>
void put_octal(char (&field)[N], uint64_t number) {
  put_text(field, fmt::format("{:0{}o}", number, N - 1));
}

// "27 path=some/long/name\n": the length counts itself.
std::string pax_record(std::string_view key, std::string_view value) {
  const size_t rest = key.size() + value.size() + 3;
  size_t length = rest + 1;
  while (rest + std::to_string(length).size() != length) length = rest + std::to_string(length).size();
  return fmt::format("{} {}={}\n", length, key, value);
}

// Where a name too long for its field can be cut into prefix and name; npos: nowhere.
size_t split_point(std::string_view name) {
  const auto slash = name.find('/', name.size() > kNameSize ? name.size() - kNameSize - 1 : 0);
  const bool fits =
      slash != std::string_view::npos && slash > 0 && slash <= kPrefixSize && slash + 1 < name.size();
  return fits ? slash : std::string_view::npos;
}

}  // namespace

void TarWriter::add(const TarEntry& entry) {
  assert(missing_ == 0);
  auto name = entry.name;
  if (entry.kind == TarKind::folder && !name.ends_with('/')) name += '/';
  std::string_view shown = name, prefix;
  std::string records;
  if (name.size() > kNameSize) {
    if (const auto cut = split_point(name); cut != std::string_view::npos) {
      prefix = shown.substr(0, cut), shown.remove_prefix(cut + 1);
    } else {
      records += pax_record("path", name);
    }
  }
  if (entry.link.size() > kNameSize) records += pax_record("linkpath", entry.link);
  size_ = entry.kind == TarKind::file ? entry.size_bytes : 0;
  if (size_ > kLargestOctalSize) records += pax_record("size", std::to_string(size_));
  if (!records.empty()) pax(entry, records);
  header(entry, static_cast<char>(entry.kind), shown, prefix);
  missing_ = size_;
}

void TarWriter::pax(const TarEntry& entry, const std::string& records) {
  TarEntry extra;
  extra.modified = entry.modified;
  extra.size_bytes = records.size();
  const auto kept = size_;
  size_ = records.size();
  header(extra, 'x', "PaxHeaders/entry", {});
  sink_(records);
  pad(records.size());
  size_ = kept;
}

void TarWriter::header(const TarEntry& entry, char kind, std::string_view name, std::string_view prefix) {
  Header block{};
  put_text(block.name, name);
  put_octal(block.mode, entry.mode & 07777);
  put_octal(block.user, entry.user & 07777777);
  put_octal(block.group, entry.group & 07777777);
  put_octal(block.size, std::min(size_, kLargestOctalSize));
  put_octal(block.modified, static_cast<uint64_t>(std::max<int64_t>(entry.modified, 0)));
  block.kind = kind;
  put_text(block.link, entry.link);
  put_text(block.magic, std::string_view("ustar\0", 6));
  put_text(block.version, "00");
  put_text(block.user_name, entry.user_name);
  put_text(block.group_name, entry.group_name);
  put_octal(block.device_major, entry.device_major);
  put_octal(block.device_minor, entry.device_minor);
  put_text(block.prefix, prefix);
  std::memset(block.checksum, ' ', sizeof block.checksum);
  std::array<unsigned char, kBlock> bytes{};
  std::memcpy(bytes.data(), &block, kBlock);
  uint32_t sum = 0;
  for (const auto byte : bytes) sum += byte;
  put_text(block.checksum, fmt::format("{:06o}", sum));
  block.checksum[6] = '\0';
  sink_({reinterpret_cast<const char*>(&block), kBlock});
}

void TarWriter::write(std::string_view bytes) {
  assert(bytes.size() <= missing_);
  if (bytes.empty()) return;
  sink_(bytes);
  missing_ -= bytes.size();
  if (missing_ == 0) pad(size_);
}

void TarWriter::add_file(TarEntry entry, std::string_view content) {
  entry.size_bytes = content.size();
  add(entry);
  write(content);
}

void TarWriter::pad(uint64_t size_bytes) {
  static constexpr std::array<char, kBlock> kZeros{};
  if (const auto over = size_bytes % kBlock; over != 0) sink_({kZeros.data(), kBlock - over});
}

void TarWriter::finish() {
  assert(missing_ == 0);
  static constexpr std::array<char, 2 * kBlock> kEnd{};
  sink_({kEnd.data(), kEnd.size()});
}

}  // namespace runner
