// Instances.
#include <algorithm>

#include <fmt/format.h>

#include "emulator/control/inventory.h"
#include "emulator/node/instance.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {

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
      subnet->id, in_one_line(interface.groups, "\",\""), text(address), interface.auto_public);
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
    recording_.add_remark(fmt::format("{} {} what is not for it: no step can say so", instance->id,
                                      instance->forwards ? "passes on" : "no longer passes on"));
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
