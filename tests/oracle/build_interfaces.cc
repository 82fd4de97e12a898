// Interfaces, their addresses and groups, Elastic addresses.
#include <algorithm>

#include <fmt/format.h>

#include "emulator/control/inventory.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {

void Lab::add_interface(const Wish& wish) {
  const Instance* instance = pick(network_.instances, wish.a);
  const Subnet* subnet = pick(network_.subnets, wish.b);
  if (instance == nullptr || instance->state == InstanceState::kTerminated ||
      subnet->vpc != instance->vpc || subnet->zone != instance->zone) {
    return;
  }
  const std::uint32_t address = free_address(*subnet, wish.c);
  const auto count =
      std::count_if(network_.interfaces.begin(), network_.interfaces.end(),
                    [&](const Interface& interface) { return interface.instance == instance->id; });
  if (address == 0 || count > 2) {
    return;
  }
  Interface interface;
  interface.id = next_id("eni");
  interface.vpc = subnet->vpc;
  interface.subnet = subnet->id;
  interface.addresses = {{address, 0}};
  interface.groups = some_groups(subnet->vpc, wish.d);
  if (!call(vpc_of(subnet->vpc),
            fmt::format("ec2 create-network-interface --subnet-id {} --private-ip-address {} "
                        "--groups {}",
                        subnet->id, text(address), in_one_line(interface.groups, " ")),
            interface.id)) {
    return;
  }
  network_.interfaces.push_back(interface);
  for (int index = 1; index < 8; ++index) {
    bool taken = false;
    for (const control::NetworkInterface& other : inventory().network_interfaces) {
      taken = taken || (other.instance.text() == instance->id && other.device_index == index);
    }
    if (taken) {
      continue;
    }
    if (call(vpc_of(subnet->vpc),
             fmt::format("ec2 attach-network-interface --network-interface-id {} --instance-id {} "
                         "--device-index {}",
                         interface.id, instance->id, index))) {
      Interface& made = network_.interfaces.back();
      made.instance = instance->id;
      made.attachment = inventory()
                            .network_interfaces.get(*api::NetworkInterfaceId::parse(made.id))
                            .attachment.text();
    }
    return;
  }
}

void Lab::detach_interface(const Wish& wish) {
  Interface* interface = pick(network_.interfaces, wish.a);
  if (interface == nullptr || interface->attachment.empty()) {
    return;
  }
  const Vpc& vpc = vpc_of(interface->vpc);
  if (!call(vpc, "ec2 detach-network-interface --attachment-id " + interface->attachment)) {
    return;
  }
  oracle_.flows().doubt(interface->id);
  interface->attachment.clear();
  interface->instance.clear();
  if (wish.b % 2 == 0 &&
      call(vpc, "ec2 delete-network-interface --network-interface-id " + interface->id)) {
    for (Elastic& elastic : network_.elastics) {
      if (elastic.interface == interface->id) {
        elastic.interface.clear();
      }
    }
    network_.interfaces.erase(network_.interfaces.begin() + (interface - &network_.interfaces[0]));
  }
  learn_publics();
}

void Lab::add_secondary(const Wish& wish) {
  Interface* interface = pick(network_.interfaces, wish.a);
  if (interface == nullptr || interface->addresses.size() > 2) {
    return;
  }
  const std::uint32_t address = free_address(*find(network_.subnets, interface->subnet), wish.b);
  if (address != 0 && call(vpc_of(interface->vpc),
                           fmt::format("ec2 assign-private-ip-addresses --network-interface-id {} "
                                       "--private-ip-addresses {}",
                                       interface->id, text(address)))) {
    interface->addresses.push_back({address, 0});
  }
}

void Lab::set_check(const Wish& wish) {
  Interface* interface = pick(network_.interfaces, wish.a);
  if (interface == nullptr) {
    return;
  }
  const bool on = wish.b % 3 == 0;
  if (call(vpc_of(interface->vpc),
           fmt::format("ec2 modify-network-interface-attribute --network-interface-id {} {}",
                       interface->id, on ? "--source-dest-check" : "--no-source-dest-check"))) {
    interface->source_dest_check = on;
  }
}

void Lab::set_groups(const Wish& wish) {
  Interface* interface = pick(network_.interfaces, wish.a);
  if (interface == nullptr) {
    return;
  }
  const std::vector<std::string> groups = some_groups(interface->vpc, wish.b);
  if (call(vpc_of(interface->vpc),
           fmt::format("ec2 modify-network-interface-attribute --network-interface-id {} "
                       "--groups {}",
                       interface->id, in_one_line(groups, " ")))) {
    interface->groups = groups;
  }
}

/// EIP-3…7. Which public addresses follow from it is the control plane's affair: they are learnt.
void Lab::associate_elastic(const Wish& wish) {
  const Interface* interface = pick(network_.interfaces, wish.a);
  if (interface == nullptr || vpc_of(interface->vpc).gateway.empty()) {
    return;
  }
  const Vpc& vpc = vpc_of(interface->vpc);
  Elastic* elastic = pick(network_.elastics, wish.c);
  if (elastic == nullptr || wish.c % 3 != 0 || elastic->account != vpc.account ||
      elastic->region != vpc.region || belongs_to_nat(*elastic)) {
    Elastic made{.id = next_id("eipalloc"),
                 .account = vpc.account,
                 .region = vpc.region,
                 .association = {},
                 .interface = {}};
    if (!call(vpc, "ec2 allocate-address --domain vpc", made.id)) {
      return;
    }
    network_.elastics.push_back(made);
    elastic = &network_.elastics.back();
  }
  if (call(vpc, fmt::format("ec2 associate-address --allocation-id {} --network-interface-id {} "
                            "--private-ip-address {} --allow-reassociation",
                            elastic->id, interface->id,
                            text(pick(interface->addresses, wish.b)->private_address)))) {
    learn_publics();
  }
}

void Lab::disassociate_elastic(const Wish& wish) {
  const Elastic* elastic = pick(network_.elastics, wish.a);
  if (elastic != nullptr && !elastic->association.empty() && !belongs_to_nat(*elastic) &&
      call(elastic->account, elastic->region,
           "ec2 disassociate-address --association-id " + elastic->association)) {
    learn_publics();
  }
}

void Lab::learn_publics() {
  for (Interface& interface : network_.interfaces) {
    const control::NetworkInterface& known =
        inventory().network_interfaces.get(*api::NetworkInterfaceId::parse(interface.id));
    for (std::size_t i = 0; i < interface.addresses.size(); ++i) {
      interface.addresses[i].public_address = known.address(i).public_address.to_host_order();
    }
  }
  for (Elastic& elastic : network_.elastics) {
    const control::ElasticAddress& known =
        inventory().elastic_addresses.get(*api::AllocationId::parse(elastic.id));
    elastic.address = known.public_address.to_host_order();
    elastic.association = known.association.empty() ? "" : known.association.text();
    elastic.interface = known.network_interface.empty() ? "" : known.network_interface.text();
  }
}

}  // namespace vpclab::oracle
