#include "steps/clients/docker/build/trace.hpp"

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "steps/clients/docker/build/frontend.hpp"
#include "steps/clients/docker/build/protobuf.hpp"

namespace runner {
namespace {

std::string time_at(double seconds) {
  const auto whole = static_cast<uint64_t>(seconds);
  return proto_number(1, whole) +
         proto_number(2, static_cast<uint64_t>((seconds - static_cast<double>(whole)) * 1e9 + 0.5));
}

struct Vertex {
  std::string name;
  double started = 0, completed = 0;
  bool cached = false;
  std::string error{};
};

std::string vertex(const Vertex& one) {
  auto text = proto_bytes(1, "sha256:" + one.name) + proto_bytes(2, "an input") + proto_bytes(3, one.name);
  if (one.cached) text += proto_number(4, 1);
  if (one.started > 0) text += proto_bytes(5, time_at(one.started));
  if (one.completed > 0) text += proto_bytes(6, time_at(one.completed));
  if (!one.error.empty()) text += proto_bytes(7, one.error);
  return proto_bytes(1, text);
}

std::string status(const std::string& of, const std::string& id, uint64_t current, uint64_t total,
                   bool done) {
  auto text = proto_bytes(1, id) + proto_bytes(2, "sha256:" + of) + proto_bytes(3, "name") +
              proto_number(4, current) + proto_number(5, total) + proto_bytes(7, time_at(100));
  if (done) text += proto_bytes(8, time_at(100.5));
  return proto_bytes(2, text);
}

std::string log(const std::string& of, double time, const std::string& text) {
  return proto_bytes(3, proto_bytes(1, "sha256:" + of) + proto_bytes(2, time_at(time)) + proto_number(3, 1) +
                            proto_bytes(4, text));
}

std::string warning(const std::string& of, const std::string& text) {
  return proto_bytes(4, proto_bytes(1, "sha256:" + of) + proto_number(2, 1) + proto_bytes(3, text));
}

struct Shown {
  std::string text, progress;
  BuildTrace trace{[this](std::string_view line) { text.append(line) += '\n'; },
                   [this](std::string_view now) { progress = now; }};
  void add(const std::string& message) { trace.add(read_build_status(message)); }
};

}  // namespace

TEST_CASE("docker trace: lines as --progress=plain has them") {
  struct Case {
    const char* why;
    std::vector<std::string> messages;
    std::string want;
  };
  const Vertex load{"[internal] load build definition", 100};
  const Vertex run{"[2/2] RUN make", 100};
  for (const auto& c : {
           Case{"one operation, its output and its time",
                {vertex(run), log(run.name, 100.25, "hello\nwor"), log(run.name, 100.5, "ld\n"),
                 vertex({run.name, 100, 101.26})},
                "#1 [2/2] RUN make\n#1 0.250 hello\n#1 0.500 world\n#1 DONE 1.3s\n"},
           Case{"a last line without its end",
                {vertex(run), log(run.name, 100.25, "no end"), vertex({run.name, 100, 101})},
                "#1 [2/2] RUN make\n#1 1.000 no end\n#1 DONE 1.0s\n"},
           Case{"everything in one message",
                {vertex({run.name, 100, 100.1}) + log(run.name, 100.05, "x\r\n")},
                "#1 [2/2] RUN make\n#1 0.050 x\n#1 DONE 0.1s\n"},
           Case{"from the cache", {vertex({run.name, 100, 100, true})}, "#1 [2/2] RUN make\n#1 CACHED\n"},
           Case{"told twice, shown once",
                {vertex({run.name, 100, 101}), vertex({run.name, 100, 101})},
                "#1 [2/2] RUN make\n#1 DONE 1.0s\n"},
           Case{"not started is not shown", {vertex({"later"})}, ""},
           Case{"two at once",
                {vertex(load) + vertex(run), log(run.name, 100.1, "a\n"), vertex({load.name, 100, 100.2}),
                 vertex({run.name, 100, 101})},
                "#2 [2/2] RUN make\n#2 0.100 a\n#2 ...\n\n#1 [internal] load build definition\n#1 DONE "
                "0.2s\n\n"
                "#2 [2/2] RUN make\n#2 DONE 1.0s\n"},
           Case{"what is counted, at its end",
                {vertex(load), status(load.name, "transferring", 10, 2000, false),
                 status(load.name, "transferring", 2000, 2000, true),
                 status(load.name, "transferring", 2000, 2000, true)},
                "#1 [internal] load build definition\n#1 transferring 2.0 kB / 2.0 kB 0.5s done\n"},
           Case{"a failure, repeated at the end; what it took along is not",
                {vertex(load) + vertex(run), log(run.name, 100.1, "a\nb\n"),
                 vertex({run.name, 100, 101, false, "exit code: 3"}) +
                     vertex({load.name, 100, 101, false, "x: context canceled"})},
                "#2 [2/2] RUN make\n#2 0.100 a\n#2 0.100 b\n#2 ERROR: exit code: 3\n\n"
                "#1 [internal] load build definition\n#1 CANCELED\n"
                "------\n > [2/2] RUN make:\n0.100 a\n0.100 b\n------\n"},
           Case{"a warning",
                {vertex(run), warning(run.name, "JSONArgs")},
                "#1 [2/2] RUN make\n#1 WARN: JSONArgs\n"},
       }) {
    CAPTURE(c.why);
    Shown shown;
    for (const auto& message : c.messages) shown.add(message);
    shown.trace.repeat_failure();
    CHECK(shown.text == c.want);
  }
}

TEST_CASE("docker trace: only the last ten lines are repeated") {
  Shown shown;
  const Vertex run{"[1/1] RUN x", 100};
  std::string output;
  for (int line = 1; line <= 12; ++line) output += std::to_string(line) + "\n";
  shown.add(vertex(run) + log(run.name, 100, output) + vertex({run.name, 100, 101, false, "exit code: 1"}));
  shown.text.clear();
  shown.trace.repeat_failure();
  CHECK(shown.text.starts_with("------\n > [1/1] RUN x:\n0.000 3\n"));
}

TEST_CASE("docker trace: the Dockerfile's steps are counted, the builder's own are not") {
  Shown shown;
  shown.add(vertex({"[internal] load metadata", 1, 2, true}) + vertex({"[1/3] FROM x", 1, 2, true}) +
            vertex({"[build 2/3] RUN a", 1, 2, true}) + vertex({"[3/3] COPY a /", 1, 2}) +
            vertex({"exporting to image", 1, 2}));
  CHECK(shown.trace.steps() == 3);
  CHECK(shown.trace.cached_steps() == 2);
  CHECK(shown.progress == "exporting to image");
}

TEST_CASE("docker trace: a damaged message is an error, unknown fields are not") {
  for (const std::string message :
       {"\x0a", "\x0a\x05x", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x0f"}) {
    CAPTURE(message);
    CHECK_THROWS_AS(read_build_status(message), Error);
  }
  CHECK(read_build_status(proto_number(9, 300) + std::string("\x51") + "12345678" + "\x55" + "1234")
            .logs.empty());
}

TEST_CASE("docker syntax line: found where BuildKit looks for it, and made to mean nothing") {
  struct Case {
    const char *why, *text, *image, *without;
  };
  for (const auto& c : {
           Case{"the first line", "# syntax=docker/dockerfile:1\nFROM a\n", "docker/dockerfile:1",
                "# unusedsyntax=docker/dockerfile:1\nFROM a\n"},
           Case{"blanks and capitals", "#  Syntax = r.test/f:1 \nFROM a", "r.test/f:1",
                "#  unusedSyntax = r.test/f:1 \nFROM a"},
           Case{"behind another directive", "# escape=`\n# syntax=f\n", "f",
                "# escape=`\n# unusedsyntax=f\n"},
           Case{"behind #!", "#!/usr/bin/env x\n#syntax=f\n", "f", "#!/usr/bin/env x\n#unusedsyntax=f\n"},
           Case{"not behind a comment", "# hello\n# syntax=f\n", "", "# hello\n# syntax=f\n"},
           Case{"not behind an empty line", "\n# syntax=f\n", "", "\n# syntax=f\n"},
           Case{"no value", "# syntax=\nFROM a\n", "", "# syntax=\nFROM a\n"},
           Case{"nothing", "", "", ""},
           Case{"windows line ends", "# syntax=f\r\nFROM a\r\n", "f", "# unusedsyntax=f\r\nFROM a\r\n"},
       }) {
    CAPTURE(c.why);
    CHECK(syntax_image(c.text) == c.image);
    CHECK(without_syntax(c.text) == c.without);
    CHECK(syntax_image(without_syntax(c.text)).empty());
  }
}

}  // namespace runner
