// docs/reference holds the rules that comments name: a document for each name, a heading for each number.
// Only comments are read; a list of numbers may go on in the next line of a comment.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "parser/base/text.hpp"
#include "tests/support/temp_dir.hpp"

namespace fs = std::filesystem;

namespace runner::test {
namespace {

struct Citation {
  std::string document;               // "execution"
  std::vector<std::string> sections;  // "1.9", those of a range included; none: the document as a whole
  bool operator==(const Citation&) const = default;
};

// Reads what stands behind the name of a document, or in a heading: "sections 1.9, 2 to 4 and A.1".
class SectionReader {
 public:
  explicit SectionReader(std::string_view text) : text_(text) {}

  std::vector<std::string> read() {
    std::vector<std::string> sections;
    take(" ");
    if (!take("sections ")) take("section ");
    auto section = number();
    while (section) {
      sections.push_back(*section);
      const bool range = take(" to ");
      if (!range && !take(", ") && !take(" and ")) break;
      section = number();
      if (section && range) add_between(*section, sections);
    }
    return sections;
  }

 private:
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool digit_at(size_t place) const { return place < text_.size() && is_digit(text_[place]); }

  // "12", "1.9", "A.1"; a full stop behind it is none of it.
  std::optional<std::string> number() {
    const auto rest = text_.substr(at_);
    const bool lettered = !rest.empty() && rest[0] >= 'A' && rest[0] <= 'Z' &&
                          rest.substr(1).starts_with('.') && digit_at(at_ + 2);
    if (!lettered && !digit_at(at_)) return std::nullopt;
    const auto start = at_++;
    while (digit_at(at_) || (at_ < text_.size() && text_[at_] == '.' && digit_at(at_ + 1))) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  // What lies between the last of `sections`, "2.6", and `end`, "2.9".
  static void add_between(const std::string& end, std::vector<std::string>& sections) {
    const auto dot = end.rfind('.') + 1;  // 0 without one
    const auto stem = end.substr(0, dot);
    const auto first = std::stoi(sections.back().substr(dot)), last = std::stoi(end.substr(dot));
    for (int n = first + 1; n < last; ++n) sections.push_back(stem + std::to_string(n));
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool of_document_name(char c) { return (c >= 'a' && c <= 'z') || c == '-'; }

// A name in lower case that is no part of a path or of a longer word.
std::vector<Citation> citations_in(std::string_view comment) {
  constexpr std::string_view kEnding = ".md";
  const auto of_a_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  std::vector<Citation> citations;
  for (auto at = comment.find(kEnding); at != std::string_view::npos; at = comment.find(kEnding, at + 1)) {
    auto start = at;
    while (start > 0 && of_document_name(comment[start - 1])) --start;
    const char before = start > 0 ? comment[start - 1] : ' ';
    const auto rest = comment.substr(at + kEnding.size());
    const bool longer =
        before == '/' || before == '.' || of_a_word(before) || (!rest.empty() && of_a_word(rest.front()));
    if (start == at || longer) continue;
    citations.push_back({std::string(comment.substr(start, at - start)), SectionReader(rest).read()});
  }
  return citations;
}

// The comments of a file, each with its lines joined by blanks.
std::vector<std::string> comments_in(std::string_view source, std::string_view mark) {
  std::vector<std::string> comments;
  bool goes_on = false;
  for (const auto line : split_lines(source)) {
    const auto at = line.find(mark);
    const bool alone = at != std::string_view::npos && trim(line.substr(0, at)).empty();
    if (at != std::string_view::npos) {
      if (!goes_on || !alone) comments.emplace_back();
      comments.back().append(" ").append(trim(line.substr(at + mark.size())));
    }
    goes_on = at != std::string_view::npos;
  }
  return comments;
}

// Of the headings: "## 1.9 Cancellation" is 1.9, "## 14. Hosts" is 14.
std::set<std::string> sections_of(std::string_view document) {
  std::set<std::string> sections;
  bool in_example = false;
  for (const auto line : split_lines(document)) {
    if (line.starts_with("```")) in_example = !in_example;
    if (in_example || !line.starts_with('#')) continue;
    const auto title = line.substr(std::min(line.find_first_not_of('#'), line.size()));
    const auto found = SectionReader(title).read();
    if (!found.empty()) sections.insert(found.front());
  }
  return sections;
}

using Reference = std::map<std::string, std::set<std::string>>;  // sections by document

Reference read_reference(const fs::path& folder) {
  Reference reference;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto& file = entry.path();
    if (file.extension() == ".md") reference[file.stem().string()] = sections_of(read_file(file));
  }
  return reference;
}

// What a citation names and the reference lacks; "" when all is there.
std::string lacking(const Citation& citation, const Reference& reference) {
  const auto document = reference.find(citation.document);
  if (document == reference.end()) return "there is no docs/reference/" + citation.document + ".md";
  for (const auto& section : citation.sections) {
    if (!document->second.contains(section)) return citation.document + ".md has no section " + section;
  }
  return "";
}

// What a comment begins with in such a file; "" for a file that is not read.
std::string_view comment_mark(const fs::path& file) {
  const auto ending = file.extension();
  if (ending == ".cpp" || ending == ".hpp" || ending == ".def") return "//";
  return ending == ".py" ? "#" : "";
}

}  // namespace

TEST_CASE("reference: every document and section that a comment names is there") {
  const fs::path root = SOURCE_DIR;
  const auto reference = read_reference(root / "docs/reference");
  size_t citations = 0;
  for (const auto* folder : {"parser", "runner", "steps", "tests"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const auto mark = comment_mark(entry.path());
      if (mark.empty() || !entry.is_regular_file()) continue;
      const auto file = fs::relative(entry.path(), root).generic_string();
      for (const auto& comment : comments_in(read_file(entry.path()), mark)) {
        for (const auto& citation : citations_in(comment)) {
          ++citations;
          CAPTURE(file);
          CHECK(lacking(citation, reference) == "");
        }
      }
    }
  }
  CHECK(citations > 100);
}

TEST_CASE("reference: a citation is read as people write it") {
  struct Case {
    const char *why, *comment;
    std::vector<Citation> want;
  };
  for (const auto& c : {
           Case{"one section", "the five minutes (a.md 1.9)", {{"a", {"1.9"}}}},
           Case{"at the end of a sentence", "as in a-b.md section 11.", {{"a-b", {"11"}}}},
           Case{"several",
                "a.md 1.2, 1.3 and 4; b.md 8, 31)",
                {{"a", {"1.2", "1.3", "4"}}, {"b", {"8", "31"}}}},
           Case{"a range", "a.md sections 2 to 4 and 14", {{"a", {"2", "3", "4", "14"}}}},
           Case{"a range of parts", "a.md 2.2, 2.6 to 2.8", {{"a", {"2.2", "2.6", "2.7", "2.8"}}}},
           Case{"a letter", "where it is (a.md A.1).", {{"a", {"A.1"}}}},
           Case{"what follows is no number", "a.md section 1, steps 1 and 6", {{"a", {"1"}}}},
           Case{"a document as a whole", "exit status (a.md): 2", {{"a", {}}}},
           Case{"a file is none", "docs/a.md 1, README.md 2, x.a.md 3, a.mdx 4", {}},
       }) {
    SUBCASE(c.why) { CHECK(citations_in(c.comment) == c.want); }
  }
}

TEST_CASE("reference: a comment goes on over lines, and a string is none") {
  const std::string mark(2, '/');
  const auto source = "x = \"a.md 7\";\n" + mark + " see (a.md\n  " + mark + " 9)\n\ny;  " + mark + " b\n";
  CHECK(comments_in(source, mark) == std::vector<std::string>{" see (a.md 9)", " b"});
}

TEST_CASE("reference: what is missing is noticed") {
  const Reference reference{
      {"a", sections_of("# A\n## 1. One\n### 1.2 Two\n```\n# 3 no\n```\n## A.1 Three\n")}};
  CHECK(reference.at("a") == std::set<std::string>{"1", "1.2", "A.1"});
  CHECK(lacking({"a", {"1", "1.2", "A.1"}}, reference) == "");
  CHECK(lacking({"a", {}}, reference) == "");
  CHECK(lacking({"a", {"1.3"}}, reference) == "a.md has no section 1.3");
  CHECK(lacking({"b", {}}, reference) == "there is no docs/reference/b.md");
}

}  // namespace runner::test
