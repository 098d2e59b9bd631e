// bench/output.cpp -- a program that prints 200 MB, through process, StepOutput and Masker with 20 secrets
// (or 2,000) into a file, against `cat` through the same pipe into a file. Both in turn, in this one run;
// prints the medians, their ratio and the peak of memory. bench/run does the same with the whole runner.
#include "steps/script/output.hpp"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "steps/system/fd.hpp"
#include "steps/system/process.hpp"

using namespace runner;

namespace {

constexpr double kLimit = 1.5;
constexpr int kRounds = 7;
constexpr size_t kBytes = 200'000'000;

struct ToFile : CommandEffects {
  explicit ToFile(const std::filesystem::path& file)
      : fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {}
  Fd fd;
  void log(std::string_view lines) override {
    while (!lines.empty()) {
      const auto written = ::write(fd.get(), lines.data(), lines.size());
      if (written < 0) throw Error("write the log");
      lines.remove_prefix(static_cast<size_t>(written));
    }
  }
  void set_output(std::string_view, std::string) override {}
  void save_state(std::string_view, std::string) override {}
  void set_env(std::string_view, std::string) override {}
  void add_path(std::string_view) override {}
  void add_mask(std::string_view) override {}
  void unfinished(std::string_view) override {}
  void annotate(Annotation) override {}
};

struct Kind {
  const char* name;
  std::string line;
  int secrets = 20;
};

void fill(const std::filesystem::path& file, const std::string& line) {
  std::ofstream out(file, std::ios::binary);
  size_t number = 0;
  for (size_t size = 0; size < kBytes;) {
    const auto text = line.size() < 8 ? line + '\n' : fmt::format("{:08} {}\n", number++, line);
    out << text;
    size += text.size();
  }
}

double seconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void with_cat(const std::filesystem::path& from, const std::filesystem::path& to) {
  const Command command{{"/bin/sh", "-c", fmt::format("cat '{}' | cat > '{}'", from.string(), to.string())},
                        {{"PATH", "/usr/bin:/bin"}},
                        "/"};
  if (run_process(command, [](Stream, std::string_view) {}, {}, {}).code != 0) throw Error("cat failed");
}

void with_runner(const std::filesystem::path& from, const std::filesystem::path& to, int secrets) {
  Masker masker;
  for (int i = 0; i < secrets; ++i) masker.add(fmt::format("{}-p4ss/word&{}", i * 7919 % 100, i * 104729));
  ToFile file(to);
  StepOutput output(masker, file, {});
  const Command command{{"/bin/cat", from.string()}, {}, "/"};
  run_process(command, [&](Stream stream, std::string_view piece) { output.feed(stream, piece); }, {}, {});
  output.finish();
}

void measure(const Kind& kind, const std::filesystem::path& folder) {
  const auto from = folder / "from", to = folder / "to";
  fill(from, kind.line);
  std::vector<double> cat, runner;
  for (int round = 0; round < kRounds; ++round) {
    cat.push_back(seconds([&] { with_cat(from, to); }));
    runner.push_back(seconds([&] { with_runner(from, to, kind.secrets); }));
  }
  const auto ratio = median(runner) / median(cat);
  fmt::print("{:<28} cat {:6.0f} ms   runner {:6.0f} ms   ratio {:4.2f} (limit {:.1f}){}\n", kind.name,
             median(cat) * 1e3, median(runner) * 1e3, ratio, kLimit, ratio <= kLimit ? "" : "   OVER");
}

}  // namespace

int main() {
  std::string form = (std::filesystem::temp_directory_path() / "bench-output-XXXXXX").string();
  if (::mkdtemp(form.data()) == nullptr) return 1;
  for (const auto& kind :
       {Kind{"log lines", "compiling src/module/file.cpp with flags -O2 -g and more"},
        Kind{"with :: in each line", "std::vector<std::string> at src/module/file.cpp:17"},
        Kind{"not ASCII",
             "\xE2\x9C\x93 gepr\xC3\xBC"
             "ft: src/module/file.cpp"},
        Kind{"lines of one letter", "y"},
        Kind{"log lines, 2,000 secrets", "compiling src/module/file.cpp with flags -O2 -g and more", 2000}}) {
    measure(kind, form);
  }
  std::filesystem::remove_all(form);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  fmt::print("peak memory {:.1f} MB (limit 25)\n", static_cast<double>(usage.ru_maxrss) / 1024);
}
