// control/filter.h - the Filters of the describing actions (API-5): AND across filters, OR within
// the values of one, `*` and `?` as wildcards, tag:KEY, tag-key and tag-value for every noun. Each
// noun has a constant table of its filters' names and how to see a resource's values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/api/generated/common.h"
#include "emulator/control/call.h"

namespace vpclab::control {

/// True if `text` matches `pattern`: `*` any characters, `?` one, `\` takes the next literally.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view text);

/// Where a filter field puts a resource's values, one by one.
class FilterValues {
 public:
  explicit FilterValues(std::span<const std::string> patterns) : patterns_(patterns) {}

  void add(std::string_view value) {
    for (const std::string& pattern : patterns_) {
      matched_ = matched_ || matches_pattern(pattern, value);
    }
  }

  void add_number(std::int64_t value) { add(std::to_string(value)); }

  void add_flag(bool value) { add(value ? std::string_view("true") : std::string_view("false")); }

  [[nodiscard]] bool matched() const { return matched_; }

 private:
  std::span<const std::string> patterns_;
  bool matched_ = false;
};

/// One filter of a noun: what its name is and which values a resource has for it.
template <class T>
struct FilterField {
  std::string_view name;
  void (*values)(const Call& call, const T& resource, FilterValues& values);
};

/// `The filter 'x' is invalid`.
[[nodiscard]] api::ApiError invalid_filter(std::string_view name);

/// True for tag:KEY, tag-key and tag-value.
[[nodiscard]] bool is_tag_filter(std::string_view name);

/// Whether the tags that the caller sees of a resource match.
[[nodiscard]] bool tag_filter_matches(const Call& call, const api::Filter& filter,
                                      const api::ResourceId& resource);

/// Refuses unknown names and filters without a name.
template <class T>
[[nodiscard]] api::ApiResult<bool> check_filters(const std::vector<api::Filter>& filters,
                                                 std::span<const FilterField<T>> fields) {
  for (const api::Filter& filter : filters) {
    const std::string name = filter.name.value_or("");
    bool known = is_tag_filter(name);
    for (const FilterField<T>& field : fields) {
      known = known || field.name == name;
    }
    if (!known) {
      return tl::unexpected(invalid_filter(name));
    }
  }
  return true;
}

/// Whether all filters match. Pre: checked.
template <class T>
[[nodiscard]] bool filters_match(const Call& call, const T& resource,
                                 const std::vector<api::Filter>& filters,
                                 std::span<const FilterField<T>> fields) {
  for (const api::Filter& filter : filters) {
    if (is_tag_filter(*filter.name)) {
      if (!tag_filter_matches(call, filter, resource.id)) {
        return false;
      }
      continue;
    }
    FilterValues values(filter.values);
    for (const FilterField<T>& field : fields) {
      if (field.name == *filter.name) {
        field.values(call, resource, values);
        break;
      }
    }
    if (!values.matched()) {
      return false;
    }
  }
  return true;
}

}  // namespace vpclab::control
