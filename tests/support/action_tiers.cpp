#include "tests/support/action_tiers.hpp"

#include <stdexcept>

#include "parser/base/text.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {

std::vector<ActionTier> action_tiers() {
  std::vector<ActionTier> tiers;
  const auto text = read_file(SOURCE_DIR "/testdata/actions/tiers.txt");
  for (const auto line : split_lines(text)) {
    if (line.empty() || line[0] == '#') continue;
    const auto end = line.find(' ', 2);
    const auto action = line.substr(2, end - 2);
    if (line[0] < '1' || line[0] > '3' || line[1] != ' ' || action.find('/') == std::string_view::npos)
      throw std::runtime_error("tiers.txt: expected TIER OWNER/NAME [REASON], found " + std::string(line));
    const auto reason = end == std::string_view::npos ? std::string_view() : trim(line.substr(end));
    tiers.push_back({line[0] - '0', std::string(action), std::string(reason)});
  }
  return tiers;
}

}  // namespace runner::test
