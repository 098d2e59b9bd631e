#include "steps/clients/git/worktree_encoding.hpp"

#include <iconv.h>

#include <cerrno>
#include <exception>
#include <memory>

#include <git2.h>
#include <git2/sys/errors.h>
#include <git2/sys/filter.h>

#include "parser/base/text.hpp"
#include "steps/clients/git/git.hpp"

namespace runner {

namespace {

using namespace std::string_view_literals;

constexpr auto kStoredEncoding = "UTF-8";
constexpr int kPriority = 150;  // as git: after line ends and $Id$, before a smudge program; back in reverse

struct ByteOrderMark {
  std::string_view encoding, bytes;
};
constexpr ByteOrderMark kByteOrderMarks[] = {{"UTF16BE", "\xFE\xFF"sv},
                                             {"UTF16LE", "\xFF\xFE"sv},
                                             {"UTF32BE", "\0\0\xFE\xFF"sv},
                                             {"UTF32LE", "\xFF\xFE\0\0"sv}};

// "utf-16le" and "UTF16LE" are the same to git.
std::string same_spelling(std::string_view encoding) {
  auto name = upper(encoding);
  if (name.starts_with("UTF-")) name.erase(3, 1);
  return name;
}

bool has_byte_order_mark(std::string_view text, std::string_view width) {
  for (const auto& mark : kByteOrderMarks) {
    if (mark.encoding.starts_with(width) && text.starts_with(mark.bytes)) return true;
  }
  return false;
}

// git refuses a mark where the name tells the byte order already, and text of which neither tells.
bool marked_wrongly(std::string_view text, std::string_view encoding) {
  const auto name = same_spelling(encoding);
  for (const std::string width : {"UTF16", "UTF32"}) {
    if (name == width) return !has_byte_order_mark(text, width);
    if (name == width + "BE" || name == width + "LE") return has_byte_order_mark(text, width);
  }
  return false;
}

using Conversion = std::unique_ptr<std::remove_pointer_t<iconv_t>, decltype(&::iconv_close)>;

Conversion open_conversion(const std::string& to, const std::string& from) {
  const auto handle = ::iconv_open(to.c_str(), from.c_str());
  return {handle == reinterpret_cast<iconv_t>(-1) ? nullptr : handle, &::iconv_close};
}

// The names that git takes beside those that iconv knows.
std::string known_name(const std::string& encoding) {
  if (same_spelling(encoding) == "UTF8") return "UTF-8";
  return lower(encoding) == "latin-1" ? "ISO-8859-1" : encoding;
}

// Without the sequence that ends a text in an encoding with states: git leaves it out too.
std::optional<std::string> convert(std::string_view text, const std::string& to, const std::string& from) {
  auto conversion = open_conversion(to, from);
  if (!conversion) conversion = open_conversion(known_name(to), known_name(from));
  if (!conversion) return std::nullopt;
  std::string result(text.size() * 2 + 16, '\0');
  size_t used = 0, left = text.size();
  char* in = const_cast<char*>(text.data());  // iconv() only reads there
  while (true) {
    char* out = result.data() + used;
    size_t room = result.size() - used;
    const bool failed = ::iconv(conversion.get(), &in, &left, &out, &room) == static_cast<size_t>(-1);
    const int reason = errno;
    used = result.size() - room;
    if (!failed) break;
    if (reason != E2BIG) return std::nullopt;
    result.resize(result.size() * 2);
  }
  result.resize(used);
  return result;
}

// Collects a file, and hands it on converted; as it is where that cannot be done.
struct EncodingStream {
  git_writestream base{};
  git_writestream* next = nullptr;
  bool to_worktree = false;
  std::string encoding, text;

  static EncodingStream& of(git_writestream* stream) { return *reinterpret_cast<EncodingStream*>(stream); }

  static int write(git_writestream* stream, const char* data, size_t size) noexcept try {
    of(stream).text.append(data, size);
    return 0;
  } catch (const std::exception&) {
    return -1;
  }

  static int close(git_writestream* stream) noexcept try {
    auto& self = of(stream);
    const auto converted = self.to_worktree ? to_worktree_encoding(self.text, self.encoding)
                                            : from_worktree_encoding(self.text, self.encoding);
    const auto& result = converted ? *converted : self.text;
    const int code = self.next->write(self.next, result.data(), result.size());
    return code < 0 ? code : self.next->close(self.next);
  } catch (const std::exception&) {
    return -1;
  }

  static void free(git_writestream* stream) noexcept { delete &of(stream); }
};
static_assert(std::is_standard_layout_v<EncodingStream>);  // so that `base` is where the stream is

int check_encoding(git_filter*, void** payload, const git_filter_source* source, const char** values) noexcept
    try {
  switch (git_attr_value(values[0])) {
    case GIT_ATTR_VALUE_UNSPECIFIED:
      return GIT_PASSTHROUGH;
    case GIT_ATTR_VALUE_TRUE:
    case GIT_ATTR_VALUE_FALSE:
      git_error_set_str(GIT_ERROR_FILTER, (std::string(git_filter_source_path(source)) +
                                           ": true/false are no valid working-tree-encodings")
                                              .c_str());
      return -1;
    case GIT_ATTR_VALUE_STRING:
      break;
  }
  if (*values[0] == '\0' || same_spelling(values[0]) == "UTF8") return GIT_PASSTHROUGH;
  *payload = new std::string(values[0]);
  return 0;
} catch (const std::exception&) {
  return -1;
}

int start_stream(git_writestream** out, git_filter*, void** payload, const git_filter_source* source,
                 git_writestream* next) noexcept try {
  auto stream = std::make_unique<EncodingStream>();
  stream->base = {EncodingStream::write, EncodingStream::close, EncodingStream::free};
  stream->next = next;
  stream->to_worktree = git_filter_source_mode(source) == GIT_FILTER_TO_WORKTREE;
  stream->encoding = *static_cast<const std::string*>(*payload);
  *out = &stream.release()->base;
  return 0;
} catch (const std::exception&) {
  return -1;
}

void forget_encoding(git_filter*, void* payload) { delete static_cast<std::string*>(payload); }

}  // namespace

std::optional<std::string> to_worktree_encoding(std::string_view stored, const std::string& encoding) {
  if (stored.empty()) return std::nullopt;
  const auto name = same_spelling(encoding);
  if (name != "UTF16LE-BOM" && name != "UTF16BE-BOM") return convert(stored, encoding, kStoredEncoding);
  const bool little = name == "UTF16LE-BOM";
  auto text = convert(stored, little ? "UTF-16LE" : "UTF-16BE", kStoredEncoding);
  if (text) text->insert(0, little ? "\xFF\xFE" : "\xFE\xFF");
  return text;
}

std::optional<std::string> from_worktree_encoding(std::string_view file, const std::string& encoding) {
  if (file.empty() || marked_wrongly(file, encoding)) return std::nullopt;
  // Only this one: git cannot read UTF-16BE-BOM back either.
  const bool marked = same_spelling(encoding) == "UTF16LE-BOM";
  return convert(file, kStoredEncoding, marked ? "UTF-16" : encoding);
}

void register_worktree_encoding() {
  static git_filter filter{};  // libgit2 keeps the pointer
  filter.version = GIT_FILTER_VERSION;
  filter.attributes = "working-tree-encoding";
  filter.check = check_encoding;
  filter.stream = start_stream;
  filter.cleanup = forget_encoding;
  git::check(git_filter_register("working-tree-encoding", &filter, kPriority),
             "make libgit2 follow working-tree-encoding");
}

}  // namespace runner
