#include <string_view>
#include <unordered_set>

#include <gtest/gtest.h>

#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/mac_address.h"

namespace vpclab::wire {
namespace {

TEST(Ipv4Address, ReadsAndPrintsDottedDecimal) {
  for (const std::string_view text :
       {"0.0.0.0", "10.2.4.95", "192.0.2.1", "255.255.255.255", "1.20.100.9"}) {
    const Result<Ipv4Address> read = Ipv4Address::parse(text);

    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_EQ(to_string(*read), text);
  }
}

TEST(Ipv4Address, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "10", "10.0.0", "10.0.0.", "10.0.0.256", "10.0.0.01", "010.0.0.1", "10.0.0.1.2",
        ".10.0.0.1", "10..0.1", " 10.0.0.1", "10.0.0.1 ", "10.0.0.-1", "0x0a.0.0.1", "10,0,0,1",
        "10.0.0.1000", "a.b.c.d", "10.0.0.1/32", "::1"}) {
    EXPECT_FALSE(Ipv4Address::parse(text).has_value()) << text;
  }
}

TEST(Ipv4Address, NamesTheTextItRefuses) {
  EXPECT_EQ(Ipv4Address::parse("10.0.0.256").error().message,
            "'10.0.0.256' is not an IPv4 address (expecting four numbers 0-255 with dots between: "
            "10.0.0.1)");
}

TEST(Ipv4Address, SaysItsByteOrder) {
  const Ipv4Address address = Ipv4Address::of(10, 2, 4, 95);

  EXPECT_EQ(address.to_host_order(), 0x0a02045fU);
  EXPECT_EQ(Ipv4Address::from_host_order(0x0a02045f), address);
  EXPECT_LT(Ipv4Address::of(9, 255, 255, 255), address);
}

TEST(Ipv4Address, KnowsItsKindAtTheEdges) {
  using Predicate = bool (Ipv4Address::*)() const;

  const struct {
    std::string_view text;
    Predicate predicate;
    bool expected;
  } cases[] = {
      {"10.0.0.0", &Ipv4Address::is_private, true},
      {"10.255.255.255", &Ipv4Address::is_private, true},
      {"9.255.255.255", &Ipv4Address::is_private, false},
      {"11.0.0.0", &Ipv4Address::is_private, false},
      {"172.15.255.255", &Ipv4Address::is_private, false},
      {"172.16.0.0", &Ipv4Address::is_private, true},
      {"172.31.255.255", &Ipv4Address::is_private, true},
      {"172.32.0.0", &Ipv4Address::is_private, false},
      {"192.167.255.255", &Ipv4Address::is_private, false},
      {"192.168.0.0", &Ipv4Address::is_private, true},
      {"192.168.255.255", &Ipv4Address::is_private, true},
      {"192.169.0.0", &Ipv4Address::is_private, false},
      {"100.63.255.255", &Ipv4Address::is_shared, false},
      {"100.64.0.0", &Ipv4Address::is_shared, true},
      {"100.127.255.255", &Ipv4Address::is_shared, true},
      {"100.128.0.0", &Ipv4Address::is_shared, false},
      {"127.0.0.0", &Ipv4Address::is_loopback, true},
      {"127.255.255.255", &Ipv4Address::is_loopback, true},
      {"128.0.0.0", &Ipv4Address::is_loopback, false},
      {"169.253.255.255", &Ipv4Address::is_link_local, false},
      {"169.254.0.0", &Ipv4Address::is_link_local, true},
      {"169.254.255.255", &Ipv4Address::is_link_local, true},
      {"169.255.0.0", &Ipv4Address::is_link_local, false},
      {"223.255.255.255", &Ipv4Address::is_multicast, false},
      {"224.0.0.0", &Ipv4Address::is_multicast, true},
      {"239.255.255.255", &Ipv4Address::is_multicast, true},
      {"240.0.0.0", &Ipv4Address::is_multicast, false},
      {"239.255.255.255", &Ipv4Address::is_reserved, false},
      {"240.0.0.0", &Ipv4Address::is_reserved, true},
      {"255.255.255.254", &Ipv4Address::is_limited_broadcast, false},
      {"255.255.255.255", &Ipv4Address::is_limited_broadcast, true},
      {"0.0.0.0", &Ipv4Address::is_unspecified, true},
      {"0.0.0.1", &Ipv4Address::is_unspecified, false},
  };

  for (const auto& row : cases) {
    EXPECT_EQ((Ipv4Address::parse(row.text).value().*row.predicate)(), row.expected) << row.text;
  }
}

TEST(Ipv4Address, HashesApart) {
  std::unordered_set<Ipv4Address> seen;
  for (std::uint32_t i = 0; i < 1'000; ++i) {
    seen.insert(Ipv4Address::from_host_order(0x0a000000 + i));
  }
  EXPECT_EQ(seen.size(), 1'000U);
  EXPECT_TRUE(seen.contains(Ipv4Address::of(10, 0, 3, 231)));
  EXPECT_FALSE(seen.contains(Ipv4Address::of(10, 0, 3, 232)));
}

TEST(MacAddress, ReadsEitherCaseAndPrintsLower) {
  const Result<MacAddress> read = MacAddress::parse("02:AB:cd:00:10:fF");

  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(to_string(*read), "02:ab:cd:00:10:ff");
  EXPECT_EQ(read->to_integer(), 0x02abcd0010ffU);
  EXPECT_EQ(MacAddress::from_integer(0x02abcd0010ff), *read);
}

TEST(MacAddress, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "02:ab:cd:00:10", "02:ab:cd:00:10:ff:00", "02-ab-cd-00-10-ff", "2:ab:cd:00:10:ff",
        "02:ab:cd:00:10:fg", "02abcd0010ff", "02:ab:cd:00:10:ff "}) {
    EXPECT_FALSE(MacAddress::parse(text).has_value()) << text;
  }
}

// L2-1: the addresses that AWS gives out have the local bit.
TEST(MacAddress, KnowsGroupAndLocalBits) {
  EXPECT_TRUE(MacAddress::broadcast().is_broadcast());
  EXPECT_TRUE(MacAddress::broadcast().is_group());
  EXPECT_TRUE(MacAddress::parse("01:00:5e:00:00:01")->is_group());
  EXPECT_FALSE(MacAddress::parse("01:00:5e:00:00:01")->is_broadcast());
  EXPECT_FALSE(MacAddress::parse("02:00:00:00:00:01")->is_group());
  for (const std::string_view text : {"02:00:00:00:00:01", "06:00:00:00:00:01"}) {
    EXPECT_TRUE(MacAddress::parse(text)->is_local()) << text;
  }
  EXPECT_FALSE(MacAddress::parse("00:00:5e:00:53:01")->is_local());
}

}  // namespace
}  // namespace vpclab::wire
