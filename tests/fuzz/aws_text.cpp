// Text that files and services give: configuration, command lines in it, XML, times. Nothing may crash or
// throw anything but Error.
#include <cstddef>
#include <cstdint>
#include <string>

#include "parser/base/error.hpp"
#include "steps/clients/aws/config_file.hpp"
#include "steps/clients/aws/given_time.hpp"
#include "steps/clients/aws/time.hpp"
#include "steps/formats/xml.hpp"

using namespace runner;

namespace {

template <class Work>
void attempt(const Work& work) {
  try {
    work();
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch)
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  attempt([&] { static_cast<void>(aws::read_sections(text)); });
  attempt([&] { static_cast<void>(aws::shell_words(text)); });
  attempt([&] { static_cast<void>(parse_xml(text)); });
  static_cast<void>(aws::print_time(text));
  static_cast<void>(aws::read_time(text));
  if (const auto time = aws::read_given_time(text))
    static_cast<void>(aws::http_date(*time) + aws::iso_time(*time));
  return 0;
}
