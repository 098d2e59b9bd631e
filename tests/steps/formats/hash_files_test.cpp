#include "steps/formats/hash_files.hpp"

#include <doctest/doctest.h>

#include "parser/expr/expression.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
namespace fs = std::filesystem;

namespace {

using Arguments = std::vector<std::string>;

struct Case {
  Arguments arguments;
  std::string want;
};

const std::string kEmpty;
const std::string kX = "9c64071fc196d33fec0036f48898b7ff2cf8398b892ead8afce6e9568f7fb6de";  // a/x.txt alone

void fill(const test::TempDir& folder) {
  folder.write("a/x.txt", "one\n");
  folder.write("a.b", "two\n");
  folder.write("b/c/y.txt", "three\n");
  folder.write("B.txt", "four\n");
}

std::string message_of(const fs::path& root, const Arguments& arguments,
                       const HashFilesOptions& options = {}) {
  try {
    return "no error: " + hash_files(root, arguments, options);
  } catch (const expr::EvalError& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("hashFiles: which files, and in which order") {
  const test::TempDir folder;
  fill(folder);
  const Case cases[] = {
      {{"**"}, "e40452affe11447482535cc043d31ffa5cd3f32bf65fe60df7aa87c15cb39b62"},
      {{"a"}, kX},
      {{"./a"}, kX},
      {{"a/"}, kX},
      {{"**/x.txt"}, kX},
      {{"b", "a"}, "cf4a82608d6b7911d77760c24c6570a7498f097e8f4a4a45317ef5f9b6cf4e07"},
      {{"b\n a \n\n#c"}, "cf4a82608d6b7911d77760c24c6570a7498f097e8f4a4a45317ef5f9b6cf4e07"},
      {{"*.txt"}, "a5b67d65899c57752b68563aafa3d00ecaf361387ee7ef4a986072a357335095"},
      {{"**/*.txt"}, "421e15a3c9e81c2e4c34ea07dff5ad7b6b2d8f491043feeb21a52887f84bfc38"},
      {{"**", "!b"}, "3035b51faaaf426c1cf8ae2b72fee58f731b9875067e5e49ea69d2c37abe04b6"},
      {{"**", "!**", "a"}, kX},
      {{"!!a"}, kX},
      {{folder.path().string() + "/a"}, kX},
      {{"a", "/etc/hostname"}, kX},  // outside the root
      {{"{a,b}"}, kEmpty},
      {{"zz*"}, kEmpty},
      {{"!a"}, kEmpty},
      {{"#a"}, kEmpty},
      {{"/a"}, kEmpty},
      {{"A"}, kEmpty},
      {{"a/x.txt/"}, kEmpty},
      {{"a", "!a"}, kEmpty},
      {{""}, kEmpty},
      {{"missing/x"}, kEmpty},
      {{"--follow-symbolic-links", "a"}, kX},
      {{"--Follow-Symbolic-Links", "a"}, kX},
      {{"--follow-symbolic-links"}, kEmpty},
  };
  for (const auto& c : cases) {
    CAPTURE(c.arguments[0]);
    CHECK(hash_files(folder.path(), c.arguments) == c.want);
  }
}

TEST_CASE("hashFiles: dots and dashes sort by the bytes of a name, not of a path") {
  test::TempDir folder;
  for (const char* name : {".hid", "A.txt", "a/z.txt", "a-1.txt", "a.txt", "b.txt"}) folder.write(name, name);
  const Case cases[] = {
      {{"**/*.txt"}, "b8904365c67cf761217efd27c90b27a5928ba54af47e64d973ee8962a978a881"},
      {{"**", "!a"}, "97d192f527ac56d061effcf6c2818c2b10a22b0ef5faa49810ea5fdc4c0f4259"},
      {{"b.txt", "a.txt"}, "2b46fa5167db97d71a83f76936f6015dc0c4bf15614e463ae5635a86d451acad"},
      {{"a"}, "4ecd73e646d588db89a877ec6bea9c783c917d0bc42300f964a776638a731ee2"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.arguments[0]);
    CHECK(hash_files(folder.path(), c.arguments) == c.want);
    CHECK(hash_files(folder.path().string() + "/", c.arguments) == c.want);
  }
}

TEST_CASE("hashFiles: links") {
  const test::TempDir folder;
  fill(folder);
  fs::create_symlink("a/x.txt", folder.path() / "file-link");
  fs::create_directory_symlink("a", folder.path() / "folder-link");
  CHECK(hash_files(folder.path(), {"file-link"}) == kX);
  CHECK(hash_files(folder.path(), {"folder-link"}).empty());
  CHECK(hash_files(folder.path(), {"--follow-symbolic-links", "folder-link"}) == kX);
  fs::create_directory_symlink("..", folder.path() / "a" / "up");
  CHECK(hash_files(folder.path(), {"--follow-symbolic-links", "a/**/x.txt", "!a/up"}) == kX);
  CHECK(hash_files(folder.path(), {"--follow-symbolic-links", "a/*"}) ==
        hash_files(folder.path(), {"--follow-symbolic-links", "a/up/B.txt", "a/up/a.b", "a/up/b",
                                   "a/up/file-link", "a/x.txt"}));
  fs::create_symlink("nowhere", folder.path() / "broken");
  CHECK(hash_files(folder.path(), {"--follow-symbolic-links", "broken"}).empty());
  CHECK(message_of(folder.path(), {"broken"})
            .starts_with("hashFiles('broken') failed. Fail to hash files under "));
}

TEST_CASE("hashFiles: what goes wrong is an evaluation error") {
  const test::TempDir folder;
  fill(folder);
  const auto root = folder.path().string();
  CHECK(message_of(root, {"--follow", "a"}).starts_with("Invalid glob option --follow"));
  CHECK(message_of(root, {"a", "../b'c"}) ==
        "hashFiles('a, ../b''c') failed. Fail to hash files under directory '" + root +
            "': Invalid pattern '../b'c'. Relative pathing '.' and '..' is not allowed.");
  CHECK(message_of(root, {"**"}, {.limit = std::chrono::milliseconds(0)}) ==
        "hashFiles('**') failed. Fail to hash files under directory '" + root +
            "': not done within 0 seconds");
}
