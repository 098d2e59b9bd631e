// steps/clients/aws/jmespath/jmespath.hpp -- the query language of `--query` and of waiters: the whole
// grammar, all functions of the JMESPath specification.
#pragma once
#include <memory>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "parser/base/error.hpp"

namespace runner::aws {

// Not a query: where and why. Its status on the command line is 252.
class QueryError : public Error {
 public:
  using Error::Error;
};

class Query {
 public:
  explicit Query(std::string_view expression);  // throws QueryError
  ~Query();
  Query(Query&&) noexcept;
  Query& operator=(Query&&) noexcept;
  nlohmann::ordered_json search(
      const nlohmann::ordered_json& value) const;  // throws QueryError: a function's types

 private:
  struct Node;
  std::unique_ptr<const Node> root_;
};

}  // namespace runner::aws
