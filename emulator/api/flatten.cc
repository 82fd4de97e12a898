#include "emulator/api/flatten.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "netstack/base/magnitude.h"
#include "netstack/base/suggest.h"

namespace vpclab::api {

namespace {

std::string_view describe(Value::Type type) {
  switch (type) {
    case Value::Type::kNull:
      return "null";
    case Value::Type::kScalar:
      return "a plain value";
    case Value::Type::kList:
      return "a list";
    case Value::Type::kMap:
      return "a structure";
  }
  return "";
}

std::optional<bool> to_boolean(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (text == "true" || text == "false") {
    return text == "true";
  }
  return std::nullopt;
}

class Flattener {
 public:
  void structure(const StructureModel& model, const Value& value) {
    if (value.type != Value::Type::kMap) {
      refuse(value.column, shown_ + " is a structure, not " + std::string(describe(value.type)),
             "write " + example(model));
      return;
    }
    for (const Value::Entry& entry : value.entries) {
      const auto found =
          std::find_if(model.members.begin(), model.members.end(),
                       [&entry](const MemberModel& member) { return member.name == entry.key; });
      if (found == model.members.end()) {
        refuse_unknown(model, entry);
        return;
      }
      member(*found, entry.value);
    }
  }

  tl::expected<ParamMap, CliError> take() {
    if (error_.has_value()) {
      return tl::unexpected<CliError>(*std::move(error_));
    }
    return std::move(params_);
  }

 private:
  /// Where we are, as it is sent and as AWS's tools name it to people.
  struct Mark {
    std::size_t path;
    std::size_t shown;
  };

  void member(const MemberModel& model, const Value& value) {
    if (value.type == Value::Type::kNull || error_.has_value()) {
      return;
    }
    const Mark mark{path_.size(), shown_.size()};
    path_ += (path_.empty() ? "" : ".") + std::string(model.query_name);
    shown_ += (shown_.empty() ? "" : ".") + std::string(model.name);
    if (!model.is_list) {
      element(model, value);
    } else if (value.type == Value::Type::kList) {
      for (std::size_t i = 0; i < value.items.size(); ++i) {
        indexed_element(model, value.items[i], i + 1);
      }
    } else {
      indexed_element(model, value, 1);
    }
    leave(mark);
  }

  void indexed_element(const MemberModel& model, const Value& value, std::size_t index) {
    const Mark mark{path_.size(), shown_.size()};
    path_ += "." + std::to_string(index);
    shown_ += "[" + std::to_string(index - 1) + "]";
    element(model, value);
    leave(mark);
  }

  void element(const MemberModel& model, const Value& value) {
    if (error_.has_value()) {
      return;
    }
    if (model.kind == Kind::kStructure) {
      structure(*model.structure, value);
    } else if (value.type != Value::Type::kScalar) {
      refuse(value.column, shown_ + " is a plain value, not " + std::string(describe(value.type)));
    } else {
      scalar(model, value);
    }
  }

  void scalar(const MemberModel& model, const Value& value) {
    std::string text = value.text;
    if (model.kind == Kind::kInteger) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
      if (base::is_above(text, std::uint64_t{kMost})) {
        refuse(value.column,
               shown_ + " is at most " + std::to_string(kMost) + ", not '" + text + "'");
        return;
      }
      if (error != std::errc{} || end != text.data() + text.size()) {
        refuse(value.column, shown_ + " is an integer, not '" + text + "'");
        return;
      }
      text = std::to_string(number);
    } else if (model.kind == Kind::kBoolean) {
      const std::optional<bool> truth = to_boolean(text);
      if (!truth.has_value()) {
        refuse(value.column, shown_ + " is true or false, not '" + text + "'");
        return;
      }
      text = *truth ? "true" : "false";
    }
    params_.set(path_, std::move(text));
  }

  void refuse_unknown(const StructureModel& model, const Value::Entry& entry) {
    std::vector<std::string_view> names;
    for (const MemberModel& member : model.members) {
      names.push_back(member.name);
    }
    refuse(entry.column, "'" + entry.key + "' is no member of " + std::string(model.name),
           base::suggestion(entry.key, names));
  }

  /// `Key=…,Value=…`, the first members only.
  static std::string example(const StructureModel& model) {
    constexpr std::size_t kMostShown = 4;
    std::string text;
    for (const MemberModel& member :
         model.members.first(std::min(model.members.size(), kMostShown))) {
      text += (text.empty() ? "" : ",") + std::string(member.name) + "=…";
    }
    return text;
  }

  void leave(const Mark& mark) {
    path_.resize(mark.path);
    shown_.resize(mark.shown);
  }

  void refuse(std::size_t column, std::string message, std::string hint = {}) {
    if (!error_.has_value()) {
      error_ = CliError{column, std::move(message), std::move(hint)};
    }
  }

  ParamMap params_;
  std::string path_;   // `IpPermissions.1.FromPort`
  std::string shown_;  // `IpPermissions[0].FromPort`
  std::optional<CliError> error_;
};

}  // namespace

tl::expected<ParamMap, CliError> flatten(const StructureModel& model, const Value& request) {
  Flattener flattener;
  flattener.structure(model, request);
  return flattener.take();
}

}  // namespace vpclab::api
