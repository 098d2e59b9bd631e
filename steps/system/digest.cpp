#include "steps/system/digest.hpp"

#include <openssl/evp.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/handle.hpp"

namespace runner {
namespace {

std::string digest_of(std::string_view bytes, const EVP_MD* kind) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, kind, nullptr) != 1)
    throw Error("compute a hash: OpenSSL refuses");
  return {reinterpret_cast<const char*>(digest), size};
}

}  // namespace

std::string md5(std::string_view bytes) { return digest_of(bytes, EVP_md5()); }
std::string sha1(std::string_view bytes) { return digest_of(bytes, EVP_sha1()); }
std::string sha256(std::string_view bytes) { return digest_of(bytes, EVP_sha256()); }
std::string hex_sha256(std::string_view bytes) { return hex(sha256(bytes)); }

struct Sha256::State {
  Handle<EVP_MD_CTX, EVP_MD_CTX_free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  if (!state_->context || EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1) {
    throw Error("start a SHA-256: OpenSSL refuses");
  }
}
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) != 1) throw Error("SHA-256 failed");
}

std::string Sha256::digest() {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (EVP_DigestFinal_ex(state_->context.get(), bytes, &size) != 1) throw Error("SHA-256 failed");
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string Sha256::hex() { return runner::hex(digest()); }

}  // namespace runner
