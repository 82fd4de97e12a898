#include "emulator/scenario/declare.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "emulator/api/action.h"
#include "emulator/api/decode.h"
#include "emulator/control/control_plane.h"
#include "emulator/scenario/created.h"
#include "emulator/scenario/lower.h"

namespace vpclab::scenario {
namespace {

/// What helps where AWS only says that it will not.
std::string hint_for(std::string_view action, const api::ApiError& error) {
  const std::string_view code = error.code;
  if (action.starts_with("AuthorizeSecurityGroup") &&
      error.message.find("belong to different networks") != std::string::npos) {  // SG-13
    return "a rule names a group of another VPC only over an active peering connection: declare it "
           "with `accepted: true`";
  }
  if (action == "ModifyVpcPeeringConnectionOptions" && code == "CidrConflict") {  // CL-22
    return "the option takes 10.0.0.0/8: no table of the VPC may have a static route into it";
  }

  struct Advice {
    std::string_view code;
    std::string_view hint;
  };

  static constexpr std::array<Advice, 18> kAdvice{{
      {"InvalidVpc.Range", "a VPC's range has a prefix length from /16 to /28"},
      {"InvalidSubnet.Range",
       "a subnet's range lies within one of its VPC's, with a prefix length from /16 to /28"},
      {"InvalidSubnet.Conflict", "subnets of a VPC do not overlap"},
      {"InvalidIPAddress.InUse", "another network interface has this address"},
      {"InvalidGroup.Duplicate", "give one of them a `group_name`"},
      {"InvalidPermission.Duplicate", "remove one of the two rules"},
      {"NetworkAclEntryAlreadyExists",
       "numbers are used once in each direction; a default ACL has 100 already"},
      {"Gateway.NotAttached", "add `internet_gateway: true` to the VPC"},
      {"VpcCidrConflict",
       "ClassicLink takes 10.0.0.0/8: the VPC lies outside it (or in 10.0.0.0/15), and no table "
       "has a "
       "static route into it"},
      {"DisallowedForDedicatedTenancyNetwork",
       "remove `instance_tenancy: dedicated` or `classic_link: true`"},
      {"NatGatewayLimitExceeded", "raise it: `quotas: {nat_gateways_per_zone: …}`"},
      {"PrefixListMaxEntriesExceeded", "say how many there may be: `max_entries: …`"},
      {"InvalidStateTransition", "only a peering that is pending can be accepted"},
      {"VpcLimitExceeded", "raise it: `quotas: {vpcs_per_region: …}`"},
      {"AddressLimitExceeded", "raise it: `quotas: {elastic_ips_per_region: …}`"},
      {"InternetGatewayLimitExceeded", "raise it: `quotas: {internet_gateways_per_region: …}`"},
      {"InstanceLimitExceeded", "raise it: `quotas: {instances_per_region: …}`"},
      {"RouteLimitExceeded", "raise it: `quotas: {routes_per_table: …}`"},
  }};
  const auto* found = std::find_if(kAdvice.begin(), kAdvice.end(),
                                   [code](const Advice& advice) { return advice.code == code; });
  return found == kAdvice.end() ? std::string() : std::string(found->hint);
}

std::string hint_for(const control::Warning& warning) {
  return warning.rule == "VPC-10" ? "knob `vpc.family_rules`: `enforce` refuses it, as AWS did for "
                                    "years; `ignore` says nothing"
                                  : "";
}

/// The request with ids in place of names; nothing where a name stands for nothing.
std::optional<api::ParamMap> resolve(const api::Request& request, const IdBook& book) {
  api::ParamMap resolved;
  std::string missing;
  for (const auto& [name, value] : api::to_params(request)) {
    std::optional<std::string> text = book.expand(value, missing);
    if (!text.has_value()) {
      return std::nullopt;
    }
    resolved.set(name, std::move(*text));
  }
  return resolved;
}

class Declarer {
 public:
  Declarer(const Scenario& scenario, world::World& world, IdBook& book, Diagnostics& diagnostics)
      : world_(world), book_(book), caller_(scenario, world, book), diagnostics_(diagnostics) {}

  void make(const DeclaredCall& call) {
    const std::optional<api::ParamMap> parameters = resolve(call.request, book_);
    if (!parameters.has_value()) {
      return;
    }
    const api::Decoded<api::Request> request =
        api::decode(api::action_name(call.request), *parameters);
    if (!request.has_value()) {
      refuse(call, request.error());
      return;
    }
    const control::Declared declared{call.name, call.id, call.private_address};
    api::Reply reply = world_.call(call.caller, *request, call.name.empty() ? nullptr : &declared);
    warn(call.mark);
    if (!reply.has_value()) {
      refuse(call, reply.error());
    } else if (!call.name.empty()) {
      caller_.learn(call.name, created_id(reply->response()));
    }
  }

 private:
  /// What was accepted, though older AWS would have refused it.
  void warn(const Mark& mark) {
    for (control::Warning& warning : world_.control().take_warnings()) {
      diagnostics_.add(Diagnostic{mark, {}, std::move(warning.message), hint_for(warning), true});
    }
  }

  void refuse(const DeclaredCall& call, const api::ApiError& error) {
    Mark mark = call.mark;
    for (const auto& [text, better] : call.marks) {
      if (error.code.find(text) != std::string::npos ||
          error.message.find(text) != std::string::npos) {
        mark = better;
        break;
      }
    }
    diagnostics_.add(Diagnostic{mark, error.code, error.message,
                                hint_for(api::action_name(call.request), error)});
  }

  world::World& world_;
  IdBook& book_;
  ApiCaller caller_;
  Diagnostics& diagnostics_;
};

}  // namespace

void declare(const Scenario& scenario, const NameTable& names, world::World& world, IdBook& book,
             Diagnostics& diagnostics) {
  constexpr std::size_t kMostCalls = 50'000;
  const std::vector<DeclaredAction> actions = lower(scenario, names);
  if (actions.size() > kMostCalls) {
    diagnostics.add(Mark{}, "what is declared takes " + std::to_string(actions.size()) +
                                " calls of EC2; at most " + std::to_string(kMostCalls) +
                                " are made");
    return;
  }
  Declarer declarer(scenario, world, book, diagnostics);
  for (const DeclaredAction& action : actions) {
    if (const auto* call = std::get_if<DeclaredCall>(&action)) {
      declarer.make(*call);
    } else {
      world.settle();
    }
  }
}

}  // namespace vpclab::scenario
