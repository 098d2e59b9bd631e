// runner/doctor/actrc.hpp -- the options of a .actrc (nektos/act) as lines of a .runnerrc.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct TranslatedActrc {
  std::vector<std::string> lines;    // for .runnerrc
  std::vector<std::string> dropped;  // what has no counterpart here, as written
};

TranslatedActrc translate_actrc(std::string_view text);

}  // namespace runner
