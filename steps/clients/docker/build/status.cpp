#include "steps/clients/docker/build/status.hpp"

#include "steps/clients/docker/build/protobuf.hpp"

namespace runner {
namespace {

template <class Take>
void each_field(std::string_view message, const Take& take) {
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) take(field);
}

double read_time(std::string_view message) {
  double seconds = 0;
  each_field(message, [&](const ProtoField& field) {
    if (field.number == 1) seconds += static_cast<double>(static_cast<int64_t>(field.value));
    if (field.number == 2) seconds += static_cast<double>(static_cast<int32_t>(field.value)) / 1e9;
  });
  return seconds;
}

BuildVertex read_vertex(std::string_view message) {
  BuildVertex vertex;
  each_field(message, [&](const ProtoField& field) {
    switch (field.number) {
      case 1:
        vertex.digest = field.bytes;
        break;
      case 3:
        vertex.name = field.bytes;
        break;
      case 4:
        vertex.cached = field.value != 0;
        break;
      case 5:
        vertex.started = read_time(field.bytes);
        break;
      case 6:
        vertex.completed = read_time(field.bytes);
        break;
      case 7:
        vertex.error = field.bytes;
        break;
      default:
        break;
    }
  });
  return vertex;
}

VertexStatus read_status(std::string_view message) {
  VertexStatus status;
  each_field(message, [&](const ProtoField& field) {
    switch (field.number) {
      case 1:
        status.id = field.bytes;
        break;
      case 2:
        status.vertex = field.bytes;
        break;
      case 4:
        status.current = field.value;
        break;
      case 5:
        status.total = field.value;
        break;
      case 7:
        status.started = read_time(field.bytes);
        break;
      case 8:
        status.completed = read_time(field.bytes);
        break;
      default:
        break;
    }
  });
  return status;
}

VertexLog read_log(std::string_view message) {
  VertexLog log;
  each_field(message, [&](const ProtoField& field) {
    if (field.number == 1) log.vertex = field.bytes;
    if (field.number == 2) log.time = read_time(field.bytes);
    if (field.number == 4) log.text = field.bytes;
  });
  return log;
}

VertexWarning read_warning(std::string_view message) {
  VertexWarning warning;
  each_field(message, [&](const ProtoField& field) {
    if (field.number == 1) warning.vertex = field.bytes;
    if (field.number == 3) warning.text = field.bytes;
  });
  return warning;
}

}  // namespace

BuildStatus read_build_status(std::string_view message) {
  BuildStatus status;
  each_field(message, [&](const ProtoField& field) {
    if (field.number == 1) status.vertexes.push_back(read_vertex(field.bytes));
    if (field.number == 2) status.statuses.push_back(read_status(field.bytes));
    if (field.number == 3) status.logs.push_back(read_log(field.bytes));
    if (field.number == 4) status.warnings.push_back(read_warning(field.bytes));
  });
  return status;
}

}  // namespace runner
