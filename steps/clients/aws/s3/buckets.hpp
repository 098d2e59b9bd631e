// steps/clients/aws/s3/buckets.hpp -- buckets made, removed, and given a website.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "steps/clients/aws/s3/wire.hpp"

namespace runner::aws::s3 {

void create_bucket(Wire& wire, const std::string& bucket,
                   const std::vector<std::pair<std::string, std::string>>& tags);
void delete_bucket(Wire& wire, const std::string& bucket);
// An empty document is left out.
void put_website(Wire& wire, const std::string& bucket, const std::string& index_document,
                 const std::string& error_document);

}  // namespace runner::aws::s3
