#include "steps/script/output.hpp"

#include <map>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"

using namespace runner;

namespace {

struct Recorder : CommandEffects {
  explicit Recorder(Masker& mask) : masker(mask) {}
  Masker& masker;
  std::string text, effects;  // effects: "name=value;" each
  std::vector<Annotation> annotations;
  size_t calls = 0;
  std::string shown;  // of an unfinished line

  void note(std::string_view kind, std::string_view name, std::string_view value) {
    effects.append(kind).append(" ").append(name).append("=").append(value).append(";");
  }
  void set_output(std::string_view name, std::string value) override { note("output", name, value); }
  void save_state(std::string_view name, std::string value) override { note("state", name, value); }
  void set_env(std::string_view name, std::string value) override { note("env", name, value); }
  void add_path(std::string_view folder) override { note("path", "", folder); }
  void add_mask(std::string_view secret) override { masker.add(secret); }
  void unfinished(std::string_view text) override { shown = text; }
  void annotate(Annotation annotation) override { annotations.push_back(std::move(annotation)); }
  void log(std::string_view lines) override {
    CHECK(lines.ends_with('\n'));
    CHECK(valid_utf8(lines));
    text += lines;
    ++calls;
  }
};

struct Fixture {
  Masker masker;
  Recorder recorder{masker};
  OutputOptions options;
  bool failed = false;

  std::string run(std::string_view text, size_t piece = SIZE_MAX, Stream stream = Stream::out) {
    StepOutput output(masker, recorder, options);
    for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
      output.feed(stream, text.substr(0, piece));
    output.finish();
    failed = output.failed();
    return recorder.text;
  }
};

const std::string kSecret = "hunter2-hunter2";

}  // namespace

TEST_CASE("output: lines") {
  struct Case {
    const char* why;
    std::string text, want;
  };
  for (const auto& c :
       {Case{"as they are", "a\nb\n", "a\nb\n"}, Case{"the last one without its end", "a\nb", "a\nb\n"},
        Case{"CR LF", "a\r\nb\r\n", "a\nb\n"},
        Case{"a lone CR ends one too", "10%\r20%\rdone\n", "10%\n20%\ndone\n"},
        Case{"CR at the very end", "a\r", "a\n"}, Case{"empty lines", "\n\r\n\n", "\n\n\n"},
        Case{"CR CR LF are two ends", "a\r\r\nb", "a\n\nb\n"}, Case{"nothing", "", ""},
        Case{"NUL stays", std::string("a\0b\n", 4), std::string("a\0b\n", 4)},
        Case{"what is no UTF-8 is replaced", "a\xFFz\n\xC3\xBC\n", "a\xEF\xBF\xBDz\n\xC3\xBC\n"},
        Case{"a forged mark", "x ##[start-action id] ##[end-action]\n",
             "x ##[\\start-action id] ##[\\end-action]\n"},
        Case{"masked", "a " + kSecret + " b\n", "a *** b\n"}, Case{"masked at the end", kSecret, "***\n"},
        Case{"unknown commands", "::foo::x\n##[section]y\n", "::foo::x\n##[section]y\n"},
        Case{"a command is consumed", "a\n::debug::x\nb\n", "a\nb\n"}}) {
    SUBCASE(c.why) {
      for (size_t piece = 1; piece < c.text.size() + 2; ++piece) {
        Fixture fixture;
        fixture.masker.add(kSecret);
        CHECK(fixture.run(c.text, piece) == c.want);
        CHECK_FALSE(fixture.failed);
      }
    }
  }
}

TEST_CASE("output: a line without its end is shown when nothing comes, but no secret that may have begun") {
  struct Case {
    const char* why;
    std::string text, shown;
  };
  for (const auto& c :
       {Case{"a prompt", "first\nWorking...", "Working..."}, Case{"nothing is open", "first\n", ""},
        Case{"a secret within", "with " + kSecret + " in it", "with *** in it"},
        Case{"one that may have begun", "password: hunter2-hu", "password: "},
        Case{"its first letter alone", "oh", "o"}, Case{"base64 of it may have begun", "x aHVudGVyMi1", "x "},
        Case{"a command is none of it", "::set-output name=a::hun", ""}}) {
    SUBCASE(c.why) {
      Fixture fixture;
      fixture.masker.add(kSecret);
      StepOutput output(fixture.masker, fixture.recorder, {});
      output.feed(Stream::out, c.text);
      CHECK(fixture.recorder.shown.empty());
      output.feed(Stream::out, {});
      CHECK(fixture.recorder.shown == c.shown);
      output.feed(Stream::out, "\nmore\n");
      CHECK(fixture.recorder.shown.empty());  // it stands in the log now
    }
  }
}

