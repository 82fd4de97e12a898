// api/reply.h - what ControlPlane::execute answers: a response, a response that is built only when
// somebody wants to see it (RunInstances of a thousand), or AWS's error.
#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "emulator/api/api_error.h"
#include "emulator/api/envelope.h"

namespace vpclab::api {

/// The response of an accepted call, there already or still to be built. Move-only. A deferred
/// builder owns (by id or by value) all that it needs; if it looks into the control plane, then
/// that must still live, and the response shows the state at the time of the first look.
class Answer {
 public:
  using Builder = std::function<Response()>;

  template <class T>

  requires OutermostStructure<T, ResponseRole> Answer(
      T response)  // NOLINT(google-explicit-constructor)
      : response_(std::move(response)) {}

  Answer(Response response)  // NOLINT(google-explicit-constructor)
      : response_(std::move(response)) {}

  /// `builder` is called at most once, by the first response().
  [[nodiscard]] static Answer deferred(Builder builder);

  /// True until somebody has looked at a deferred answer.
  [[nodiscard]] bool is_deferred() const { return !response_.has_value(); }

  /// The response; builds it when this is the first look.
  [[nodiscard]] const Response& response();

  /// The response as the one it is known to be: `reply->as<CreateVpcResponse>().vpc->vpc_id`.
  /// Pre: it is one of those.
  template <class T>
  [[nodiscard]] const T& as() {
    return response().template get<T>();
  }

 private:
  Answer() = default;

  std::optional<Response> response_;
  Builder builder_;
};

/// `if (!reply) { … reply.error().code … }`, else `reply->response()` or `reply->as<T>()`.
using Reply = ApiResult<Answer>;

}  // namespace vpclab::api
