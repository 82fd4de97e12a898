// The oracle's filters: security groups (SG-*) and network ACLs (ACL-*), rule by rule.
#include <algorithm>

#include <fmt/format.h>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/walk.h"

namespace vpclab::oracle {
namespace {

/// SG-7, SG-8, ACL-8: protocol, and ports or type and code.
bool traffic_matches(int protocol, int from, int to, const Packet& packet) {
  if (protocol == -1) {
    return true;
  }
  if (protocol != packet.protocol) {
    return false;
  }
  if (protocol == kTcp || protocol == kUdp) {
    return from <= packet.destination_port && packet.destination_port <= to;
  }
  if (protocol == kIcmp) {
    return from == -1 || (from == packet.type && (to == -1 || to == packet.code));
  }
  return true;
}

/// SG-22: the whole world.
bool is_everybody(const GroupRule& rule) { return rule.cidr && rule.cidr->length == 0; }

/// SG-22: everybody, on all ports.
bool opens_all_ports(const GroupRule& rule, int protocol) {
  return is_everybody(rule) &&
         (rule.protocol == -1 || (rule.protocol == protocol && rule.from <= 0 && rule.to >= 65535));
}

/// Whether a packet that a rule admits begins a tracked flow (SG-21, SG-22). `is_untracked`: it is
/// part of a conversation that one side's rules open to everybody and the other's on all ports.
Known begins_flow(const Packet& packet, bool is_untracked) {
  if (packet.is_answer() || packet.is_error()) {
    return Known::kNo;  // nobody asked; or about something, and no beginning
  }
  if (packet.protocol == kIcmp) {
    return packet.is_query() ? Known::kYes : Known::kPerhaps;
  }
  return (packet.protocol == kTcp || packet.protocol == kUdp) && is_untracked ? Known::kNo
                                                                              : Known::kYes;
}

}  // namespace

/// SG-10: by private address, of any interface (or linked instance, CL-15) that carries the group;
/// SG-13, SG-16: in the same VPC, or over an active peering in the region. CLC-3: Classic groups
/// name Classic groups.
bool Oracle::reference_admits(const std::string& group, const Filter& filter,
                              std::uint32_t remote) const {
  const auto carries = [&](const std::vector<std::string>& groups) {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  };
  const Group* named = find(network_.groups, group);
  if (named == nullptr || named->vpc.empty() != filter.vpc.empty()) {
    return false;
  }
  if (named->vpc.empty()) {
    return std::any_of(network_.classics.begin(), network_.classics.end(),
                       [&](const ClassicInstance& member) {
                         return carries(member.groups) && member.private_address == remote;
                       });
  }
  if (named->vpc != filter.vpc) {
    const Vpc& here = *find(network_.vpcs, filter.vpc);
    const Vpc& there = *find(network_.vpcs, named->vpc);
    if (here.region != there.region || !network_.active_peering(here.id, there.id)) {
      return false;
    }
  }
  return std::any_of(network_.interfaces.begin(), network_.interfaces.end(),
                     [&](const Interface& member) {
                       return carries(member.groups) && member.address(remote) != nullptr;
                     }) ||
         std::any_of(network_.classics.begin(), network_.classics.end(),
                     [&](const ClassicInstance& member) {
                       return carries(member.link_groups) && member.private_address == remote;
                     });
}

bool Oracle::rule_admits(const GroupRule& rule, const Filter& filter, const Packet& packet,
                         bool egress) const {
  if (rule.egress != egress || !traffic_matches(rule.protocol, rule.from, rule.to, packet)) {
    return false;
  }
  const std::uint32_t remote = egress ? packet.destination : packet.source;  // SG-9
  if (const PrefixList* list = find(network_.prefix_lists, rule.prefix_list)) {
    return std::any_of(list->entries.begin(), list->entries.end(),
                       [&](const Cidr& entry) { return entry.contains(remote); });
  }
  return rule.cidr ? rule.cidr->contains(remote) : reference_admits(rule.group, filter, remote);
}

/// An instance of EC2-Classic tracks flows by its link and in the flat network apart (CL-15).
std::string Oracle::flow_place(const Filter& filter) {
  return filter.place.rfind("i-", 0) == 0 && !filter.vpc.empty() ? filter.place + " link"
                                                                 : filter.place;
}

/// The rules that admit a packet (SG-3: of all groups), and whether it is of an untracked flow: its
/// first packet, or an answer (SG-22).
Oracle::Verdict Oracle::ask_rules(const Filter& filter, const Packet& packet, bool egress) const {
  static const GroupRule kAllOut{.egress = true, .cidr = Cidr{0, 0}, .group = {}, .id = {}};
  Verdict verdict;
  Packet answered = packet;  // what it answers, if it is an answer
  std::swap(answered.source, answered.destination);
  std::swap(answered.source_port, answered.destination_port);
  bool wide_open[2] = {false, false};            // by rule.egress
  bool opened_to_everybody[2] = {false, false};  // for the packet, or for what it answers
  const auto consider = [&](const std::string& group, const GroupRule& rule) {
    if (rule_admits(rule, filter, packet, egress)) {
      verdict.among.push_back(group + " " + rule.id);
    }
    wide_open[rule.egress] |= opens_all_ports(rule, packet.protocol);
    opened_to_everybody[rule.egress] |=
        is_everybody(rule) &&
        rule_admits(rule, filter, rule.egress == egress ? packet : answered, rule.egress);
  };
  for (const std::string& id : filter.groups) {
    for (const GroupRule& rule : find(network_.groups, id)->rules) {
      consider(id, rule);
    }
    if (filter.vpc.empty()) {
      consider(id, kAllOut);  // CLC-3
    }
  }
  verdict.begins = begins_flow(packet, (opened_to_everybody[egress] && wide_open[!egress]) ||
                                           (opened_to_everybody[!egress] && wide_open[egress]));
  return verdict;
}

/// SG-25. An untracked flow leaves no state: an error about what would be one may pass.
Known Oracle::knows_quoted(const Walk& walk, const Filter& filter, bool egress) const {
  const Known known = flows_.find_quoted(flow_place(filter), walk.packet, egress, walk.now);
  const Packet& quote = *walk.packet.quote;
  if (known != Known::kNo || quote.source != walk.packet.destination || quote.is_answer()) {
    return known;
  }
  const Verdict other_way = ask_rules(filter, quote, !egress);
  return !other_way.among.empty() && other_way.begins != Known::kYes ? Known::kPerhaps : Known::kNo;
}

/// FWD-1.4, FWD-3.4.
bool Oracle::ask_groups(Walk& walk, const Filter& filter, bool egress) {
  return ask_datagram(walk, flow_place(filter) + (egress ? " out" : " in"),
                      [&] { return ask_groups_anew(walk, filter, egress); });
}

bool Oracle::ask_groups_anew(Walk& walk, const Filter& filter, bool egress) {
  const Packet& packet = walk.packet;
  const std::string place = flow_place(filter);
  const std::string asked = egress ? "sg-egress" : "sg-ingress";
  const auto settle = [&](Known known) {
    return known == Known::kYes ||
           (known == Known::kPerhaps && walk.witness.tracked(filter.place, egress));
  };
  if (settle(flows_.find(place, packet, egress, walk.now))) {
    flows_.note(place, packet, egress, walk.now, Known::kYes);
    walk.step(asked, "tracked", filter.place).says = "SG-2";
    return true;
  }
  if (packet.is_error() && settle(knows_quoted(walk, filter, egress))) {
    walk.step(asked, "tracked", filter.place).says = "SG-25: about a flow that is known";
    return true;
  }
  const Verdict verdict = ask_rules(filter, packet, egress);
  const bool passes = !verdict.among.empty();
  Step& step = walk.step(asked, passes ? "passed" : "denied", filter.place);
  step.among = verdict.among;
  step.says = passes ? "SG-1" : "SG-1: no rule";
  if (passes) {
    flows_.note(place, packet, egress, walk.now, verdict.begins, verdict.begins == Known::kNo);
  }
  return passes;
}

bool Oracle::ask_acl(Walk& walk, const Subnet& subnet, bool egress) {
  return ask_datagram(walk, subnet.id + (egress ? " out" : " in"),
                      [&] { return ask_acl_anew(walk, subnet, egress); });
}

/// ACL-2: ascending, the first that matches; ACL-3: else `*`.
bool Oracle::ask_acl_anew(Walk& walk, const Subnet& subnet, bool egress) {
  const Acl& acl = *find(network_.acls, subnet.acl);
  const std::uint32_t remote = egress ? walk.packet.destination : walk.packet.source;  // ACL-9
  const AclEntry* first = nullptr;
  for (const AclEntry& entry : acl.entries) {
    if (entry.egress == egress && entry.cidr.contains(remote) &&
        traffic_matches(entry.protocol, entry.from, entry.to, walk.packet) &&
        (first == nullptr || entry.number < first->number)) {
      first = &entry;
    }
  }
  const bool passes = first != nullptr && first->allow;
  Step& step =
      walk.step(egress ? "acl-egress" : "acl-ingress", passes ? "passed" : "denied", acl.id);
  step.number = first == nullptr ? 32767 : first->number;
  step.range = first == nullptr ? "0.0.0.0/0" : text(first->cidr);
  step.says = first == nullptr ? "ACL-3: *" : "ACL-2";
  return passes;
}

}  // namespace vpclab::oracle
