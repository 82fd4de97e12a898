#include "emulator/scenario/states.h"

#include <algorithm>
#include <string>

#include "emulator/control/inventory.h"

namespace vpclab::scenario {
namespace {

using control::Inventory;

constexpr std::string_view kNone = "none";

/// The resource behind a name, or null.
template <class Table>
auto find_in(const Table& table, const std::string& id) -> decltype(table.find({})) {
  const auto parsed = Table::Id::parse(id);
  return parsed.has_value() ? table.find(*parsed) : nullptr;
}

void compare(std::string_view what, const std::string& wanted, const std::string& found,
             CheckOutcome& judged) {
  const auto append = [what](std::string& text, const std::string& value) {
    text += (text.empty() ? "" : ", ") + std::string(what) + ' ' + value;
  };
  append(judged.expected, wanted);
  append(judged.observed, found);
  judged.passed = judged.passed && wanted == found;
}

/// The route to a destination: a static one, or the local one of a block of the VPC (RT-7).
struct FoundRoute {
  std::string state{kNone};
  std::string target{kNone};
};

FoundRoute find_route(const Inventory& inventory, const control::RouteTable& table,
                      const std::string& destination) {
  const auto prefix = wire::Ipv4Prefix::parse(destination);
  if (!prefix.has_value()) {
    return {};
  }
  for (const control::Route& route : table.routes) {
    if (to_string(route.destination) == destination) {
      return {std::string(to_string(route_state(inventory, table, route))),
              route.instance.empty() ? route.target.text() : route.instance.text()};
    }
  }
  for (const control::VpcCidr& cidr : inventory.vpcs.get(table.vpc).cidrs) {
    if (cidr.in_effect() && to_string(cidr.prefix) == destination) {
      return {"active", "local"};
    }
  }
  return {};
}

}  // namespace

void judge_peering(const PeeringCheck& check, const Inventory& inventory,
                   const NameResolver& resolve, CheckOutcome& judged) {
  const std::string id = resolve(check.peering.value);
  const auto* peering = find_in(inventory.peering_connections, id);
  judged.passed = true;
  judged.rule = id;
  compare("status", check.status.value,
          peering == nullptr ? "none" : std::string(to_string(peering->state)), judged);
  if (peering != nullptr && !peering->message.empty()) {
    judged.observed += " (" + peering->message + ')';
  }
}

void judge_route(const RouteCheck& check, const Inventory& inventory, const NameResolver& resolve,
                 CheckOutcome& judged) {
  const std::string id = resolve(check.table.value);
  const auto* table = find_in(inventory.route_tables, id);
  judged.passed = true;
  judged.rule = id;
  const FoundRoute route = table == nullptr
                               ? FoundRoute{}
                               : find_route(inventory, *table, resolve(check.destination.value));
  if (check.state.has_value()) {
    compare("state", check.state->value, route.state, judged);
  }
  if (check.target.has_value()) {
    compare("target", resolve(check.target->value), route.target, judged);
  }
}

void judge_instance(const InstanceCheck& check, const Inventory& inventory,
                    const NameResolver& resolve, CheckOutcome& judged) {
  const std::string id = resolve(check.instance.value);
  const auto* instance = find_in(inventory.instances, id);
  const auto* interface = instance == nullptr
                              ? nullptr
                              : inventory.network_interfaces.find(instance->primary_interface);
  judged.passed = true;
  judged.rule = id;
  if (check.state.has_value()) {
    compare("state", check.state->value,
            instance == nullptr ? std::string(kNone) : std::string(to_string(instance->state)),
            judged);
  }
  if (check.public_ip.has_value()) {
    const bool has_one = interface != nullptr && interface->primary.has_public();
    compare("public address", resolve(check.public_ip->value),
            has_one ? to_string(interface->primary.public_address) : std::string(kNone), judged);
  }
  if (check.private_ip.has_value()) {
    compare(
        "private address", resolve(check.private_ip->value),
        interface == nullptr ? std::string(kNone) : to_string(interface->primary.private_address),
        judged);
  }
}

}  // namespace vpclab::scenario
