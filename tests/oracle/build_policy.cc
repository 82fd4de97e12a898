// Security groups and network ACLs.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "emulator/control/inventory.h"
#include "tests/oracle/build.h"

namespace vpclab::oracle {
namespace {

struct Traffic {
  int protocol;
  int from;
  int to;
};

/// What rules are about; 47 is GRE, a protocol without ports.
constexpr std::array kTraffic{
    Traffic{-1, -1, -1},   Traffic{1, -1, -1},   Traffic{1, 8, -1},        Traffic{1, 8, 0},
    Traffic{17, 0, 65535}, Traffic{6, 0, 65535}, Traffic{17, 1000, 2000},  Traffic{6, 1000, 2000},
    Traffic{1, 0, -1},     Traffic{1, 3, -1},    Traffic{17, 53, 53},      Traffic{6, 22, 22},
    Traffic{1, 13, -1},    Traffic{47, -1, -1},  Traffic{17, 33434, 33534}};

std::string protocol_name(int protocol) {
  switch (protocol) {
    case kIcmp:
      return "icmp";
    case kTcp:
      return "tcp";
    case kUdp:
      return "udp";
    default:
      return std::to_string(protocol);
  }
}

/// A rule as `--ip-permissions` reads it.
std::string permission(const GroupRule& rule, const std::string& account) {
  std::string text = fmt::format(R"([{{"IpProtocol":"{}")", protocol_name(rule.protocol));
  if (rule.protocol == kIcmp || rule.protocol == kTcp || rule.protocol == kUdp) {
    text += fmt::format(R"(,"FromPort":{},"ToPort":{})", rule.from, rule.to);
  }
  if (!rule.prefix_list.empty()) {
    return text + fmt::format(R"(,"PrefixListIds":[{{"PrefixListId":"{}"}}]}}])", rule.prefix_list);
  }
  text += rule.cidr ? fmt::format(R"(,"IpRanges":[{{"CidrIp":"{}"}}]}}])", oracle::text(*rule.cidr))
                    : fmt::format(R"(,"UserIdGroupPairs":[{{"GroupId":"{}","UserId":"{}"}}]}}])",
                                  rule.group, account);
  return text;
}

}  // namespace

void Lab::grant_policy(const Wish& wish) {
  switch (wish.kind) {
    case WishKind::kGroup:
      return make_group(wish);
    case WishKind::kGroupRule:
      return add_group_rule(wish);
    case WishKind::kDropGroupRule:
      return drop_group_rule(wish);
    case WishKind::kAcl:
      return make_acl(wish);
    case WishKind::kAclEntry:
      return add_acl_entry(wish);
    case WishKind::kDropAclEntry:
      return drop_acl_entry(wish);
    default:
      return use_acl(wish);
  }
}

void Lab::make_group(const Wish& wish) {
  const Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr) {
    return;
  }
  Group group{next_id("sg"), vpc->id, {}, vpc->account, vpc->region};
  if (call(*vpc,
           fmt::format("ec2 create-security-group --group-name {} --description x --vpc-id {}",
                       "group-" + group.id.substr(3), vpc->id),
           group.id)) {
    group.rules.push_back({.egress = true, .cidr = Cidr{0, 0}, .group = {}, .id = {}});  // SG-5
    network_.groups.push_back(group);
  }
}

void Lab::choose_peer(GroupRule& rule, const Group& group, std::uint32_t choice) const {
  std::vector<Cidr> cidrs(4, Cidr{0, 0});
  cidrs.insert(cidrs.end(), 2, Cidr::parse("10.0.0.0/8"));
  cidrs.push_back(Cidr::parse("8.0.0.0/8"));
  for (const Vpc& other : network_.vpcs) {
    cidrs.push_back(other.cidrs.front());
  }
  for (const Interface& interface : network_.interfaces) {
    cidrs.push_back(Cidr::of(interface.addresses.front().private_address, 32));
    if (interface.addresses.front().public_address != 0) {
      cidrs.push_back(Cidr::of(interface.addresses.front().public_address, 32));
    }
  }
  for (const ClassicInstance& instance : network_.classics) {
    cidrs.push_back(Cidr::of(instance.private_address, 32));
  }
  std::vector<std::string> groups;  // SG-13, CLC-3
  for (const Group& other : network_.groups) {
    const bool near = other.vpc == group.vpc && other.region == group.region;
    const bool far = !near && !other.vpc.empty() && !group.vpc.empty() &&
                     other.region == group.region &&
                     network_.active_peering(other.vpc, group.vpc) != nullptr;
    if (near || far) {
      groups.insert(groups.end(), far ? 3 : 1, other.id);
    }
  }
  const PrefixList* list = pick(network_.prefix_lists, choice / 7);
  if (choice % 7 == 0 && list != nullptr && !group.vpc.empty() && list->account == group.account &&
      list->region == group.region) {
    rule.prefix_list = list->id;
  } else if (choice % 3 == 0) {
    rule.group = *pick(groups, choice / 3);
  } else {
    rule.cidr = *pick(cidrs, choice / 3);
  }
}

void Lab::add_group_rule(const Wish& wish) {
  Group* group = pick(network_.groups, wish.a);
  if (group == nullptr) {
    return;
  }
  const Traffic& traffic = kTraffic[wish.c % kTraffic.size()];
  if (group->vpc.empty() && (traffic.protocol == -1 || traffic.protocol == 47)) {
    return;  // EC2-Classic knows three protocols
  }
  GroupRule rule;
  rule.egress = wish.b % 5 == 0 && !group->vpc.empty();  // CLC-3
  rule.protocol = traffic.protocol;
  rule.from = traffic.from;
  rule.to = traffic.to;
  choose_peer(rule, *group, wish.d);
  put_group_rule(*group, rule);
}

