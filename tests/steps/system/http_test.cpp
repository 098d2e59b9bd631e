#include "steps/system/http.hpp"

#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/support/http_server.hpp"

namespace runner {
namespace {

const std::string kOk = "HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok";

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = url;
  return request;
}

std::string error_of(Http& http, const HttpRequest& request) {
  try {
    http.send(request);
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("http: an answer, over TCP and over a unix socket, and the connection used again") {
  for (const bool unix_socket : {false, true}) {
    CAPTURE(unix_socket);
    test::HttpServer server([](const std::string&) { return kOk; }, unix_socket);
    const auto http = make_http();
    auto request = get(unix_socket ? "http://engine/a?b=c" : server.url("/a?b=c"));
    if (unix_socket) request.unix_socket = server.socket();
    for (int i = 0; i < 2; ++i) {
      const auto response = http->send(request);
      CHECK(response.status == 200);
      CHECK(response.body == "ok");
      CHECK(response.header("x-one") == "1");
    }
    CHECK(server.connections() == 1);
    CHECK(server.requests().front().starts_with("GET /a?b=c HTTP/1.1\r\n"));
  }
}

TEST_CASE("http: bodies, whole and piece by piece") {
  test::HttpServer server([](const std::string&) { return kOk; });
  const auto http = make_http();
  auto request = get(server.url("/"));
  request.method = "POST";
  SUBCASE("whole") {
    request.body = std::string("a\0b", 3);
    request.headers = {{"Content-Type", "x/y"}, {"X-Bad", "one\r\nX-Two: two"}};
    http->send(request);
    const auto sent = server.requests().front();
    CHECK(sent.ends_with(std::string("\r\n\r\na\0b", 7)));
    CHECK(sent.find("Content-Type: x/y\r\n") != std::string::npos);
    CHECK(sent.find("X-Two") == std::string::npos);
    CHECK(sent.find("Expect") == std::string::npos);
  }
  SUBCASE("piece by piece, answered piece by piece") {
    int pieces = 3;
    request.read_body = [&](char* buffer, size_t) -> size_t {
      if (pieces-- == 0) return 0;
      *buffer = 'x';
      return 1;
    };
    std::string got;
    request.on_data = [&](std::string_view piece) { got += piece; };
    const auto response = http->send(request);
    CHECK(got == "ok");
    CHECK(response.body == "");
    CHECK(server.requests().front().ends_with("1\r\nx\r\n1\r\nx\r\n1\r\nx\r\n0\r\n\r\n"));
  }
  SUBCASE("what the functions throw comes through") {
    request.read_body = [](char*, size_t) -> size_t { throw std::runtime_error("disk gone"); };
    CHECK(error_of(*http, request) == "disk gone");
    request.read_body = nullptr;
    request.on_data = [](std::string_view) { throw std::runtime_error("log full"); };
    CHECK(error_of(*http, request) == "log full");
  }
}

TEST_CASE("http: a redirect is an answer unless it is to be followed") {
  test::HttpServer server([](const std::string& request) -> std::string {
    if (request.starts_with("GET /new")) return kOk;
    return "HTTP/1.1 302 Found\r\nLocation: /new\r\nContent-Length: 0\r\n\r\n";
  });
  const auto http = make_http();
  auto request = get(server.url("/old"));
  CHECK(http->send(request).status == 302);
  request.follow_redirects = true;
  CHECK(http->send(request).status == 200);
}

TEST_CASE("http: no answer, and what the error does not show") {
  const auto http = make_http();
  const auto text = error_of(*http, get("http://user:secret@127.0.0.1:1/path?token=secret#secret"));
  CHECK(text.starts_with("GET http://127.0.0.1:1/path: "));
  CHECK(text.find("secret") == std::string::npos);
  auto request = get("http://engine/version?x=secret");
  request.unix_socket = "/nowhere/docker.sock";
  CHECK(error_of(*http, request).starts_with("GET /version on unix:///nowhere/docker.sock: "));
  CHECK(error_of(*http, get("file:///etc/passwd")).find("file") != std::string::npos);
}

TEST_CASE("http: a stop ends a silent request at once, and closes its connection") {
  std::stop_source stop;
  test::HttpServer server([&](const std::string&) {
    stop.request_stop();
    return std::string();
  });
  const auto http = make_http();
  auto request = get(server.url("/slow?key=secret"));
  request.stop = stop.get_token();
  CHECK(error_of(*http, request) == "GET " + server.url("/slow") + ": cancelled");
}

TEST_CASE("http: a time limit") {
  test::HttpServer server([](const std::string&) { return std::string(); });
  const auto http = make_http();
  auto request = get(server.url("/"));
  request.timeout = std::chrono::milliseconds(50);
  CHECK(error_of(*http, request).find("timed out") != std::string::npos);
}

TEST_CASE("http: the path is sent as it is, where that is asked for") {
  test::HttpServer server([](const std::string&) { return kOk; });
  const auto http = make_http();
  auto request = get(server.url("/a/../b//./c"));
  http->send(request);
  request.path_as_is = true;
  http->send(request);
  CHECK(server.requests()[0].starts_with("GET /b//c "));
  CHECK(server.requests()[1].starts_with("GET /a/../b//./c "));
}

TEST_CASE("http: the proxy is the request's own, whatever this process's environment says") {
  test::HttpServer server([](const std::string&) { return kOk; });
  const auto http = make_http();
  auto request = get("http://nowhere.invalid/x");
  request.proxy = HttpProxy{.url = server.url(""), .exceptions = "other.invalid"};
  CHECK(http->send(request).status == 200);
  CHECK(server.requests()[0].starts_with("GET http://nowhere.invalid/x "));
  request.proxy->exceptions = "nowhere.invalid";
  CHECK(!error_of(*http, request).empty());
  CHECK(server.requests().size() == 1);
}

TEST_CASE("http: what kind of failure it was") {
  const auto http = make_http();
  const auto failure_of = [&](const HttpRequest& request) {
    try {
      http->send(request);
    } catch (const HttpError& error) {
      return error.failure();
    }
    return HttpFailure::other;
  };
  std::string closed;
  {
    test::HttpServer gone([](const std::string&) { return kOk; });
    closed = gone.url("/");
  }
  CHECK(failure_of(get(closed)) == HttpFailure::connect);
  test::HttpServer silent([](const std::string&) { return ""; });
  auto request = get(silent.url("/"));
  request.read_timeout = std::chrono::seconds(1);
  CHECK(failure_of(request) == HttpFailure::timeout);
  request = get("https" + silent.url("/").substr(4));
  request.ca_file = "/nonexistent/ca.pem";
  CHECK(failure_of(request) == HttpFailure::tls);
}

TEST_CASE("http: percent encoding") {
  CHECK(percent_encode("aZ09-_.~ /ü+") == "aZ09-_.~%20%2F%C3%BC%2B");
  CHECK(percent_encode("a/b:c", "/") == "a/b%3Ac");
}

}  // namespace runner
