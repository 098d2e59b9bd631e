#include "steps/clients/docker/build/file_sync.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "steps/clients/docker/build/protobuf.hpp"

namespace runner {
namespace {

// Packets as github.com/tonistiigi/fsutil has them: all entries first, then the files that are asked for.
enum class PacketType : uint64_t { entry, request, data, end, error };

struct Packet {
  PacketType type = PacketType::entry;
  uint64_t id = 0;
  std::string data;
};

constexpr size_t kLargestData = 32 * 1024;

// Go's os.FileMode: its own bits for what is no permission.
constexpr uint32_t kGoFolder = 1u << 31, kGoSymlink = 1u << 27, kGoDevice = 1u << 26, kGoFifo = 1u << 25,
                   kGoSetUser = 1u << 23, kGoSetGroup = 1u << 22, kGoCharacterDevice = 1u << 21,
                   kGoSticky = 1u << 20;

uint32_t go_kind(TarKind kind) {
  switch (kind) {
    case TarKind::folder:
      return kGoFolder;
    case TarKind::symlink:
      return kGoSymlink;
    case TarKind::block_device:
      return kGoDevice;
    case TarKind::character_device:
      return kGoDevice | kGoCharacterDevice;
    case TarKind::fifo:
      return kGoFifo;
    case TarKind::file:
      break;
  }
  return 0;
}

uint32_t go_mode(const TarEntry& entry) {
  auto mode = (entry.mode & 0777) | go_kind(entry.kind);
  if ((entry.mode & 04000) != 0) mode |= kGoSetUser;
  if ((entry.mode & 02000) != 0) mode |= kGoSetGroup;
  if ((entry.mode & 01000) != 0) mode |= kGoSticky;
  return mode;
}

std::string entry_message(const TarEntry& entry) {
  constexpr int64_t kNanoseconds = 1'000'000'000;
  auto message = proto_bytes(1, entry.name) + proto_number(2, go_mode(entry)) +
                 proto_number(6, static_cast<uint64_t>(entry.modified * kNanoseconds));
  if (entry.kind == TarKind::file) message += proto_number(5, entry.size_bytes);
  if (!entry.link.empty()) message += proto_bytes(7, entry.link);
  if (entry.device_major != 0) message += proto_number(8, entry.device_major);
  if (entry.device_minor != 0) message += proto_number(9, entry.device_minor);
  return message;
}

std::string packet(PacketType type, const std::string& fields = {}) {
  return proto_number(1, static_cast<uint64_t>(type)) + fields;
}

Packet read_packet(std::string_view message) {
  Packet result;
  ProtoReader reader(message);
  for (ProtoField field; reader.next(field);) {
    if (field.number == 1) result.type = static_cast<PacketType>(field.value);
    if (field.number == 3) result.id = field.value;
    if (field.number == 4) result.data = field.bytes;
  }
  return result;
}

struct HungUp {};  // the engine is no longer there: unwinds the call

class FolderSender {
 public:
  FolderSender(GrpcStream& stream, const ContextFiles& files) : stream_(stream), files_(files) {}

  void send(const DockerIgnore& ignore) {
    uint64_t id = 0;
    files_.list(ignore, [&](const TarEntry& entry) {
      write(packet(PacketType::entry, proto_bytes(2, entry_message(entry))));
      if (entry.kind == TarKind::file) entries_.emplace(id, entry);
      ++id;
    });
    write(packet(PacketType::entry));  // no more of them
    while (const auto message = stream_.read()) {
      const auto asked = read_packet(*message);
      if (asked.type == PacketType::request) send_file(asked.id);
      if (asked.type == PacketType::end) return write(packet(PacketType::end));
      if (asked.type == PacketType::error) return;  // it tells the user itself
    }
  }

 private:
  void send_file(uint64_t id) {
    const auto at = entries_.find(id);
    if (at == entries_.end())
      throw Error("send the build context: the engine asks for a file it was not told of");
    files_.read(at->second, [&](std::string_view bytes) {
      for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kLargestData)))
        send_data(id, bytes.substr(0, kLargestData));
    });
    send_data(id, {});  // its end
    entries_.erase(at);
  }
  void send_data(uint64_t id, std::string_view bytes) {
    auto fields = proto_number(3, id);
    if (!bytes.empty()) fields += proto_bytes(4, bytes);
    write(packet(PacketType::data, fields));
  }
  void write(const std::string& message) {
    if (!stream_.write(message)) throw HungUp{};
  }

  GrpcStream& stream_;
  const ContextFiles& files_;
  std::map<uint64_t, TarEntry> entries_;  // the files, by number
};

// Files that are only texts.
ContextFiles texts_as_files(const std::map<std::string, std::string>& texts) {
  const auto list = [texts](const DockerIgnore&, const auto& sink) {
    for (const auto& [name, text] : texts) {
      TarEntry entry;
      entry.name = name;
      entry.size_bytes = text.size();
      sink(entry);
    }
  };
  return {list, [texts](const TarEntry& entry, const auto& sink) { sink(texts.at(entry.name)); }};
}

std::set<std::string> values(const GrpcMetadata& metadata, std::string_view key) {
  std::set<std::string> result;
  for (auto [at, end] = metadata.equal_range(key); at != end; ++at) result.insert(at->second);
  return result;
}

// Before the context BuildKit asks for this one file of it.
bool asks_for_ignore_file(const GrpcMetadata& metadata) {
  const std::set<std::string> only{".dockerignore"};
  return values(metadata, "followpaths") == only || values(metadata, "include-patterns") == only;
}

ContextFiles asked_files(const BuildContext& context, const GrpcMetadata& metadata) {
  const auto folders = values(metadata, "dir-name");
  const auto folder = folders.empty() ? std::string() : *folders.begin();
  std::map<std::string, std::string> texts;
  if (folder == "dockerfile") {
    const auto name = synced_dockerfile(context);
    texts[name] = context.dockerfile_text;
    if (context.own_ignore_text) texts[name + ".dockerignore"] = *context.own_ignore_text;
  } else if (folder != "context") {
    throw Error("send the build context: the engine asks for the folder \"{}\", which this build has not",
                folder);
  } else if (!asks_for_ignore_file(metadata)) {
    return context.open();
  } else if (context.ignore_text) {
    texts[".dockerignore"] = *context.ignore_text;
  }
  return texts_as_files(texts);
}

}  // namespace

std::string synced_dockerfile(const BuildContext& context) {
  return context.dockerfile_outside ? "Dockerfile" : std::filesystem::path(context.dockerfile).filename();
}

GrpcExchange file_sync(const BuildContext& context) {
  return [&context](GrpcStream& stream) {
    try {
      const auto files = asked_files(context, stream.metadata());
      FolderSender(stream, files).send(context.ignore());
    } catch (const HungUp&) {
    } catch (const std::exception& error) {  // the engine makes it the build's error
      stream.write(packet(PacketType::error, proto_bytes(4, error.what())));
    }
  };
}

}  // namespace runner
