// The options of `aws s3`'s commands.
#include <algorithm>
#include <map>

#include "steps/aws_cli/s3_request.hpp"

namespace runner::aws {
namespace {

using Takes = OptionSpec::Takes;
using Specs = std::vector<OptionSpec>;

OptionSpec flag(const char* name) { return {name, Takes::nothing}; }
OptionSpec one(const char* name, std::vector<std::string> choices = {}) {
  return {name, Takes::one, false, std::move(choices)};
}
OptionSpec perhaps(const char* name, std::vector<std::string> choices) {
  return {name, Takes::one_or_nothing, false, std::move(choices)};
}

Specs joined(std::initializer_list<Specs> lists) {
  Specs all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

const Specs kShown = {flag("dryrun"), flag("quiet"), flag("only-show-errors")};
const Specs kChosen = {{"include", Takes::one, true}, {"exclude", Takes::one, true}};
const Specs kAsked = {perhaps("request-payer", {"requester"}), one("page-size")};
const Specs kTransfer = joined({
    kShown,
    kChosen,
    kAsked,
    {one("acl", {"private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read",
                 "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write"}),
     flag("follow-symlinks"),
     flag("no-follow-symlinks"),
     flag("no-guess-mime-type"),
     perhaps("sse", {"AES256", "aws:kms"}),
     perhaps("sse-c", {"AES256"}),
     one("sse-c-key"),
     one("sse-kms-key-id"),
     perhaps("sse-c-copy-source", {"AES256"}),
     one("sse-c-copy-source-key"),
     one("storage-class", {"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA",
                           "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"}),
     {"grants", Takes::many},
     one("website-redirect"),
     one("content-type"),
     one("cache-control"),
     one("content-disposition"),
     one("content-encoding"),
     one("content-language"),
     one("expires"),
     one("source-region"),
     flag("no-progress"),
     one("progress-frequency"),
     flag("progress-multiline"),
     flag("ignore-glacier-warnings"),
     flag("force-glacier-transfer"),
     one("checksum-mode", {"ENABLED"}),
     one("checksum-algorithm", {"CRC64NVME", "CRC32", "SHA256", "SHA1", "CRC32C", "SHA512", "XXHASH64",
                                "XXHASH3", "XXHASH128", "MD5"}),
     one("metadata"),
     one("metadata-directive", {"COPY", "REPLACE"}),
     one("copy-props", {"none", "metadata-directive", "default"}),
     flag("no-overwrite"),
     one("case-conflict", {"ignore", "skip", "warn", "error"})},
});

const std::map<std::string, Specs>& tables() {
  static const std::map<std::string, Specs> all = {
      {"sync", joined({kTransfer, {flag("delete"), flag("size-only"), flag("exact-timestamps")}})},
      {"cp", joined({kTransfer, {flag("recursive"), one("expected-size")}})},
      {"mv", joined({kTransfer, {flag("recursive"), flag("validate-same-s3-paths")}})},
      {"rm", joined({kShown, kChosen, kAsked, {flag("recursive")}})},
      {"ls", joined({kAsked,
                     {flag("recursive"), flag("human-readable"), flag("summarize"), one("bucket-name-prefix"),
                      one("bucket-region")}})},
      {"mb", {}},
      {"rb", {flag("force")}},
      {"presign", {one("expires-in")}},
      {"website", {one("index-document"), one("error-document")}},
  };
  return all;
}

}  // namespace

std::vector<std::string> s3_commands() {
  std::vector<std::string> names;
  for (const auto& [name, options] : tables()) names.push_back(name);
  return names;
}
bool is_s3_command(const std::string& command) { return tables().contains(command); }
const std::vector<OptionSpec>& s3_option_specs(const std::string& command) { return tables().at(command); }

}  // namespace runner::aws
