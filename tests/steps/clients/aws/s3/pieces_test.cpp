// The parts of the S3 engine that need no server.
#include <sys/stat.h>

#include <algorithm>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "steps/clients/aws/s3/address.hpp"
#include "steps/clients/aws/s3/checksum.hpp"
#include "steps/clients/aws/s3/compare.hpp"
#include "steps/clients/aws/s3/crc64.hpp"
#include "steps/clients/aws/s3/filter.hpp"
#include "steps/clients/aws/s3/listing.hpp"
#include "steps/clients/aws/s3/mime.hpp"
#include "steps/clients/aws/s3/throttle.hpp"
#include "steps/clients/aws/s3/verdict.hpp"
#include "steps/clients/aws/s3/walk.hpp"
#include "steps/clients/aws/wire/retry.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
using namespace runner::aws::s3;

TEST_CASE("aws s3: checksums are those of the published check values") {
  struct Case {
    const char *name, *want;  // of "123456789", base64
  };
  for (const auto& c : {Case{"CRC64NVME", "rosUhgp5mIg="}, Case{"CRC32", "y/Q5Jg=="},
                        Case{"CRC32C", "4waSgw=="}, Case{"SHA1", "98O8HYCOBHMq32eZZczDTKeuNEE="},
                        Case{"SHA256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="}}) {
    CAPTURE(c.name);
    CHECK(base64(checksum_algorithm(c.name)->digest("123456789")) == c.want);
  }
  CHECK(checksum_algorithm("MD4") == nullptr);
}

TEST_CASE("aws s3: the fast CRC64 equals the table's for every length and in pieces") {
  std::string text;
  for (int i = 0; i < 700; ++i) text += static_cast<char>(i * 31 + i / 7);
  for (size_t length = 0; length <= text.size(); ++length) {
    const auto part = std::string_view(text).substr(0, length);
    REQUIRE(crc64nvme(part) == crc64nvme_by_table(part));
  }
  CHECK(crc64nvme(std::string_view(text).substr(333), crc64nvme(std::string_view(text).substr(0, 333))) ==
        crc64nvme(text));
}

TEST_CASE("aws s3: types are guessed as the CLI does") {
  const MimeTypes types({});
  struct Case {
    const char *name, *want;
  };
  for (const auto& c :
       {Case{"index.html", "text/html"}, Case{"a/b.C/app.JS", "text/javascript"},
        Case{"app.js.gz", "text/javascript"}, Case{"x.tar.gz", "application/x-tar"},
        Case{"x.tgz", "application/x-tar"}, Case{"x.gz", ""}, Case{"x.svgz", "image/svg+xml"},
        Case{"a.js.GZ", ""}, Case{"font.woff2", "font/woff2"}, Case{"app.js.map", ""}, Case{"Makefile", ""},
        Case{".html", ""}, Case{"..css", ""}, Case{"dir.css/file", ""}, Case{"a.unknown", ""},
        Case{"site.webmanifest", "application/manifest+json"}, Case{"m.wasm", "application/wasm"}}) {
    CAPTURE(c.name);
    CHECK(types.of(c.name).value_or("") == c.want);
  }
}

TEST_CASE("aws s3: the machine's mime.types wins over the table") {
  const test::TempDir folder;
  const auto file =
      folder.write("mime.types", "# comment\ntext/x-own\tjs own # not this\n\napplication/none\n");
  const MimeTypes types({file, folder.path() / "missing"});
  CHECK(types.of("a.js") == "text/x-own");
  CHECK(types.of("a.own") == "text/x-own");
  CHECK(types.of("a.not") == std::nullopt);
  CHECK(types.of("a.css") == "text/css");
}

