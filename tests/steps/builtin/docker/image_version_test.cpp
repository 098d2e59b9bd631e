#include "steps/builtin/docker/metadata/image_version.hpp"

#include <doctest/doctest.h>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include "steps/builtin/docker/metadata/mustache.hpp"
#include "steps/builtin/docker/metadata/pep440.hpp"
#include "steps/step.hpp"

namespace runner {
namespace {

using namespace std::chrono;

constexpr CalendarTime kNow = sys_days(2020y / January / 10) + 30min;

struct Case {
  const char *event, *ref, *rules, *flavor, *want;  // want: the tags, then the warnings behind "!"
};

MetadataEvent event_of(const Case& c) {
  MetadataEvent event;
  event.name = c.event, event.ref = c.ref;
  event.sha = "860c1904a1ce19322e91ac35af1ab07466440c37";
  event.default_branch = event.edge_branch = "master";
  event.now = event.commit_date = kNow;
  if (event.ref.starts_with("refs/tags/")) event.base_ref = "master";
  return event;
}

std::string tags_of(const Case& c) {
  const auto flavor = read_flavor(metadata_lines(c.flavor));
  const auto version = image_version(event_of(c), tag_rules(metadata_lines(c.rules)), flavor);
  auto text = fmt::format("{}", fmt::join(image_tags(version, flavor, {}), " "));
  for (const auto& warning : version.warnings) text += " ! " + warning;
  return text;
}

void check(std::initializer_list<Case> cases) {
  for (const auto& c : cases) {
    CAPTURE(c.ref);
    CAPTURE(c.rules);
    CAPTURE(c.flavor);
    CHECK(tags_of(c) == c.want);
  }
}

}  // namespace

TEST_CASE("image version: the default rules") {
  check({{"push", "refs/heads/dev", "", "", "dev"},
         {"push", "refs/heads/feature/x", "", "", "feature-x"},
         {"push", "refs/heads/my#br&anch/+x", "", "", "my-br-anch-x"},
         {"push", "refs/tags/v1.2.3", "", "", "v1.2.3 latest"},
         {"push", "refs/tags/release1", "", "", "release1 latest"},
         {"pull_request", "refs/pull/5/merge", "", "", "pr-5"},
         {"schedule", "refs/heads/master", "", "", "nightly master"},
         {"push", "", "", "", ""}});
}

TEST_CASE("image version: semver") {
  const auto* three =
      "type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}\n"
      "type=semver,pattern={{major}}";
  check(
      {{"push", "refs/tags/v1.2.3", three, "", "1.2.3 1.2 1 latest"},
       {"push", "refs/tags/v2.0.0-rc.1", three, "", "2.0.0-rc.1"},
       {"push", "refs/tags/v2.0.8-beta.67", "type=semver,pattern={{raw}}", "", "v2.0.8-beta.67"},
       {"push", "refs/tags/v2.0.8-beta.67", "type=semver,pattern={{ raw }}x", "", "2.0.8-beta.67"},
       {"push", "refs/tags/v1.2.3", "type=semver,pattern={{raw}}", "", "v1.2.3 latest"},
       {"push", "refs/tags/v1.2.3+b.7", "type=semver,pattern={{version}}-{{build}}", "", "1.2.3-b-7 latest"},
       {"push", "refs/tags/v1.2.3", "type=semver,pattern={{major}}.{{minor}},prefix=p-,suffix=-s", "",
        "p-1.2-s latest"},
       {"push", "refs/heads/dev", three, "", ""},
       {"push", "refs/heads/dev", "type=semver,pattern={{version}},value=v1.2.3", "", "1.2.3 latest"},
       {"push", "refs/tags/sometag", "type=semver,pattern={{version}}", "",
        " ! sometag is not a valid semver. More info: https://semver.org/"},
       {"push", "refs/tags/app/v1.2.3", "type=semver,pattern={{version}},match=app/(.*)", "", "1.2.3 latest"},
       {"push", "refs/tags/app/v1.2.3", "type=semver,pattern={{version}}", "",
        " ! app-v1.2.3 is not a valid semver. More info: https://semver.org/"},
       {"push", "refs/tags/v1.2.3", three, "latest=false", "1.2.3 1.2 1"},
       {"push", "refs/tags/v2.0.0-rc.1", three, "latest=true", "2.0.0-rc.1 latest"}});
}

TEST_CASE("image version: pep440") {
  check({{"push", "refs/tags/1.2.3",
          "type=pep440,pattern={{version}}\ntype=pep440,pattern={{major}}.{{minor}}", "", "1.2.3 1.2 latest"},
         {"push", "refs/tags/v1.2", "type=pep440,pattern={{raw}}\ntype=pep440,pattern={{patch}}", "",
          "v1.2 0 latest"},
         {"push", "refs/tags/1.0b2", "type=pep440,pattern={{major}}", "", "1.0b2"},
         {"push", "refs/tags/v1.0-beta.2", "type=pep440,pattern={{version}}", "", "1.0b2"},
         {"push", "refs/tags/1.0-beta.2", "type=pep440,pattern={{raw}}", "", "1.0-beta.2"},
         {"push", "refs/tags/x1", "type=pep440,pattern={{version}}", "",
          " ! x1 does not conform to PEP 440. More info: https://www.python.org/dev/peps/pep-0440"}});
}

TEST_CASE("image version: match") {
  check(
      {{"push", "refs/tags/20200110-RC2", "type=match,pattern=\\d{8}", "", "20200110 latest"},
       {"push", "refs/tags/20200110-RC2", "type=match,pattern=(.*)-RC,group=1", "latest=false", "20200110"},
       {"push", "refs/tags/v1.1.1", "type=match,\"pattern=^v(\\d.\\d.\\d)$\",group=1", "", "1.1.1 latest"},
       {"push", "refs/tags/v1.1.1", "type=match,pattern=/V(.*)/i,group=1", "", "1.1.1 latest"},
       {"push", "refs/tags/p1/v1.0.0", "type=match,pattern=p1/v(\\d.\\d),group=3", "",
        " ! Group 3 does not exist for p1/v(\\d.\\d) pattern."},
       {"push", "refs/tags/sometag", "type=match,pattern=\\d.\\d", "", " ! \\d.\\d does not match sometag."},
       {"push", "refs/heads/x", "type=match,pattern=v(.*),group=1,value=v1.2.3\ntype=edge,branch=x", "",
        "1.2.3 edge latest"},
       {"push", "refs/heads/x", "type=match,pattern=.*", "", ""}});
}

TEST_CASE("image version: edge, ref, raw, sha") {
  check({{"push", "refs/heads/master", "type=edge\ntype=sha", "", "edge sha-860c190"},
         {"push", "refs/heads/dev", "type=edge\ntype=sha", "", "sha-860c190"},
         {"push", "refs/heads/dev", "type=edge,branch=dev", "", "edge"},
         {"push", "refs/heads/dev", "type=sha,format=long\ntype=sha,prefix=", "",
          "sha-860c1904a1ce19322e91ac35af1ab07466440c37 860c190"},
         {"push", "refs/heads/dev", "type=ref,event=branch\ntype=raw,my\ncustom\n# none\ntype=raw,value=a=b",
          "", "dev my custom a-b"},
         {"push", "refs/heads/dev",
          "type=raw,value=a,enable={{is_default_branch}}\ntype=raw,value=b,"
          "enable={{is_not_default_branch}}",
          "", "b"},
         {"schedule", "refs/heads/other", "type=raw,value=a,enable={{is_default_branch}}", "", "a"},
         {"push", "refs/tags/v1.1.1", "type=raw,{{tag}}-{{sha}}-foo\ntype=raw,{{base_ref}}-foo", "",
          "v1.1.1-860c190-foo master-foo"},
         {"push", "refs/heads/dev", "type=ref,event=branch,enable=false", "", ""},
         {"pull_request", "refs/pull/5/merge", "type=ref,event=pr,prefix=mr", "", "mr5"}});
}

TEST_CASE("image version: dates") {
  check({{"push", "refs/heads/master", "type=raw,value=a-{{date 'YYYYMMDD'}}", "", "a-20200110"},
         {"push", "refs/heads/master", "type=raw,value={{date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}", "",
          "20200110-093000"},
         {"push", "refs/heads/master", "type=raw,value=src-{{commit_date YYYY-MM-DD}}", "",
          "src-2020-01-10T00-30-00Z"},
         {"schedule", "refs/heads/master", "type=schedule,pattern={{date 'YYYYMMDD' tz='America/New_York'}}",
          "", "20200109"},
         {"push", "refs/heads/master", "type=raw,value={{date 'H' tz='Asia/Tokio'}}", "",
          "0 ! there is no time zone Asia/Tokio here: UTC is used"}});
}

TEST_CASE("image version: order, flavor and what decides about latest") {
  check({{"push", "refs/heads/master", "type=ref,priority=2000,event=branch\ntype=edge", "", "master edge"},
         {"push", "refs/tags/v2.0.8", "type=raw,priority=2000,foo\ntype=semver,pattern={{version}}", "",
          "foo 2.0.8"},
         {"push", "refs/tags/v1.2.3", "type=sha\ntype=semver,pattern={{version}}", "",
          "1.2.3 sha-860c190 latest"},
         {"push", "refs/tags/v1.2.3", "a\na\nb\nb", "", "a b"},
         {"schedule", "refs/heads/x", "type=schedule", "prefix=glo-\nsuffix=-bal", "glo-nightly-bal"},
         {"push", "refs/heads/dev", "type=ref,event=branch\ntype=sha",
          "latest=true\nsuffix=-alpine,onlatest=true", "dev-alpine sha-860c190-alpine latest-alpine"},
         {"push", "refs/heads/dev", "a", "latest=true\nprefix=p-,onlatest=true\nsuffix=-s", "p-a-s p-latest"},
         {"push", "refs/tags/v1", "type=match,pattern=v(\\d),group=1,suffix=", "suffix=-dev", "1 latest"},
         {"push", "refs/heads/dev", "type=raw,value=x,prefix={{branch}}-", "", "dev-x"}});
}

TEST_CASE("image version: wrong rules") {
  const auto error = [](const char* rules, const char* flavor) -> std::string {
    try {
      tags_of({"push", "refs/tags/v1", rules, flavor, ""});
    } catch (const InputError& refused) {
      return refused.what();
    }
    return "";
  };
  struct Wrong {
    const char *rules, *flavor, *want;
  };
  for (const auto& c : {
           Wrong{"type=semvr,pattern=x", "", "Unknown tag type attribute: semvr; did you mean \"semver\"?"},
           Wrong{"type=semver", "", "Missing pattern attribute for type=semver"},
           Wrong{"type=match", "", "Missing pattern attribute for type=match"},
           Wrong{"type=match,pattern=x,group=foo", "",
                 "Invalid match group for type=match,pattern=x,group=foo"},
           Wrong{"type=ref", "", "Missing event attribute for type=ref"},
           Wrong{"type=ref,event=foo", "", "Invalid event for type=ref,event=foo"},
           Wrong{"type=raw", "", "Missing value attribute for type=raw"},
           Wrong{"type=sha,format=foo", "", "Invalid format for type=sha,format=foo"},
           Wrong{"x,enable=maybe", "", "Invalid value for enable attribute: maybe"},
           Wrong{"{{nothing 'x'}}", "", "Missing helper: \"nothing\""},
           Wrong{"type=raw,value={{date 'x' zone='y'}}", "", "Unknown zone attribute"},
           Wrong{"{{branch", "", "{{branch: the braces are not closed"},
           Wrong{"{{#if branch}}x{{/if}}", "", "#if branch: blocks and partials are not supported"},
           Wrong{"type=match,pattern=(", "", "the pattern ( is wrong at 2: missing closing parenthesis"},
           Wrong{"", "latest=maybe", "Invalid latest flavor entry: latest=maybe"},
           Wrong{"", "foo", "Invalid flavor entry: foo"},
           Wrong{"", "sufix=x", "Unknown flavor entry: sufix=x; did you mean \"suffix\"?"},
           Wrong{"", "prefix=x,onlatest=1", "Invalid value for onlatest attribute: 1"},
       }) {
    CHECK(error(c.rules, c.flavor) == c.want);
  }
}

TEST_CASE("image version: names of images") {
  using Names = std::vector<std::string>;
  struct Images {
    const char* input;
    Names want;
  };
  for (const auto& c : {
           Images{"User/App", {"user/app"}},
           Images{"org/app,ghcr.io/user/app", {"org/app", "ghcr.io/user/app"}},
           Images{"org/app\n# comment\nname=ghcr.io/user/app", {"org/app", "ghcr.io/user/app"}},
           Images{"org/app\nghcr.io/user/app,enable=false", {"org/app"}},
           Images{"name=org/app,enable=true", {"org/app"}},
           Images{"", {}},
       }) {
    CAPTURE(c.input);
    CHECK(image_names(metadata_lines(c.input)) == c.want);
  }
  CHECK_THROWS_WITH(image_names({"name=x,enable=bar"}), "Invalid enable attribute value: name=x,enable=bar");
  CHECK_THROWS_WITH(image_names({"name=x,bar=baz"}), "Unknown image attribute: name=x,bar=baz");
  CHECK_THROWS_WITH(image_names({"name=,enable=true"}), "Image name attribute empty: name=,enable=true");
}

TEST_CASE("mustache: what stands between braces") {
  const MustacheHelpers helpers{{"a", [](const auto&) { return "<&>"; }},
                                {"show", [](const auto& call) {
                                   std::string text;
                                   for (const auto& value : call.values) text += value.value_or("?") + ",";
                                   for (const auto& [name, value] : call.options)
                                     text += name + ":" + value + ",";
                                   return text;
                                 }}};
  CHECK(expand_mustache("x{{ a }}y", helpers) == "x&lt;&amp;&gt;y");
  CHECK(expand_mustache("{{{a}}}{{&a}}", helpers) == "<&><&>");
  CHECK(expand_mustache("{{none}}{{! a comment }}-", helpers) == "-");
  CHECK(expand_mustache("{{show 'a b' \"c\" 7 word k='v w'}}", helpers) == "a b,c,7,?,k:v w,");
  CHECK(is_mustache_of("{{ raw}}", "raw"));
  CHECK_FALSE(is_mustache_of("{{raw}}.{{version}}", "raw"));
  CHECK_FALSE(is_mustache_of("{{version}},{{raw }.", "raw"));
}

TEST_CASE("pep440: normal form") {
  struct Form {
    const char *text, *want;  // "": not a version
  };
  for (const auto& c :
       {Form{"1.0", "1.0"}, Form{"v01.02", "1.2"}, Form{"1!2.0", "1!2.0"}, Form{"1.0a", "1.0a0"},
        Form{"1.0-ALPHA.1", "1.0a1"}, Form{"1.0preview2", "1.0rc2"}, Form{"1.0c3", "1.0rc3"},
        Form{"1.0-1", "1.0.post1"}, Form{"1.0.rev2", "1.0.post2"}, Form{"1.0.dev", "1.0.dev0"},
        Form{"1.0a1.post2.dev3", "1.0a1.post2.dev3"}, Form{"1.0+Ubuntu.01", "1.0+ubuntu,1"},
        Form{"1.0.x", ""}, Form{"", ""}, Form{"1.0+", ""}, Form{" 1.0", ""}}) {
    CAPTURE(c.text);
    const auto version = parse_pep440(c.text);
    CHECK((version ? version->clean : "") == c.want);
  }
}

}  // namespace runner
