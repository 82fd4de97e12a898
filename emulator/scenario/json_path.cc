#include "emulator/scenario/json_path.h"

#include <charconv>

#include <nlohmann/json.hpp>

namespace vpclab::scenario {
namespace {

using Json = nlohmann::ordered_json;

/// Steps from `json` along `path`; null where it leads nowhere.
const Json* walk(const Json& json, std::string_view path) {
  const Json* here = &json;
  while (!path.empty()) {
    if (path[0] == '.') {
      path.remove_prefix(1);
    } else if (path[0] == '[') {
      std::size_t index = 0;
      const char* end = path.data() + path.size();
      const auto [next, error] = std::from_chars(path.data() + 1, end, index);
      if (error != std::errc{} || next == end || *next != ']' || !here->is_array() ||
          index >= here->size()) {
        return nullptr;
      }
      here = &(*here)[index];
      path.remove_prefix(static_cast<std::size_t>(next - path.data()) + 1);
    } else {
      const std::string member(path.substr(0, path.find_first_of(".[")));
      if (!here->is_object() || !here->contains(member)) {
        return nullptr;
      }
      here = &(*here)[member];
      path.remove_prefix(member.size());
    }
  }
  return here;
}

std::string scalar_text(const Json& json) {
  return json.is_string() ? json.get<std::string>() : json.dump();
}

bool is_nothing(const Json* json) {
  return json == nullptr || json->is_null() || (json->is_array() && json->empty());
}

bool fits(const Json* json, const Parameters& expected);

bool fits_list(const Json* json, const std::vector<Parameters>& items) {
  if (json == nullptr || !json->is_array() || json->size() != items.size()) {
    return false;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!fits(&(*json)[i], items[i])) {
      return false;
    }
  }
  return true;
}

bool fits_object(const Json* json, const std::vector<Parameters::Entry>& entries) {
  if (json == nullptr) {
    return false;  // also for {not: …}: what is not there differs from nothing
  }
  if (entries.size() == 1 && entries[0].key.value == "not") {
    return !fits(json, entries[0].value);
  }
  if (!json->is_object()) {
    return false;
  }
  for (const Parameters::Entry& entry : entries) {
    const auto member = json->find(entry.key.value);
    if (!fits(member == json->end() ? nullptr : &*member, entry.value)) {
      return false;
    }
  }
  return true;
}

bool fits(const Json* json, const Parameters& expected) {
  if (const auto* items = std::get_if<std::vector<Parameters>>(&expected.value)) {
    return items->empty() ? is_nothing(json) : fits_list(json, *items);
  }
  if (const auto* entries = std::get_if<std::vector<Parameters::Entry>>(&expected.value)) {
    return fits_object(json, *entries);
  }
  const auto* text = std::get_if<std::string>(&expected.value);
  if (text == nullptr || *text == "none") {  // "none" is also what EC2 says at times
    return is_nothing(json) || (text != nullptr && json->is_string() && *text == *json);
  }
  return json != nullptr && json->is_primitive() && scalar_text(*json) == *text;
}

}  // namespace

std::optional<std::string> text_at(const std::string& json, std::string_view path) {
  const Json parsed = Json::parse(json, nullptr, false);
  const Json* found = walk(parsed, path);
  return found == nullptr || !found->is_primitive() || found->is_null()
             ? std::nullopt
             : std::optional(scalar_text(*found));
}

std::string json_at(const std::string& json, std::string_view path) {
  const Json parsed = Json::parse(json, nullptr, false);
  const Json* found = walk(parsed, path);
  return found == nullptr ? std::string() : found->dump();
}

bool fits(const std::string& json, std::string_view path, const Parameters& expected) {
  const Json parsed = Json::parse(json, nullptr, false);
  return fits(walk(parsed, path), expected);
}

std::string text_of(const Parameters& expected) {
  if (const auto* text = std::get_if<std::string>(&expected.value)) {
    return *text;
  }
  std::string out;
  if (const auto* items = std::get_if<std::vector<Parameters>>(&expected.value)) {
    for (const Parameters& item : *items) {
      out += (out.empty() ? "" : ", ") + text_of(item);
    }
    return '[' + out + ']';
  }
  if (const auto* entries = std::get_if<std::vector<Parameters::Entry>>(&expected.value)) {
    for (const Parameters::Entry& entry : *entries) {
      out += (out.empty() ? "" : ", ") + entry.key.value + ": " + text_of(entry.value);
    }
    return '{' + out + '}';
  }
  return "none";
}

}  // namespace vpclab::scenario
