// tests/support/aws_world.hpp -- a session whose network, clock, files and environment the test makes.
#pragma once
#include <string>
#include <vector>

#include "steps/clients/aws/session.hpp"
#include "tests/support/fake_host.hpp"
#include "tests/support/text.hpp"

namespace runner::test {

struct AwsWorld {
  TempDir home;
  FakeHttp http;
  std::stop_source stop;
  aws::Time now{std::chrono::seconds(1'795'219'200)};  // 2026-11-21T00:00:00Z
  std::vector<std::chrono::milliseconds> slept;
  Environment env{{"HOME", home.path().string()},       {"PATH", "/usr/bin:/bin"},
                  {"AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"}, {"AWS_SECRET_ACCESS_KEY", "example"},
                  {"AWS_REGION", "eu-west-1"},          {"AWS_EC2_METADATA_DISABLED", "true"}};

  void config(std::string_view text) { home.write(".aws/config", text); }
  void shared_credentials(std::string_view text) { home.write(".aws/credentials", text); }
  void without_keys() {
    env.erase("AWS_ACCESS_KEY_ID");
    env.erase("AWS_SECRET_ACCESS_KEY");
  }

  // These answers one after the other, the last again and again.
  void answers(std::vector<HttpResponse> list) {
    http.answer = [list = std::move(list), next = size_t{0}](const HttpRequest&) mutable {
      return list[std::min(next++, list.size() - 1)];
    };
  }

  aws::Session session(aws::Options options = {}) {
    return {std::move(options),
            {.env = env,
             .http = http,
             .stop = stop.get_token(),
             .now = [this] { return now; },
             .sleep =
                 [this](auto time) {
                   slept.push_back(time);
                   now += time;
                 }}};
  }
};

}  // namespace runner::test
