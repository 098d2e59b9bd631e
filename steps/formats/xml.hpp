// steps/formats/xml.hpp -- small XML answers as a tree, and text for XML bodies. The only header of ours over
// expat.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace runner {

struct XmlNode {
  std::string name, text;  // name without its namespace prefix; text of this element alone
  std::vector<XmlNode> children;
  const XmlNode* child(std::string_view wanted) const;  // the first of that name; null when absent
  std::string text_of(std::string_view wanted) const;   // of the child; "" when absent
};

// Throws Error with line and column. Refuses a document type declaration: no entity is ever expanded.
XmlNode parse_xml(std::string_view document);
std::string xml_escape(std::string_view text);  // for text and attributes; line ends as character references

}  // namespace runner
