// control/classic_link.h - ClassicLink (CL-1…14): which VPCs may have the route 10.0.0.0/8 ->
// local, and the link between one instance of EC2-Classic and one VPC. The actions:
// control/classic_actions.h. Never knows how packets move.
#pragma once

#include <optional>
#include <string>

#include "emulator/api/api_error.h"

namespace vpclab::control {

struct Call;
struct Instance;
struct Vpc;
class Inventory;

/// CL-29: refuses where ClassicLink cannot be: in a region that never had EC2-Classic.
[[nodiscard]] api::ApiResult<bool> check_classic_region(const Call& call);

/// CL-3, CL-4, CL-22: "the route 10.5.0.0/16 in route table rtb-…", of a static route within
/// 10.0.0.0/8 in any of a VPC's tables; nothing if there is none. Routes for the VPC's own blocks
/// do not count.
[[nodiscard]] std::optional<std::string> static_route_in_classic_block(const Inventory& inventory,
                                                                       const Vpc& vpc);

/// Ends an instance's link, if it has one (CL-13).
void unlink(Inventory& inventory, Instance& instance);

}  // namespace vpclab::control