TEST_CASE("aws s3: patterns match as fnmatch") {
  struct Case {
    const char *text, *pattern;
    bool want;
  };
  for (const auto& c : {Case{"a/b/c.txt", "*.txt", true},
                        Case{"a/b", "a*b", true},
                        Case{"ab", "a?b", false},
                        Case{"aéb", "a?b", true},
                        Case{"a", "[abc]", true},
                        Case{"d", "[!abc]", true},
                        Case{"a", "[!abc]", false},
                        Case{"]", "[]]", true},
                        Case{"b", "[a-c]", true},
                        Case{"é", "[à-ü]", true},
                        Case{"[", "[", true},
                        Case{"[a", "[a", true},
                        Case{"*", "[*]", true},
                        Case{"x", "[*]", false},
                        Case{"a\\b", "a\\b", true},
                        Case{"", "*", true},
                        Case{"", "?", false},
                        Case{"aaab", "*a*b", true},
                        Case{"abc", "abc*", true},
                        Case{"xabc", "abc", false},
                        Case{"-", "[a-]", true},
                        Case{"A", "a", false}}) {
    CAPTURE(c.text);
    CAPTURE(c.pattern);
    CHECK(fnmatch(c.text, c.pattern) == c.want);
  }
}

TEST_CASE("aws s3: of filters the last that matches decides, under either root") {
  struct Case {
    const char* why;
    std::vector<FilterRule> rules;
    const char* path;
    bool want;
  };
  const std::vector<FilterRule> text_only = {{false, "*"}, {true, "*.txt"}};
  const std::vector<FilterRule> no_text = {{true, "*.txt"}, {false, "*"}};
  for (const auto& c : {Case{"all start included", {}, "/w/[d]/a", true},
                        Case{"exclude, then include", text_only, "/w/[d]/x/a.txt", true},
                        Case{"the other order", no_text, "/w/[d]/a.txt", false},
                        Case{"the target's root", {{false, "old/*"}}, "bucket/p/old/x", false},
                        Case{"another prefix is not the root", {{false, "old/*"}}, "bucket/pq/old/x", true},
                        Case{"a folder's name is all of it", {{false, ".git"}}, "/w/[d]/.git/config", true},
                        Case{"top level only", {{false, ".git/*"}}, "/w/[d]/sub/.git/config", true},
                        Case{"any depth", {{false, "*.git/*"}}, "/w/[d]/sub/.git/config", false},
                        Case{"an absolute pattern has no root", {{false, "/w/*"}}, "/w/[d]/a", false}}) {
    SUBCASE(c.why) { CHECK(Filter(c.rules, "/w/[d]", "bucket/p").keeps(c.path) == c.want); }
  }
}

TEST_CASE("aws s3: buckets have their address") {
  struct Case {
    const char* why;
    Settings settings;
    const char *region, *bucket, *key, *want;
  };
  Settings own, own_by_host, path, accelerated, dual, odd;
  own.endpoint = "http://127.0.0.1:9000/base";
  own_by_host.endpoint = "http://localhost:80";
  own_by_host.style = AddressStyle::virtual_host;
  path.style = AddressStyle::path;
  accelerated.accelerate = true;
  dual.dual_stack = dual.fips = true;
  for (const auto& c :
       {Case{"by host", {}, "eu-west-1", "my-b", "a/b", "https://my-b.s3.eu-west-1.amazonaws.com/a/b"},
        Case{"a dot breaks the certificate",
             {},
             "us-east-1",
             "my.b",
             "k",
             "https://s3.us-east-1.amazonaws.com/my.b/k"},
        Case{"upper case", {}, "us-east-1", "MyB", "", "https://s3.us-east-1.amazonaws.com/MyB"},
        Case{"asked by path", path, "us-east-1", "my-b", "", "https://s3.us-east-1.amazonaws.com/my-b"},
        Case{"China", {}, "cn-north-1", "my-b", "", "https://my-b.s3.cn-north-1.amazonaws.com.cn/"},
        Case{"another endpoint", own, "x", "my-b", "a b", "http://127.0.0.1:9000/base/my-b/a%20b"},
        Case{"another endpoint by host", own_by_host, "x", "my-b", "k", "http://my-b.localhost/k"},
        Case{"accelerated", accelerated, "x", "my-b", "k", "https://my-b.s3-accelerate.amazonaws.com/k"},
        Case{"dual stack, FIPS", dual, "us-east-1", "my-b", "k",
             "https://my-b.s3-fips.dualstack.us-east-1.amazonaws.com/k"},
        Case{"odd keys", own, "x", "b", "../é+~.", "http://127.0.0.1:9000/base/b/../%C3%A9%2B~."},
        Case{"no bucket", own, "x", "", "", "http://127.0.0.1:9000/base/"}}) {
    SUBCASE(c.why) { CHECK(address_of(c.settings, c.region, c.bucket, c.key).url() == c.want); }
  }
  odd.endpoint = "localhost:9000";
  CHECK_THROWS_AS(address_of(odd, "x", "b", "k"), aws::ConfigurationError);
}

