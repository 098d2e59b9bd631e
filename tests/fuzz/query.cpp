// Any text as a query: refused in words, or evaluated without a crash; the result is JSON.
#include <cstddef>
#include <cstdint>
#include <string>

#include "parser/base/json.hpp"
#include "steps/clients/aws/jmespath/jmespath.hpp"

using namespace runner::aws;
using Json = nlohmann::ordered_json;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  static const auto document = Json::parse(
      R"({"a": [1, 2.5, "x", null, [3, [4]]], "b": {"c": {"d": "é"}, "e": []}, "l": [{"k": 1, "n": "b"}, {"k": 0, "n": "a"}]})");
  try {
    const Query query(std::string(data, data + size));
    static_cast<void>(
        Json::parse(query.search(document).dump(-1, ' ', false, Json::error_handler_t::replace)));
  } catch (const QueryError&) {  // NOLINT(bugprone-empty-catch)
  }
  return 0;
}
