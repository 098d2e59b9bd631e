#include "steps/script/command_files.hpp"

#include <doctest/doctest.h>

#include "parser/base/error.hpp"
#include "tests/support/temp_dir.hpp"

using namespace runner;
using test::TempDir;

namespace {

// "name=value;" each, then "!" and the error.
std::string pairs_told(std::string_view text) {
  const auto values = parse_key_values(text);
  std::string result;
  for (const auto& [name, value] : values.pairs) result += name + "=" + value + ";";
  return values.error.empty() ? result : result + "!" + values.error;
}

}  // namespace

TEST_CASE("command files: names and values") {
  struct Case {
    const char* why;
    std::string text, want;
  };
  for (const auto& c :
       {Case{"one", "A=1\n", "A=1;"},
        Case{"no line end", "A=1", "A=1;"},
        Case{"nothing is trimmed", " A = 1 \n", " A = 1 ;"},
        Case{"empty value", "A=\n", "A=;"},
        Case{"the first = counts", "A==b<<c\n", "A==b<<c;"},
        Case{"<< behind the = is text", "A=x<<E\n", "A=x<<E;"},
        Case{"empty lines are skipped", "\n\nA=1\n\nB=2\n", "A=1;B=2;"},
        Case{"a line of blanks is not empty", "A=1\n  \nB=2\n", "A=1;!Invalid format '  '"},
        Case{"a CR is part of the value", "A=1\r\nB=2\n", "A=1\r;B=2;"},
        Case{"heredoc", "A<<E\nx\ny\nE\n", "A=x\ny;"},
        Case{"its last line needs no end", "A<<E\nx\nE", "A=x;"},
        Case{"nothing in it", "A<<E\nE\n", "A=;"},
        Case{"an empty line in it", "A<<E\n\nE\n", "A=;"},
        Case{"a last empty line is kept", "A<<E\nx\n\nE\n", "A=x\n;"},
        Case{"the delimiter stands alone on its line", "A<<E\n E\nxE\nEx\nE\n", "A= E\nxE\nEx;"},
        Case{"a delimiter with =", "A<<B=C\nx\nB=C\n", "A=x;"},
        Case{"a delimiter with blanks", "A<< E \nx\n E \n", "A=x;"},
        Case{"CR LF inside a heredoc", "A<<E\nx\r\ny\r\nE\n", "A=x\r\ny\r;"},
        Case{"CR LF everywhere", "A<<E\r\nx\r\nE\r\n", "A=x\r;"},
        Case{"lines like assignments", "A<<E\nB=2\nE\nC=3\n", "A=B=2;C=3;"},
        Case{"no delimiter", "A<<\n",
             "!Invalid format 'A<<'. Name must not be empty and delimiter must not be empty"},
        Case{"no name", "<<E\nE\n",
             "!Invalid format '<<E'. Name must not be empty and delimiter must not be empty"},
        Case{"no name before =", "B=1\n=x\n", "B=1;!Invalid format '=x'. Name must not be empty"},
        Case{"neither", "A=1\nfoo\nB=2\n", "A=1;!Invalid format 'foo'"},
        Case{"never closed", "A<<E\nx\n", "!Invalid value. Matching delimiter not found 'E'"},
        Case{"never closed, nothing follows", "A<<E", "!Invalid value. Matching delimiter not found 'E'"},
        Case{"the last line is no delimiter", "A<<E\nx", "!Invalid value. EOF marker missing new line."},
        Case{"later ones come later", "A=1\nA=2\n", "A=1;A=2;"},
        Case{"a UTF-8 mark is dropped",
             "\xEF\xBB\xBF"
             "A=1\n",
             "A=1;"},
        Case{"UTF-16 as PowerShell writes it",
             std::string("\xFF\xFE"
                         "A\0=\0\xFC\0\n\0",
                         10),
             "A=\xC3\xBC;"},
        Case{"UTF-16, the other way", std::string("\xFE\xFF\0A\0=\xD8\x3D\xDE\x00\0\n", 12),
             "A=\xF0\x9F\x98\x80;"},
        Case{"half a surrogate pair",
             std::string("\xFF\xFE"
                         "A\0=\0\x3D\xD8\n\0",
                         10),
             "A=\xEF\xBF\xBD;"},
        Case{"bytes that are no UTF-8", "A=\xFF\n", "A=\xEF\xBF\xBD;"},
        Case{"empty", "", ""}}) {
    SUBCASE(c.why) { CHECK(pairs_told(c.text) == c.want); }
  }
}

TEST_CASE("command files: folders for PATH") {
  using Folders = std::vector<std::string>;
  CHECK(parse_path_lines("/a\n\n /b \n/c") == Folders{"/a", " /b ", "/c"});
  CHECK(parse_path_lines("\xEF\xBB\xBF/a\r\n/b\r\n") == Folders{"/a", "/b"});
  CHECK(parse_path_lines("").empty());
}

TEST_CASE("command files: made empty, read, and gone with their step") {
  TempDir folder;
  {
    const CommandFiles files(folder.path(), "7");
    CHECK(files.env.filename() == "set_env_7");
    for (const auto& file : {files.env, files.output, files.path, files.state, files.summary}) {
      CHECK(std::filesystem::file_size(file) == 0);
      CHECK(std::filesystem::status(file).permissions() ==
            (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    }
    folder.write("set_output_7", std::string(100000, 'x'));
    CHECK(CommandFiles::read(files.output) == std::string(100000, 'x'));
    std::filesystem::remove(files.env);
    CHECK(CommandFiles::read(files.env).empty());
    std::filesystem::remove(files.path);
    std::filesystem::create_directory(files.path);
    CHECK_THROWS_AS(CommandFiles::read(files.path), Error);
    std::filesystem::remove(files.path);
  }
  CHECK(std::filesystem::is_empty(folder.path()));
  CHECK_THROWS_AS(CommandFiles(folder.path() / "missing", "7"), Error);
}
