// steps/system/digest.hpp -- hashes of bytes: raw ones of a whole text, and SHA-256 piece by piece.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace runner {

std::string md5(std::string_view bytes);         // 16 bytes
std::string sha1(std::string_view bytes);        // 20
std::string sha256(std::string_view bytes);      // 32
std::string hex_sha256(std::string_view bytes);  // 64 lower-case digits

class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  ~Sha256();
  void update(std::string_view bytes);
  std::string digest();  // 32 bytes; ends it
  std::string hex();     // 64 lower-case digits; ends it

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace runner
