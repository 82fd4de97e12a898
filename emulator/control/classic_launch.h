// control/classic_launch.h - what RunInstances will make in EC2-Classic, judged in full before
// anything is made (CLC-1, CLC-3, CLC-6), and the making. The rest of a launch: launch_plan.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"

namespace vpclab::api {

struct RunInstancesRequest;

}  // namespace vpclab::api

namespace vpclab::control {

struct ClassicLaunch {
  std::vector<api::SecurityGroupId> groups;
  std::uint8_t zone = 0;
  std::optional<wire::Ipv4Address> address;  // of a declared instance; else drawn
};

/// Whether a request leads into EC2-Classic: nothing in it names a subnet or an interface, and the
/// account has the platform here (CLC-7).
[[nodiscard]] bool leads_into_classic(const Call& call, const api::RunInstancesRequest& request);

/// Pre: leads_into_classic().
[[nodiscard]] api::ApiResult<ClassicLaunch> plan_classic_launch(
    const Call& call, const api::RunInstancesRequest& request);

/// The private addresses of the instances of a launch, or InsufficientAddressCapacity.
[[nodiscard]] api::ApiResult<std::vector<wire::Ipv4Address>> classic_addresses(
    Call& call, const ClassicLaunch& launch, std::uint32_t count);

/// Puts a stored instance into its region's EC2-Classic.
void enter_classic(Call& call, Instance& instance, const ClassicLaunch& launch,
                   wire::Ipv4Address private_address);

/// The opposite, when it is terminated: its groups have a member less.
void leave_classic(Inventory& inventory, Instance& instance);

/// The groups of EC2-Classic that a request names by id and by name, each once, in that order.
/// Refuses a group of a VPC, or one that does not exist.
[[nodiscard]] api::ApiResult<std::vector<api::SecurityGroupId>> find_classic_groups(
    const Call& call, const std::vector<std::string>& ids, const std::vector<std::string>& names);

}  // namespace vpclab::control
