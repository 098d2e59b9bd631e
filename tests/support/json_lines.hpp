// tests/support/json_lines.hpp -- tables of testdata/ that an original has made: a JSON object a line.
#pragma once
#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "parser/base/json.hpp"

namespace runner::test {

inline std::vector<nlohmann::ordered_json> json_lines(const std::string& name) {
  std::vector<nlohmann::ordered_json> rows;
  std::ifstream file(SOURCE_DIR "/testdata/" + name);
  for (std::string line; std::getline(file, line);) rows.push_back(nlohmann::ordered_json::parse(line));
  REQUIRE(rows.size() > 5);  // a table that is not found would compare nothing
  return rows;
}

}  // namespace runner::test
