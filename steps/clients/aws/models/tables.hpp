// steps/clients/aws/models/tables.hpp -- the services' tables as text, one file each; tables.def lists them.
#pragma once
#include <string_view>

namespace runner::aws::tables {

#define TABLE(identifier, name) extern const std::string_view identifier;
#include "steps/clients/aws/models/tables.def"
#undef TABLE

}  // namespace runner::aws::tables
