#include "tests/support/s3_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <ctime>
#include <list>
#include <mutex>
#include <queue>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fmt/core.h>

namespace runner::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kHostSuffix = ".localhost";
constexpr size_t kMostKept = 5000;
constexpr size_t kReadSize = 256 * 1024;

struct Connection {
  int fd = -1;
  std::string input{};      // what came and is not yet a request
  S3HttpRequest request{};  // whose head is read
  size_t body_size = 0;
  bool has_head = false, waits = false, close_after = false, blocked = false;
  std::string head{};  // of the answer being sent
  std::shared_ptr<const std::string> body{};
  size_t sent = 0, offset = 0, length = 0;  // of head and body together; of the body

  bool sending() const { return sent < head.size() + length; }
};

struct Due {
  Clock::time_point when;
  int fd;
  uint64_t serial;
  bool operator<(const Due& other) const { return when > other.when; }
};

int listen_on(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 512) != 0)
    throw std::runtime_error(fmt::format("listen on 127.0.0.1:{}: {}", port, std::strerror(errno)));
  return fd;
}

int port_of(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

struct Place {
  std::string bucket, key;
};

// By host: bucket.localhost:port/key; else by path: /bucket/key.
Place place_of(const S3HttpRequest& request) {
  auto host = request.header("host");
  host = host.substr(0, host.find(':'));
  if (host.ends_with(kHostSuffix))
    return {host.substr(0, host.size() - kHostSuffix.size()), percent_decoded(request.path.substr(1))};
  const auto slash = request.path.find('/', 1);
  if (slash == std::string::npos) return {percent_decoded(request.path.substr(1)), ""};
  return {percent_decoded(request.path.substr(1, slash - 1)),
          percent_decoded(request.path.substr(slash + 1))};
}

}  // namespace

struct S3Server::State {
  Options options;
  S3Store store;
  mutable std::mutex mutex{};
  std::vector<S3Fault> faults{};
  std::map<std::string, int> counts{};
  std::vector<std::string> refused{};
  std::vector<S3HttpRequest> requests{};
  int connections = 0, waiting = 0, most_waiting = 0;

  int listener = -1, epoll = -1, wake = -1;
  std::map<int, Connection> open{};
  std::map<int, uint64_t> serials{};  // of the request a delayed answer belongs to
  std::priority_queue<Due> due{};
  uint64_t next_serial = 1;
  std::vector<char> buffer = std::vector<char>(kReadSize);
  std::jthread thread{};

