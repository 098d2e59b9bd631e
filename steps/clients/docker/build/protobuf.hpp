// steps/clients/docker/build/protobuf.hpp -- as much of Protocol Buffers as BuildKit's messages need: reading
// fields one by one, writing texts. No schema: who reads knows the numbers.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace runner {

struct ProtoField {
  uint32_t number = 0;
  uint64_t value = 0;      // of a number or bool
  std::string_view bytes;  // of a text, bytes or a message within
};

class ProtoReader {
 public:
  explicit ProtoReader(std::string_view message) : rest_(message) {}
  bool next(ProtoField& field);  // false: at the end. Throws Error where the message is cut short

 private:
  uint64_t varint();
  std::string_view take(uint64_t size);
  std::string_view rest_;
};

std::string proto_bytes(uint32_t number, std::string_view bytes);  // one field
std::string proto_number(uint32_t number, uint64_t value);

}  // namespace runner
