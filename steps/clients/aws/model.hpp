// steps/clients/aws/model.hpp -- what a service's operations take and give, read from the tables in models/:
// the request writer, the answer reader, the `aws` command line and its output all work from these. A new
// service is a new table. Names, shapes and their order are those of the service's published model.
#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace runner::aws {

struct Shape;

struct Member {
  std::string name;  // in JSON and, in kebab case, on the command line
  const Shape* shape = nullptr;
  bool required = false;
  std::string wire{};  // the name in a query or XML body, or in the URI, where it is another one
  enum class Place { body, uri, query, header } place = Place::body;
  bool fills_itself = false;  // an idempotency token: the client makes one up when none is given
};

struct Shape {
  enum class Kind { string, integer, number, boolean, timestamp, blob, list, map, structure };
  Kind kind = Kind::string;
  std::string name{};
  std::vector<Member> members{};        // of a structure, in the model's order
  const Shape* element = nullptr;       // of a list; the values of a map (keys are strings)
  std::string element_wire = "member";  // the name of a list's items in a query or XML body
  bool flattened = false;
  bool document = false;  // a structure without members: any JSON
};

struct Pages {  // empty: the operation has no pages
  std::string token_in, token_out, result, limit;
  std::string more{};  // what must be true for a token to count; empty: any token counts
};

struct Operation {
  std::string name;  // "DescribeServices"; the command line's describe-services
  const Shape* input = nullptr;
  const Shape* output = nullptr;  // null: nothing comes back
  std::string method = "POST", uri = "/";
  std::string body_member{}, answer_member{};  // rest-xml: the member that is the body, or the answer's
  std::string result_wrapper{};                // query: the element around the result
  bool is_signed = true;
  Pages pages{};
};

// One way a waiter ends or goes on; they are tried in order.
struct Acceptor {
  enum class State { success, failure, retry } state;
  enum class Matcher { path, path_all, path_any, error, status } matcher;
  std::string argument, expected;  // a JMESPath and the JSON it must give; an error's code; a status
};

struct Waiter {
  std::string name;       // "ServicesStable"; the command line's services-stable
  std::string operation;  // "DescribeServices"
  std::chrono::seconds delay{15};
  int attempts = 40;
  std::vector<Acceptor> acceptors;
};

enum class Protocol { json, query, ec2, rest_xml };

struct Service {
  std::string name;          // the command line's: "ecs", "deploy", "autoscaling"
  std::string endpoint_key;  // of AWS_ENDPOINT_URL_<key>: "ECS", "CODEDEPLOY", "AUTO_SCALING"
  std::string host;          // "ecs.{region}.amazonaws.com"
  std::string fips_host{}, dual_stack_host{};  // likewise; "" when the service has none
  std::string signing_name, signing_region{};  // signing_region: where it is fixed (cloudfront: us-east-1)
  Protocol protocol = Protocol::json;
  std::string json_version = "1.1", target_prefix{}, api_version{}, xml_namespace{};
  std::vector<Operation> operations;
  std::vector<Waiter> waiters;

  const Operation* operation(std::string_view name) const;  // "DescribeServices" or "describe-services"; null
  const Waiter* waiter(std::string_view name) const;        // likewise
};

const Service* find_service(std::string_view name);  // null when there is no table; parsed at first use
std::vector<std::string_view> service_names();
std::string kebab_case(
    std::string_view name);  // the command line's: DescribeServices, iamInstanceProfile, VPCId

}  // namespace runner::aws
