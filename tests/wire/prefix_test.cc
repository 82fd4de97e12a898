#include <string_view>

#include <gtest/gtest.h>

#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::wire {
namespace {

Ipv4Prefix prefix(std::string_view text) { return Ipv4Prefix::parse(text).value().prefix; }

Ipv4Address address(std::string_view text) { return Ipv4Address::parse(text).value(); }

static_assert(sizeof(Ipv4Prefix) == 8);
static_assert(Ipv4Prefix::of(Ipv4Address::of(10, 1, 2, 3), 16).network() ==
              Ipv4Address::of(10, 1, 0, 0));

TEST(Ipv4Prefix, HoldsItsEdgesAndNothingBeyond) {
  const struct {
    std::string_view text, first, last;
    std::uint64_t size;
  } cases[] = {
      {"0.0.0.0/0", "0.0.0.0", "255.255.255.255", std::uint64_t{1} << 32},
      {"128.0.0.0/1", "128.0.0.0", "255.255.255.255", std::uint64_t{1} << 31},
      {"10.1.0.0/16", "10.1.0.0", "10.1.255.255", 65'536},
      {"10.1.0.0/20", "10.1.0.0", "10.1.15.255", 4'096},
      {"192.0.2.0/31", "192.0.2.0", "192.0.2.1", 2},
      {"192.0.2.7/32", "192.0.2.7", "192.0.2.7", 1},
      {"255.255.255.255/32", "255.255.255.255", "255.255.255.255", 1},
  };

  for (const auto& row : cases) {
    const Ipv4Prefix block = prefix(row.text);

    EXPECT_EQ(to_string(block), row.text);
    EXPECT_EQ(block.first(), address(row.first)) << row.text;
    EXPECT_EQ(block.last(), address(row.last)) << row.text;
    EXPECT_EQ(block.size(), row.size) << row.text;
    EXPECT_TRUE(block.contains(block.first())) << row.text;
    EXPECT_TRUE(block.contains(block.last())) << row.text;
    EXPECT_EQ(block.at(static_cast<std::uint32_t>(row.size - 1)), block.last()) << row.text;
    if (block.first().to_host_order() > 0) {
      EXPECT_FALSE(block.contains(Ipv4Address::from_host_order(block.first().to_host_order() - 1)))
          << row.text;
    }
    if (block.last().to_host_order() < 0xffff'ffff) {
      EXPECT_FALSE(block.contains(Ipv4Address::from_host_order(block.last().to_host_order() + 1)))
          << row.text;
    }
  }
}

// EC2 stores 10.0.0.1/16 as 10.0.0.0/16, and the caller may say so.
TEST(Ipv4Prefix, SaysWhetherItClearedHostBits) {
  EXPECT_EQ(to_string(prefix("10.0.0.1/16")), "10.0.0.0/16");
  EXPECT_TRUE(Ipv4Prefix::parse("10.0.0.1/16")->host_bits_cleared);
  EXPECT_TRUE(Ipv4Prefix::parse("0.0.0.1/0")->host_bits_cleared);
  EXPECT_FALSE(Ipv4Prefix::parse("10.0.0.0/16")->host_bits_cleared);
  EXPECT_FALSE(Ipv4Prefix::parse("10.0.0.1/32")->host_bits_cleared);
}

TEST(Ipv4Prefix, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0/8",
        "10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0.0/8/8", "/8", "10.0.0.0/1e1", "10.0.0.0/100",
        "10.0.0.0/255.0.0.0", "::/0"}) {
    EXPECT_FALSE(Ipv4Prefix::parse(text).has_value()) << text;
  }
}

TEST(Ipv4Prefix, IsMadeOnlyWithALengthOf0To32) {
  EXPECT_FALSE(Ipv4Prefix::make(Ipv4Address{}, -1).has_value());
  EXPECT_FALSE(Ipv4Prefix::make(Ipv4Address{}, 33).has_value());
  EXPECT_EQ(Ipv4Prefix::make(address("10.9.9.9"), 8), prefix("10.0.0.0/8"));
  EXPECT_EQ(Ipv4Prefix::host(address("10.9.9.9")), prefix("10.9.9.9/32"));
  EXPECT_EQ(Ipv4Prefix{}, prefix("0.0.0.0/0"));
}

TEST(Ipv4Prefix, OverlapsOnlyByContaining) {
  const struct {
    std::string_view a, b;
    bool a_contains_b, b_contains_a;
  } cases[] = {
      {"0.0.0.0/0", "255.255.255.255/32", true, false},
      {"10.0.0.0/8", "10.1.0.0/16", true, false},
      {"10.0.0.0/16", "10.0.0.0/16", true, true},
      {"10.0.0.0/16", "10.1.0.0/16", false, false},
      {"10.0.0.0/15", "10.1.0.0/16", true, false},
      {"192.0.2.0/31", "192.0.2.1/32", true, false},
      {"192.0.2.0/32", "192.0.2.1/32", false, false},
  };

  for (const auto& row : cases) {
    const Ipv4Prefix a = prefix(row.a);
    const Ipv4Prefix b = prefix(row.b);

    EXPECT_EQ(a.contains(b), row.a_contains_b) << row.a << " " << row.b;
    EXPECT_EQ(b.contains(a), row.b_contains_a) << row.a << " " << row.b;
    EXPECT_EQ(a.overlaps(b), row.a_contains_b || row.b_contains_a) << row.a << " " << row.b;
    EXPECT_EQ(a.overlaps(b), b.overlaps(a)) << row.a << " " << row.b;
  }
}

TEST(Ipv4Prefix, OrdersByNetworkThenLength) {
  EXPECT_LT(prefix("10.0.0.0/8"), prefix("10.0.0.0/16"));
  EXPECT_LT(prefix("10.0.0.0/16"), prefix("10.1.0.0/16"));
  EXPECT_LT(prefix("9.0.0.0/8"), prefix("10.0.0.0/8"));
  EXPECT_NE(std::hash<Ipv4Prefix>{}(prefix("10.0.0.0/8")),
            std::hash<Ipv4Prefix>{}(prefix("10.0.0.0/16")));
}

TEST(Ipv4PrefixDeathTest, RefusesAnOffsetBeyondItsEnd) {
  EXPECT_DEATH(static_cast<void>(prefix("192.0.2.0/31").at(2)), "the offset lies in the block");
  EXPECT_DEATH(static_cast<void>(Ipv4Prefix::of(Ipv4Address{}, 33)), "0 to 32 bits");
}

}  // namespace
}  // namespace vpclab::wire
