// tests/e2e/s3_server.cpp -- the strict S3 server of the tests as a program, for other programs to talk to.
// usage: s3_server [--port N] [--delay MS] [--page-size N] [--lenient] [--unsigned] [--region R] [--bucket
// NAME]... Prints its address when it is ready; ends when standard input does.
#include "tests/support/s3_server.hpp"

#include <cstdlib>
#include <cstring>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
  runner::test::S3Server::Options options;
  std::vector<std::string> buckets;
  for (int at = 1; at < argc; ++at) {
    const std::string name = argv[at];
    const std::string value = at + 1 < argc ? argv[at + 1] : "";
    if (name == "--lenient" || name == "--unsigned") {
      options.rules.strict = options.rules.strict && name != "--lenient";
      options.rules.unsigned_bodies = true;
      continue;
    }
    if (name == "--port") options.port = std::atoi(value.c_str());
    if (name == "--delay") options.delay_ms = std::atoi(value.c_str());
    if (name == "--page-size") options.page_size = std::strtoul(value.c_str(), nullptr, 10);
    if (name == "--region") options.rules.region = value;
    if (name == "--bucket") buckets.push_back(value);
    ++at;
  }
  runner::test::S3Server server(options);
  for (const auto& bucket : buckets) server.make_bucket(bucket);
  std::cout << server.url() << std::endl;
  // A line asks for what was refused since the last one: a test's own view of strictness.
  for (std::string line; std::getline(std::cin, line);) {
    for (const auto& refused : server.refused()) std::cout << refused << "\n";
    for (const auto& [operation, count] : server.counts()) std::cout << operation << " " << count << "\n";
    std::cout << "connections " << server.connections() << "\n." << std::endl;
    server.forget();
  }
}
