#include "steps/aws_cli/s3_properties.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "parser/base/json.hpp"
#include "parser/base/text.hpp"
#include "steps/aws_cli/parameters.hpp"
#include "steps/aws_cli/shorthand.hpp"
#include "steps/clients/aws/given_time.hpp"
#include "steps/clients/aws/s3/mime.hpp"
#include "steps/system/digest.hpp"

namespace runner::aws {
namespace {

using s3::Headers;

struct Header {
  const char *option, *header, *bare = "";  // bare: the value of an option that is given without one
};
constexpr Header kObjectHeaders[] = {
    {"acl", "x-amz-acl"},
    {"storage-class", "x-amz-storage-class"},
    {"website-redirect", "x-amz-website-redirect-location"},
    {"content-type", "Content-Type"},
    {"cache-control", "Cache-Control"},
    {"content-disposition", "Content-Disposition"},
    {"content-encoding", "Content-Encoding"},
    {"content-language", "Content-Language"},
    {"expires", "Expires"},
    {"sse", "x-amz-server-side-encryption", "AES256"},
    {"sse-kms-key-id", "x-amz-server-side-encryption-aws-kms-key-id"},
};

constexpr std::pair<std::string_view, const char*> kGrants[] = {
    {"read", "x-amz-grant-read"},
    {"full", "x-amz-grant-full-control"},
    {"readacl", "x-amz-grant-read-acp"},
    {"writeacl", "x-amz-grant-write-acp"},
};

void add_grants(const Arguments& arguments, Headers& headers) {
  for (const auto& grant : arguments.values("grants")) {
    const auto equals = grant.find('=');
    if (equals == std::string::npos) refuse_value("grants should be of the form permission=principal");
    const auto* at = std::ranges::find(kGrants, std::string_view(grant).substr(0, equals),
                                       &std::pair<std::string_view, const char*>::first);
    if (at == std::end(kGrants)) refuse_value("permission must be one of: read|readacl|writeacl|full");
    headers.emplace_back(at->second, grant.substr(equals + 1));
  }
}

// A newline in a value would be a second header; metadata beyond ASCII is not sent by the CLI either.
void check_header(const std::string& option, const std::string& name, const std::string& value) {
  if ((name + value).find_first_of("\r\n") != std::string::npos)
    refuse_value(fmt::format("Bad value for --{}: \"{}\" has a line break, which a header cannot hold",
                             option, replace_all(replace_all(value, "\n", "\\n"), "\r", "\\r")));
}

void check_ascii(const std::string& name, const std::string& value) {
  const auto text = name + value;
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) > 127; }))
    refuse_value(
        fmt::format("Parameter validation failed:\nNon ascii characters found in S3 metadata for key "
                    "\"{}\", value: \"{}\".  \nS3 metadata can only contain ASCII characters. ",
                    name, value));
}

std::map<std::string, std::string> metadata_of(const std::string& text) {
  nlohmann::ordered_json map;
  try {
    const auto plain = trim(text);
    map = plain.starts_with('{') ? nlohmann::ordered_json::parse(plain) : parse_shorthand(text);
  } catch (const ShorthandError& error) {
    refuse_value(fmt::format("Error parsing parameter '--metadata': {}", error.what()));
  } catch (const nlohmann::json::exception&) {
    refuse_value(fmt::format("Error parsing parameter '--metadata': Invalid JSON: {}", text));
  }
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : map.items()) {
    if (!value.is_string()) refuse_value(fmt::format("Bad value for --metadata: \"{}\" is not a text", name));
    values[name] = value.get<std::string>();
  }
  return values;
}

void add_metadata(const Arguments& arguments, const ValueSources& sources, Headers& headers) {
  if (!arguments.has("metadata")) return;
  for (const auto& [name, value] :
       metadata_of(value_or_file("metadata", arguments.value("metadata"), sources))) {
    check_ascii(name, value);
    check_header("metadata", name, value);
    headers.emplace_back("x-amz-meta-" + name, value);
  }
}

