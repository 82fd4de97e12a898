#include "emulator/scenario/api_caller.h"

#include <utility>

#include "emulator/api/action.h"
#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "emulator/api/json_text.h"
#include "emulator/control/control_plane.h"
#include "emulator/scenario/cli_text.h"
#include "emulator/scenario/created.h"
#include "emulator/scenario/names.h"
#include "emulator/scenario/owners.h"
#include "emulator/scenario/parameters.h"

namespace vpclab::scenario {
namespace {

std::string caller_text(const control::Caller& caller) {
  return caller.account + '/' + caller.region;
}

void set_error(const api::ApiError& error, ApiOutcome& outcome) {
  outcome.error_code = error.code;
  outcome.error_message = error.message;
}

}  // namespace

CallResult ApiCaller::call(const ApiStep& step, const CallOptions& options) {
  CallResult result;
  const api::ActionModel* action = api::find_action(step.action);
  const auto resolve = [this, &result](const std::string& value, const Mark& /*mark*/,
                                       bool wants_id) {
    if (wants_id && value.find('{') == std::string::npos) {
      const std::optional<std::string> id = book_.find(value);
      if (!id.has_value() && book_.knows(value)) {
        result.fault = "'" + value + "' stands for nothing at this time";
      }
      return id.value_or(value);
    }
    std::string missing;
    const std::optional<std::string> text = book_.expand(value, missing);
    if (!text.has_value()) {
      result.fault = "{" + missing + "} stands for nothing at this time";
    }
    return text.value_or(value);
  };
  Diagnostics diagnostics;  // the loader has shown them already
  Reader reader(diagnostics);
  const api::ParamMap parameters = flatten(step.parameters, *action->request, reader, resolve);
  const api::Decoded<api::Request> request = api::decode(step.action, parameters);
  result.command =
      request.has_value() ? cli_text(*request) : "aws ec2 " + std::string(action->cli_name);
  if (!result.fault.empty()) {
    return result;
  }
  const control::Caller caller = options.caller.value_or(default_caller(scenario_));
  result.outcome.caller = caller_text(caller);
  if (!request.has_value()) {
    set_error(request.error(), result.outcome);
    return result;
  }
  execute(caller, *request, options, result);
  return result;
}

CallResult ApiCaller::call(const CliStep& step, const CallOptions& options) {
  CallResult result;
  std::string missing;
  const std::optional<std::string> line = book_.expand(step.line.value, missing);
  result.command = line.value_or(step.line.value);
  if (!result.command.starts_with("aws ")) {
    result.command.insert(0, "aws ");
  }
  if (!line.has_value()) {
    result.fault = "{" + missing + "} stands for nothing at this time";
    return result;
  }
  const auto command = api::parse_cli_line(*line);
  if (!command.has_value()) {
    result.fault = to_string(command.error());
    return result;
  }
  control::Caller caller = options.caller.value_or(default_caller(scenario_));
  if (!command->profile.empty()) {
    caller.account = caller_of(scenario_, command->profile).account;
  }
  if (!command->region.empty()) {
    caller.region = command->region;
  }
  result.outcome.caller = caller_text(caller);
  const api::Decoded<api::Request> request = api::decode(command->action, command->params);
  if (!request.has_value()) {
    set_error(request.error(), result.outcome);
    return result;
  }
  execute(caller, *request, options, result);
  return result;
}

void ApiCaller::execute(const control::Caller& caller, const api::Request& request,
                        const CallOptions& options, CallResult& result) {
  const control::Declared declared{options.name, options.id};
  const bool is_declared = !options.name.empty() || !options.id.empty();
  api::Reply reply = world_.call(caller, request, is_declared ? &declared : nullptr);
  for (control::Warning& warning : world_.control().take_warnings()) {
    result.outcome.warnings.push_back(std::move(warning.message) + " (" +
                                      std::string(warning.rule) + ')');
  }
  if (!reply.has_value()) {
    set_error(reply.error(), result.outcome);
    return;
  }
  const api::Response& response = reply->response();
  result.outcome.response_json = api::to_cli_json(response);
  if (!options.name.empty()) {
    book_.keep_response(options.name, result.outcome.response_json);
    if (const std::string id = created_id(response); !id.empty()) {
      learn(options.name, id);
    }
  }
}

void ApiCaller::learn(const std::string& name, const std::string& id) {
  const auto bind = [this](const std::string& bound_name, const api::ResourceId& bound_id) {
    if (!bound_id.empty()) {
      book_.bind(bound_name, bound_id.text());
      world_.set_name(bound_id, bound_name);
    }
  };
  const Result<api::ResourceId> resource = api::ResourceId::parse(id);
  book_.bind(name, id);
  if (!resource.has_value()) {
    return;
  }
  world_.set_name(*resource, name);
  const control::Inventory& inventory = world_.control().inventory();
  if (resource->kind() == api::ResourceKind::kVpc) {
    if (const control::Vpc* vpc = inventory.vpcs.find(api::VpcId(resource->digits()))) {
      bind(name + ".main", vpc->main_route_table);
      bind(name + ".default", vpc->default_security_group);
      bind(name + ".default_acl", vpc->default_network_acl);
      if (vpc->is_default) {
        bind(name + ".igw", vpc->internet_gateway);
      }
    }
  } else if (resource->kind() == api::ResourceKind::kInstance) {
    if (const control::Instance* instance =
            inventory.instances.find(api::InstanceId(resource->digits()));
        instance != nullptr && !instance->in_classic()) {
      book_.bind(name + ".eni", instance->primary_interface.text());
    }
  } else if (resource->kind() == api::ResourceKind::kNatGateway) {
    const control::NatGateway* gateway =
        inventory.nat_gateways.find(api::NatGatewayId(resource->digits()));
    if (gateway != nullptr && !gateway->interface.empty()) {  // one that failed has none
      book_.bind(name + ".eni", gateway->interface.text());
      world_.set_name(gateway->interface, name);
    }
  }
}

}  // namespace vpclab::scenario