TEST_CASE("output: what commands print and do") {
  const std::string deprecated_output =
      "##[warning]The `set-output` command is deprecated: append name=value to the file that $GITHUB_OUTPUT "
      "names.\n";
  struct Case {
    const char* why;
    std::string text, log, effects;
    bool failed;
  };
  for (const auto& c :
       {Case{"group", "::group::My title\nx\n::endgroup::\n", "##[group]My title\nx\n##[endgroup]\n", "",
             false},
        Case{"an error is only told", "::error::bad\n", "##[error]bad\n", "", false},
        Case{"several lines", "::warning::a%0Ab%0D%0Ac\n", "##[warning]a\nb\nc\n", "", false},
        Case{"notice, in the first form, in the middle", "x ##[notice]y\n", "##[notice]y\n", "", false},
        Case{"debug is off", "::debug::x\n", "", "", false},
        Case{"set-output", "::set-output name=a::1\n::set-output name=b::2\n", deprecated_output,
             "output a=1;output b=2;", false},
        Case{"set-output without a name", "::set-output::x\n",
             "##[error]Unable to process command '::set-output::x' successfully.\n"
             "##[error]Required field 'name' is missing in ##[set-output] command.\n",
             "", true},
        Case{"save-state", "::save-state name=a::1\n",
             "##[warning]The `save-state` command is deprecated: append name=value to the file that "
             "$GITHUB_STATE names.\n",
             "state a=1;", false},
        Case{"add-mask", "::add-mask::swordfish\nswordfish\n", "***\n", "", false},
        Case{"add-mask of several lines", "::add-mask::swordfish%0Atrout\nthe trout\n", "the ***\n", "",
             false},
        Case{"add-mask of nothing", "::add-mask:: \n",
             "##[warning]Can't mask an empty value: ::add-mask:: needs one.\n", "", false},
        Case{"echo",
             "::echo::on\n::add-mask::swordfish\n::set-output name=a::swordfish\n::echo:: OFF \n::group::g\n",
             "::add-mask::***\n::set-output name=a::***\n" + deprecated_output + "##[group]g\n",
             "output a=swordfish;", false},
        Case{"echo of something else", "::echo::maybe\n",
             "##[error]Unable to process command '::echo::maybe' successfully.\n"
             "##[error]Invalid echo command value: 'maybe'. It must be 'on' or 'off'.\n",
             "", true},
        Case{"a failing command shows no secret", "::echo::" + kSecret + "\n",
             "##[error]Unable to process command '::echo::***' successfully.\n"
             "##[error]Invalid echo command value: '***'. It must be 'on' or 'off'.\n",
             "", true},
        Case{"set-env is refused", "::set-env name=A::1\nx\n",
             "##[error]Unable to process command '::set-env name=A::1' successfully.\n"
             "##[error]The `set-env` command is disabled, because a program's output could misuse it. Append "
             "to the file "
             "that $GITHUB_ENV names, or set ACTIONS_ALLOW_UNSECURE_COMMANDS to true.\nx\n",
             "", true}}) {
    SUBCASE(c.why) {
      for (const size_t piece : {size_t{1}, size_t{7}, SIZE_MAX}) {
        Fixture fixture;
        fixture.masker.add(kSecret);
        CHECK(fixture.run(c.text, piece) == c.log);
        CHECK(fixture.recorder.effects == c.effects);
        CHECK(fixture.failed == c.failed);
      }
    }
  }
}

