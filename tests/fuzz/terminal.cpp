// Any bytes in a log, a name or a message: nothing that reaches a terminal acts on it, and JSON stays JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "runner/report/event_line.hpp"
#include "runner/report/log_text.hpp"

namespace {

using namespace runner;

void must(bool holds) {
  if (!holds) std::abort();
}

// Colours and tabs alone, and no C1 control.
void check(std::string_view line) {
  must(valid_utf8(line));
  for (size_t at = 0; at < line.size(); ++at) {
    const auto c = static_cast<unsigned char>(line[at]);
    if (c == 0x1b) {
      must(line.substr(at).starts_with("\x1b["));
      const auto end = line.find_first_not_of("0123456789;:", at + 2);
      must(end != std::string_view::npos && line[end] == 'm');
      at = end;
    } else {
      must((c >= 0x20 || c == '\t') && c != 0x7f);
      must(!(c == 0xc2 && static_cast<unsigned char>(line[at + 1]) < 0xa0));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  const auto shown = harmless(text, true);
  if (text.find('\n') == std::string::npos) check(shown);
  must(harmless(shown, true) == shown);
  for (const auto line : split(text, '\n')) check(one_line(line));
  std::string json;
  append_json(json, text);
  for (const auto c : json) must(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  must(read_json(json) == to_valid_utf8(text));
  LogTail tail;
  tail.add(text + "\n");
  for (const auto line : tail.last(LogTail::kLines)) must(line.size() <= 1000);
  return 0;
}