  explicit State(Options given) : options(std::move(given)), store(options.rules) {
    store.page_size = options.page_size;
    store.has_batch_delete = options.has_batch_delete;
    listener = listen_on(options.port);
    options.port = port_of(listener);
    epoll = ::epoll_create1(EPOLL_CLOEXEC);
    wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watch(listener, EPOLLIN, EPOLL_CTL_ADD);
    watch(wake, EPOLLIN, EPOLL_CTL_ADD);
    thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
  }
  ~State() {
    thread.request_stop();
    const uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake, &one, sizeof one);
    thread.join();
    for (const auto& [fd, connection] : open) ::close(fd);
    for (const int fd : {listener, epoll, wake}) ::close(fd);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void watch(int fd, uint32_t events, int operation) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ::epoll_ctl(epoll, operation, fd, &event);
  }

  void loop(const std::stop_token& stop) {
    std::array<epoll_event, 128> events{};
    while (!stop.stop_requested()) {
      const int count = ::epoll_wait(epoll, events.data(), static_cast<int>(events.size()), timeout());
      for (int at = 0; at < count; ++at) {
        const auto& event = events[static_cast<size_t>(at)];
        if (event.data.fd == listener) {
          accept_all();
        } else if (event.data.fd != wake) {
          serve(event.data.fd, event.events);
        }
      }
      answer_due();
    }
  }

  int timeout() const {
    if (due.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due.top().when - Clock::now()).count();
    return static_cast<int>(std::max<long long>(0, left));
  }

  void accept_all() {
    for (int fd; (fd = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      open[fd].fd = fd;
      watch(fd, EPOLLIN, EPOLL_CTL_ADD);
      const std::lock_guard lock(mutex);
      ++connections;
    }
  }

  void close_connection(int fd) {
    ::close(fd);
    if (open[fd].waits) {
      const std::lock_guard lock(mutex);
      --waiting;
    }
    open.erase(fd);
    serials.erase(fd);
  }

  void serve(int fd, uint32_t events) {
    auto& connection = open[fd];
    if ((events & EPOLLOUT) != 0 && !send_more(connection)) return close_connection(fd);
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
    for (;;) {
      const auto count = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return close_connection(fd);
      if (count < 0) break;
      auto& into = connection.has_head ? connection.request.body : connection.input;
      into.append(buffer.data(), static_cast<size_t>(count));
      if (static_cast<size_t>(count) < buffer.size()) break;
    }
    if (!advance(connection)) close_connection(fd);
  }

  // Reads as much of a request as is there, and answers it when it is whole. False: not HTTP.
  bool advance(Connection& connection) {
    if (connection.waits || connection.sending()) return true;
    if (!connection.has_head) {
      const auto end = connection.input.find("\r\n\r\n");
      if (end == std::string::npos) return true;
      connection.request = {};
      if (!parse_head(std::string_view(connection.input).substr(0, end), connection.request)) return false;
      connection.body_size = std::strtoull(connection.request.header("content-length").c_str(), nullptr, 10);
      connection.request.body.reserve(connection.body_size);
      connection.request.body = connection.input.substr(end + 4);
      connection.input.clear();
      connection.has_head = true;
      if (connection.request.header("expect") == "100-continue") {
        static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
        if (::send(connection.fd, kContinue.data(), kContinue.size(), MSG_NOSIGNAL) < 0) return false;
      }
    }
    auto& body = connection.request.body;
    if (body.size() < connection.body_size) return true;
    connection.input = body.substr(connection.body_size);
    body.resize(connection.body_size);
    connection.has_head = false;
    begin_answer(connection);
    return true;
  }

  void begin_answer(Connection& connection) {
    {
      const std::lock_guard lock(mutex);
      most_waiting = std::max(most_waiting, ++waiting);
    }
    connection.waits = true;
    if (options.delay_ms == 0) return answer(connection);
    serials[connection.fd] = next_serial;
    due.push({Clock::now() + std::chrono::milliseconds(options.delay_ms), connection.fd, next_serial++});
  }

  void answer_due() {
    while (!due.empty() && due.top().when <= Clock::now()) {
      const auto [when, fd, serial] = due.top();
      due.pop();
      const auto at = serials.find(fd);
      if (at == serials.end() || at->second != serial) continue;
      answer(open[fd]);
    }
  }

  void answer(Connection& connection) {
    const std::lock_guard lock(mutex);
    connection.waits = false;
    --waiting;
    const auto now = std::time(nullptr) + options.rules.clock_offset;
    auto made = make_answer(connection.request, now);
    if (!made) return;
    if (made->cut == S3HttpAnswer::Cut::before) {
      ::shutdown(connection.fd, SHUT_RDWR);
      return;
    }
    connection.head = answer_head(*made, now);
    connection.body =
        made->shared ? made->shared : std::make_shared<const std::string>(std::move(made->body));
    connection.offset = made->shared ? made->offset : 0;
    connection.length = made->head_only ? 0 : made->shared ? made->length : connection.body->size();
    connection.sent = 0;
    connection.close_after = made->cut == S3HttpAnswer::Cut::half;
    if (connection.close_after) connection.length /= 2;
    if (!send_more(connection)) ::shutdown(connection.fd, SHUT_RDWR);
  }

  // What a request gets: nothing at all for a fault that is silence.
  std::optional<S3HttpAnswer> make_answer(S3HttpRequest& request, long long now) {
    const auto place = place_of(request);
    const auto operation = S3Store::operation(request, place.bucket, place.key);
    ++counts[operation];
    if (requests.size() < kMostKept) {
      auto body = std::move(request.body);
      requests.push_back(request);
      request.body = std::move(body);
    }
    const auto kind = take_fault(operation, place.key);
    if (kind == S3Fault::Kind::silent) return std::nullopt;
    if (kind && is_refusal(*kind)) return refusal_of(*kind);
    if (auto refusal_answer = refusal(request, options.rules, now)) {
      refused.push_back(fmt::format("{} {}: {}", operation, place.key,
                                    refusal_answer->body.substr(0, refusal_answer->body.find("</Message>"))));
      if (request.method == "HEAD") refusal_answer->body.clear();
      refusal_answer->headers.emplace_back("x-amz-bucket-region", options.rules.region);
      return refusal_answer;
    }
    auto made = store.answer(request, place.bucket, place.key, now);
    if (request.method == "HEAD") made.body.clear();
    if (kind == S3Fault::Kind::cut) made.cut = S3HttpAnswer::Cut::before;
    if (kind == S3Fault::Kind::cut_half) made.cut = S3HttpAnswer::Cut::half;
    if (kind == S3Fault::Kind::damaged && made.shared) {
      auto copy = *made.shared;
      copy.at(made.offset) ^= 1;
      made.shared = std::make_shared<const std::string>(std::move(copy));
    }
    return made;
  }

  std::optional<S3Fault::Kind> take_fault(const std::string& operation, const std::string& key) {
    for (auto& fault : faults) {
      if (!fault.operation.empty() && fault.operation != operation) continue;
      if (fault.times == 0 || key.find(fault.key) == std::string::npos) continue;
      if (fault.after > 0) {
        --fault.after;
        continue;
      }
      if (fault.times > 0) --fault.times;
      return fault.kind;
    }
    return std::nullopt;
  }

  static bool is_refusal(S3Fault::Kind kind) {
    using Kind = S3Fault::Kind;
    return kind != Kind::cut && kind != Kind::cut_half && kind != Kind::damaged;
  }

  S3HttpAnswer refusal_of(S3Fault::Kind kind) const {
    using Kind = S3Fault::Kind;
    switch (kind) {
      case Kind::slow_down:
        return s3_error(503, "SlowDown", "Please reduce your request rate.");
      case Kind::internal_error:
        return s3_error(500, "InternalError", "We encountered an internal error. Please try again.");
      case Kind::bad_gateway:
        return {502, {{"Content-Type", "text/html"}}, "<html><body>Bad Gateway</body></html>"};
      case Kind::error_in_200: {
        auto answer = s3_error(200, "InternalError", "We encountered an internal error. Please try again.");
        answer.body = "\n  " + answer.body.substr(answer.body.find('\n') + 1);
        return answer;
      }
      case Kind::redirect: {
        auto answer = s3_error(
            301, "PermanentRedirect",
            "The bucket you are attempting to access must be addressed using the specified endpoint.");
        answer.headers.emplace_back("x-amz-bucket-region", options.rules.region);
        return answer;
      }
      default:
        return s3_error(403, "AccessDenied", "Access Denied");
    }
  }

  // False: the connection is to be closed.
  bool send_more(Connection& connection) {
    while (connection.sending()) {
      const bool in_head = connection.sent < connection.head.size();
      const char* from =
          in_head ? connection.head.data() + connection.sent
                  : connection.body->data() + connection.offset + connection.sent - connection.head.size();
      // Head and a small body leave together.
      if (in_head && connection.length > 0 && connection.length < 64 * 1024) {
        connection.head.append(*connection.body, connection.offset, connection.length);
        connection.length = 0;
        continue;
      }
      const auto left = in_head ? connection.head.size() - connection.sent
                                : connection.head.size() + connection.length - connection.sent;
      const auto count = ::send(connection.fd, from, left, MSG_NOSIGNAL);
      if (count < 0 && errno == EAGAIN) {
        watch(connection.fd, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
        connection.blocked = true;
        return true;
      }
      if (count < 0) return false;
      connection.sent += static_cast<size_t>(count);
    }
    connection.body.reset();
    if (std::exchange(connection.blocked, false)) watch(connection.fd, EPOLLIN, EPOLL_CTL_MOD);
    return !connection.close_after;
  }
};

S3Server::S3Server() : S3Server(Options{}) {}
S3Server::S3Server(Options options) : state_(std::make_unique<State>(std::move(options))) {}
S3Server::~S3Server() = default;

std::string S3Server::url() const { return fmt::format("http://127.0.0.1:{}", port()); }
int S3Server::port() const { return state_->options.port; }

void S3Server::make_bucket(const std::string& name) {
  const std::lock_guard lock(state_->mutex);
  state_->store.buckets[name];
}

void S3Server::put(const std::string& bucket, const std::string& key, std::string body, long long modified) {
  const std::lock_guard lock(state_->mutex);
  auto& object = state_->store.buckets[bucket][key];
  object.etag = "\"" + hex_of(md5_of(body)) + "\"";
  object.body = std::make_shared<const std::string>(std::move(body));
  object.modified = modified;
}

std::optional<StoredObject> S3Server::object(const std::string& bucket, const std::string& key) const {
  const std::lock_guard lock(state_->mutex);
  const auto& buckets = state_->store.buckets;
  const auto at = buckets.find(bucket);
  if (at == buckets.end()) return std::nullopt;
  const auto found = at->second.find(key);
  if (found == at->second.end()) return std::nullopt;
  return found->second;
}

std::vector<std::string> S3Server::keys(const std::string& bucket) const {
  const std::lock_guard lock(state_->mutex);
  std::vector<std::string> names;
  const auto at = state_->store.buckets.find(bucket);
  if (at == state_->store.buckets.end()) return names;
  for (const auto& [key, object] : at->second) names.push_back(key);
  return names;
}

std::string S3Server::website(const std::string& bucket) const {
  const std::lock_guard lock(state_->mutex);
  const auto at = state_->store.websites.find(bucket);
  return at == state_->store.websites.end() ? "" : at->second;
}

bool S3Server::has_bucket(const std::string& name) const {
  const std::lock_guard lock(state_->mutex);
  return state_->store.buckets.contains(name);
}

size_t S3Server::open_uploads() const {
  const std::lock_guard lock(state_->mutex);
  return state_->store.uploads.size();
}

int S3Server::aborted_uploads() const {
  const std::lock_guard lock(state_->mutex);
  return state_->store.aborted;
}

void S3Server::fail(S3Fault fault) {
  const std::lock_guard lock(state_->mutex);
  state_->faults.push_back(std::move(fault));
}

void S3Server::set_rules(const S3Rules& rules) {
  const std::lock_guard lock(state_->mutex);
  state_->options.rules = rules;
}

std::map<std::string, int> S3Server::counts() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counts;
}

int S3Server::count(const std::string& operation) const {
  const auto all = counts();
  const auto at = all.find(operation);
  return at == all.end() ? 0 : at->second;
}

int S3Server::connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->connections;
}

int S3Server::most_at_once() const {
  const std::lock_guard lock(state_->mutex);
  return state_->most_waiting;
}

std::vector<std::string> S3Server::refused() const {
  const std::lock_guard lock(state_->mutex);
  return state_->refused;
}

std::vector<S3HttpRequest> S3Server::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

void S3Server::forget() {
  const std::lock_guard lock(state_->mutex);
  state_->counts.clear();
  state_->requests.clear();
  state_->refused.clear();
  state_->most_waiting = 0;
}

}  // namespace runner::test
