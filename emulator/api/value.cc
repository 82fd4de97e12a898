#include "emulator/api/value.h"

#include <algorithm>
#include <utility>

namespace vpclab::api {

Value Value::scalar(std::string text, std::size_t column) {
  return Value{Type::kScalar, column, std::move(text), {}, {}};
}

Value Value::list(std::vector<Value> items, std::size_t column) {
  return Value{Type::kList, column, {}, std::move(items), {}};
}

Value Value::map(std::size_t column) { return Value{Type::kMap, column, {}, {}, {}}; }

Value* Value::find(std::string_view key) {
  for (Entry& entry : entries) {
    if (entry.key == key) {
      return &entry.value;
    }
  }
  return nullptr;
}

void Value::set(std::string key, Value value) {
  if (Value* known = find(key)) {
    *known = std::move(value);
    return;
  }
  const std::size_t at = value.column;
  entries.push_back(Entry{std::move(key), at, std::move(value)});
}

void Value::remove(std::string_view key) {
  entries.erase(std::remove_if(entries.begin(), entries.end(),
                               [key](const Entry& entry) { return entry.key == key; }),
                entries.end());
}

}  // namespace vpclab::api
