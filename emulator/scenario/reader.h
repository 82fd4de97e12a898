// scenario/reader.h - typed values out of YAML nodes, with a diagnostic for each that does not fit,
// and tables of keys: what a mapping may hold, and who reads it. Knows no scenario.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/scenario/diagnostic.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/yaml.h"
#include "netstack/base/sim_time.h"
#include "netstack/base/suggest.h"

namespace vpclab::scenario {

/// YAML 1.2's core schema: `true`, `True`, `TRUE` and the same of `false`; not `yes` or `on`.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

class Reader {
 public:
  /// Nothing in a scenario takes longer.
  static constexpr Duration kLongestDuration = std::chrono::hours(24 * 1000);

  explicit Reader(Diagnostics& diagnostics) : diagnostics_(&diagnostics) {}

  [[nodiscard]] Diagnostics& diagnostics() { return *diagnostics_; }

  void complain(const Mark& mark, std::string message, std::string hint = {}) {
    diagnostics_->add(mark, std::move(message), std::move(hint));
  }

  /// `what` is not one of `candidates`: with the nearest of them as hint.
  void complain_unknown(const Mark& mark, std::string message, std::string_view text,
                        std::span<const std::string_view> candidates);

  // Each of these returns nothing after it has complained.
  [[nodiscard]] std::optional<Text> text(const Node& node);
  /// One text, or a list of them.
  [[nodiscard]] std::vector<Text> texts(const Node& node);
  [[nodiscard]] std::optional<Flag> flag(const Node& node);
  [[nodiscard]] std::optional<Located<std::int64_t>> integer(const Node& node, std::int64_t least,
                                                             std::int64_t most);
  [[nodiscard]] std::optional<Located<Duration>> duration(const Node& node,
                                                          Duration most = kLongestDuration);
  /// One of a few words.
  [[nodiscard]] std::optional<Text> word(const Node& node, std::span<const std::string_view> words);
  /// `10%`, `0.25%` or `100ppm`, in parts per million.
  [[nodiscard]] std::optional<std::uint32_t> share(const Node& node);
  /// `10Mbit`, `1Gbit`, `56kbit`, `300bit`, in bits a second.
  [[nodiscard]] std::optional<std::uint64_t> rate(const Node& node);

  /// `64kB`, `1500B`, `1MB` or a plain number, in bytes.
  [[nodiscard]] std::optional<std::uint32_t> size(const Node& node);

  /// The faults since there were `grave` grave ones concern an element of a list or an unknown key:
  /// what holds it can be judged without.
  void forgive_since(std::size_t grave) { forgiven_ = diagnostics_->count() - grave; }

  /// How many faults were not forgiven.
  [[nodiscard]] std::size_t grave_faults() const { return diagnostics_->count() - forgiven_; }

  [[nodiscard]] bool expect_mapping(const Node& node, std::string_view what);
  [[nodiscard]] bool expect_sequence(const Node& node, std::string_view what);

 private:
  Diagnostics* diagnostics_;
  std::size_t forgiven_ = 0;
};

/// One key of a mapping that describes a T. `read` complains by itself.
template <class Context, class T>
struct Field {
  std::string_view key;
  bool required = false;
  void (*read)(Context& context, const Node& node, T& out) = nullptr;
};

/// The keys of one kind of mapping, for the test that compares them with the schema.
struct KeyTable {
  std::string_view name;  ///< the schema's definition
  std::vector<std::string_view> keys;
  std::vector<std::string_view> required;
};

template <class Fields>
[[nodiscard]] std::vector<std::string_view> keys_of(const Fields& fields) {
  std::vector<std::string_view> keys;
  keys.reserve(std::size(fields));
  for (const auto& field : fields) {
    keys.push_back(field.key);
  }
  return keys;
}

template <class Fields>
[[nodiscard]] KeyTable key_table(std::string_view name, const Fields& fields) {
  KeyTable table{name, keys_of(fields), {}};
  for (const auto& field : fields) {
    if (field.required) {
      table.required.push_back(field.key);
    }
  }
  return table;
}

/// Reads the mapping `node` into `out`: each key by its field, others and missing ones refused.
/// `what` names the thing in messages ("vpc 'vpc-1'"), `mark` is where a missing key is reported;
/// a scalar stands for the key `shorthand`, and nothing at all for an empty mapping. False if
/// anything was wrong.
template <class Context, class Fields, class T>
bool read_mapping(Context& context, const Node& node, const Mark& mark, std::string_view what,
                  const Fields& fields, T& out, std::string_view shorthand = {}) {
  if (node.refused) {
    return false;
  }
  Reader& reader = context.reader();
  const std::size_t faults = reader.diagnostics().count();
  const auto field_of = [&fields](std::string_view key) {
    return std::find_if(fields.begin(), fields.end(),
                        [key](const auto& field) { return field.key == key; });
  };
  if (node.is_scalar() && !node.is_null() && !shorthand.empty()) {
    field_of(shorthand)->read(context, node, out);
    return reader.diagnostics().count() == faults;
  }
  if (!node.is_null() && !reader.expect_mapping(node, what)) {
    return false;
  }
  for (const NodeEntry& entry : node.entries) {
    const auto field = field_of(entry.key.text);
    if (field != fields.end()) {
      field->read(context, entry.value, out);
      continue;
    }
    const std::size_t grave = reader.grave_faults();
    if (reader.diagnostics().has_room()) {
      reader.complain_unknown(
          entry.key.mark, "unknown key '" + printable(entry.key.text) + "' in " + std::string(what),
          entry.key.text, keys_of(fields));
    } else {
      reader.complain(entry.key.mark, "unknown key");
    }
    reader.forgive_since(grave);
  }
  for (const auto& field : fields) {
    if (field.required && node.find(field.key) == nullptr) {
      reader.complain(mark, std::string(what) + " has no '" + std::string(field.key) + "'",
                      "add `" + std::string(field.key) + ": …`");
    }
  }
  return reader.diagnostics().count() == faults;
}

}  // namespace vpclab::scenario
