#include "steps/formats/xml.hpp"

#include <expat.h>

#include <fmt/core.h>

#include "parser/base/error.hpp"
#include "steps/system/handle.hpp"

namespace runner {
namespace {

using Parser = Handle<XML_ParserStruct, XML_ParserFree>;
constexpr size_t kDeepest = 200;

struct Reading {
  XML_Parser parser = nullptr;
  XmlNode root;                  // a stand-in above the document's element
  std::vector<XmlNode*> open{};  // pointers stay valid: only the innermost element gains children
  std::string refused{};
};

Reading& reading(void* data) { return *static_cast<Reading*>(data); }

void refuse(Reading& to, const char* why) {
  to.refused = why;
  XML_StopParser(to.parser, XML_FALSE);
}

void XMLCALL begin_element(void* data, const XML_Char* name, const XML_Char**) {
  auto& to = reading(data);
  if (to.open.size() > kDeepest) return refuse(to, "nested too deeply");
  const std::string_view full = name;
  const auto colon = full.rfind(':');
  auto& node = to.open.back()->children.emplace_back();
  node.name = colon == std::string_view::npos ? full : full.substr(colon + 1);
  to.open.push_back(&node);
}

void XMLCALL end_element(void* data, const XML_Char*) { reading(data).open.pop_back(); }

void XMLCALL add_text(void* data, const XML_Char* text, int size) {
  reading(data).open.back()->text.append(text, static_cast<size_t>(size));
}

void XMLCALL begin_doctype(void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  refuse(reading(data), "a document type declaration");
}

}  // namespace

const XmlNode* XmlNode::child(std::string_view wanted) const {
  for (const auto& node : children) {
    if (node.name == wanted) return &node;
  }
  return nullptr;
}

std::string XmlNode::text_of(std::string_view wanted) const {
  const auto* node = child(wanted);
  return node == nullptr ? "" : node->text;
}

XmlNode parse_xml(std::string_view document) {
  const Parser parser(XML_ParserCreate(nullptr));
  if (!parser) throw Error("read XML: no memory");
  Reading to{.parser = parser.get(), .root = {}};
  to.open.push_back(&to.root);
  XML_SetUserData(parser.get(), &to);
  XML_SetElementHandler(parser.get(), begin_element, end_element);
  XML_SetCharacterDataHandler(parser.get(), add_text);
  XML_SetStartDoctypeDeclHandler(parser.get(), begin_doctype);
  if (XML_Parse(parser.get(), document.data(), static_cast<int>(document.size()), XML_TRUE) !=
      XML_STATUS_OK) {
    throw Error("read XML: line {}, column {}: {}", XML_GetCurrentLineNumber(parser.get()),
                XML_GetCurrentColumnNumber(parser.get()) + 1,
                to.refused.empty() ? XML_ErrorString(XML_GetErrorCode(parser.get())) : to.refused);
  }
  return std::move(to.root.children.front());
}

std::string xml_escape(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\r':
        escaped += "&#13;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace runner
