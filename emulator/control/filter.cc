#include "emulator/control/filter.h"

namespace vpclab::control {

bool matches_pattern(std::string_view pattern, std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = kNone;  // the last `*` seen, and where the text stood then
  std::size_t star_text = 0;
  while (t < text.size()) {
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\';
    const char wanted = p < pattern.size() ? pattern[escaped ? p + 1 : p] : '\0';
    if (p < pattern.size() && !escaped && wanted == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (wanted == text[t] || (!escaped && wanted == '?'))) {
      p += escaped ? 2 : 1;
      ++t;
    } else if (star != kNone) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') {
    ++p;
  }
  return p == pattern.size();
}

api::ApiError invalid_filter(std::string_view name) {
  return {std::string(api::code::kInvalidParameterValue),
          "The filter '" + std::string(name) + "' is invalid"};
}

bool is_tag_filter(std::string_view name) {
  return name == "tag-key" || name == "tag-value" || name.starts_with("tag:");
}

bool tag_filter_matches(const Call& call, const api::Filter& filter,
                        const api::ResourceId& resource) {
  const Tags* tags = call.inventory().find_tags(resource, call.owner);
  if (tags == nullptr) {
    return false;
  }
  FilterValues values(filter.values);
  const std::string_view name = *filter.name;
  for (const auto& [key, value] : *tags) {
    if (name == "tag-key") {
      values.add(key);
    } else if (name == "tag-value" || name.substr(4) == key) {
      values.add(value);
    }
  }
  return values.matched();
}

}  // namespace vpclab::control
