#include "steps/clients/docker/build/protobuf.hpp"

#include "parser/base/error.hpp"

namespace runner {
namespace {

enum WireType { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

void put_varint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>((value & 0x7f) | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

[[noreturn]] void cut_short() { throw Error("read a message of BuildKit: it is cut short or damaged"); }

}  // namespace

uint64_t ProtoReader::varint() {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take(1)[0]);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  cut_short();
}

std::string_view ProtoReader::take(uint64_t size) {
  if (size > rest_.size()) cut_short();
  const auto taken = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return taken;
}

bool ProtoReader::next(ProtoField& field) {
  if (rest_.empty()) return false;
  const auto key = varint();
  field = {static_cast<uint32_t>(key >> 3), 0, {}};
  switch (key & 7) {
    case kVarint:
      field.value = varint();
      break;
    case kFixed64:
      take(8);
      break;
    case kBytes:
      field.bytes = take(varint());
      break;
    case kFixed32:
      take(4);
      break;
    default:
      cut_short();
  }
  return true;
}

std::string proto_bytes(uint32_t number, std::string_view bytes) {
  std::string out;
  put_varint(out, number << 3 | kBytes);
  put_varint(out, bytes.size());
  return out.append(bytes);
}

std::string proto_number(uint32_t number, uint64_t value) {
  std::string out;
  put_varint(out, number << 3 | kVarint);
  put_varint(out, value);
  return out;
}

}  // namespace runner
