// api/param_map.h - the flat parameters of an EC2 Query call: `Filter.1.Name` -> `vpc-id`, in the
// order of their names. No meaning of its own; decode.h gives it one.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace vpclab::api {

class ParamMap {
 public:
  using Entries = std::map<std::string, std::string, std::less<>>;

  ParamMap() = default;

  ParamMap(std::initializer_list<Entries::value_type> entries) : entries_(entries) {}

  /// Sets or replaces.
  void set(std::string name, std::string value) {
    entries_.insert_or_assign(std::move(name), std::move(value));
  }

  /// False where the name is there already; the first value stays.
  bool add(std::string name, std::string value) {
    return entries_.emplace(std::move(name), std::move(value)).second;
  }

  /// The value, or null.
  [[nodiscard]] const std::string* find(std::string_view name) const {
    const auto entry = entries_.find(name);
    return entry == entries_.end() ? nullptr : &entry->second;
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  [[nodiscard]] bool empty() const { return entries_.empty(); }

  [[nodiscard]] Entries::const_iterator begin() const { return entries_.begin(); }

  [[nodiscard]] Entries::const_iterator end() const { return entries_.end(); }

  [[nodiscard]] Entries::const_iterator lower_bound(std::string_view name) const {
    return entries_.lower_bound(name);
  }

  friend bool operator==(const ParamMap&, const ParamMap&) = default;

 private:
  Entries entries_;
};

}  // namespace vpclab::api
