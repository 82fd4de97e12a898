#include "emulator/scenario/states.h"

#include <algorithm>
#include <string>
#include <vector>

#include "emulator/control/inventory.h"
#include "emulator/world/instance_metadata.h"

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

/// Something that is to have a value.
struct Wanted {
  std::string_view what;
  std::string value;
};

std::vector<Wanted> wanted_of(const PeeringCheck& check, const NameResolver& /*resolve*/) {
  return {{"status", check.status.value}};
}

std::vector<Wanted> wanted_of(const RouteCheck& check, const NameResolver& resolve) {
  std::vector<Wanted> wanted;
  if (check.state.has_value()) {
    wanted.push_back({"state", check.state->value});
  }
  if (check.target.has_value()) {
    wanted.push_back({"target", resolve(check.target->value)});
  }
  return wanted;
}

std::vector<Wanted> wanted_of(const InstanceCheck& check, const NameResolver& resolve) {
  std::vector<Wanted> wanted;
  if (check.state.has_value()) {
    wanted.push_back({"state", check.state->value});
  }
  if (check.public_ip.has_value()) {
    wanted.push_back({"public address", resolve(check.public_ip->value)});
  }
  if (check.private_ip.has_value()) {
    wanted.push_back({"private address", resolve(check.private_ip->value)});
  }
  return wanted;
}

std::vector<Wanted> wanted_of(const MetadataCheck& check, const NameResolver& resolve) {
  return {{check.path.value, resolve(check.value.value)}};
}

void append(std::string& text, std::string_view what, const std::string& value) {
  text += (text.empty() ? "" : ", ") + std::string(what) + ' ' + value;
}

std::string text_of(const std::vector<Wanted>& wanted) {
  std::string text;
  for (const Wanted& one : wanted) {
    append(text, one.what, one.value);
  }
  return text;
}

/// `found` says what there is instead of what is wanted.
template <class Found>
void compare(const std::vector<Wanted>& wanted, Found found, CheckOutcome& judged) {
  judged.passed = true;
  judged.expected = text_of(wanted);
  for (const Wanted& one : wanted) {
    const std::string value = found(one.what);
    append(judged.observed, one.what, value);
    judged.passed = judged.passed && value == one.value;
  }
}

/// The route to a destination: a static one, or the local one of a block of the VPC (RT-7) or of
/// EC2-Classic (CL-1).
struct FoundRoute {
  std::string state{kNone};
  std::string target{kNone};
};

FoundRoute find_route(const Inventory& inventory, const control::RouteTable& table,
                      const std::string& destination) {
  const auto list = api::ManagedPrefixListId::parse(destination);
  for (const control::Route& route : table.routes) {
    const bool is_meant = route.to_prefix_list() ? list.has_value() && route.prefix_list == *list
                                                 : to_string(route.destination) == destination;
    if (is_meant) {
      return {std::string(to_string(route_state(inventory, table, route))),
              route.instance.empty() ? route.target.text() : route.instance.text()};
    }
  }
  const control::Vpc& vpc = inventory.vpcs.get(table.vpc);
  const bool is_own =
      std::any_of(vpc.cidrs.begin(), vpc.cidrs.end(), [&](const control::VpcCidr& cidr) {
        return cidr.in_effect() && to_string(cidr.prefix) == destination;
      });
  const bool is_classic =
      destination == to_string(control::kClassicBlock) && inventory.has_classic_route(vpc);
  return is_own || is_classic ? FoundRoute{"active", "local"} : FoundRoute{};
}

/// The addresses of an instance's primary interface, or of EC2-Classic; 0.0.0.0: none.
struct Addresses {
  wire::Ipv4Address private_address;
  wire::Ipv4Address public_address;
};

Addresses addresses_of(const Inventory& inventory, const control::Instance& instance) {
  if (instance.in_classic()) {
    return {instance.classic->private_address, instance.classic->public_address};
  }
  const auto* interface = inventory.network_interfaces.find(instance.primary_interface);
  return interface == nullptr
             ? Addresses{}
             : Addresses{interface->primary.private_address, interface->primary.public_address};
}

std::string text_of(wire::Ipv4Address address) {
  return address.is_unspecified() ? std::string(kNone) : to_string(address);
}

}  // namespace

std::string expected_text(const PeeringCheck& check, const NameResolver& resolve) {
  return text_of(wanted_of(check, resolve));
}

std::string expected_text(const RouteCheck& check, const NameResolver& resolve) {
  return text_of(wanted_of(check, resolve));
}

std::string expected_text(const InstanceCheck& check, const NameResolver& resolve) {
  return text_of(wanted_of(check, resolve));
}

std::string expected_text(const MetadataCheck& check, const NameResolver& resolve) {
  return text_of(wanted_of(check, resolve));
}

void judge_peering(const PeeringCheck& check, const Inventory& inventory,
                   const NameResolver& resolve, CheckOutcome& judged) {
  judged.rule = resolve(check.peering.value);
  const auto* peering = find_in(inventory.peering_connections, judged.rule);
  std::string status(peering == nullptr ? kNone : to_string(peering->state));
  compare(
      wanted_of(check, resolve), [&status](std::string_view) { return status; }, judged);
  if (peering != nullptr && !peering->message.empty()) {
    judged.observed += " (" + peering->message + ')';
  }
}

void judge_route(const RouteCheck& check, const Inventory& inventory, const NameResolver& resolve,
                 CheckOutcome& judged) {
  judged.rule = resolve(check.table.value);
  const auto* table = find_in(inventory.route_tables, judged.rule);
  const FoundRoute route = table == nullptr
                               ? FoundRoute{}
                               : find_route(inventory, *table, resolve(check.destination.value));
  compare(
      wanted_of(check, resolve),
      [&route](std::string_view what) { return what == "state" ? route.state : route.target; },
      judged);
}

void judge_instance(const InstanceCheck& check, const Inventory& inventory,
                    const NameResolver& resolve, CheckOutcome& judged) {
  judged.rule = resolve(check.instance.value);
  const auto* instance = find_in(inventory.instances, judged.rule);
  const Addresses addresses =
      instance == nullptr ? Addresses{} : addresses_of(inventory, *instance);
  std::string state(instance == nullptr ? kNone : to_string(instance->state));
  compare(
      wanted_of(check, resolve),
      [&](std::string_view what) {
        if (what == "state") {
          return state;
        }
        return text_of(what == "public address" ? addresses.public_address
                                                : addresses.private_address);
      },
      judged);
}

void judge_metadata(const MetadataCheck& check, const Inventory& inventory,
                    const NameResolver& resolve, CheckOutcome& judged) {
  judged.rule = resolve(check.instance.value);
  const auto* instance = find_in(inventory.instances, judged.rule);
  const std::optional<std::string> value =
      instance == nullptr ? std::nullopt : world::metadata(inventory, *instance, check.path.value);
  compare(
      wanted_of(check, resolve),
      [&value](std::string_view) { return value.value_or(std::string(kNone)); }, judged);
}

}  // namespace vpclab::scenario
