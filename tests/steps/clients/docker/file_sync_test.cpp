#include "steps/clients/docker/build/file_sync.hpp"

#include <sys/stat.h>

#include <deque>

#include <doctest/doctest.h>
#include <fmt/core.h>

#include "steps/clients/docker/build/protobuf.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner {
namespace {

// An engine's side of a transfer: asks for every file it is told of, as soon as it has been told of all.
class Receiver : public GrpcStream {
 public:
  explicit Receiver(GrpcMetadata metadata) : metadata_(std::move(metadata)) {}

  const GrpcMetadata& metadata() const override { return metadata_; }
  std::optional<std::string> read() override {
    if (asking_.empty()) return std::nullopt;
    auto message = asking_.front();
    asking_.pop_front();
    return message;
  }
  bool write(std::string_view message) override {
    uint64_t type = 0, id = 0;
    std::string_view entry, data;
    ProtoReader reader(message);
    for (ProtoField field; reader.next(field);) {
      if (field.number == 1) type = field.value;
      if (field.number == 2) entry = field.bytes;
      if (field.number == 3) id = field.value;
      if (field.number == 4) data = field.bytes;
    }
    if (type == 0 && !entry.empty()) add(entry);
    if (type == 0 && entry.empty()) ask_for_all();
    if (type == 2) contents[names_.at(id)] += data;
    if (type == 3) ended = true;
    if (type == 4) error = data;
    return true;
  }

  std::vector<std::string> entries;  // "name go-mode size link"
  std::map<std::string, std::string> contents;
  bool ended = false;
  std::string error;

 private:
  void add(std::string_view entry) {
    std::string name, link;
    uint64_t mode = 0, size = 0;
    ProtoReader reader(entry);
    for (ProtoField field; reader.next(field);) {
      if (field.number == 1) name = field.bytes;
      if (field.number == 2) mode = field.value;
      if (field.number == 5) size = field.value;
      if (field.number == 7) link = field.bytes;
    }
    names_.push_back(name);
    if (mode < 0x1000000) files_.push_back(names_.size() - 1);
    entries.push_back(fmt::format("{} {:o} {}{}", name, mode, size, link.empty() ? "" : " " + link));
  }
  void ask_for_all() {
    for (const auto id : files_) asking_.push_back(proto_number(1, 1) + proto_number(3, id));
    asking_.push_back(proto_number(1, 3));
  }

  GrpcMetadata metadata_;
  std::deque<std::string> asking_;
  std::vector<std::string> names_;
  std::vector<uint64_t> files_;
};

Receiver receive(const BuildContext& context, const GrpcMetadata& metadata) {
  Receiver receiver(metadata);
  file_sync(context)(receiver);
  return receiver;
}

}  // namespace

TEST_CASE("docker file sync: the context has no file that is excluded, whatever it is") {
  const test::TempDir dir;
  dir.write("Dockerfile", "FROM scratch");
  dir.write(".dockerignore", "Dockerfile\n.dockerignore\nskip\n!skip/yes\n");
  dir.write("bin/run", std::string(100'000, 'x'));
  dir.write("bin-2", "");
  dir.write("skip/no", "");
  dir.write("skip/yes", "y");
  ::chmod((dir.path() / "bin").c_str(), 01755);
  ::chmod((dir.path() / "bin/run").c_str(), 04751);
  for (const auto* name : {"bin-2", "skip/yes"}) ::chmod((dir.path() / name).c_str(), 0644);
  ::chmod((dir.path() / "skip").c_str(), 0755);
  std::filesystem::create_symlink("../outside", dir.path() / "link");
  const auto context = folder_context(dir.path(), {});
  const auto got = receive(context, {{"dir-name", "context"}, {"followpaths", "bin"}});
  CHECK(got.entries == std::vector<std::string>{"bin 20004000755 0", "bin/run 40000751 100000", "bin-2 644 0",
                                                "link 1000000777 0 ../outside", "skip 20000000755 0",
                                                "skip/yes 644 1"});
  CHECK(got.contents == std::map<std::string, std::string>{
                            {"bin/run", std::string(100'000, 'x')}, {"bin-2", ""}, {"skip/yes", "y"}});
  CHECK(got.ended);
  CHECK(got.error.empty());
}

TEST_CASE("docker file sync: the Dockerfile and what stands beside it come from a folder of their own") {
  const test::TempDir dir;
  dir.write("context/.dockerignore", "a");
  dir.write("other/My.file", "FROM scratch");
  dir.write("other/My.file.dockerignore", "b");
  auto context = folder_context(dir.path() / "context", dir.path() / "other/My.file");
  const auto name = synced_dockerfile(context);
  using Files = std::map<std::string, std::string>;
  CHECK(receive(context, {{"dir-name", "dockerfile"}, {"followpaths", name}}).contents ==
        Files{{name, "FROM scratch"}, {name + ".dockerignore", "b"}});
  CHECK(receive(context, {{"dir-name", "context"}, {"followpaths", ".dockerignore"}}).contents ==
        Files{{".dockerignore", "a"}});
  CHECK(receive(context, {{"dir-name", "home"}}).error ==
        "send the build context: the engine asks for the folder \"home\", which this build has not");
}

TEST_CASE("docker file sync: what cannot be read is told to the engine") {
  const test::TempDir dir;
  dir.write("Dockerfile", "FROM scratch");
  auto context = folder_context(dir.path(), {});
  std::filesystem::remove_all(dir.path());
  const auto got = receive(context, {{"dir-name", "context"}});
  CHECK(got.error == "send the build context: read .: No such file or directory");
  CHECK_FALSE(got.ended);
}

}  // namespace runner
