#include "steps/script/command.hpp"

#include <doctest/doctest.h>

using namespace runner;

namespace {

// "name[property=value]data", or "text".
std::string told(std::string_view line, std::string_view token = "") {
  const auto command = parse_command(line, token);
  if (!command) return "text";
  std::string result = command->kind == CommandKind::resume ? "resume" : command->name;
  for (const auto& [name, value] : command->properties)
    result.append("[").append(name).append("=").append(value).append("]");
  return result + "|" + command->data;
}

std::string place(std::string_view properties, std::string_view workspace = "/work") {
  const auto note = annotation_of(*parse_command("::error " + std::string(properties) + "::m"), workspace);
  return note.file + " " + std::to_string(note.line) + "-" + std::to_string(note.end_line) + " " +
         std::to_string(note.column) + "-" + std::to_string(note.end_column);
}

}  // namespace

TEST_CASE("command: which lines are commands, and what they say") {
  struct Case {
    const char* why;
    std::string line, want;
  };
  for (const auto& c :
       {Case{"the plain form", "::debug::hello", "debug|hello"},
        Case{"blanks before it are skipped", " \t ::debug::hello", "debug|hello"},
        Case{"text before it makes it text", "x ::error::y", "text"},
        Case{"not registered", "::foo::x", "text"},
        Case{"the header is not closed", "::debug:hello", "text"},
        Case{"no name", "::::x", "text"},
        Case{"names ignore case", "::DEBUG::x", "debug|x"},
        Case{"properties", "::error file=a.c,line=3::m", "error[file=a.c][line=3]|m"},
        Case{"names of properties are not trimmed", "::error a=1, b=2::m", "error[a=1][ b=2]|m"},
        Case{"all of them together are", "::error   a=1 ::m", "error[a=1]|m"},
        Case{"a property without value or name is none", "::error a=,=b,,c,d=4::m", "error[d=4]|m"},
        Case{"a value may hold =", "::error a=b=c::m", "error[a=b=c]|m"},
        Case{"the header ends at the next ::", "::error file=a::b::c", "error[file=a]|b::c"},
        Case{"the data's blanks are kept", "::debug:: x ", "debug| x "},
        Case{"escapes of data", "::debug::a%0Ab%0Dc%25d%3A%2C", "debug|a\nb\rc%d%3A%2C"},
        Case{"escapes of properties", "::error a=%0A%0D%3A%2C%25::m", "error[a=\n\r:,%]|m"},
        Case{"escapes in lower case are text", "::debug::%0a%0d", "debug|%0a%0d"},
        Case{"an escaped percent sign makes no escape", "::debug::%250A", "debug|%0A"},
        Case{"a percent sign at the end", "::debug::100%", "debug|100%"},
        Case{"an escape cut short", "::debug::%0", "debug|%0"},
        Case{"the first form", "##[debug]x", "debug|x"},
        Case{"the first form anywhere", "x ##[error]y", "error|y"},
        Case{"its properties", "##[error a=1;b=2]m", "error[a=1][b=2]|m"},
        Case{"its escapes", "##[error a=%3B%5D]%0A%5D%25", "error[a=;]]|\n]%"},
        Case{"it is not closed", "##[debug x", "text"},
        Case{"not registered", "##[section]Starting", "text"},
        Case{"the second form is not known but the first is", "::foo:: ##[debug]x", "debug|x"},
        Case{"NUL and bytes that are no UTF-8", std::string("::debug::\0\xFF", 11),
             std::string("debug|\0\xFF", 8)},
        Case{"empty", "", "text"}}) {
    SUBCASE(c.why) { CHECK(told(c.line) == c.want); }
  }
}

TEST_CASE("command: only the token ends what stop-commands began") {
  CHECK(told("::tok::", "tok") == "resume|");
  CHECK(told(" ::TOK::", "tok") == "resume|");
  CHECK(told("##[tok]", "tok") == "resume|");
  CHECK(told("::tok", "tok") == "text");
  CHECK(told("::tok::", "") == "text");
}

TEST_CASE("command: a name given twice counts as it was given last, in any case") {
  const auto command = parse_command("::error File=a,file=b::m");
  REQUIRE(command);
  CHECK(command->property("FILE") == "b");
  CHECK(command->property("line").empty());
}

TEST_CASE("command: places of annotations") {
  struct Case {
    const char* why;
    const char* properties;
    const char* want;
  };
  for (const auto& c : {Case{"all", "file=a,line=3,endLine=3,col=4,endColumn=5", "a 3-3 4-5"},
                        Case{"below the workspace", "file=/work/src/a.c", "src/a.c 0-0 0-0"},
                        Case{"beside the workspace", "file=/workshop/a.c", "/workshop/a.c 0-0 0-0"},
                        Case{"only the end line", "endLine=7", " 7-7 0-0"},
                        Case{"only the end column", "line=1,endColumn=7", " 1-0 7-7"},
                        Case{"columns without a line", "col=1,endColumn=2", " 0-0 0-0"},
                        Case{"columns over several lines", "line=1,endLine=2,col=1,endColumn=2", " 1-2 0-0"},
                        Case{"the end line comes first", "line=5,endLine=2", " 0-0 0-0"},
                        Case{"the end column comes first", "line=5,col=9,endColumn=2", " 5-0 0-0"},
                        Case{"no numbers", "line=x,col=2x", " 0-0 0-0"},
                        Case{"too large for a number", "line=99999999999999", " 0-0 0-0"}}) {
    SUBCASE(c.why) { CHECK(place(c.properties) == c.want); }
  }
}
