// tests/support/s3_server.hpp -- a small strict S3 server in memory, on loopback: one thread, many
// connections kept alive, by path and by host. It counts what comes and fails on demand.
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/s3_store.hpp"

namespace runner::test {

struct S3Fault {
  std::string operation;  // "PutObject"; "" for any
  enum class Kind {
    slow_down,       // 503 SlowDown
    internal_error,  // 500 with a body of XML
    bad_gateway,     // 502 with a page of HTML
    cut,             // done, but the connection is closed without an answer
    cut_half,        // closed in the middle of the answer's body
    error_in_200,    // 200 with <Error>
    redirect,        // 301 PermanentRedirect that names the region in a header
    access_denied,   // 403
    damaged,         // a body of the right length with one other byte
    silent,          // no answer, and the connection stays
  } kind = Kind::slow_down;
  int times = 1;      // -1: always
  int after = 0;      // that many pass first
  std::string key{};  // only on keys that hold this
};

class S3Server {
 public:
  struct Options {
    S3Rules rules{};
    int port = 0;  // 0: any
    size_t page_size = 1000;
    int delay_ms = 0;  // of each answer
    bool has_batch_delete = true;
  };
  S3Server();
  explicit S3Server(Options options);
  ~S3Server();

  std::string url() const;  // http://127.0.0.1:PORT
  int port() const;

  void make_bucket(const std::string& name);
  void put(const std::string& bucket, const std::string& key, std::string body, long long modified);
  std::optional<StoredObject> object(const std::string& bucket, const std::string& key) const;
  std::vector<std::string> keys(const std::string& bucket) const;
  std::string website(const std::string& bucket) const;
  bool has_bucket(const std::string& name) const;
  size_t open_uploads() const;
  int aborted_uploads() const;

  void fail(S3Fault fault);
  void set_rules(const S3Rules& rules);

  std::map<std::string, int> counts() const;  // requests by operation, refused ones included
  int count(const std::string& operation) const;
  int connections() const;
  int most_at_once() const;                     // requests that waited for their answer together
  std::vector<std::string> refused() const;     // "PutObject key: SignatureDoesNotMatch"
  std::vector<S3HttpRequest> requests() const;  // without bodies
  void forget();                                // the counts and requests

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace runner::test
