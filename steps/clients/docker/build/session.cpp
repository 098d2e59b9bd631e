#include "steps/clients/docker/build/session.hpp"

#include <random>
#include <utility>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "steps/clients/docker/build/protobuf.hpp"
#include "steps/clients/docker/build/stream_socket.hpp"

namespace runner {
namespace {

constexpr int kNotFound = 5;      // of gRPC
constexpr uint64_t kServing = 1;  // of its health service

std::string random_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// Every question has one text in it, with the number 1.
std::string asked_for(std::string_view message) {
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.number == 1) return std::string(field.bytes);
  }
  return {};
}

GrpcAnswer login_answer(const std::optional<Credentials>& login) {
  if (!login) return {};  // none: the registry is asked as anybody
  if (!login->identity_token.empty()) return {0, proto_bytes(2, login->identity_token)};
  return {0, proto_bytes(1, login->username) + proto_bytes(2, login->password)};
}

}  // namespace

GrpcMethods session_methods(BuildSecrets secrets, RegistryLogin login) {
  GrpcMethods methods;
  methods["/grpc.health.v1.Health/Check"] = [](std::string_view) {
    return GrpcAnswer{0, proto_number(1, kServing)};
  };
  methods["/moby.filesync.v1.Auth/Credentials"] = [login = std::move(login)](std::string_view message) {
    return login_answer(login(asked_for(message)));
  };
  methods["/moby.buildkit.secrets.v1.Secrets/GetSecret"] =
      [secrets = std::move(secrets)](std::string_view message) {
        const auto id = asked_for(message);
        const auto at = secrets.find(id);
        if (at == secrets.end()) return GrpcAnswer{kNotFound, "", fmt::format("secret {} not found", id)};
        return GrpcAnswer{0, proto_bytes(1, at->second)};
      };
  return methods;
}

BuildSession::BuildSession(const DockerAddress& address, const std::string& api_version, GrpcMethods methods,
                           const std::stop_token& stop)
    : id_(random_id()),
      methods_(std::move(methods)),
      connection_(connect_engine(address, stop)),
      end_(make_event()) {
  upgrade(api_version, stop);
  thread_ = std::jthread([this] { serve_grpc(connection_, received_, methods_, end_); });
}

BuildSession::~BuildSession() { raise_event(end_); }

// The shared key is of this build alone: what an engine keeps under a key it compares by size and time when
// the files are sent again, and files made with fixed times would be those of another build.
void BuildSession::upgrade(const std::string& api_version, const std::stop_token& stop) {
  auto request = fmt::format(
      "POST /v{0}/session HTTP/1.1\r\nHost: engine\r\nUser-Agent: runner\r\nConnection: Upgrade\r\n"
      "Upgrade: h2c\r\nContent-Length: 0\r\nX-Docker-Expose-Session-Uuid: {1}\r\n"
      "X-Docker-Expose-Session-Name: runner\r\nX-Docker-Expose-Session-Sharedkey: {1}\r\n",
      api_version, id_);
  for (const auto& [name, method] : methods_) {
    request += "X-Docker-Expose-Session-Grpc-Method: " + name + "\r\n";
  }
  write_socket(connection_, request + "\r\n", stop);
  const auto header = read_http_header(connection_, received_, stop);
  const auto status = header.substr(0, header.find("\r\n"));
  if (status.find(" 101") == std::string::npos) {
    throw Error("open a build session with the Docker daemon: found \"{}\", expected status 101", status);
  }
}

}  // namespace runner
