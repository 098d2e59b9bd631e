// steps/clients/aws/models/model_reader.hpp -- reads the text of a service's table; model.hpp is what others
// use.
#pragma once
#include <deque>
#include <string_view>

#include "steps/clients/aws/model.hpp"

namespace runner::aws {

struct ServiceTable {
  Service service;
  std::deque<Shape> shapes;  // what the service's pointers point into
};

// Throws Error with the line: a table that does not read is a bug, found by the tests.
ServiceTable read_table(std::string_view text);

}  // namespace runner::aws
