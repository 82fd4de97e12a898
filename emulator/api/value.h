// api/value.h - a tree of what somebody wrote for a parameter (JSON, the AWS CLI's shorthand),
// before the model has said what it means. Scalars are text; each node knows its column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vpclab::api {

struct Value {
  enum class Type : std::uint8_t { kNull, kScalar, kList, kMap };

  struct Entry;

  Type type = Type::kNull;
  std::size_t column = 1;
  std::string text;            // kScalar
  std::vector<Value> items;    // kList
  std::vector<Entry> entries;  // kMap, in the order written

  [[nodiscard]] static Value scalar(std::string text, std::size_t column);
  [[nodiscard]] static Value list(std::vector<Value> items, std::size_t column);
  [[nodiscard]] static Value map(std::size_t column);

  /// The value of a key of a map, or null.
  [[nodiscard]] Value* find(std::string_view key);

  /// Sets or replaces a key of a map.
  void set(std::string key, Value value);

  /// Takes a key out of a map.
  void remove(std::string_view key);
};

struct Value::Entry {
  std::string key;
  std::size_t column = 1;
  Value value;
};

}  // namespace vpclab::api
