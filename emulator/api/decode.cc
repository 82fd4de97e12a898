#include "emulator/api/decode.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/api/action.h"
#include "emulator/api/base64.h"
#include "emulator/api/encode.h"
#include "emulator/api/param_reader.h"
#include "emulator/api/value_sink.h"

namespace vpclab::api {

namespace {

tl::unexpected<ApiError> too_large(const std::string& what) {
  return refuse(code::kRequestEntityTooLarge, "The request has " + what + ".");
}

ApiResult<void> check_size(const ParamMap& params) {
  if (params.size() > kMaxParameters) {
    return too_large("more than " + std::to_string(kMaxParameters) + " parameters");
  }
  std::size_t total = 0;
  for (const auto& [name, value] : params) {
    if (name.size() > kMaxParameterNameSize) {
      return too_large("a parameter name longer than " + std::to_string(kMaxParameterNameSize) +
                       " bytes");
    }
    if (value.size() > kMaxParameterValueSize) {
      return too_large("a parameter value longer than " + std::to_string(kMaxParameterValueSize) +
                       " bytes: " + name);
    }
    total += name.size() + value.size();
  }
  if (total > kMaxParametersTotalSize) {
    return too_large("more than " + std::to_string(kMaxParametersTotalSize) + " bytes");
  }
  return {};
}

/// What belongs to the call and not to the action.
bool is_of_the_call(std::string_view name) { return name == "Action" || name == "Version"; }

bool has_call_parameters(const ParamMap& params) {
  return params.find("Action") != nullptr || params.find("Version") != nullptr;
}

ParamMap without_call_parameters(const ParamMap& params) {
  ParamMap result;
  for (const auto& [name, value] : params) {
    if (!is_of_the_call(name)) {
      result.set(name, value);
    }
  }
  return result;
}

Decoded<Request> read(const ActionModel& action, const ParamMap& params) {
  ParamReader reader(params);
  Request request = action.read(reader);
  if (std::optional<ApiError> error = reader.error()) {
    return tl::unexpected<ApiError>(*std::move(error));
  }
  return request;
}

/// Writes flat parameters: `Filter.1.Value.2`. Empty lists and structures leave nothing.
class ParamSink final : public ValueSink {
 public:
  [[nodiscard]] ParamMap take() { return std::move(params_); }

  void begin_structure() override { enter(); }

  void end_structure() override { leave(); }

  void begin_list() override {
    enter();
    levels_.back().is_list = true;
  }

  void end_list() override { leave(); }

  void key(const MemberModel& member) override { key_ = member.query_name; }

  void string(std::string_view value, Kind kind) override {
    put(kind == Kind::kBlob ? to_base64(value) : std::string(value));
  }

  void integer(std::int64_t value) override { put(std::to_string(value)); }

  void boolean(bool value) override { put(value ? "true" : "false"); }

  void timestamp(Timestamp value) override { put(to_string(value)); }

 private:
  struct Level {
    std::size_t path_size = 0;  // of the path outside
    std::size_t count = 0;      // elements seen, in a list
    bool is_list = false;
  };

  /// The name of the value that comes now, appended to the path.
  void append_name() {
    if (levels_.empty()) {
      return;  // the outermost structure has no name
    }
    if (!path_.empty()) {
      path_ += '.';
    }
    path_ += levels_.back().is_list ? std::to_string(++levels_.back().count) : std::string(key_);
  }

  void enter() {
    const std::size_t outside = path_.size();
    append_name();
    levels_.push_back(Level{outside, 0, false});
  }

  void leave() {
    path_.resize(levels_.back().path_size);
    levels_.pop_back();
  }

  void put(std::string value) {
    const std::size_t outside = path_.size();
    append_name();
    params_.set(path_, std::move(value));
    path_.resize(outside);
  }

  ParamMap params_;
  std::string path_;
  std::string_view key_;
  std::vector<Level> levels_;
};

}  // namespace

Decoded<Request> decode(std::string_view action, const ParamMap& params) {
  const ActionModel* model = find_action(action);
  if (model == nullptr) {
    return tl::unexpected<ApiError>(invalid_action(action.substr(0, kMaxParameterNameSize)));
  }
  if (auto fits = check_size(params); !fits) {
    return tl::unexpected<ApiError>(fits.error());
  }
  return has_call_parameters(params) ? read(*model, without_call_parameters(params))
                                     : read(*model, params);
}

ParamMap to_params(const Request& request) {
  ParamSink sink;
  encode(request, sink);
  return sink.take();
}

}  // namespace vpclab::api
