#include "emulator/api/param_reader.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <system_error>

#include "emulator/api/base64.h"

namespace vpclab::api {

namespace {

/// EC2's integers have 32 bits.
std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::optional<bool> parse_boolean(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (lower == "true" || lower == "false") {
    return lower == "true";
  }
  return std::nullopt;
}

/// A list index as it is counted: 1, 2, …, no sign, no leading zero.
bool is_index(std::string_view text) {
  return !text.empty() && text.size() <= 6 && text.front() != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `CidrBlock` -> `cidrBlock`, as AWS's sentences spell parameters.
std::string lower_first(std::string name) {
  if (!name.empty() && name.front() >= 'A' && name.front() <= 'Z') {
    name.front() = static_cast<char>(name.front() - 'A' + 'a');
  }
  return name;
}

std::string valid_values(const EnumModel& enumeration) {
  std::string sentence = "Valid values:";
  for (const std::string_view value : enumeration.values) {
    sentence += (value == enumeration.values.front() ? " " : ", ") + std::string(value);
  }
  return sentence + ".";
}

constexpr std::size_t kMostValuesNamed = 12;

}  // namespace

std::size_t ParamReader::enter(std::string_view name) {
  const std::size_t mark = path_.size();
  if (!path_.empty()) {
    path_ += '.';
  }
  path_ += name;
  return mark;
}

bool ParamReader::has_members() const {
  const std::string prefix = path_ + '.';
  const auto first = params_.lower_bound(prefix);
  return first != params_.end() && first->first.starts_with(prefix);
}

std::vector<std::string> ParamReader::read_indices() {
  const std::string prefix = path_ + '.';
  std::vector<std::string> indices;
  for (auto entry = params_.lower_bound(prefix);
       entry != params_.end() && entry->first.starts_with(prefix); ++entry) {
    const std::string_view rest = std::string_view(entry->first).substr(prefix.size());
    const std::string_view index = rest.substr(0, rest.find('.'));
    // Entries of one index stand together but for names that are no index at all.
    if (is_index(index) && (indices.empty() || indices.back() != index)) {
      indices.emplace_back(index);
    }
  }
  std::sort(indices.begin(), indices.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
  });
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

const std::string* ParamReader::take(const MemberModel& member) {
  const std::size_t mark = enter(member.query_name);
  const std::string* value = params_.find(path_);
  if (value != nullptr) {
    taken_.push_back(value);
  } else if (member.is_required) {
    note_missing();
  }
  leave(mark);
  return value;
}

void ParamReader::note_missing() {
  if (!missing_.has_value()) {
    missing_ = missing_parameter(path_);
  }
}

void ParamReader::note_invalid(const MemberModel& member, const std::string& value,
                               std::string_view why) {
  if (!invalid_.has_value()) {
    const std::size_t mark = enter(member.query_name);
    invalid_ = invalid_parameter_value(lower_first(path_), value, why);
    leave(mark);
  }
}

void ParamReader::check(const MemberModel& member, const std::string& value) {
  if (member.enumeration != nullptr && !member.enumeration->contains(value)) {
    note_invalid(member, value,
                 member.enumeration->values.size() <= kMostValuesNamed
                     ? valid_values(*member.enumeration)
                     : std::string());
  }
}

void ParamReader::read(const MemberModel& member, std::optional<std::string>& value) {
  const std::string* text = take(member);
  if (text == nullptr) {
    return;
  }
  if (member.kind == Kind::kBlob) {
    value = from_base64(*text);
    if (!value.has_value()) {
      note_invalid(member, *text, "The value is not valid base64.");
    }
    return;
  }
  check(member, *text);
  value = *text;
}

void ParamReader::read(const MemberModel& member, std::optional<std::int64_t>& value) {
  if (const std::string* text = take(member)) {
    value = parse_integer(*text);
    if (!value.has_value()) {
      note_invalid(member, *text, "The value must be an integer.");
    }
  }
}

void ParamReader::read(const MemberModel& member, std::optional<bool>& value) {
  if (const std::string* text = take(member)) {
    value = parse_boolean(*text);
    if (!value.has_value()) {
      note_invalid(member, *text, "The value must be true or false.");
    }
  }
}

void ParamReader::read(const MemberModel& member, std::optional<Timestamp>& value) {
  if (const std::string* text = take(member)) {
    value = parse_timestamp(*text);
    if (!value.has_value()) {
      note_invalid(member, *text, "The value must be a date and time as in ISO 8601.");
    }
  }
}

void ParamReader::read(const MemberModel& member, std::vector<std::string>& values) {
  const std::size_t mark = enter(member.query_name);
  const std::vector<std::string> indices = read_indices();
  for (const std::string& index : indices) {
    const std::size_t inner_mark = enter(index);
    if (const std::string* text = params_.find(path_)) {
      taken_.push_back(text);
      values.push_back(*text);
    }
    leave(inner_mark);
  }
  if (values.empty() && member.is_required) {
    note_missing();
  }
  leave(mark);
  for (const std::string& value : values) {
    check(member, value);
  }
}

std::optional<ApiError> ParamReader::error() {
  if (invalid_.has_value()) {
    return invalid_;
  }
  if (missing_.has_value()) {
    return missing_;
  }
  if (taken_.size() != params_.size()) {
    std::sort(taken_.begin(), taken_.end(), std::less<>());
    for (const auto& [name, value] : params_) {
      if (!std::binary_search(taken_.begin(), taken_.end(), &value, std::less<>())) {
        return unknown_parameter(name);
      }
    }
  }
  return std::nullopt;
}

}  // namespace vpclab::api
