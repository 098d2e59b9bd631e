#include "parser/base/text.hpp"
#include "steps/clients/aws/model.hpp"

namespace runner::aws {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char to_lower(char c) { return is_upper(c) ? static_cast<char>(c + 32) : c; }

// "TargetGroupARNs" as "TargetGroup-arns": an abbreviation in the plural is one word.
std::string part_plural(std::string_view name) {
  size_t first = name.size();
  if (name.ends_with('s')) {
    for (first = name.size() - 1; first > 0 && is_upper(name[first - 1]);) --first;
    if (name.size() - first < 3) first = name.size();
  }
  std::string parted(name.substr(0, first));
  if (first < name.size()) parted += '-';
  for (const char c : name.substr(first)) parted += to_lower(c);
  return parted;
}

// A dash before every capital that a small letter follows, where something stands before both.
std::string part_words(std::string_view name) {
  std::string parted;
  for (size_t i = 0; i < name.size();) {
    parted += name[i++];
    if (i + 1 >= name.size() || !is_upper(name[i]) || !is_lower(name[i + 1])) continue;
    parted += '-';
    parted += name[i++];
    while (i < name.size() && is_lower(name[i])) parted += name[i++];
  }
  return parted;
}

}  // namespace

// As botocore does it, in which the CLI's names have their origin.
std::string kebab_case(std::string_view name) {
  if (name.find('-') != std::string_view::npos) return std::string(name);
  std::string kebab;
  char last = 0;
  for (const char c : part_words(part_plural(name))) {
    if (is_upper(c) && (is_lower(last) || is_digit(last))) kebab += '-';
    kebab += to_lower(c);
    last = c;
  }
  return kebab;
}

}  // namespace runner::aws
