// Files as people have them; botocore reads every accepted one to the same values.
#include "steps/clients/aws/config_file.hpp"

#include <doctest/doctest.h>

#include "steps/clients/aws/types.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
using namespace runner::aws;

TEST_CASE("aws: configuration files are read as the SDKs read them") {
  struct Case {
    const char *why, *text, *section, *name, *want;
  };
  const Case cases[] = {
      {"a value", "[default]\nregion = eu-west-1\n", "default", "region", "eu-west-1"},
      {"without blanks", "[default]\nregion=eu-west-1", "default", "region", "eu-west-1"},
      {"with a colon", "[default]\nregion: eu-west-1\n", "default", "region", "eu-west-1"},
      {"line ends of Windows", "[default]\r\nregion = eu-west-1\r\n", "default", "region", "eu-west-1"},
      {"names in capitals", "[default]\nREGION = eu-west-1\n", "default", "region", "eu-west-1"},
      {"comments", "# a\n[default]\n; b\nregion = x # y\n", "default", "region", "x # y"},
      {"an equals sign in the value", "[a]\naws_secret_access_key = a=b==\n", "a", "aws_secret_access_key",
       "a=b=="},
      {"nested", "[default]\ns3 =\n  max_concurrent_requests = 20\n  addressing_style=path\nregion = x\n",
       "default", "s3.max_concurrent_requests", "20"},
      {"after a nested one", "[default]\ns3 =\n  a = 20\nregion = x\n", "default", "region", "x"},
      {"nested behind an empty line", "[default]\ns3 =\n\n  a = 20\n", "default", "s3.a", "20"},
      {"a value over two lines", "[default]\nx = a\n  b\n", "default", "x", "a\nb"},
      {"a section with a name in quotes", "[profile \"my dev\"]\nregion = x\n", "profile \"my dev\"",
       "region", "x"},
      {"a byte order mark", "\xEF\xBB\xBF[default]\nregion = x\n", "default", "region", "x"},
      {"an empty value", "[default]\nregion =\noutput = json\n", "default", "region", ""},
  };
  for (const auto& c : cases) {
    SUBCASE(c.why) {
      const auto sections = read_sections(c.text);
      REQUIRE(sections.contains(c.section));
      REQUIRE(sections.at(c.section).contains(c.name));
      CHECK(sections.at(c.section).at(c.name) == c.want);
    }
  }
}

TEST_CASE("aws: a broken configuration file names its line and never its values") {
  struct Case {
    const char *text, *part;
  };
  const Case cases[] = {{"region = x\n", "line 1: a value before the first [section]"},
                        {"[default\n", "line 1: a section without"},
                        {"[default]\njust-a-secret\n", "line 2: neither"},
                        {"[default]\na = 1\nA = 2\n", "line 3: \"a\" is set twice"},
                        {"[default]\ns3 =\n  wrong\n", "line 3: \"s3\" needs"}};
  for (const auto& c : cases) {
    INFO(c.text);
    const test::TempDir folder;
    const auto file = folder.write("config", c.text);
    try {
      read_configuration(file, "");
      FAIL("was accepted");
    } catch (const ConfigurationError& error) {
      const std::string told = error.what();
      CHECK(told.find("Unable to parse config file: " + file.string()) == 0);
      CHECK(told.find(c.part) != std::string::npos);
      CHECK(told.find("just-a-secret") == std::string::npos);
      CHECK(error.status() == 255);
    }
  }
}

TEST_CASE("aws: profiles of both files are one, the credentials file's values first") {
  const test::TempDir folder;
  const auto config =
      folder.write("config",
                   "[default]\nregion = a\n[profile dev]\nregion = b\naws_access_key_id = config\n"
                   "[profile 'with blank']\nregion = c\n[services local]\ns3 =\n  endpoint_url = http://s\n"
                   "[sso-session corp]\nsso_region = d\n[other]\nregion = e\n");
  const auto credentials =
      folder.write("credentials", "[dev]\naws_access_key_id = shared\n[only]\naws_access_key_id = o\n");
  const auto read = read_configuration(config, credentials);
  CHECK(read.profiles.at("dev").at("region") == "b");
  CHECK(read.profiles.at("dev").at("aws_access_key_id") == "shared");
  CHECK(read.profiles.at("with blank").at("region") == "c");
  CHECK(read.profiles.contains("only"));
  CHECK(!read.profiles.contains("other"));
  CHECK(read.from_config.at("dev").at("aws_access_key_id") == "config");
  CHECK(read.services.at("local").at("s3.endpoint_url") == "http://s");
  CHECK(read.sso_sessions.at("corp").at("sso_region") == "d");
  CHECK(read_configuration(folder.path() / "none", "").profiles.empty());
}

TEST_CASE("aws: words of a command line in a setting") {
  using Words = std::vector<std::string>;
  const std::pair<const char*, Words> cases[] = {{"a  b", {"a", "b"}},
                                                 {"'a b' \"c d\"e", {"a b", "c de"}},
                                                 {R"(a\ b "c\"d" 'e\f')", {"a b", "c\"d", "e\\f"}},
                                                 {"''", {""}},
                                                 {" ", {}}};
  for (const auto& [text, want] : cases) CHECK(shell_words(text) == want);
  CHECK_THROWS_AS(shell_words("a 'b"), Error);
}
