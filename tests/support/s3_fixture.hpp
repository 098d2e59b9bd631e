// tests/support/s3_fixture.hpp -- whole `aws s3` command lines in process, against the strict server.
#pragma once
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "parser/base/text.hpp"
#include "steps/aws_cli/s3.hpp"
#include "steps/system/http.hpp"
#include "tests/support/s3_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

inline std::string large_text(size_t size) {
  std::string text(size, '\0');
  for (size_t at = 0; at < size; ++at) text[at] = static_cast<char>(at * 2654435761U >> 13);
  return text;
}

struct S3Fixture {
  explicit S3Fixture(S3Server::Options options = {}) : server(options) {
    server.make_bucket("bucket");
    env = {{"AWS_ACCESS_KEY_ID", options.rules.access_key},
           {"AWS_SECRET_ACCESS_KEY", options.rules.secret_key},
           {"AWS_REGION", "us-east-1"},
           {"AWS_EC2_METADATA_DISABLED", "true"},
           {"AWS_ENDPOINT_URL", server.url()},
           {"HOME", home.path().string()}};
    if (!options.rules.session_token.empty()) env["AWS_SESSION_TOKEN"] = options.rules.session_token;
  }

  // Files in the working folder are an hour old: younger than nothing on the server.
  std::filesystem::path write(const std::string& name, std::string_view text) const {
    auto file = folder.write(name, text);
    set_age(name, std::chrono::hours(1));
    return file;
  }
  void set_age(const std::string& name, std::chrono::seconds age) const {
    std::filesystem::last_write_time(folder.path() / name,
                                     std::filesystem::file_time_type::clock::now() - age);
  }

  int run(std::vector<std::string> args) {
    out.clear();
    err.clear();
    auto terminal = make_terminal();
    return aws::run_s3(args, terminal, missing);
  }
  std::vector<std::string> plan(const std::vector<std::string>& args) {
    auto terminal = make_terminal();
    return aws::plan_s3(args, terminal);
  }
  std::string sorted_out() const {
    std::vector<std::string> lines;
    for (const auto line : split_lines(out)) lines.emplace_back(line);
    std::ranges::sort(lines);
    std::string text;
    for (const auto& line : lines) text += line + "\n";
    return text;
  }
  std::string body(const std::string& key) const {
    const auto object = server.object("bucket", key);
    return object ? *object->body : "(none)";
  }
  std::string header(const std::string& key, const std::string& name) const {
    const auto object = server.object("bucket", key);
    if (!object) return "(none)";
    const auto at = object->headers.find(name);
    return at == object->headers.end() ? "" : at->second;
  }

  S3Server server;
  TempDir folder, home;
  Environment env;
  std::string out, err, missing, input;
  bool announce = false;
  std::stop_source stop;
  std::function<void(std::chrono::milliseconds)> sleep = [](std::chrono::milliseconds) {};

 private:
  aws::Terminal make_terminal() {
    aws::Terminal terminal{env, folder.path(), *http_, [this](std::string_view text) { out += text; },
                           [this](std::string_view text) { err += text; }};
    terminal.in = [this](char* into, size_t size) {
      const auto count = std::min(size, input.size());
      std::copy_n(input.data(), count, into);
      input.erase(0, count);
      return count;
    };
    terminal.stop = stop.get_token();
    terminal.announce = announce;
    terminal.sleep = sleep;
    return terminal;
  }

  std::unique_ptr<Http> http_ = make_http();
};

}  // namespace runner::test
