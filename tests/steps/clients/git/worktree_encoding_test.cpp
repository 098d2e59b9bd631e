// working-tree-encoding, with git as the judge: the same bytes in the work tree, and the same status of them.
#include "steps/clients/git/worktree_encoding.hpp"

#include <doctest/doctest.h>

#include "steps/clients/git/local_clone.hpp"
#include "steps/clients/git/repository.hpp"
#include "tests/support/git.hpp"
#include "tests/support/temp_dir.hpp"

namespace runner::test {
namespace {

namespace fs = std::filesystem;

// A repository with `file`, UTF-8 in its store, and git's clone and ours of it.
struct Encoded {
  TempDir folder;
  fs::path source = folder.path() / "source", gits = folder.path() / "gits", ours = folder.path() / "ours";

  Encoded(const std::string& file, const std::string& text, const std::string& attributes) {
    fs::create_directories(source);
    git(source, "init -q");
    folder.write("source/" + file, text);
    // An hour old: a file as new as the index is read once more at its next writing, which refuses "true".
    fs::last_write_time(source / file, fs::file_time_type::clock::now() - std::chrono::hours(1));
    git(source, "add -A && git commit -qm text");
    folder.write("source/.gitattributes", attributes + "\n");
    // Not by `git commit`, which would look at the file again and refuse some encodings.
    git(source,
        "update-index --add --cacheinfo 100644,$(git hash-object -w --no-filters "
        ".gitattributes),.gitattributes");
    git(source, "update-ref HEAD $(git commit-tree -p HEAD -m attributes $(git write-tree))");
  }
  void clone() {
    git(folder.path(), "clone -q source gits");
    const auto repository = open_repository(source);
    CloneRequest request;
    request.target = ours, request.ref = repository.ref, request.sha = repository.sha;
    clone_local(repository, request);
  }
};

std::string seen_by_git(const fs::path& clone) { return git(clone, "status --porcelain 2>/dev/null"); }

// git then reads the bytes again, whatever it remembers of the file.
std::string status_of_touched(const fs::path& clone, const std::string& file) {
  fs::last_write_time(clone / file, fs::file_time_type::clock::now() - std::chrono::hours(1));
  return seen_by_git(clone);
}

struct EncodingCase {
  const char* encoding;
  const char* text;
  bool clean = true;  // git's own status of git's own file
};

const EncodingCase kCases[] = {{"ISO-8859-1", "é\n"},
                               {"iso-8859-1", "é\n"},
                               {"latin-1", "é\n"},
                               {"latin1", "é\n"},
                               {"ISO-8859-15", "10 €\n"},
                               {"windows-1252", "“é” €\n"},
                               {"CP437", "é\n"},
                               {"IBM037", "abc\n"},
                               {"KOI8-R", "Привет\n"},
                               {"windows-1251", "Привет\n"},
                               {"SHIFT-JIS", "日本\n"},
                               {"EUC-JP", "日本\n"},
                               {"ISO-2022-JP", "日本\n"},
                               {"ISO-2022-JP", "x 日本"},
                               {"GB18030", "中文 é\n"},
                               {"Big5", "中文\n"},
                               {"UTF-16", "é 日本 \xF0\x9F\x9A\x80\n"},
                               {"utf16", "é\n"},
                               {"UTF-16LE", "é\n"},
                               {"UTF-16BE", "é\n"},
                               {"UTF-16LE-BOM", "é\n"},
                               {"utf-16le-bom", "é\n"},
                               {"UTF-16BE-BOM", "é\n", false},
                               {"UTF-32", "é\n"},
                               {"UTF-32LE", "é\n"},
                               {"UTF-32BE", "é\n"},
                               {"UTF-7", "é\n"},
                               {"UTF-8", "é\n"},
                               {"utf8", "é\n"},
                               {"US-ASCII", "abc\n"},
                               {"ISO-8859-1//TRANSLIT", "é\n"},
                               {"ISO-8859-1", "日本\n", false},  // it has no such characters: the bytes stay
                               {"ISO-8859-1", "\xFF\xFE no UTF-8\n", false},
                               {"ISO-8859-1", ""},
                               {"no-such-encoding", "é\n"}};

TEST_CASE("work tree encoding: git's bytes and git's status") {
  for (const auto& c : kCases) {
    CAPTURE(std::string(c.encoding));
    CAPTURE(std::string(c.text));
    Encoded files("a.txt", c.text, std::string("*.txt working-tree-encoding=") + c.encoding);
    files.clone();
    CHECK(read_file(files.ours / "a.txt") == read_file(files.gits / "a.txt"));
    if (c.clean) CHECK(seen_by_git(files.ours) == "");
    const auto touched = status_of_touched(files.ours, "a.txt");
    CHECK(touched == status_of_touched(files.gits, "a.txt"));
    CHECK((touched == "") == c.clean);
  }
}

TEST_CASE("work tree encoding: the bytes of ISO-8859-1") {
  Encoded files("a.txt", "é\n", "*.txt working-tree-encoding=ISO-8859-1");
  files.clone();
  CHECK(read_file(files.ours / "a.txt") == "\xE9\n");
}

TEST_CASE("work tree encoding: beside other attributes and whatever the file is called") {
  struct Case {
    const char *why, *file, *attributes;
  };
  for (const auto& c :
       {Case{"line ends are made first", "a.txt", "*.txt text eol=crlf working-tree-encoding=UTF-16LE-BOM"},
        Case{"so is $Id$", "a.txt", "*.txt ident working-tree-encoding=UTF-16"},
        Case{"a name that sorts before .gitattributes", "(a).txt", "*.txt working-tree-encoding=UTF-16"},
        Case{"line ends of such a name", "(a).txt", "*.txt eol=crlf"},
        Case{"in a folder", "-x/(a).txt", "*.txt working-tree-encoding=UTF-16"},
        Case{"switched off", "a.txt", "*.txt working-tree-encoding=UTF-16 !working-tree-encoding"}}) {
    CAPTURE(std::string(c.why));
    Encoded files(c.file, "é $Id$\nx\n", c.attributes);
    files.clone();
    CHECK(read_file(files.ours / c.file) == read_file(files.gits / c.file));
    CHECK(seen_by_git(files.ours) == "");
    CHECK(status_of_touched(files.ours, c.file) == "");
  }
}

TEST_CASE("work tree encoding: true and false are refused, as git refuses them") {
  Encoded files("a.txt", "é\n", "*.txt working-tree-encoding");
  std::string message;
  try {
    files.clone();
  } catch (const std::exception& error) {
    message = error.what();
  }
  CHECK_MESSAGE(message.find("true/false are no valid working-tree-encodings") != std::string::npos, message);
}

TEST_CASE("work tree encoding: the user's own files in it are no uncommitted changes") {
  Encoded files("a.txt", "é\n", "*.txt working-tree-encoding=UTF-16");
  files.clone();
  CHECK(status_of_touched(files.gits, "a.txt") == "");
  fs::last_write_time(files.gits / "a.txt", fs::file_time_type::clock::now() - std::chrono::hours(2));
  CHECK(uncommitted_files(open_repository(files.gits)).files.empty());
}

}  // namespace
}  // namespace runner::test