TEST_CASE("aws s3: sizes of the configuration") {
  CHECK(size_setting("x", "8MB") == 8 << 20);
  CHECK(size_setting("x", "16MiB") == 16 << 20);
  CHECK(size_setting("x", "5gb") == uint64_t{5} << 30);
  CHECK(size_setting("x", "1024") == 1024);
  for (const auto* bad : {"", "MB", "8 MB", "-1", "8XB", "1.5GB"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(size_setting("multipart_chunksize", bad), aws::ConfigurationError);
  }
  CHECK(part_size_for(100 << 20, 8 << 20) == 8 << 20);
  CHECK(part_size_for(uint64_t{5} << 40, 8 << 20) == uint64_t{1} << 30);  // 5 TiB
}

TEST_CASE("aws s3: what an answer means") {
  struct Case {
    const char* why;
    Answer answer;
    bool hidden;
    bool success;
    const char* code;
    Remedy remedy;
  };
  const std::string slow =
      "<?xml version=\"1.0\"?>\n<Error><Code>SlowDown</Code><Message>m</Message></Error>";
  const std::string region =
      "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>";
  for (const auto& c :
       {Case{"fine", {200, {}, "x"}, false, true, "", Remedy::none},
        Case{"an error inside", {200, {}, " \n" + slow}, true, false, "SlowDown", Remedy::slower},
        Case{"nothing inside", {200, {}, ""}, true, false, "200", Remedy::again},
        Case{"content that looks like one", {200, {}, slow}, false, true, "", Remedy::none},
        Case{"a page of a proxy", {502, {}, "<html>"}, false, false, "502", Remedy::again},
        Case{"no words", {503, {}, ""}, false, false, "503", Remedy::slower},
        Case{"cut words", {500, {}, "<Error><Code>Inter"}, false, false, "500", Remedy::again},
        Case{"another region",
             {400, {}, region},
             false,
             false,
             "AuthorizationHeaderMalformed",
             Remedy::other_region},
        Case{"HEAD elsewhere",
             {400, {{"x-amz-bucket-region", "eu-west-1"}}, ""},
             false,
             false,
             "400",
             Remedy::other_region},
        Case{"denied",
             {403, {}, "<Error><Code>AccessDenied</Code></Error>"},
             false,
             false,
             "AccessDenied",
             Remedy::none}}) {
    SUBCASE(c.why) {
      const auto verdict = judge(c.answer, c.hidden);
      CHECK(verdict.success == c.success);
      CHECK(verdict.code == c.code);
      CHECK(verdict.remedy == c.remedy);
      if (c.remedy == Remedy::other_region) CHECK(verdict.region == "eu-west-1");
    }
  }
}

TEST_CASE("aws s3: a listing's keys are decoded only when the service says that they are encoded") {
  const std::string contents =
      "<Contents><Key>a%2Bb+c%C3%A9</Key><LastModified>2026-11-21T14:31:32.000Z</LastModified>"
      "<ETag>&quot;x&quot;</ETag><Size>5</Size></Contents><CommonPrefixes><Prefix>p+q/</Prefix></"
      "CommonPrefixes>";
  const auto encoded =
      parse_page("<ListBucketResult><EncodingType>url</EncodingType>" + contents + "</ListBucketResult>");
  CHECK(encoded.objects.at(0).key == "a+b cé");
  CHECK(encoded.prefixes.at(0) == "p q/");
  const auto plain = parse_page("<ListBucketResult>" + contents + "</ListBucketResult>");
  CHECK(plain.objects.at(0).key == "a%2Bb+c%C3%A9");
  CHECK(plain.objects.at(0).size == 5);
  CHECK(plain.objects.at(0).etag == "\"x\"");
  CHECK_THROWS_AS(parse_page("<html></html>"), Error);
}

TEST_CASE("aws s3: a folder is walked in the order of keys") {
  const test::TempDir folder;
  for (const auto* name : {"a-b", "a/x", "a.b", "a0", "a/b/c", "é", "Z", " lead", "a/b0"})
    folder.write(name, "1");
  std::filesystem::create_directories(folder.path() / "empty");
  std::filesystem::create_symlink("a0", folder.path() / "link");
  std::filesystem::create_symlink("gone", folder.path() / "dangling");
  REQUIRE(::mkfifo((folder.path() / "fifo").c_str(), 0600) == 0);
  const auto walk = [&](bool follow, std::vector<std::string>& warnings) {
    LocalWalk files(folder.path().string() + "/", follow,
                    [&](const std::string& line) { warnings.push_back(line); });
    std::string names;
    while (const auto entry = files.next()) names += entry->relative + "|";
    std::ranges::sort(warnings);
    return names;
  };
  std::vector<std::string> warnings;
  CHECK(walk(true, warnings) == " lead|Z|a-b|a.b|a/b/c|a/b0|a/x|a0|link|é|");
  REQUIRE(warnings.size() == 2);
  CHECK(warnings[0] ==
        "warning: Skipping file " + folder.path().string() + "/dangling. File does not exist.");
  CHECK(warnings[1].ends_with(
      "/fifo. File is character special device, block special device, FIFO, or socket."));
  warnings.clear();
  CHECK(walk(false, warnings) == " lead|Z|a-b|a.b|a/b/c|a/b0|a/x|a0|é|");
  CHECK(warnings.size() == 1);
}

TEST_CASE("aws s3: what differs") {
  using std::chrono::milliseconds;
  const aws::Time noon{std::chrono::hours(12)};
  struct Case {
    const char* why;
    uint64_t source_size, target_size;
    int target_is_later_ms;
    SyncRules rules;
    Difference want;
  };
  const auto up = Direction::upload, down = Direction::download;
  for (const auto& c :
       {Case{"same", 1, 1, 0, {up}, Difference::none}, Case{"size", 1, 2, 500, {up}, Difference::size},
        Case{"the object is older", 1, 1, -1, {up}, Difference::time},
        Case{"the object is younger", 1, 1, 1000, {up}, Difference::none},
        Case{"the file is younger", 1, 1, 1, {down}, Difference::time},
        Case{"the file is older", 1, 1, -1000, {down}, Difference::none},
        Case{"older, exactly", 1, 1, -1000, {down, false, true}, Difference::time},
        Case{"size only", 1, 1, -1000, {up, true}, Difference::none},
        Case{"never over another", 1, 2, -1000, {up, false, false, true}, Difference::none},
        Case{"exact outranks size only", 1, 1, -1, {up, true, true}, Difference::time}}) {
    SUBCASE(c.why) {
      const Entry source{"", "", c.source_size, noon},
          target{"", "", c.target_size, noon + milliseconds(c.target_is_later_ms)};
      CHECK(compare(source, target, c.rules) == c.want);
    }
  }
}

TEST_CASE("aws s3: more at once while answers take long, fewer when the service says slow down") {
  using std::chrono::milliseconds;
  Throttle throttle(64);
  CHECK(throttle.limit() == 16);
  for (int quick = 0; quick < 100; ++quick) throttle.went_well(milliseconds(1));
  CHECK(throttle.limit() == 16);
  for (int slow = 0; slow < 100; ++slow) throttle.went_well(milliseconds(30));
  CHECK(throttle.limit() == 64);
  throttle.slow_down();
  throttle.slow_down();
  CHECK(throttle.limit() == 16);
  for (int well = 0; well < 16; ++well) throttle.went_well(milliseconds(30));
  CHECK(throttle.limit() == 17);
  {
    const Throttle::Turn one(throttle), two(throttle);
    throttle.slow_down();
    throttle.slow_down();  // the other one of the same moment: it counts once
    CHECK(throttle.limit() == 8);
  }
  for (int often = 0; often < 20; ++often) throttle.slow_down();
  CHECK(throttle.limit() == 1);
  CHECK(Throttle(3).limit() == 3);
}

TEST_CASE("aws s3: retries are not unlimited") {
  aws::RetryQuota quota;
  int taken = 0;
  while (quota.take(5)) ++taken;
  CHECK(taken == 100);
  quota.give_back(5);
  CHECK(quota.take(5));
}
