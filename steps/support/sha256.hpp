// steps/support/sha256.hpp -- SHA-256 piece by piece.
#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace runner {

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
