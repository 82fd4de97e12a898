// scenario/yaml.h - YAML text to nodes that know where they stand. The only door to libyaml; what
// a scenario does not need (aliases, tags, several documents, keys that are not texts) is refused
// here. Knows nothing of scenarios.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/scenario/diagnostic.h"

namespace vpclab::scenario {

/// Limits that keep every input below a second.
inline constexpr std::size_t kMaxYamlBytes = std::size_t{8} << 20U;
inline constexpr std::size_t kMaxYamlNodes = 1'000'000;
inline constexpr std::size_t kMaxYamlDepth = 32;

struct NodeEntry;

/// A scalar, a sequence or a mapping; mappings keep the file's order.
struct Node {
  enum class Kind : std::uint8_t { kScalar, kSequence, kMapping };

  Kind kind = Kind::kScalar;
  bool plain = false;    ///< a scalar without quotes, so that `true` is a truth value
  bool refused = false;  ///< an alias: complained about already, and nothing stands here
  Mark mark;
  std::string text;
  std::vector<Node> items;
  std::vector<NodeEntry> entries;

  [[nodiscard]] bool is_scalar() const { return kind == Kind::kScalar; }

  [[nodiscard]] bool is_sequence() const { return kind == Kind::kSequence; }

  [[nodiscard]] bool is_mapping() const { return kind == Kind::kMapping; }

  /// Nothing was written, or `~` or `null` without quotes.
  [[nodiscard]] bool is_null() const;

  /// The value of `key`, or null.
  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct NodeEntry {
  Node key;  ///< always a scalar
  Node value;
};

/// Reads one document. Adds a diagnostic for all that is wrong; returns what could be composed, or
/// nothing where the text is no YAML at all.
[[nodiscard]] std::optional<Node> parse_yaml(std::string_view text, Diagnostics& diagnostics);

}  // namespace vpclab::scenario
