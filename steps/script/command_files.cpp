#include "steps/script/command_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "parser/base/text.hpp"
#include "steps/system/fd.hpp"

namespace runner {
namespace {

constexpr size_t kLargestFile = size_t{64} << 20;

void append_utf8(uint32_t code, std::string& out) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | code >> 6);
  } else {
    if (code < 0x10000)
      put(0xE0 | code >> 12);
    else
      put(0xF0 | code >> 18), put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
  }
  put(0x80 | (code & 0x3F));
}

std::string from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]),
               second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string text;
  for (size_t at = 0; at + 1 < bytes.size(); at += 2) {
    auto code = unit(at);
    if (code >= 0xD800 && code < 0xDC00 && at + 3 < bytes.size() && unit(at + 2) >= 0xDC00 &&
        unit(at + 2) < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (unit(at + 2) - 0xDC00);
      at += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
      code = 0xFFFD;
    }
    append_utf8(code, text);
  }
  return text;
}

// PowerShell 5 writes UTF-16 with a byte order mark, other Windows tools UTF-8 with one.
std::string decode(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return from_utf16(bytes.substr(2), false);
  if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes.substr(2), true);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  return to_valid_utf8(bytes);
}

// Goes through a text line by line. Only LF ends a line: a CR is part of the value on Linux.
struct Lines {
  std::string_view rest;
  bool ended = true;  // the last line taken had its LF
  std::optional<std::string_view> next() {
    if (rest.empty()) return std::nullopt;
    const auto end = rest.find('\n');
    const auto line = rest.substr(0, end);
    ended = end != std::string_view::npos;
    rest.remove_prefix(ended ? end + 1 : rest.size());
    return line;
  }
};

// The value of a heredoc, or nothing and `error`.
std::optional<std::string> read_heredoc(Lines& lines, std::string_view delimiter, std::string& error) {
  const auto start = lines.rest;
  size_t size = 0;  // of the value and the line end behind it
  while (const auto line = lines.next()) {
    if (*line == delimiter) return std::string(start.substr(0, size == 0 ? 0 : size - 1));
    if (!lines.ended) {
      error = "Invalid value. EOF marker missing new line.";
      return std::nullopt;
    }
    size += line->size() + 1;
  }
  error = fmt::format("Invalid value. Matching delimiter not found '{}'", delimiter);
  return std::nullopt;
}

// One entry, which begins with `line`. False: `values.error` says why.
bool read_entry(std::string_view line, Lines& lines, KeyValues& values) {
  const auto equals = line.find('='), heredoc = line.find("<<");  // npos is the largest number
  if (equals < heredoc) {
    if (equals == 0) {
      values.error = fmt::format("Invalid format '{}'. Name must not be empty", line);
      return false;
    }
    values.pairs.emplace_back(line.substr(0, equals), line.substr(equals + 1));
    return true;
  }
  if (heredoc == std::string_view::npos) {
    values.error = fmt::format("Invalid format '{}'", line);
    return false;
  }
  const auto name = line.substr(0, heredoc), delimiter = line.substr(heredoc + 2);
  if (name.empty() || delimiter.empty()) {
    values.error =
        fmt::format("Invalid format '{}'. Name must not be empty and delimiter must not be empty", line);
    return false;
  }
  auto value = read_heredoc(lines, delimiter, values.error);
  if (value) values.pairs.emplace_back(name, std::move(*value));
  return value.has_value();
}

void make_empty(const std::filesystem::path& file) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!fd) throw Error("make {}: {}", file.string(), std::strerror(errno));
}

}  // namespace

KeyValues parse_key_values(std::string_view text) {
  const auto decoded = decode(text);
  KeyValues values;
  Lines lines{decoded};
  while (const auto line = lines.next()) {
    if (!line->empty() && !read_entry(*line, lines, values)) break;
  }
  return values;
}

std::vector<std::string> parse_path_lines(std::string_view text) {
  const auto decoded = decode(text);
  std::vector<std::string> folders;
  for (const auto line : split_lines(decoded)) {
    if (!line.empty()) folders.emplace_back(line);
  }
  return folders;
}

CommandFiles::CommandFiles(const std::filesystem::path& folder, std::string_view suffix) {
  const auto make = [&](std::string_view kind) {
    auto file = folder / fmt::format("{}_{}", kind, suffix);
    make_empty(file);
    return file;
  };
  env = make("set_env");
  output = make("set_output");
  path = make("add_path");
  state = make("save_state");
  summary = make("step_summary");
}

CommandFiles::~CommandFiles() {
  for (const auto* file : {&env, &output, &path, &state, &summary}) ::unlink(file->c_str());
}

std::string CommandFiles::read(const std::filesystem::path& file) {
  const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a step may have put a FIFO there
  struct stat info {};
  if (!fd && errno == ENOENT) return "";
  if (!fd || ::fstat(fd.get(), &info) != 0) throw Error("read {}: {}", file.string(), std::strerror(errno));
  if (!S_ISREG(info.st_mode)) throw Error("read {}: it is not a file any more", file.string());
  const auto size = static_cast<size_t>(info.st_size);
  if (size > kLargestFile)
    throw Error("read {}: it has {} bytes, at most {} are read", file.string(), size, kLargestFile);
  std::string text(size, '\0');
  size_t got = 0;
  while (got < size) {
    const auto count = ::read(fd.get(), text.data() + got, size - got);
    if (count < 0 && errno != EINTR) throw Error("read {}: {}", file.string(), std::strerror(errno));
    if (count == 0) break;
    if (count > 0) got += static_cast<size_t>(count);
  }
  text.resize(got);
  return text;
}

}  // namespace runner
