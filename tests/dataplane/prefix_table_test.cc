#include "emulator/dataplane/prefix_table.h"

#include <vector>

#include <gtest/gtest.h>

#include "netstack/base/rng.h"
#include "tests/support/ipv4_packets.h"

namespace vpclab::dataplane {
namespace {

using testing::address;
using testing::prefix;
using wire::Ipv4Address;
using wire::Ipv4Prefix;

/// RT-8 read aloud: of all prefixes that hold the address, the longest; of equal ones the first.
std::uint32_t scan(const std::vector<Ipv4Prefix>& prefixes, Ipv4Address wanted) {
  std::uint32_t best = PrefixTable::kNone;
  for (std::uint32_t i = 0; i < prefixes.size(); ++i) {
    if (prefixes[i].contains(wanted) &&
        (best == PrefixTable::kNone || prefixes[i].length() > prefixes[best].length())) {
      best = i;
    }
  }
  return best;
}

TEST(PrefixTable, FindsNothingWhenEmpty) {
  EXPECT_EQ(PrefixTable().find(address("192.0.2.1")), PrefixTable::kNone);
  EXPECT_EQ(PrefixTable(std::vector<Ipv4Prefix>{}).find(address("192.0.2.1")), PrefixTable::kNone);
}

TEST(PrefixTable, PrefersTheLongestPrefix) {  // RT-8, CASE-12
  const std::vector<Ipv4Prefix> prefixes = {prefix("0.0.0.0/0"), prefix("10.0.0.0/16"),
                                            prefix("10.0.0.77/32"), prefix("10.0.0.0/24")};
  const PrefixTable table(prefixes);

  EXPECT_EQ(table.find(address("192.0.2.1")), 0U);
  EXPECT_EQ(table.find(address("10.0.1.0")), 1U);
  EXPECT_EQ(table.find(address("10.0.0.77")), 2U);
  EXPECT_EQ(table.find(address("10.0.0.76")), 3U);
  EXPECT_EQ(table.find(address("10.0.0.78")), 3U);
}

TEST(PrefixTable, KnowsBothEndsOfTheAddressSpace) {
  const std::vector<Ipv4Prefix> prefixes = {prefix("255.255.255.255/32"), prefix("0.0.0.0/32"),
                                            prefix("128.0.0.0/1")};
  const PrefixTable table(prefixes);

  EXPECT_EQ(table.find(address("255.255.255.255")), 0U);
  EXPECT_EQ(table.find(address("0.0.0.0")), 1U);
  EXPECT_EQ(table.find(address("0.0.0.1")), PrefixTable::kNone);
  EXPECT_EQ(table.find(address("127.255.255.255")), PrefixTable::kNone);
  EXPECT_EQ(table.find(address("128.0.0.0")), 2U);
  EXPECT_EQ(table.find(address("255.255.255.254")), 2U);
}

TEST(PrefixTable, TakesTheFirstOfEqualPrefixes) {
  const std::vector<Ipv4Prefix> prefixes = {prefix("10.0.0.0/8"), prefix("10.0.0.0/8"),
                                            prefix("0.0.0.0/0"), prefix("0.0.0.0/0")};
  const PrefixTable table(prefixes);

  EXPECT_EQ(table.find(address("10.1.1.1")), 0U);
  EXPECT_EQ(table.find(address("192.0.2.1")), 2U);
}

TEST(PrefixTable, AgreesWithAScanOverRandomTables) {
  base::Rng rng(1, "prefix-table");
  for (int round = 0; round < 300; ++round) {
    std::vector<Ipv4Prefix> prefixes;
    const std::uint64_t count = rng.below(40) + 1;
    // Few distinct high bits, so that prefixes nest and touch.
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto bits = static_cast<std::uint32_t>(rng.next());
      const std::uint32_t narrow = (bits & 0x0300'0fff) | 0x0a00'0000;
      prefixes.push_back(
          Ipv4Prefix::of(Ipv4Address::from_host_order(narrow), static_cast<int>(rng.below(33))));
    }
    const PrefixTable table(prefixes);
    EXPECT_LE(table.size(), 2 * count + 1);
    std::vector<Ipv4Address> probes;
    for (const Ipv4Prefix& each : prefixes) {
      const std::uint32_t first = each.first().to_host_order();
      const std::uint32_t last = each.last().to_host_order();
      for (const std::uint32_t edge : {first - 1, first, first + 1, last - 1, last, last + 1}) {
        probes.push_back(Ipv4Address::from_host_order(edge));
      }
      probes.push_back(Ipv4Address::from_host_order(static_cast<std::uint32_t>(rng.next())));
    }
    for (const Ipv4Address probe : probes) {
      ASSERT_EQ(table.find(probe), scan(prefixes, probe)) << to_string(probe);
    }
  }
}

}  // namespace
}  // namespace vpclab::dataplane
