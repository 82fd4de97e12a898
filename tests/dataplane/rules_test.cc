// Security groups and network ACLs as flat lists, against the rules they were made from.
#include <vector>

#include <gtest/gtest.h>

#include "emulator/dataplane/network_acl.h"
#include "emulator/dataplane/security_group.h"
#include "netstack/base/rng.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::dataplane {
namespace {

using testing::address;
using testing::prefix;

constexpr bool kIngress = false;
constexpr bool kEgress = true;

const wire::Ipv4Address kHere = address("10.0.0.10");
const wire::Ipv4Address kThere = address("10.1.4.7");

PacketFacts facts_of(const testing::PacketBytes& packet) {
  PacketFacts facts;
  EXPECT_EQ(read_facts(packet, facts), std::nullopt);
  return facts;
}

GroupRule rule(bool egress, RuleTraffic traffic, std::string_view remote) {
  GroupRule made;
  made.egress = egress;
  made.traffic = traffic;
  made.remote = prefix(remote);
  return made;
}

bool admits(const SecurityGroups& groups, const testing::PacketBytes& packet,
            const std::vector<AddressSet>& sets = {}) {
  const PacketFacts facts = facts_of(packet);
  return groups.match(kIngress, facts.source, facts, sets) != nullptr;
}

TEST(SecurityGroups, DenyWhatNoRuleAllows) {  // SG-1, SG-5
  const SecurityGroups none({}, {});

  EXPECT_FALSE(admits(none, testing::icmp(kThere, kHere, 8)));
}

TEST(SecurityGroups, AreTheUnionOfTheirRules) {  // SG-3, ENI-5
  const SecurityGroups groups(
      {}, {rule(kIngress, {6, 22, 22}, "10.9.0.0/16"), rule(kIngress, {6, 80, 90}, "10.1.0.0/16")});

  EXPECT_TRUE(admits(groups, testing::tcp(kThere, kHere, 1, 80)));
  EXPECT_TRUE(admits(groups, testing::tcp(kThere, kHere, 1, 90)));
  EXPECT_FALSE(admits(groups, testing::tcp(kThere, kHere, 1, 79)));
  EXPECT_FALSE(admits(groups, testing::tcp(kThere, kHere, 1, 91)));
  EXPECT_FALSE(admits(groups, testing::tcp(kThere, kHere, 1, 22)));
  EXPECT_TRUE(admits(groups, testing::tcp(address("10.9.1.1"), kHere, 1, 22)));
}

TEST(SecurityGroups, JudgeTheDirectionsApart) {
  const SecurityGroups groups({}, {rule(kEgress, {-1, 0, 0xffff}, "0.0.0.0/0")});

  EXPECT_FALSE(admits(groups, testing::icmp(kThere, kHere, 8)));
  const PacketFacts facts = facts_of(testing::icmp(kHere, kThere, 8));
  EXPECT_NE(groups.match(kEgress, facts.destination, facts, {}), nullptr);
}

TEST(SecurityGroups, MatchIcmpByTypeAndCode) {  // SG-8
  const SecurityGroups any({}, {rule(kIngress, RuleTraffic::icmp(-1, -1), "0.0.0.0/0")});
  const SecurityGroups echo({}, {rule(kIngress, RuleTraffic::icmp(8, -1), "0.0.0.0/0")});
  const SecurityGroups mtu({}, {rule(kIngress, RuleTraffic::icmp(3, 4), "0.0.0.0/0")});

  EXPECT_TRUE(admits(any, testing::icmp(kThere, kHere, 13)));
  EXPECT_FALSE(admits(any, testing::udp(kThere, kHere, 1, 2)));
  EXPECT_TRUE(admits(echo, testing::icmp(kThere, kHere, 8, 0)));
  EXPECT_TRUE(admits(echo, testing::icmp(kThere, kHere, 8, 9)));
  EXPECT_FALSE(admits(echo, testing::icmp(kThere, kHere, 0)));
  EXPECT_TRUE(admits(mtu, testing::icmp(kThere, kHere, 3, 4)));
  EXPECT_FALSE(admits(mtu, testing::icmp(kThere, kHere, 3, 3)));
}

TEST(SecurityGroups, ImplyAllPortsForOtherProtocols) {  // SG-7
  const SecurityGroups gre({}, {rule(kIngress, {47, 0, 0xffff}, "0.0.0.0/0")});

  EXPECT_TRUE(admits(gre, testing::ipv4(kThere, kHere, 47, {1, 2})));
  EXPECT_FALSE(admits(gre, testing::ipv4(kThere, kHere, 50, {1, 2})));
}

TEST(SecurityGroups, MatchMembersOfAReferencedGroupByPrivateAddress) {  // SG-10, SG-14
  GroupRule reference = rule(kIngress, {-1, 0, 0xffff}, "0.0.0.0/0");
  reference.address_set = 1;
  const SecurityGroups groups({}, {reference});
  const std::vector<AddressSet> sets = {
      AddressSet(), AddressSet({kThere.to_host_order(), address("10.1.4.9").to_host_order()})};

  EXPECT_TRUE(admits(groups, testing::icmp(kThere, kHere, 8), sets));
  EXPECT_FALSE(admits(groups, testing::icmp(address("10.1.4.8"), kHere, 8), sets));
  EXPECT_FALSE(admits(groups, testing::icmp(address("203.0.113.7"), kHere, 8), sets));
}

TEST(SecurityGroups, MatchNothingByAStaleReference) {  // SG-16
  GroupRule reference = rule(kIngress, {-1, 0, 0xffff}, "0.0.0.0/0");
  reference.address_set = 0;
  const SecurityGroups groups({}, {reference});

  EXPECT_FALSE(admits(groups, testing::icmp(kThere, kHere, 8), {AddressSet()}));
}

TEST(SecurityGroups, LeaveOpenFlowsUntracked) {  // SG-22
  const SecurityGroups web(
      {}, {rule(kIngress, {6, 22, 22}, "203.0.113.1/32"), rule(kIngress, {6, 80, 80}, "0.0.0.0/0"),
           rule(kIngress, RuleTraffic::icmp(-1, -1), "0.0.0.0/0"),
           rule(kEgress, {-1, 0, 0xffff}, "0.0.0.0/0")});

  const auto in = [&](const SecurityGroups& groups, const testing::PacketBytes& packet) {
    return groups.leaves_untracked(kIngress, facts_of(packet));
  };
  const auto out = [&](const SecurityGroups& groups, const testing::PacketBytes& packet) {
    return groups.leaves_untracked(kEgress, facts_of(packet));
  };
  EXPECT_FALSE(in(web, testing::tcp(kThere, kHere, 40000, 22)));  // a single peer
  EXPECT_TRUE(in(web, testing::tcp(kThere, kHere, 40000, 80)));
  EXPECT_TRUE(out(web, testing::tcp(kHere, kThere, 80, 40000)));  // its answer
  EXPECT_FALSE(in(web, testing::icmp(kThere, kHere, 8)));         // always tracked
  // Going out, 0.0.0.0/0 is open on port 80 only on the way back.
  EXPECT_FALSE(out(web, testing::tcp(kHere, kThere, 40000, 80)));
  EXPECT_FALSE(out(web, testing::tcp(kHere, kThere, 22, 40000)));

  const SecurityGroups udp({}, {rule(kIngress, {17, 0, 0xffff}, "0.0.0.0/0"),
                                rule(kEgress, {17, 0, 0xffff}, "0.0.0.0/0")});
  EXPECT_TRUE(in(udp, testing::udp(kThere, kHere, 1, 2)));
  EXPECT_TRUE(out(udp, testing::udp(kHere, kThere, 1, 2)));
  EXPECT_FALSE(out(udp, testing::tcp(kHere, kThere, 1, 2)));
}

TEST(SecurityGroups, LeaveFlowsUntrackedWhateverTheOrderOfTheirRules) {  // SG-1, SG-22
  const GroupRule special = rule(kIngress, {6, 80, 80}, "10.1.0.0/16");
  const GroupRule open = rule(kIngress, {6, 80, 80}, "0.0.0.0/0");
  const GroupRule all_out = rule(kEgress, {-1, 0, 0xffff}, "0.0.0.0/0");
  const PacketFacts request = facts_of(testing::tcp(kThere, kHere, 40000, 80));

  EXPECT_TRUE(SecurityGroups({}, {special, open, all_out}).leaves_untracked(kIngress, request));
  EXPECT_TRUE(SecurityGroups({}, {open, special, all_out}).leaves_untracked(kIngress, request));
}

TEST(SecurityGroups, CountTheRulesOfEachGroup) {
  const api::SecurityGroupId first = api::SecurityGroupId::parse("sg-00000001").value();
  const api::SecurityGroupId second = api::SecurityGroupId::parse("sg-00000002").value();
  GroupRule of_first = rule(kEgress, {-1, 0, 0xffff}, "0.0.0.0/0");
  of_first.group = first;
  const SecurityGroups groups({first, second}, {of_first});

  EXPECT_EQ(groups.rule_count(first, kEgress), 1U);
  EXPECT_EQ(groups.rule_count(first, kIngress), 0U);
  EXPECT_EQ(groups.rule_count(second, kEgress), 0U);
}

AclEntry entry(std::uint16_t number, bool egress, bool allow, RuleTraffic traffic,
               std::string_view remote) {
  return AclEntry{number, egress, allow, traffic, prefix(remote)};
}

/// The number of the entry that decides about an incoming packet, negative if it denies.
int verdict(const NetworkAcl& acl, const testing::PacketBytes& packet, bool egress = kIngress) {
  const AclEntry* found = acl.match(egress, facts_of(packet));
  if (found == nullptr) {
    return -NetworkAcl::kFinalDeny;
  }
  return found->allow ? found->number : -found->number;
}

TEST(NetworkAcl, DeniesEverythingWithoutEntries) {  // ACL-3, ACL-5
  const NetworkAcl acl({}, {});

  EXPECT_EQ(verdict(acl, testing::icmp(kThere, kHere, 8)), -32767);
  EXPECT_EQ(verdict(acl, testing::icmp(kHere, kThere, 8), kEgress), -32767);
}

TEST(NetworkAcl, LetsTheLowestMatchingNumberDecide) {  // ACL-2, CASE-14
  const RuleTraffic all{-1, 0, 0xffff};
  const NetworkAcl acl({}, {entry(150, kIngress, false, all, "10.1.4.7/32"),
                            entry(100, kIngress, true, RuleTraffic::icmp(8, -1), "10.1.0.0/16"),
                            entry(50, kIngress, false, all, "10.1.6.33/32")});

  EXPECT_EQ(verdict(acl, testing::icmp(address("10.1.6.33"), kHere, 8)), -50);
  EXPECT_EQ(verdict(acl, testing::icmp(kThere, kHere, 8)), 100);  // 150 has no effect
  EXPECT_EQ(verdict(acl, testing::udp(kThere, kHere, 1, 2)), -150);
  EXPECT_EQ(verdict(acl, testing::icmp(address("10.3.0.1"), kHere, 8)), -32767);
}

TEST(NetworkAcl, IsStateless) {  // ACL-6
  const NetworkAcl acl({}, {entry(100, kIngress, true, RuleTraffic::icmp(8, -1), "10.1.0.0/16")});

  EXPECT_EQ(verdict(acl, testing::icmp(kThere, kHere, 8)), 100);
  EXPECT_EQ(verdict(acl, testing::icmp(kHere, kThere, 0), kEgress), -32767);
}

TEST(NetworkAcl, ComparesDestinationPortsAndTheRemoteEnd) {  // ACL-9, ACL-10
  const NetworkAcl acl({}, {entry(10, kIngress, true, {6, 80, 80}, "10.1.0.0/16"),
                            entry(10, kEgress, true, {6, 1024, 65535}, "10.1.0.0/16")});

  EXPECT_EQ(verdict(acl, testing::tcp(kThere, kHere, 40000, 80)), 10);
  EXPECT_EQ(verdict(acl, testing::tcp(kThere, kHere, 80, 40000)), -32767);
  EXPECT_EQ(verdict(acl, testing::tcp(kHere, kThere, 80, 40000), kEgress), 10);
  EXPECT_EQ(verdict(acl, testing::tcp(kHere, kThere, 40000, 80), kEgress), -32767);
}

/// The same law, rule by rule, without lists.
bool matches_aloud(const RuleTraffic& traffic, wire::Ipv4Prefix remote, wire::Ipv4Address other,
                   const PacketFacts& facts) {
  if (!remote.contains(other)) {
    return false;
  }
  if (traffic.protocol < 0) {
    return true;
  }
  if (traffic.protocol != facts.protocol) {
    return false;
  }
  const bool has_range = facts.protocol == 1 || facts.protocol == 6 || facts.protocol == 17;
  return !has_range || (facts.selector >= traffic.first && facts.selector <= traffic.last);
}

RuleTraffic random_traffic(base::Rng& rng) {
  switch (rng.below(6)) {
    case 0:
      return RuleTraffic{-1, 0, 0xffff};
    case 1:
      return RuleTraffic::icmp(static_cast<int>(rng.below(4)) * 3 - 1,
                               static_cast<int>(rng.below(3)) - 1);
    case 2:
      return RuleTraffic{47, 0, 0xffff};
    default: {
      const auto first = static_cast<std::uint16_t>(rng.below(8));
      const auto last = static_cast<std::uint16_t>(first + rng.below(6));
      return RuleTraffic{static_cast<std::int16_t>(rng.below(2) == 0 ? 6 : 17), first, last};
    }
  }
}

testing::PacketBytes random_packet(base::Rng& rng) {
  const auto other =
      wire::Ipv4Address::from_host_order(0x0a00'0000 + static_cast<std::uint32_t>(rng.below(64)));
  switch (rng.below(4)) {
    case 0:
      return testing::icmp(other, kHere, static_cast<std::uint8_t>(rng.below(9)),
                           static_cast<std::uint8_t>(rng.below(3)));
    case 1:
      return testing::tcp(other, kHere, 9, static_cast<std::uint16_t>(rng.below(16)));
    case 2:
      return testing::udp(other, kHere, 9, static_cast<std::uint16_t>(rng.below(16)));
    default:
      return testing::ipv4(other, kHere, rng.below(2) == 0 ? 47 : 50, {1});
  }
}

TEST(FilterRules, AgreeWithRulesReadOneByOne) {
  base::Rng rng(3, "filter-rules");
  for (int round = 0; round < 400; ++round) {
    std::vector<GroupRule> rules;
    std::vector<AclEntry> entries;
    for (std::uint16_t i = 0; i < 12; ++i) {
      const auto remote =
          wire::Ipv4Prefix::of(wire::Ipv4Address::from_host_order(
                                   0x0a00'0000 + static_cast<std::uint32_t>(rng.below(64))),
                               static_cast<int>(24 + rng.below(9)));
      GroupRule made;
      made.traffic = random_traffic(rng);
      made.remote = remote;
      rules.push_back(made);
      entries.push_back(AclEntry{static_cast<std::uint16_t>(i + 1), kIngress, rng.below(2) == 0,
                                 made.traffic, remote});
    }
    const SecurityGroups groups({}, rules);
    const NetworkAcl acl({}, entries);
    for (int probe = 0; probe < 30; ++probe) {
      const PacketFacts facts = facts_of(random_packet(rng));
      std::size_t expected = rules.size();
      for (std::size_t i = rules.size(); i-- > 0;) {
        if (matches_aloud(rules[i].traffic, rules[i].remote, facts.source, facts)) {
          expected = i;
        }
      }
      const GroupRule* rule_found = groups.match(kIngress, facts.source, facts, {});
      const AclEntry* entry_found = acl.match(kIngress, facts);
      if (expected == rules.size()) {
        ASSERT_EQ(rule_found, nullptr);
        ASSERT_EQ(entry_found, nullptr);
      } else {
        ASSERT_EQ(rule_found, &groups.rules()[expected]);
        ASSERT_EQ(entry_found, &acl.entries()[expected]);
      }
    }
  }
}

}  // namespace
}  // namespace vpclab::dataplane
