#include "steps/clients/aws/s3/mime.hpp"

#include <fstream>
#include <sstream>

#include "parser/base/text.hpp"

namespace runner::aws::s3 {
namespace {

struct FileType {
  std::string_view type, suffixes;
};

// The registered types of what deploys carry, and those Python knows.
constexpr FileType kFileTypes[] = {
    {"text/html", "html htm"},
    {"text/css", "css"},
    {"text/javascript", "js mjs"},
    {"text/plain", "txt bat c h ksh pl srt"},
    {"text/csv", "csv"},
    {"text/markdown", "md markdown"},
    {"text/n3", "n3"},
    {"text/richtext", "rtx"},
    {"text/rtf", "rtf"},
    {"text/tab-separated-values", "tsv"},
    {"text/vtt", "vtt"},
    {"text/xml", "xml"},
    {"text/x-python", "py"},
    {"text/x-rst", "rst"},
    {"text/x-setext", "etx"},
    {"text/x-sgml", "sgm sgml"},
    {"text/x-vcard", "vcf"},
    {"application/json", "json"},
    {"application/manifest+json", "webmanifest"},
    {"application/wasm", "wasm"},
    {"application/xml", "xsl rdf wsdl xpdl"},
    {"application/yaml", "yaml yml"},
    {"application/toml", "toml"},
    {"application/pdf", "pdf"},
    {"application/zip", "zip"},
    {"application/epub+zip", "epub"},
    {"application/msword", "doc dot wiz"},
    {"application/n-quads", "nq"},
    {"application/n-triples", "nt"},
    {"application/trig", "trig"},
    {"application/octet-stream", "bin a dll exe o obj so"},
    {"application/oda", "oda"},
    {"application/ogg", "ogx"},
    {"application/pkcs7-mime", "p7c"},
    {"application/postscript", "ps ai eps"},
    {"application/texinfo", "texi texinfo"},
    {"application/vnd.apple.mpegurl", "m3u m3u8"},
    {"application/vnd.ms-excel", "xls xlb"},
    {"application/vnd.ms-fontobject", "eot"},
    {"application/vnd.ms-powerpoint", "ppt pot ppa pps pwz"},
    {"application/vnd.oasis.opendocument.graphics", "odg"},
    {"application/vnd.oasis.opendocument.presentation", "odp"},
    {"application/vnd.oasis.opendocument.spreadsheet", "ods"},
    {"application/vnd.oasis.opendocument.text", "odt"},
    {"application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"},
    {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
    {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
    {"application/vnd.rar", "rar"},
    {"application/x-7z-compressed", "7z"},
    {"application/x-bcpio", "bcpio"},
    {"application/x-cpio", "cpio"},
    {"application/x-csh", "csh"},
    {"application/x-debian-package", "deb"},
    {"application/x-dvi", "dvi"},
    {"application/x-gtar", "gtar"},
    {"application/x-hdf", "hdf"},
    {"application/x-hdf5", "h5"},
    {"application/x-httpd-php", "php"},
    {"application/x-latex", "latex"},
    {"application/x-mif", "mif"},
    {"application/x-netcdf", "cdf nc"},
    {"application/x-pkcs12", "p12 pfx"},
    {"application/x-pn-realaudio", "ram"},
    {"application/x-python-code", "pyc pyo"},
    {"application/x-rpm", "rpm"},
    {"application/x-sh", "sh"},
    {"application/x-shar", "shar"},
    {"application/x-shockwave-flash", "swf"},
    {"application/x-sv4cpio", "sv4cpio"},
    {"application/x-sv4crc", "sv4crc"},
    {"application/x-tar", "tar"},
    {"application/x-tcl", "tcl"},
    {"application/x-tex", "tex"},
    {"application/x-troff", "roff t tr"},
    {"application/x-troff-man", "man"},
    {"application/x-troff-me", "me"},
    {"application/x-troff-ms", "ms"},
    {"application/x-ustar", "ustar"},
    {"application/x-wais-source", "src"},
    {"audio/3gpp", "3gp 3gpp"},
    {"audio/3gpp2", "3g2 3gpp2"},
    {"audio/aac", "aac adts loas ass"},
    {"audio/basic", "au snd"},
    {"audio/flac", "flac"},
    {"audio/matroska", "mka"},
    {"audio/mp4", "m4a"},
    {"audio/mpeg", "mp3 mp2"},
    {"audio/ogg", "ogg"},
    {"audio/opus", "opus"},
    {"audio/vnd.wave", "wav"},
    {"audio/webm", "weba"},
    {"audio/x-aiff", "aif aifc aiff"},
    {"audio/x-pn-realaudio", "ra"},
    {"font/otf", "otf"},
    {"font/ttf", "ttf"},
    {"font/woff", "woff"},
    {"font/woff2", "woff2"},
    {"image/avif", "avif"},
    {"image/bmp", "bmp"},
    {"image/emf", "emf"},
    {"image/fits", "fits"},
    {"image/g3fax", "g3"},
    {"image/gif", "gif"},
    {"image/heic", "heic"},
    {"image/heif", "heif"},
    {"image/ief", "ief"},
    {"image/jp2", "jp2"},
    {"image/jpeg", "jpg jpe jpeg"},
    {"image/jpm", "jpm"},
    {"image/jpx", "jpx"},
    {"image/png", "png"},
    {"image/svg+xml", "svg"},
    {"image/t38", "t38"},
    {"image/tiff", "tiff tif"},
    {"image/tiff-fx", "tfx"},
    {"image/vnd.microsoft.icon", "ico"},
    {"image/webp", "webp"},
    {"image/wmf", "wmf"},
    {"image/x-cmu-raster", "ras"},
    {"image/x-portable-anymap", "pnm"},
    {"image/x-portable-bitmap", "pbm"},
    {"image/x-portable-graymap", "pgm"},
    {"image/x-portable-pixmap", "ppm"},
    {"image/x-rgb", "rgb"},
    {"image/x-xbitmap", "xbm"},
    {"image/x-xpixmap", "xpm"},
    {"image/x-xwindowdump", "xwd"},
    {"message/rfc822", "eml mht mhtml nws"},
    {"model/gltf+json", "gltf"},
    {"model/gltf-binary", "glb"},
    {"model/stl", "stl"},
    {"video/matroska", "mkv"},
    {"video/matroska-3d", "mk3d"},
    {"video/mp4", "mp4"},
    {"video/mpeg", "mpeg m1v mpa mpe mpg"},
    {"video/ogg", "ogv"},
    {"video/quicktime", "mov qt"},
    {"video/vnd.avi", "avi"},
    {"video/webm", "webm"},
    {"video/x-m4v", "m4v"},
    {"video/x-ms-wmv", "wmv"},
    {"video/x-sgi-movie", "movie"},
};

// A suffix that stands for two.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"svgz", "svg.gz"}, {"tgz", "tar.gz"},   {"taz", "tar.gz"},
    {"tz", "tar.gz"},   {"tbz2", "tar.bz2"}, {"txz", "tar.xz"},
};
// How a file was packed tells nothing of its type. Case counts here, and only here.
constexpr std::string_view kPacked[] = {"gz", "Z", "bz2", "xz", "br"};

constexpr std::string_view kFiles[] = {
    "/etc/mime.types",
    "/etc/httpd/mime.types",
    "/etc/httpd/conf/mime.types",
    "/etc/apache/mime.types",
    "/etc/apache2/mime.types",
    "/usr/local/etc/httpd/conf/mime.types",
    "/usr/local/lib/netscape/mime.types",
    "/usr/local/etc/mime.types",
};

// Cuts the suffix off and gives it, without its dot; nothing for "Makefile" and ".bashrc".
std::string take_suffix(std::string& name) {
  const auto dot = name.rfind('.');
  if (dot == std::string::npos || name.find_first_not_of('.') > dot) return "";
  auto suffix = name.substr(dot + 1);
  name.resize(dot);
  return suffix;
}

}  // namespace

MimeTypes::MimeTypes(const std::vector<std::filesystem::path>& files) {
  for (const auto& known : kFileTypes) {
    for (const auto suffix : split(known.suffixes, ' ')) types_.emplace(suffix, known.type);
  }
  for (const auto& file : files) {
    std::ifstream input(file);
    for (std::string line; std::getline(input, line);) {
      std::istringstream words(line);
      std::string type, suffix;
      words >> type;
      if (type.starts_with('#')) continue;
      while (words >> suffix && !suffix.starts_with('#')) types_[suffix] = type;
    }
  }
}

std::optional<std::string> MimeTypes::of(std::string_view file_name) const {
  std::string name(file_name.substr(file_name.rfind('/') + 1));
  auto suffix = take_suffix(name);
  for (const auto& [alias, meaning] : kAliases) {
    if (lower(suffix) != alias) continue;
    name.append(".").append(meaning);
    suffix = take_suffix(name);
  }
  for (const auto packed : kPacked) {
    if (suffix != packed) continue;
    suffix = take_suffix(name);
    break;
  }
  const auto at = types_.find(lower(suffix));
  if (suffix.empty() || at == types_.end()) return std::nullopt;
  return at->second;
}

const MimeTypes& machine_mime_types() {
  static const MimeTypes types({std::begin(kFiles), std::end(kFiles)});
  return types;
}

}  // namespace runner::aws::s3
