// EC2-Classic and ClassicLink (CLC-*, CL-1…14).
#include <algorithm>

#include <fmt/format.h>

#include "emulator/control/classic.h"
#include "emulator/control/inventory.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {
namespace {

const Cidr kTen = Cidr::parse("10.0.0.0/8");

}  // namespace

void Lab::grant_classic(const Wish& wish) {
  switch (wish.kind) {
    case WishKind::kEnableLinks:
      return enable_links(wish);
    case WishKind::kDisableLinks:
      return disable_links(wish);
    case WishKind::kClassicGroup:
      return make_classic_group(wish);
    case WishKind::kClassic:
      return launch_classic(wish);
    case WishKind::kLink:
      return link(wish);
    case WishKind::kUnlink:
      return unlink(wish);
    case WishKind::kStopClassic:
      return stop_classic(wish);
    default:
      return start_classic(wish);
  }
}

/// CL-3, CL-22: a static route of the VPC within 10.0.0.0/8.
bool Lab::has_route_in_ten(const std::string& vpc) const {
  for (const std::vector<Table>* tables : {&network_.tables, &network_.gateway_tables}) {
    for (const Table& table : *tables) {
      for (const Route& route : table.routes) {
        if (table.vpc == vpc && (route.destination.within(kTen) || !route.prefix_list.empty())) {
          return true;
        }
      }
    }
  }
  return false;
}

void Lab::enable_links(const Wish& wish) {
  Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr || vpc->classic_link || vpc->account != kClassicAccount ||
      has_route_in_ten(vpc->id)) {
    return;
  }
  for (const Cidr& cidr : vpc->cidrs) {  // CL-5
    if (cidr.within(kTen) && !cidr.within(Cidr::parse("10.0.0.0/16")) &&
        !cidr.within(Cidr::parse("10.1.0.0/16"))) {
      return;
    }
  }
  if (call(*vpc, "ec2 enable-vpc-classic-link --vpc-id " + vpc->id)) {
    vpc->classic_link = true;
  }
}

void Lab::disable_links(const Wish& wish) {
  Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr || !vpc->classic_link) {
    return;
  }
  for (const ClassicInstance& instance : network_.classics) {  // CL-8
    if (instance.vpc == vpc->id) {
      return;
    }
  }
  if (call(*vpc, "ec2 disable-vpc-classic-link --vpc-id " + vpc->id)) {
    vpc->classic_link = false;
  }
}

void Lab::make_classic_group(const Wish& wish) {
  Group group{next_id("sg"), {}, {}, std::string(kClassicAccount), "us-east-1"};
  if (wish.a % 8 == 0) {
    group.region = "eu-west-1";
  }
  if (call(group.account, group.region,
           fmt::format("ec2 create-security-group --group-name group-{} --description x",
                       group.id.substr(3)),
           group.id)) {
    network_.groups.push_back(group);
  }
}

void Lab::launch_classic(const Wish& wish) {
  std::vector<const Group*> groups;
  for (const Group& group : network_.groups) {
    if (group.vpc.empty()) {
      groups.push_back(&group);
    }
  }
  if (groups.empty() || network_.classics.size() >= 4) {
    return;
  }
  const Group& group = **pick(groups, wish.a);
  ClassicInstance instance;
  instance.id = next_id("i");
  instance.account = group.account;
  instance.region = group.region;
  instance.groups = {group.id};
  if (call(group.account, group.region,
           "ec2 run-instances --image-id al2023 --count 1 --security-group-ids " + group.id,
           instance.id)) {
    learn_classic(instance);
    network_.classics.push_back(instance);
  }
}

void Lab::learn_classic(ClassicInstance& instance) {
  const control::ClassicPart& part =
      *inventory().instances.get(*api::InstanceId::parse(instance.id)).classic;
  instance.private_address = part.private_address.to_host_order();
  instance.public_address = part.public_address.to_host_order();
  say(fmt::format("#   its addresses: {} {}", text(instance.private_address),
                  text(instance.public_address)));
}

/// CL-11.
void Lab::link(const Wish& wish) {
  ClassicInstance* instance = pick(network_.classics, wish.a);
  std::vector<const Vpc*> vpcs;
  for (const Vpc& vpc : network_.vpcs) {
    if (vpc.classic_link && instance != nullptr && vpc.region == instance->region) {
      vpcs.push_back(&vpc);
    }
  }
  if (vpcs.empty() || instance->state != InstanceState::kRunning || !instance->vpc.empty()) {
    return;
  }
  const Vpc& vpc = **pick(vpcs, wish.b);
  const std::vector<std::string> groups = some_groups(vpc.id, wish.c);
  if (call(vpc, fmt::format("ec2 attach-classic-link-vpc --instance-id {} --vpc-id {} --groups {}",
                            instance->id, vpc.id, fmt::join(groups, " ")))) {
    instance->vpc = vpc.id;
    instance->link_groups = groups;
  }
}

void Lab::unlink(const Wish& wish) {
  ClassicInstance* instance = pick(network_.classics, wish.a);
  if (instance != nullptr && !instance->vpc.empty() &&
      call(instance->account, instance->region,
           fmt::format("ec2 detach-classic-link-vpc --instance-id {} --vpc-id {}", instance->id,
                       instance->vpc))) {
    instance->vpc.clear();
    instance->link_groups.clear();
    oracle_.flows().doubt(instance->id + " link");
  }
}

/// CL-13, CLC-2: unlinked, and its addresses go.
void Lab::stop_classic(const Wish& wish) {
  ClassicInstance* instance = pick(network_.classics, wish.a);
  if (instance != nullptr && instance->state == InstanceState::kRunning &&
      call(instance->account, instance->region,
           "ec2 stop-instances --instance-ids " + instance->id)) {
    instance->state = InstanceState::kStopped;
    instance->private_address = 0;
    instance->public_address = 0;
    instance->vpc.clear();
    instance->link_groups.clear();
    oracle_.flows().doubt(instance->id);
    oracle_.flows().doubt(instance->id + " link");
  }
}

void Lab::start_classic(const Wish& wish) {
  ClassicInstance* instance = pick(network_.classics, wish.a);
  if (instance != nullptr && instance->state == InstanceState::kStopped &&
      call(instance->account, instance->region,
           "ec2 start-instances --instance-ids " + instance->id)) {
    instance->state = InstanceState::kRunning;
    learn_classic(*instance);
  }
}

}  // namespace vpclab::oracle
