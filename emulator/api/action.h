// api/action.h - the supported actions: names in EC2's and in the AWS CLI's spelling, the models of
// request and response. A constant table written by tools/codegen; ec2 2016-11-15.
#pragma once

#include <span>
#include <string_view>

#include "emulator/api/envelope.h"
#include "emulator/api/model.h"

namespace vpclab::api {

struct ActionModel {
  std::string_view name;      // `CreateVpc`
  std::string_view cli_name;  // `create-vpc`
  const StructureModel* request;
  const StructureModel* response;
  Request (*read)(ParamReader&);
};

/// All of them, sorted by name.
[[nodiscard]] std::span<const ActionModel> actions();

/// The action of that name (`CreateVpc`), or null.
[[nodiscard]] const ActionModel* find_action(std::string_view name);

/// The action of that AWS CLI command (`create-vpc`), or null.
[[nodiscard]] const ActionModel* find_cli_action(std::string_view cli_name);

/// `CreateVpc`.
[[nodiscard]] std::string_view to_string(Action action);

/// `CreateVpc` for a CreateVpcRequest.
[[nodiscard]] inline std::string_view action_name(const Request& request) {
  return to_string(request.action());
}

}  // namespace vpclab::api
