#include "steps/system/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "steps/system/drain.hpp"
#include "steps/system/fd.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
using namespace std::chrono_literals;
using test::TempDir;

namespace {

struct Printed {
  std::string out, err;
  Exit exit;
};

// What a test may do when the process says something.
using Reaction = std::function<void(const Printed& so_far)>;

struct Run {
  Environment env{{"PATH", "/usr/bin:/bin"}};
  std::filesystem::path cwd = "/";
  std::stop_source stop, hard;
  KillTimes times;
  Drain* drain = nullptr;
  Reaction reaction = [](const Printed&) {};

  Printed shell(const std::string& script) {
    Printed printed;
    const auto sink = [&](Stream stream, std::string_view piece) {
      (stream == Stream::out ? printed.out : printed.err) += piece;
      reaction(printed);
    };
    const Command command{{"/bin/bash", "-c", script}, env, cwd};
    printed.exit = run_process(command, sink, stop.get_token(), hard.get_token(), times, drain);
    return printed;
  }
};

bool alive(pid_t pid) {  // a zombie is dead
  const auto status = test::read_file("/proc/" + std::to_string(pid) + "/stat");
  return !status.empty() && status.find(") Z") == std::string::npos;
}

// True as soon as it is so; false when it is not after half a minute.
template <class Condition>
bool comes_true(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace

TEST_CASE("process: how a program ended") {
  struct Case {
    const char* why;
    const char* script;
    int code, signal;
  };
  for (const auto& c :
       {Case{"well", "exit 0", 0, 0}, Case{"a status of its own", "exit 7", 7, 0},
        Case{"exit 9 is not SIGKILL", "exit 9", 9, 0}, Case{"SIGKILL", "kill -KILL $$", 137, 9},
        Case{"SIGSEGV", "kill -SEGV $$", 139, 11}, Case{"the largest status", "exit 255", 255, 0}}) {
    SUBCASE(c.why) {
      const auto exit = Run().shell(c.script).exit;
      CHECK(exit.code == c.code);
      CHECK(exit.signal == c.signal);
    }
  }
}

TEST_CASE("process: what it starts with") {
  TempDir folder;
  struct Case {
    const char* why;
    const char* script;
    std::string out;
  };
  const Fd leaked(::open("/dev/null", O_RDONLY));  // not close-on-exec, as a careless library might leave it
  for (const auto& c :
       {Case{"stdin is empty", "cat", ""},
        Case{"nothing but its environment", "env | grep -v '^_=\\|^PWD=\\|^SHLVL=' | sort",
             "A=b=c\nPATH=/usr/bin:/bin\n"},
        Case{"its folder", "pwd -P", std::filesystem::canonical(folder.path()).string() + "\n"},
        Case{"none of our files", "exec 3</proc/self/fd; ls -d /proc/$$/fd/[4-9] /proc/$$/fd/??; true", ""},
        Case{"no signal blocked or ignored",
             "grep -E '^Sig(Blk|Ign)' /proc/self/status | grep -o '.......$'",  // glibc ignores its own 32
                                                                                // and 33
             "0000000\n0000000\n"},
        Case{"a process group of its own", "test $$ = $(ps -o pgid= -p $$) && echo yes", "yes\n"},
        Case{"two streams", "echo out; echo err >&2", "out\n"}}) {
    SUBCASE(c.why) {
      Run run;
      run.env["A"] = "b=c";
      run.cwd = folder.path();
      sigset_t blocked, before;
      ::sigemptyset(&blocked);
      ::sigaddset(&blocked, SIGUSR1);
      ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
      auto* const old = ::signal(SIGPIPE, SIG_IGN);
      CHECK(run.shell(c.script).out == c.out);
      ::signal(SIGPIPE, old);
      ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }
  }
}

TEST_CASE("process: what cannot be started says so") {
  struct Case {
    const char* program;
    const char* cwd;
    const char* message;
  };
  for (const auto& c : {Case{"/no/such/program", "/", "start /no/such/program: No such file or directory"},
                        Case{"/etc/passwd", "/", "start /etc/passwd: Permission denied"},
                        Case{"/bin/true", "/no/such/folder",
                             "start /bin/true in /no/such/folder: there is no such folder"}}) {
    SUBCASE(c.message) {
      const Command command{{c.program}, {}, c.cwd};
      CHECK_THROWS_WITH_AS(run_process(command, [](Stream, std::string_view) {}, {}, {}), c.message, Error);
    }
  }
}

TEST_CASE("process: much output on both streams arrives whole") {
  const auto printed = Run().shell(
      "head -c 3000000 /dev/zero | tr '\\0' a & head -c 2000000 /dev/zero | tr '\\0' b >&2; wait");
  CHECK(printed.out == std::string(3000000, 'a'));
  CHECK(printed.err == std::string(2000000, 'b'));
}

TEST_CASE("process: a pause behind some output is told, once") {
  const TempDir folder;
  const auto fifo = folder.path() / "fifo";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  const Command command{{"/bin/bash", "-c", "printf a; read -r x < '" + fifo.string() + "'; printf b"},
                        {{"PATH", "/usr/bin:/bin"}},
                        "/"};
  std::string told;
  run_process(command,
              [&](Stream, std::string_view piece) {
                told += piece.empty() ? "(pause)" : std::string(piece);
                if (piece.empty()) std::ofstream(fifo) << "\n";  // it goes on only now
              },
              {}, {});
  CHECK(told == "a(pause)b");
}

TEST_CASE("process: a stop is asked for ever more firmly") {
  struct Case {
    const char* why;
    const char* script;  // prints "ready" once it may be stopped
    KillTimes times;
    std::string out;
    int code;
  };
  const KillTimes patient{60s, 60s}, quick{1ms, 60s}, quickest{1ms, 1ms};
  for (const auto& c :
       {Case{"a trap on INT may clean up", "trap 'echo cleaned; exit 3' INT; echo ready; while :; do :; done",
             patient, "ready\ncleaned\n", 3},
        Case{"then TERM", "trap '' INT; trap 'echo term; exit 4' TERM; echo ready; while :; do :; done",
             quick, "ready\nterm\n", 4},
        Case{"then KILL", "trap '' INT TERM; echo ready; while :; do :; done", quickest, "ready\n", 137},
        Case{"INT goes to the program alone, not to its children",
             "trap 'kill -USR1 %1; wait; exit 5' INT; perl -e '$| = 1; $SIG{INT} = sub { print \"child\\n\" "
             "}; $SIG{USR1} = sub { print "
             "\"asked\\n\"; exit };"
             " print \"ready\\n\"; sleep 1 while 1' & wait",
             patient, "ready\nasked\n", 5}}) {
    SUBCASE(c.why) {
      Run run;
      run.times = c.times;
      run.reaction = [&](const Printed&) { run.stop.request_stop(); };
      const auto printed = run.shell(c.script);
      CHECK(printed.out == c.out);
      CHECK(printed.exit.code == c.code);
    }
  }
}

TEST_CASE("process: a stop takes the children along, a hard stop at once") {
  for (const bool hard : {false, true}) {
    CAPTURE(hard);
    Run run;
    run.times = {60s, 60s};
    pid_t child = 0;
    run.reaction = [&](const Printed& printed) {
      child = std::stoi(printed.out);
      (hard ? run.hard : run.stop).request_stop();
    };
    const auto* const script = hard ? "trap '' INT TERM; sleep 1000 & echo $!; wait; wait"
                                    : "trap 'exit 1' INT; sleep 1000 & echo $!; wait";
    const auto begin = std::chrono::steady_clock::now();
    CHECK(run.shell(script).exit.code == (hard ? 137 : 1));
    CHECK(std::chrono::steady_clock::now() - begin < 30s);
    CHECK(child != 0);
    CHECK(comes_true([&] { return !alive(child); }));
  }
}

TEST_CASE("process: a stop asked before the start still stops it") {
  Run run;
  run.stop.request_stop();
  CHECK(run.shell("sleep 1000").exit.signal == SIGINT);
}

TEST_CASE("process: a stop from another thread wakes it") {
  Run run;
  std::atomic<bool> ready = false;
  run.reaction = [&](const Printed&) { ready = true, ready.notify_all(); };
  const std::jthread other([&] {
    ready.wait(false);
    run.stop.request_stop();
  });
  CHECK(run.shell("echo ready; exec sleep 1000").exit.signal == SIGINT);
}

TEST_CASE("process: a sink that fails leaves nothing behind") {
  pid_t pid = 0;
  const auto sink = [&](Stream, std::string_view piece) {
    pid = std::stoi(std::string(piece));
    throw Error("the disk is full");
  };
  const Command command{{"/bin/bash", "-c", "echo $$; sleep 1000"}, {}, "/"};
  CHECK_THROWS_AS(run_process(command, sink, {}, {}), Error);
  CHECK(pid != 0);
  CHECK_FALSE(alive(pid));
}

TEST_CASE("process: a background child keeps the step no longer than the limit, and lives on") {
  TempDir folder;
  const auto fifo = folder.path() / "go", file = folder.path() / "done";
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  Drain drain;
  Run run;
  run.drain = &drain;
  run.times.after_exit = 10ms;
  run.cwd = folder.path();
  // It prints more than the pipe holds after its step has ended. Were nobody reading, it would never finish;
  // were the pipe closed, it would die before it can write the file.
  const auto printed = run.shell("(read x < go; head -c 4000000 /dev/zero; echo $? > done) & echo started");
  CHECK(printed.out == "started\n");
  CHECK(printed.exit.code == 0);
  std::ofstream(fifo) << "now\n";
  CHECK(comes_true([&] { return !test::read_file(file).empty(); }));
  CHECK(test::read_file(file) == "0\n");
}

TEST_CASE("process: what a background child prints while the step waits for it is kept") {
  Run run;
  const auto printed = run.shell("exec 3> >(cat > /dev/null; echo late); echo early");
  CHECK(printed.out == "early\nlate\n");
}

TEST_CASE("process: looking programs up") {
  TempDir folder;
  folder.write("bin/tool", "#!/bin/sh\n");
  folder.write("bin/data", "");
  folder.write("other/tool", "#!/bin/sh\n");
  for (const auto* file : {"bin/tool", "other/tool"})
    std::filesystem::permissions(folder.path() / file, std::filesystem::perms::owner_all);
  const auto root = folder.path().string();
  struct Case {
    const char* why;
    std::string name, path;
    std::optional<std::string> want;
  };
  for (const auto& c :
       {Case{"the first folder wins", "tool", root + "/bin:" + root + "/other", root + "/bin/tool"},
        Case{"a folder that is not there is passed", "tool", "/no/such:" + root + "/other",
             root + "/other/tool"},
        Case{"what cannot be run is none", "data", root + "/bin", std::nullopt},
        Case{"a folder is none", "bin", root, std::nullopt},
        Case{"not there", "nothing", root + "/bin", std::nullopt},
        Case{"below the working folder", "bin/tool", "", root + "/bin/tool"},
        Case{"a relative entry of PATH", "tool", "bin", root + "/bin/tool"},
        Case{"absolute", root + "/bin/tool", "", root + "/bin/tool"},
        Case{"empty", "", root + "/bin", std::nullopt}}) {
    SUBCASE(c.why) { CHECK(find_program(c.name, c.path, folder.path()) == c.want); }
  }
}
