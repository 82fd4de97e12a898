// control/route_target.h - the target that a request for a route names: there, the caller's, of the
// table's VPC (RT-10, RT-19). Changes nothing.
#pragma once

#include "emulator/control/route_rules.h"

namespace vpclab::control {

/// A route to the one target that the request names; its destination is still empty.
[[nodiscard]] api::ApiResult<Route> target_of(const Call& call, const RouteTable& table,
                                              const RouteRequest& request);

}  // namespace vpclab::control
