// control/dispatch.h - which handler an action has: a table per family, each made in a file of its
// own that alone knows the family's structures. ControlPlane::execute asks find_handler().
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>

#include "emulator/api/api_error.h"
#include "emulator/api/envelope.h"
#include "emulator/api/reply.h"
#include "emulator/control/call.h"

namespace vpclab::control {

/// Opens the envelope, calls handle() and puts its answer into one.
using Handler = api::Reply (*)(Call& call, const api::Request& request);

/// The ClientToken of a request, whose action has one; null if it is absent.
using TokenReader = const std::string* (*)(const api::Request& request);

struct HandlerEntry {
  api::Action action;
  Handler handler;
  TokenReader token = nullptr;  // null: the action has no ClientToken
};

/// network_dispatch.cc, host_dispatch.cc, policy_dispatch.cc, classic_dispatch.cc.
[[nodiscard]] std::span<const HandlerEntry> network_handlers();
[[nodiscard]] std::span<const HandlerEntry> host_handlers();
[[nodiscard]] std::span<const HandlerEntry> policy_handlers();
[[nodiscard]] std::span<const HandlerEntry> classic_handlers();

/// The handler of an action; null for one of later work.
[[nodiscard]] const HandlerEntry* find_handler(api::Action action);

/// A describing action changes nothing, so that its DryRun is judged here; the others stop before
/// they change something (API-3).
template <class Request>
api::Reply run_handler(Call& call, const api::Request& request) {
  auto answer = handle(call, request.get<Request>());
  if (!answer.has_value()) {
    return tl::unexpected(std::move(answer.error()));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  return api::Answer(std::move(*answer));
}

template <class Request>
const std::string* read_token(const api::Request& request) {
  const std::optional<std::string>& token = request.get<Request>().client_token;
  return token.has_value() && !token->empty() ? &*token : nullptr;
}

template <class Request>
[[nodiscard]] constexpr HandlerEntry handler_of() {
  if constexpr (requires(const Request& request) { request.client_token; }) {
    return {Request::kAction, run_handler<Request>, read_token<Request>};
  } else {
    return {Request::kAction, run_handler<Request>};
  }
}

}  // namespace vpclab::control
