// Whatever a step prints, in whatever pieces: no crash, no secret in the log, and the same log as in one
// piece.
#include "steps/script/output.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parser/base/text.hpp"
#include "steps/script/command_files.hpp"

namespace {

using namespace runner;

struct Log : CommandEffects {
  Masker masker;
  std::string text;
  void log(std::string_view lines) override {
    if (!lines.ends_with('\n') || !valid_utf8(lines)) std::abort();
    text += lines;
  }
  void set_output(std::string_view, std::string) override {}
  void save_state(std::string_view, std::string) override {}
  void set_env(std::string_view, std::string) override {}
  void add_path(std::string_view) override {}
  void add_mask(std::string_view secret) override { masker.add(secret); }
  void unfinished(std::string_view) override {}
  void annotate(Annotation) override {}
};

std::string log_of(std::string_view text, size_t piece) {
  Log log;
  log.masker.add("s3cret");
  StepOutput output(log.masker, log, {});
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size()))) {
    output.feed(Stream::out, text.substr(0, piece));
  }
  output.finish();
  if (log.text.find("s3cret") != std::string::npos) std::abort();
  return log.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string text(data + 1, data + size);
  if (log_of(text, SIZE_MAX) != log_of(text, 1 + data[0] % 40)) std::abort();
  parse_key_values(text);
  parse_path_lines(text);
  return 0;
}
