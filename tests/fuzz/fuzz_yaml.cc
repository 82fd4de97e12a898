// parse_yaml: no text crashes it or takes long; what it composes stands where its marks say.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "emulator/scenario/yaml.h"
#include "netstack/base/check.h"

namespace {

using vpclab::scenario::Node;

void check_node(const Node& node, std::size_t depth) {
  VPCLAB_CHECK(depth <= vpclab::scenario::kMaxYamlDepth, "deeper than allowed");
  VPCLAB_CHECK(node.mark.line > 0 && node.mark.column > 0, "a node without a place");
  for (const Node& item : node.items) {
    check_node(item, depth + 1);
  }
  for (const vpclab::scenario::NodeEntry& entry : node.entries) {
    VPCLAB_CHECK(entry.key.is_scalar(), "a key that is no text");
    VPCLAB_CHECK(node.find(entry.key.text) == &entry.value, "a key that stands twice");
    check_node(entry.value, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const void* bytes = data;
  const std::string_view text(static_cast<const char*>(bytes), size);
  vpclab::scenario::Diagnostics diagnostics;
  const std::optional<Node> root = vpclab::scenario::parse_yaml(text, diagnostics);
  if (root.has_value()) {
    check_node(*root, 1);
  } else {
    VPCLAB_CHECK(!diagnostics.empty(), "nothing composed, and nobody says why");
  }
  return 0;
}
