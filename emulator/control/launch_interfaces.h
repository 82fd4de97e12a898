// control/launch_interfaces.h - the interfaces that the instances of a launch will have, judged
// before anything is made (INST-4, SUB-5, EIP-1). Changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"
#include "emulator/control/private_address_plan.h"

namespace vpclab::api {

struct RunInstancesRequest;

}  // namespace vpclab::api

namespace vpclab::control {

/// One interface of each instance: a new one, or (of a single instance) one that exists.
struct InterfacePlan {
  NetworkInterface* existing = nullptr;
  Subnet* subnet = nullptr;
  GroupIds groups;
  AddressPlan addresses;
  std::string description;
  std::uint8_t device_index = 0;
  bool delete_on_termination = true;
  bool public_address = false;  // EIP-1
};

/// The Availability Zone that a request names; nothing if it names none.
[[nodiscard]] api::ApiResult<std::optional<std::uint8_t>> wanted_zone(
    const Call& call, const api::RunInstancesRequest& request);

/// All addresses that the plans name: none of them is given to an interface by itself (SUB-5).
[[nodiscard]] std::vector<wire::Ipv4Address> named_addresses(
    const std::vector<InterfacePlan>& plans);

/// Sorted by device index; the first is 0.
[[nodiscard]] api::ApiResult<std::vector<InterfacePlan>> plan_interfaces(
    const Call& call, const api::RunInstancesRequest& request);

}  // namespace vpclab::control
