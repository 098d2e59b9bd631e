#include "steps/builtin/toolchain/version_range.hpp"

#include <doctest/doctest.h>

namespace runner::test {
namespace {

TEST_CASE("toolchain: ranges of versions, as npm reads them") {
  struct Case {
    const char *range, *inside, *outside;  // separated by blanks
  };
  for (const auto& c :
       {Case{"1.2.3", "1.2.3 1.2.3+5", "1.2.4 1.2.3-rc"},
        Case{"v1.2.3", "1.2.3", "1.2.2"},
        Case{"=1.2.3", "1.2.3", "1.2.4"},
        Case{"20", "20.0.0 20.11.1", "19.9.9 21.0.0 20.0.0-rc.1 21.0.0-rc.1"},
        Case{"20.x", "20.5.0", "21.0.0"},
        Case{"1.2.X", "1.2.0 1.2.9", "1.3.0"},
        Case{"1.2", "1.2.0 1.2.9", "1.3.0 1.1.9"},
        Case{"1.2.*", "1.2.7", "1.3.0"},
        Case{"*", "0.0.0 99.0.0", "1.0.0-rc.1"},
        Case{"", "0.0.1", "1.0.0-rc.1"},
        Case{"^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-rc.1 1.2.3-rc.1"},
        Case{"^1.2", "1.2.0 1.9.9", "1.1.9 2.0.0"},
        Case{"^1", "1.0.0 1.9.9", "0.9.9 2.0.0"},
        Case{"^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"},
        Case{"^0.0.3", "0.0.3", "0.0.4 0.0.2"},
        Case{"^0.0", "0.0.0 0.0.9", "0.1.0"},
        Case{"^0", "0.0.0 0.9.9", "1.0.0"},
        Case{"^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.10 1.2.3 1.5.0", "1.2.3-beta.1 1.2.4-beta.2 2.0.0"},
        Case{"~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2"},
        Case{"~1.2", "1.2.0 1.2.9", "1.3.0"},
        Case{"~1", "1.0.0 1.9.0", "2.0.0"},
        Case{"~> 1.2", "1.2.5", "1.3.0"},
        Case{"~3.12.0-0", "3.12.0-rc1 3.12.0 3.12.4", "3.13.0-a1 3.13.0 3.11.9"},
        Case{">=1.2", "1.2.0 5.0.0", "1.1.9"},
        Case{">= 14.16.1", "14.16.1 22.0.0", "14.16.0"},
        Case{">1", "2.0.0", "1.9.9 1.0.0"},
        Case{">1.2", "1.3.0", "1.2.9"},
        Case{">1.2.3", "1.2.4", "1.2.3"},
        Case{"<1.2", "1.1.9", "1.2.0 1.2.0-rc.1"},
        Case{"<=1.2", "1.2.9 0.1.0", "1.3.0"},
        Case{"<=1", "1.9.9", "2.0.0"},
        Case{"<1.2.3", "1.2.2", "1.2.3 1.2.3-rc.1"},
        Case{">*", "", "0.0.0 1.0.0"},
        Case{">=3.9 <3.13", "3.9.0 3.12.9", "3.13.0 3.8.9"},
        Case{">=3.9   <  3.13", "3.12.0", "3.13.0"},
        Case{"1.2.3 - 2.3.4", "1.2.3 2.3.4", "2.3.5 1.2.2"},
        Case{"1.2 - 2", "1.2.0 2.9.9", "3.0.0"},
        Case{"1 - 2.3", "1.0.0 2.3.9", "2.4.0"},
        Case{"^16 || ^18 || >=20", "16.1.0 18.0.0 20.0.0 23.0.0", "15.0.0 17.0.0 19.9.9"},
        Case{"18||20", "18.1.0 20.1.0", "19.0.0"}}) {
    CAPTURE(c.range);
    const auto range = VersionRange::parse(c.range);
    REQUIRE(range);
    const auto each = [&](std::string_view versions, bool want) {
      while (!versions.empty()) {
        const auto end = std::min(versions.find(' '), versions.size());
        const auto version = std::string(versions.substr(0, end));
        CAPTURE(version);
        const auto parsed = parse_semantic_version(version);
        REQUIRE(parsed);
        CHECK(range->contains(*parsed) == want);
        versions.remove_prefix(std::min(end + 1, versions.size()));
      }
    };
    each(c.inside, true);
    each(c.outside, false);
  }
}

TEST_CASE("toolchain: what is no range") {
  for (const auto* text : {"lts/*", "node", "1.2.3.4", "1..2", "abc", ">=x.y.z.w", "^^1", "1.2.3-"}) {
    CAPTURE(text);
    CHECK_FALSE(VersionRange::parse(text));
  }
}

}  // namespace
}  // namespace runner::test