/// SG-19: unless it is there already.
void Lab::put_group_rule(Group& group, const GroupRule& rule) {
  const bool known =
      std::any_of(group.rules.begin(), group.rules.end(),
                  [&](const GroupRule& other) { return other.same_traffic_as(rule); });
  const std::string account =
      rule.group.empty() ? std::string() : find(network_.groups, rule.group)->account;
  if (!known &&
      call(group.account, group.region,
           fmt::format("ec2 authorize-security-group-{} --group-id {} --ip-permissions '{}'",
                       rule.egress ? "egress" : "ingress", group.id, permission(rule, account)))) {
    group.rules.push_back(rule);
  }
}

void Lab::drop_group_rule(const Wish& wish) {
  Group* group = pick(network_.groups, wish.a);
  if (group == nullptr || group->rules.empty()) {
    return;
  }
  const auto rule =
      group->rules.begin() + static_cast<std::ptrdiff_t>(wish.b % group->rules.size());
  const std::string account =
      rule->group.empty() ? std::string() : find(network_.groups, rule->group)->account;
  if (call(group->account, group->region,
           fmt::format("ec2 revoke-security-group-{} --group-id {} --ip-permissions '{}'",
                       rule->egress ? "egress" : "ingress", group->id,
                       permission(*rule, account)))) {
    group->rules.erase(rule);
  }
}

/// ACL-5: a new list blocks everything; most get a last entry that allows the rest.
void Lab::make_acl(const Wish& wish) {
  const Vpc* vpc = pick(network_.vpcs, wish.a);
  if (vpc == nullptr) {
    return;
  }
  const std::string id = next_id("acl");
  if (!call(*vpc, "ec2 create-network-acl --vpc-id " + vpc->id, id)) {
    return;
  }
  network_.acls.push_back({id, vpc->id, false, {}});
  if (wish.b % 4 != 0) {
    write_entry(network_.acls.back(), {.egress = false, .number = 300, .cidr = {}});
    write_entry(network_.acls.back(), {.egress = true, .number = 300, .cidr = {}});
  }
}

void Lab::write_entry(Acl& acl, const AclEntry& entry) {
  const auto known =
      std::find_if(acl.entries.begin(), acl.entries.end(), [&](const AclEntry& other) {
        return other.egress == entry.egress && other.number == entry.number;
      });
  std::string line = fmt::format(
      "ec2 {}-network-acl-entry --network-acl-id {} {} --rule-number {} --protocol {} "
      "--rule-action {} --cidr-block {}",
      known == acl.entries.end() ? "create" : "replace", acl.id,
      entry.egress ? "--egress" : "--ingress", entry.number, entry.protocol,
      entry.allow ? "allow" : "deny", text(entry.cidr));
  if (entry.protocol == kTcp || entry.protocol == kUdp) {
    line += fmt::format(" --port-range From={},To={}", entry.from, entry.to);
  } else if (entry.protocol == kIcmp) {
    line += fmt::format(" --icmp-type-code Type={},Code={}", entry.from, entry.to);
  }
  if (!call(vpc_of(acl.vpc), line)) {
    return;
  }
  if (known == acl.entries.end()) {
    acl.entries.push_back(entry);
  } else {
    *known = entry;
  }
}

void Lab::add_acl_entry(const Wish& wish) {
  Acl* acl = pick(network_.acls, wish.a);
  if (acl == nullptr) {
    return;
  }
  const Traffic& traffic = kTraffic[wish.d % kTraffic.size()];
  std::vector<Cidr> cidrs(4, Cidr{0, 0});
  for (const Vpc& vpc : network_.vpcs) {
    cidrs.push_back(vpc.cidrs.front());
  }
  for (const Interface& interface : network_.interfaces) {
    cidrs.push_back(Cidr::of(interface.addresses.front().private_address, 32));
  }
  write_entry(*acl, {.egress = wish.c % 2 == 0,
                     .number = static_cast<int>(10 + 30 * (wish.b % 8)),
                     .allow = wish.c % 3 != 0,
                     .protocol = traffic.protocol,
                     .from = traffic.from,
                     .to = traffic.to,
                     .cidr = *pick(cidrs, wish.c / 6)});
}

void Lab::drop_acl_entry(const Wish& wish) {
  Acl* acl = pick(network_.acls, wish.a);
  if (acl == nullptr || acl->entries.empty()) {
    return;
  }
  const auto entry =
      acl->entries.begin() + static_cast<std::ptrdiff_t>(wish.b % acl->entries.size());
  if (call(vpc_of(acl->vpc),
           fmt::format("ec2 delete-network-acl-entry --network-acl-id {} {} --rule-number {}",
                       acl->id, entry->egress ? "--egress" : "--ingress", entry->number))) {
    acl->entries.erase(entry);
  }
}

void Lab::use_acl(const Wish& wish) {
  Subnet* subnet = pick(network_.subnets, wish.a);
  const Acl* acl = pick(network_.acls, wish.b);
  if (subnet == nullptr || acl->vpc != subnet->vpc || acl->id == subnet->acl) {
    return;
  }
  if (call(vpc_of(subnet->vpc),
           fmt::format("ec2 replace-network-acl-association --association-id {} "
                       "--network-acl-id {}",
                       subnet->acl_association, acl->id))) {
    subnet->acl = acl->id;
    subnet->acl_association =
        inventory().subnets.get(*api::SubnetId::parse(subnet->id)).network_acl_association.text();
  }
}

}  // namespace vpclab::oracle
