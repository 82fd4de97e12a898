#include "emulator/scenario/declare.h"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "emulator/api/action.h"
#include "emulator/api/decode.h"
#include "emulator/api/generated/address.h"
#include "emulator/api/generated/nat_gateway.h"
#include "emulator/control/control_plane.h"
#include "emulator/scenario/advice.h"
#include "emulator/scenario/created.h"
#include "emulator/scenario/lower.h"

namespace vpclab::scenario {
namespace {

class Declarer {
 public:
  Declarer(const Scenario& scenario, const NameTable& names, world::World& world, IdBook& book,
           Diagnostics& diagnostics)
      : names_(names),
        world_(world),
        book_(book),
        caller_(scenario, world, book),
        diagnostics_(diagnostics) {}

  void make(const DeclaredCall& call) {
    const std::optional<api::ParamMap> parameters = resolve(call);
    if (!parameters.has_value()) {
      leave_out(call);
      return;
    }
    const api::Decoded<api::Request> request =
        api::decode(api::action_name(call.request), *parameters);
    if (!request.has_value()) {
      refuse(call, *parameters, request.error());
      return;
    }
    const control::Declared declared{call.name, call.id, call.private_address};
    api::Reply reply = world_.call(call.caller, *request, call.name.empty() ? nullptr : &declared);
    warn(call.mark);
    if (!reply.has_value()) {
      refuse(call, *parameters, reply.error());
    } else if (!call.name.empty()) {
      const std::string id = created_id(reply->response());
      caller_.learn(call.name, id.empty() ? address_id(reply->response()) : id);
      if (call.request.get_if<api::CreateNatGatewayRequest>() != nullptr) {
        nat_gateways_.push_back(&call);
      }
    }
  }

  /// Waits until nothing is in progress; what failed meanwhile was refused (NAT-2).
  void settle() {
    world_.settle();
    for (const DeclaredCall* call : nat_gateways_) {
      const auto id = api::NatGatewayId::parse(book_.find(call->name).value_or(std::string()));
      const control::NatGateway* gateway =
          id.has_value() ? world_.control().inventory().nat_gateways.find(*id) : nullptr;
      if (gateway != nullptr && gateway->state == control::NatGatewayState::kFailed) {
        refuse(*call, {}, api::ApiError{gateway->failure_code, gateway->failure_message});
      }
    }
    nat_gateways_.clear();
  }

 private:
  /// The request with ids in place of names; nothing where a name stands for nothing, which is told
  /// unless it follows from what was told already.
  std::optional<api::ParamMap> resolve(const DeclaredCall& call) {
    api::ParamMap resolved;
    for (const auto& [name, value] : api::to_params(call.request)) {
      for (const Placeholder& placeholder : find_placeholders(value)) {
        if (left_out_.contains(placeholder.name)) {
          return std::nullopt;
        }
      }
      std::string missing;
      std::optional<std::string> text = book_.expand(value, missing);
      if (!text.has_value()) {
        if (!is_explained(missing)) {
          diagnostics_.add(call.mark, "'" + printable(missing, 64) + "' stands for nothing here",
                           "what is declared does not make it, or makes it later");
        }
        return std::nullopt;
      }
      resolved.set(name, std::move(*text));
    }
    return resolved;
  }

  /// The id under which an address of Domain `standard` is kept, which EC2 shows nobody (CLC-4).
  [[nodiscard]] std::string address_id(const api::Response& response) const {
    const auto* made = response.get_if<api::AllocateAddressResponse>();
    for (const control::ElasticAddress& address : world_.control().inventory().elastic_addresses) {
      if (made != nullptr && to_string(address.public_address) == made->public_ip) {
        return address.id.text();
      }
    }
    return {};
  }

  /// Whether a name, or that of which it is a part, was refused, or needed what was.
  [[nodiscard]] bool is_explained(std::string_view name) const {
    for (std::size_t end = name.size(); end != std::string_view::npos && end > 0;
         end = name.rfind('.', end - 1)) {
      const std::string_view whole = name.substr(0, end);
      const NameEntry* entry = names_.find(whole);
      if (left_out_.contains(whole) || (entry != nullptr && entry->broken)) {
        return true;
      }
    }
    return false;
  }

  void leave_out(const DeclaredCall& call) {
    if (!call.name.empty()) {
      left_out_.insert(call.name);
    }
  }

  /// What was accepted, though older AWS would have refused it.
  void warn(const Mark& mark) {
    for (control::Warning& warning : world_.control().take_warnings()) {
      diagnostics_.add(Diagnostic{mark, {}, std::move(warning.message), advice_for(warning), true});
    }
  }

  void refuse(const DeclaredCall& call, const api::ParamMap& parameters,
              const api::ApiError& error) {
    Mark mark = call.mark;
    for (const auto& [text, better] : call.marks) {
      if (error.code.find(text) != std::string::npos ||
          error.message.find(text) != std::string::npos) {
        mark = better;
        break;
      }
    }
    diagnostics_.add(Diagnostic{mark, error.code, error.message,
                                advice_for(api::action_name(call.request), error, parameters,
                                           world_.control().inventory())});
    leave_out(call);
  }

  const NameTable& names_;
  world::World& world_;
  IdBook& book_;
  ApiCaller caller_;
  Diagnostics& diagnostics_;
  std::set<std::string, std::less<>> left_out_;    // names of what is not made
  std::vector<const DeclaredCall*> nat_gateways_;  // made since the network was settled last
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
  Declarer declarer(scenario, names, world, book, diagnostics);
  for (const DeclaredAction& action : actions) {
    if (const auto* call = std::get_if<DeclaredCall>(&action)) {
      declarer.make(*call);
    } else {
      declarer.settle();
    }
  }
}

}  // namespace vpclab::scenario
