// control/launch_plan.h - what RunInstances will make, judged in full before anything is made
// (INST-4, INST-5, SUB-5, EIP-1). Changes nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/api/api_error.h"
#include "emulator/control/call.h"
#include "emulator/control/classic_launch.h"
#include "emulator/control/launch_interfaces.h"

namespace vpclab::api {

struct RunInstancesRequest;

}  // namespace vpclab::api

namespace vpclab::control {

struct LaunchPlan {
  const Image* image = nullptr;
  std::string type;
  std::string key_name;
  std::uint32_t count = 0;  // between MinCount and MaxCount: as many as there is room for
  bool disable_api_termination = false;
  std::vector<InterfacePlan> interfaces;  // sorted by device index; the first is 0
  std::optional<ClassicLaunch> classic;   // then there are no interfaces
  std::uint8_t zone = 0;
  Tags instance_tags;
  Tags interface_tags;
};

[[nodiscard]] api::ApiResult<LaunchPlan> plan_launch(const Call& call,
                                                     const api::RunInstancesRequest& request);

}  // namespace vpclab::control