// Three headers for a key of the customer's own; `infix` for that of a copy's source.
void add_customer_key(const Arguments& arguments, const std::string& option, const std::string& prefix,
                      const ValueSources& sources, Headers& headers) {
  if (!arguments.has(option)) return;
  const auto key = value_or_file(option + "-key", arguments.value(option + "-key"), sources);
  headers.emplace_back(prefix + "-algorithm", arguments.value(option, "AES256"));
  headers.emplace_back(prefix + "-key", base64(key));
  headers.emplace_back(prefix + "-key-MD5", base64(md5(key)));
}

constexpr const char* kCustomer = "x-amz-server-side-encryption-customer";
constexpr const char* kCopyCustomer = "x-amz-copy-source-server-side-encryption-customer";

void add_copy(const Arguments& arguments, const ValueSources& sources, S3Properties& properties) {
  auto directive = arguments.value("metadata-directive");
  if (directive.empty() && arguments.has("metadata")) directive = "REPLACE";
  if (!directive.empty()) properties.copy.emplace_back("x-amz-metadata-directive", directive);
  add_customer_key(arguments, "sse-c-copy-source", kCopyCustomer, sources, properties.copy);
  add_customer_key(arguments, "sse-c-copy-source", kCustomer, sources, properties.source);
  const auto keep = arguments.value("copy-props", "default");
  if (keep == "none") properties.keep = s3::CopyProperties::none;
  if (keep == "metadata-directive") properties.keep = s3::CopyProperties::metadata;
}

void add_expires(const std::string& value, S3Properties& properties) {
  if (const auto time = read_given_time(value)) {
    properties.object.emplace_back("Expires", http_date(*time));
  } else {
    properties.problem = fmt::format(
        "Parameter validation failed:\nInvalid type for parameter Expires, value: {}, type: <class 'str'>, "
        "valid "
        "types: <class 'datetime.datetime'>, timestamp-string",
        value);
  }
}

}  // namespace

s3::Headers payer_of(const Arguments& arguments) {
  if (!arguments.has("request-payer")) return {};
  return {{"x-amz-request-payer", arguments.value("request-payer", "requester")}};
}

S3Properties properties_of(const S3Request& request, const s3::Settings& settings, const Terminal& terminal) {
  const auto& arguments = request.arguments;
  const ValueSources sources{terminal.env, terminal.directory};
  S3Properties properties;
  for (const auto& known : kObjectHeaders) {
    if (!arguments.has(known.option)) continue;
    const auto value = value_or_file(known.option, arguments.value(known.option, known.bare), sources);
    if (value.empty()) continue;
    check_header(known.option, "", value);
    if (std::string_view(known.option) == "expires") {
      add_expires(value, properties);
    } else {
      properties.object.emplace_back(known.header, value);
    }
  }
  add_grants(arguments, properties.object);
  add_metadata(arguments, sources, properties.object);
  properties.request = payer_of(arguments);
  properties.source = properties.request;
  add_customer_key(arguments, "sse-c", kCustomer, sources, properties.request);
  if (request.work == S3Work::copy) {
    add_copy(arguments, sources, properties);
  } else {
    properties.source = properties.request;
  }
  properties.guess_type = !arguments.has("no-guess-mime-type") && !arguments.has("content-type");
  properties.keep_existing = arguments.has("no-overwrite") && request.command != "sync";
  if (arguments.has("checksum-algorithm")) {
    properties.checksum = s3::checksum_algorithm(arguments.value("checksum-algorithm"));
  } else if (settings.checksum_requests && request.work == S3Work::upload) {
    properties.checksum = s3::checksum_algorithm("CRC64NVME");
  }
  return properties;
}

s3::Target target_of(const S3Properties& properties, const std::string& bucket_and_key,
                     const std::string& file_name) {
  if (!properties.problem.empty()) throw Error("{}", properties.problem);
  const S3Place place{true, bucket_and_key};
  s3::Target target{place.bucket(),           place.key(),        properties.object, properties.request,
                    properties.keep_existing, properties.checksum};
  if (!properties.guess_type) return target;
  if (auto type = s3::machine_mime_types().of(file_name))
    target.properties.emplace_back("Content-Type", std::move(*type));
  return target;
}

}  // namespace runner::aws