TEST_CASE("output: stop-commands") {
  struct Case {
    const char* why;
    std::string text, log;
    bool failed;
  };
  const auto refused = [](const std::string& token) {
    return "##[error]Unable to process command '::stop-commands::" + token +
           "' successfully.\n"
           "##[error]The token of stop-commands must not be empty, `pause-logging` or the name of a command "
           "(ACTIONS_ALLOW_UNSECURE_STOPCOMMAND_TOKENS=true lifts this).\n##[group]g\n";
  };
  for (const auto& c :
       {Case{"until the token comes", "::stop-commands::tok\n::group::g\n##[error]x\n::tok::\n::group::h\n",
             "::stop-commands::tok\n::group::g\n##[error]x\n::tok::\n##[group]h\n", false},
        Case{"the token in the first form", "::stop-commands::tok\n::group::g\n##[tok]\n::group::h\n",
             "::stop-commands::tok\n::group::g\n##[tok]\n##[group]h\n", false},
        Case{"a long token is masked", "::stop-commands::a-long-token\n::a-long-token::\n::group::h\n",
             "::stop-commands::***\n::***::\n##[group]h\n", false},
        Case{"another stop meanwhile is text",
             "::stop-commands::tok\n::stop-commands::two\n::two::\n::tok::\n::group::h\n",
             "::stop-commands::tok\n::stop-commands::two\n::two::\n::tok::\n##[group]h\n", false},
        Case{"no token", "::stop-commands::\n::group::g\n", refused(""), true},
        Case{"a command's name", "::stop-commands::Warning\n::group::g\n", refused("Warning"), true},
        Case{"pause-logging", "::stop-commands::pause-logging\n::group::g\n", refused("pause-logging"),
             true}}) {
    SUBCASE(c.why) {
      Fixture fixture;
      CHECK(fixture.run(c.text) == c.log);
      CHECK(fixture.failed == c.failed);
    }
  }
  Fixture fixture;
  fixture.options.allow_unsecure_stop_tokens = true;
  CHECK(fixture.run("::stop-commands::group\n::group::g\nx\n") == "::stop-commands::group\n::group::g\nx\n");
}

TEST_CASE("output: options") {
  Fixture debug;
  debug.options.debug = true;
  CHECK(
      debug.run("::debug::x\n::save-state name=a::1\n").starts_with("##[debug]x\n::save-state name=a::1\n"));

  Fixture unsecure;
  unsecure.options.allow_unsecure_commands = true;
  CHECK(unsecure.run("::set-env name=A::1\n::add-path::/x\n").empty());
  CHECK(unsecure.recorder.effects == "env A=1;path =/x;");
  CHECK_FALSE(unsecure.failed);
  for (const auto* line : {"::set-env name=node_options::x", "::set-env::x", "::add-path::"}) {
    CAPTURE(line);
    Fixture wrong;
    wrong.options.allow_unsecure_commands = true;
    wrong.run(line);
    CHECK(wrong.failed);
    CHECK(wrong.recorder.effects.empty());
    CHECK(wrong.recorder.annotations.size() == 2);
  }
}

TEST_CASE("output: annotations are masked, cut, and know their place") {
  Fixture fixture;
  fixture.masker.add(kSecret);
  fixture.options.workspace = "/work";
  fixture.run("::warning file=/work/a.c,line=3,title=T " + kSecret + "::m " + kSecret +
              "\n::error::" + std::string(5000, 'x') + "\n");
  REQUIRE(fixture.recorder.annotations.size() == 2);
  const auto& first = fixture.recorder.annotations[0];
  CHECK(first.level == AnnotationLevel::warning);
  CHECK(first.message == "m ***");
  CHECK(first.title == "T ***");
  CHECK(first.file == "a.c");
  CHECK(first.line == 3);
  CHECK(fixture.recorder.annotations[1].message == std::string(4096, 'x'));
  CHECK(fixture.recorder.text == "##[warning]m ***\n##[error]" + std::string(5000, 'x') + "\n");
}

TEST_CASE("output: two streams do not mix") {
  Fixture fixture;
  StepOutput output(fixture.masker, fixture.recorder, {});
  output.feed(Stream::out, "::set-out");
  output.feed(Stream::err, "put name=a::1\nerr");
  output.feed(Stream::out, "x::\nout");
  output.finish();
  CHECK(fixture.recorder.text == "put name=a::1\n::set-outx::\nout\nerr\n");
  CHECK(fixture.recorder.effects.empty());
}

