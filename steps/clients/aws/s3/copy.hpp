// steps/clients/aws/s3/copy.hpp -- an object copied by the service itself.
#pragma once
#include <string>

#include "steps/clients/aws/s3/download.hpp"
#include "steps/clients/aws/s3/upload.hpp"

namespace runner::aws::s3 {

enum class CopyProperties { none, metadata, all };  // what comes along beside the content: all with tags

struct Copy {
  Source source;
  Target target;
  Headers headers{};  // x-amz-metadata-directive, the customer's key of the source
  CopyProperties keep = CopyProperties::all;
};

// `source_wire`: for reading the source's properties, which may be in another region.
void copy_object(Wire& wire, Wire& source_wire, const Copy& copy);

}  // namespace runner::aws::s3
