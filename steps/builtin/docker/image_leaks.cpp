#include "steps/builtin/docker/image_leaks.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <array>
#include <exception>
#include <thread>

#include <fmt/core.h>

#include "steps/store/outgoing.hpp"
#include "steps/system/byte_pipe.hpp"
#include "steps/system/handle.hpp"

namespace runner {
namespace {

using Reader = Handle<archive, archive_read_free>;
using Buffer = std::array<char, size_t{1} << 16>;

// Where an archive's bytes come from; 0 at their end.
struct Bytes {
  std::function<size_t(char* buffer, size_t size)> read;
  std::exception_ptr failed{};
  Buffer buffer{};
};

// An exception must not pass through libarchive.
la_ssize_t next_bytes(archive*, void* data, const void** into) {
  auto& bytes = *static_cast<Bytes*>(data);
  *into = bytes.buffer.data();
  try {
    return static_cast<la_ssize_t>(bytes.read(bytes.buffer.data(), bytes.buffer.size()));
  } catch (...) {
    bytes.failed = std::current_exception();
    return -1;
  }
}

// Null: the bytes are no tar, whatever it may be packed with.
Reader open_tar(Bytes& bytes) {
  Reader reader(archive_read_new());
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_tar(reader.get());
  if (archive_read_open(reader.get(), &bytes, nullptr, next_bytes, nullptr) != ARCHIVE_OK) reader.reset();
  if (bytes.failed) std::rethrow_exception(bytes.failed);
  return reader;
}

size_t read_entry(archive* reader, char* buffer, size_t size) {
  const auto count = archive_read_data(reader, buffer, size);
  if (count < 0) throw Error("read an exported image: {}", archive_error_string(reader));
  return static_cast<size_t>(count);
}

// Calls visit(reader, name) for each entry.
template <class Visit>
void each_entry(archive* reader, Visit visit) {
  archive_entry* entry = nullptr;
  for (;;) {
    const int status = archive_read_next_header(reader, &entry);
    if (status == ARCHIVE_EOF) return;
    if (status < ARCHIVE_WARN) throw Error("read an exported image: {}", archive_error_string(reader));
    const auto* name = archive_entry_pathname(entry);
    visit(reader, std::string(name == nullptr ? "" : name));
  }
}

void look_at_entry(archive* reader, const std::string& name, Outgoing& outgoing) {
  auto scan = outgoing.scan();
  Buffer buffer;
  for (size_t count; (count = read_entry(reader, buffer.data(), buffer.size())) > 0;)
    scan.add({buffer.data(), count});
  outgoing.add(name, scan);
}

// A layer is a tar in the export's tar; the rest of the export describes it.
void look_at_layer(archive* exported, Outgoing& outgoing) {
  Bytes bytes{[exported](char* buffer, size_t size) { return read_entry(exported, buffer, size); }};
  const auto layer = open_tar(bytes);
  if (!layer) return;
  each_entry(layer.get(),
             [&](archive* reader, const std::string& name) { look_at_entry(reader, "/" + name, outgoing); });
}

void look_at_layers(DockerEngine& engine, const std::string& path, Outgoing& outgoing) {
  BytePipe pipe;
  std::thread fetch([&] {
    std::exception_ptr error;
    try {
      EngineRequest request{.method = "GET", .path = path + "/get"};
      request.on_data = [&pipe](std::string_view piece) {
        if (!pipe.write(piece)) throw Error("the export is not wanted any more");
      };
      engine.send(request);
    } catch (...) {
      error = std::current_exception();
    }
    pipe.close(error);
  });
  try {
    Bytes bytes{[&pipe](char* buffer, size_t size) { return pipe.read(buffer, size); }};
    const auto exported = open_tar(bytes);
    if (exported)
      each_entry(exported.get(),
                 [&](archive* reader, const std::string&) { look_at_layer(reader, outgoing); });
  } catch (...) {
    pipe.give_up();
    fetch.join();
    throw;
  }
  pipe.give_up();
  fetch.join();
}

void look_at_answer(DockerEngine& engine, const std::string& path, const std::string& name,
                    Outgoing& outgoing) {
  auto scan = outgoing.scan();
  scan.add(engine.send({.method = "GET", .path = path}).body);
  outgoing.add(name, scan);
}

}  // namespace

void look_at_image(StepHost& host, DockerEngine& engine, const std::string& image_id) {
  if (host.secrets().longest_secret() == 0) return;
  const auto path = "/images/" + image_id;
  Outgoing outgoing(host, "the image " + image_id.substr(0, sizeof "sha256:" + 11));
  try {
    look_at_answer(engine, path + "/json", "its configuration", outgoing);
    look_at_answer(engine, path + "/history", "its history, where build arguments stand", outgoing);
    if (host.care().fail_on_leak) {
      host.progress("look for secrets in the image's layers");
      look_at_layers(engine, path, outgoing);
    }
  } catch (const EngineError& error) {  // told by those who need the image
    if (host.care().fail_on_leak) throw Error("look for secrets in the image {}: {}", image_id, error.what());
  }
  outgoing.tell();
}

}  // namespace runner
