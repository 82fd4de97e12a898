#include "emulator/api/value.h"

#include <algorithm>

namespace vpclab::api {

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