TEST_CASE("output: a secret written byte by byte, as base64 in lines too") {
  std::string secret;
  for (int i = 0; i < 120; ++i) secret += static_cast<char>('!' + (i * 37) % 90);
  std::string text;
  for (auto rest = base64("user:" + secret + ":"); !rest.empty(); rest.erase(0, 76))
    text += rest.substr(0, 76) + "\n";
  std::string want;
  for (const size_t piece : {SIZE_MAX, size_t{1}, size_t{10}, size_t{77}, size_t{100}}) {
    Fixture fixture;
    fixture.masker.add(secret);
    const auto got = fixture.run(text, piece);
    if (want.empty()) want = got;
    CHECK(got == want);
  }
  CHECK(want == "dXNlcjo***\n***\n***Q6\n");
}

TEST_CASE("output: very long lines come in pieces, and nothing leaks where they are cut") {
  constexpr size_t kMiB = 1024 * 1024;
  struct Case {
    const char* why;
    std::string line, want;
  };
  const std::string x(kMiB, 'x');
  for (const auto& c :
       {Case{"just short enough", x, x + "\n"}, Case{"one too many", x + "y", x + "\ny\n"},
        Case{"three pieces", x + x + "y", x + "\n" + x + "\ny\n"},
        Case{"a secret across the cut", x.substr(5) + kSecret + "y", x.substr(5) + "***\n***y\n"},
        Case{"it ends where the cut is", x.substr(kSecret.size()) + kSecret + "y",
             x.substr(kSecret.size()) + "***\ny\n"},
        Case{"it begins there", x + kSecret + "y", x + "\n***y\n"},
        Case{"a character across the cut", x.substr(1) + "\xC3\xBC" + "y", x.substr(1) + "\n\xC3\xBCy\n"},
        Case{"a command in a later piece is text", x + "##[group]y", x + "\n##[group]y\n"},
        Case{"a command is kept whole", "::group::" + x + x, "##[group]" + x + x + "\n"}}) {
    SUBCASE(c.why) {
      for (const size_t piece : {SIZE_MAX, size_t{64 * 1024}, size_t{99'991}, size_t{1009}}) {
        Fixture fixture;
        fixture.masker.add(kSecret);
        const bool same = fixture.run(c.line + "\nnext", piece) == c.want + "next\n";
        CHECK(same);  // not the texts themselves: they are large
      }
    }
  }
}

TEST_CASE("output: whatever the pieces, the log is the same") {
  std::string text;
  const std::vector<std::string> parts{"plain\n",
                                       "::group::g\n",
                                       " ::notice::n\n",
                                       "\r",
                                       "\r\n",
                                       kSecret,
                                       "::",
                                       "##[",
                                       "#",
                                       "[error]",
                                       "::add-mask::trout\n",
                                       "a trout\n",
                                       "\xC3\xBC",
                                       "\xFF",
                                       "::stop-commands::tok\n",
                                       "::tok::\n",
                                       "set-output name=a::b",
                                       "\n",
                                       " ",
                                       "x::y",
                                       "half of hunter2-"};
  unsigned seed = 7;
  for (int i = 0; i < 600; ++i) text += parts[(seed = seed * 1103515245 + 12345) / 65536 % parts.size()];
  Fixture whole;
  whole.masker.add(kSecret);
  whole.run(text);
  CHECK(whole.recorder.text.find(kSecret) == std::string::npos);
  for (size_t piece = 1; piece < 120; ++piece) {
    Fixture fixture;
    fixture.masker.add(kSecret);
    CHECK(fixture.run(text, piece) == whole.recorder.text);
    CHECK(fixture.recorder.effects == whole.recorder.effects);
    CHECK(fixture.failed == whole.failed);
  }
}

TEST_CASE("output: many plain lines are handed on at once") {
  Fixture fixture;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "std::vector is no command, nor is # or ##\n";
  CHECK(fixture.run(text) == text);
  CHECK(fixture.recorder.calls == 1);
}
