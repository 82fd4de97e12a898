// Instances, interfaces, Elastic addresses.
#include <algorithm>

#include <fmt/format.h>

#include "emulator/control/inventory.h"
#include "emulator/node/instance.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

}  // namespace

void Lab::grant_host(const Wish& wish) {
  switch (wish.kind) {
    case WishKind::kInstance:
      return launch(wish);
    case WishKind::kInterface:
      return add_interface(wish);
    case WishKind::kDetachInterface:
      return detach_interface(wish);
    case WishKind::kSecondary:
      return add_secondary(wish);
    case WishKind::kCheck:
      return set_check(wish);
    case WishKind::kForward:
      return set_forward(wish);
    case WishKind::kGroups:
      return set_groups(wish);
    case WishKind::kElastic:
      return associate_elastic(wish);
    case WishKind::kDropElastic:
      return disassociate_elastic(wish);
    case WishKind::kStop:
      return stop(wish);
    case WishKind::kStart:
      return start(wish);
    case WishKind::kReboot:
      return reboot(wish);
    case WishKind::kNat:
      return make_nat(wish);
    case WishKind::kDropNat:
      return delete_nat(wish);
    case WishKind::kUseNat:
      return use_nat(wish);
    default:
      return terminate(wish);
  }
}

/// An address of the subnet that nobody has; 0 if all that are tried are taken.
std::uint32_t Lab::free_address(const Subnet& subnet, std::uint32_t choice) const {
  for (std::uint32_t i = 0; i < 8; ++i) {
    const std::uint32_t address = subnet.cidr.base + 4 + (choice + i) % 10;
    if (!subnet.is_reserved(address) && network_.owner(subnet.vpc, address) == nullptr &&
        network_.nat_at(subnet.vpc, address) == nullptr) {
      return address;
    }
  }
  return 0;
}

/// One or two groups of a VPC.
std::vector<std::string> Lab::some_groups(const std::string& vpc, std::uint32_t choice) const {
  std::vector<std::string> all;
  for (const Group& group : network_.groups) {
    if (group.vpc == vpc) {
      all.push_back(group.id);
    }
  }
  std::vector<std::string> some{*pick(all, choice)};
  const std::string& other = *pick(all, choice / 16);
  if (choice % 3 == 0 && other != some.front()) {
    some.push_back(other);
  }
  return some;
}

void Lab::launch(const Wish& wish) {
  const Subnet* subnet = pick(network_.subnets, wish.a);
  const std::uint32_t address = subnet == nullptr ? 0 : free_address(*subnet, wish.b);
  if (address == 0) {
    return;
  }
  Instance instance{next_id("i"), subnet->vpc, subnet->zone};
  Interface interface;
  interface.vpc = subnet->vpc;
  interface.subnet = subnet->id;
  interface.instance = instance.id;
  interface.addresses = {{address, 0}};
  interface.groups = some_groups(subnet->vpc, wish.c);
  interface.auto_public = wish.d % 4 == 0;
  const std::string line = fmt::format(
      "ec2 run-instances --image-id al2023 --count 1 --network-interfaces "
      "'[{{\"DeviceIndex\":0,\"SubnetId\":\"{}\",\"Groups\":[\"{}\"],\"PrivateIpAddress\":\"{}\","
      "\"AssociatePublicIpAddress\":{}}}]'",
      subnet->id, joined(interface.groups, "\",\""), text(address), interface.auto_public);
  if (!call(vpc_of(subnet->vpc), line, instance.id)) {
    return;
  }
  interface.id =
      inventory().instances.get(*api::InstanceId::parse(instance.id)).primary_interface.text();
  say("#   its interface: " + interface.id);
  network_.instances.push_back(instance);
  network_.interfaces.push_back(interface);
  learn_publics();
}

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
                        subnet->id, text(address), joined(interface.groups, " ")),
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

void Lab::set_forward(const Wish& wish) {
  Instance* instance = pick(network_.instances, wish.a);
  if (instance == nullptr) {
    return;
  }
  if (node::Instance* guest = world_.instance(*api::InstanceId::parse(instance->id))) {
    instance->forwards = wish.b % 4 != 0;
    say(fmt::format("# sysctl net.ipv4.ip_forward={} on {}", instance->forwards ? 1 : 0,
                    instance->id));
    guest->set_ip_forward(instance->forwards);
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
                       interface->id, joined(groups, " ")))) {
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

void Lab::doubt(const Instance& instance) {
  for (const Interface& interface : network_.interfaces) {
    if (interface.instance == instance.id) {
      oracle_.flows().doubt(interface.id);
    }
  }
}

void Lab::stop(const Wish& wish) {
  Instance* instance = pick(network_.instances, wish.a);
  if (instance != nullptr && instance->state == InstanceState::kRunning &&
      call(vpc_of(instance->vpc), "ec2 stop-instances --instance-ids " + instance->id)) {
    instance->state = InstanceState::kStopped;
    doubt(*instance);
    learn_publics();
  }
}

void Lab::start(const Wish& wish) {
  Instance* instance = pick(network_.instances, wish.a);
  if (instance != nullptr && instance->state == InstanceState::kStopped &&
      call(vpc_of(instance->vpc), "ec2 start-instances --instance-ids " + instance->id)) {
    instance->state = InstanceState::kRunning;
    learn_publics();
  }
}

void Lab::reboot(const Wish& wish) {
  Instance* instance = pick(network_.instances, wish.a);
  if (instance != nullptr && instance->state == InstanceState::kRunning &&
      call(vpc_of(instance->vpc), "ec2 reboot-instances --instance-ids " + instance->id)) {
    doubt(*instance);
  }
}

/// INST-3: the primary interface goes with it, others are detached.
void Lab::terminate(const Wish& wish) {
  Instance* instance = pick(network_.instances, wish.a);
  if (instance == nullptr || instance->state == InstanceState::kTerminated ||
      !call(vpc_of(instance->vpc), "ec2 terminate-instances --instance-ids " + instance->id)) {
    return;
  }
  instance->state = InstanceState::kTerminated;
  doubt(*instance);
  std::vector<Interface> left;
  for (Interface interface : network_.interfaces) {
    if (interface.instance == instance->id) {
      if (interface.attachment.empty()) {
        continue;
      }
      interface.instance.clear();
      interface.attachment.clear();
    }
    left.push_back(interface);
  }
  network_.interfaces = left;
  learn_publics();
}

}  // namespace vpclab::oracle
