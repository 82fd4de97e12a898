#include "netstack/base/strong_id.h"

#include <set>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace vpclab {
namespace {

struct PeeringTag {
  static constexpr std::string_view kPrefix = "pcx-";
};

using PeeringId = StrongId<PeeringTag>;

static_assert(sizeof(PeeringId) == 16);

// API-2: 17 digits, or 8 for resources of old; the labs use made-up ones of 8.
TEST(StrongId, KeepsItsTextForm) {
  for (const std::string_view text :
       {"pcx-aaaabbbb", "pcx-00000000", "pcx-ffffffff", "pcx-0123456789abcdef0",
        "pcx-f123456789abcdef0", "pcx-00000000000000000", "pcx-fffffffffffffffff"}) {
    const Result<PeeringId> read = PeeringId::parse(text);

    ASSERT_TRUE(read.has_value()) << text;
    EXPECT_EQ(read->text(), text);
    EXPECT_EQ(to_string(*read), text);
    EXPECT_FALSE(read->empty());
  }
}

TEST(StrongId, RefusesOtherForms) {
  for (const std::string_view text :
       {"", "pcx-", "pcx", "aaaabbbb", "pcx-aaaabbb", "pcx-aaaabbbbc", "pcx-AAAABBBB",
        "pcx-aaaabbbg", "vpc-aaaabbbb", "pcx-0123456789abcdef", "pcx-0123456789abcdef01",
        " pcx-aaaabbbb", "pcx-aaaabbbb ", "pcx-aaaa-bbb"}) {
    const Result<PeeringId> read = PeeringId::parse(text);

    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().message,
              "Invalid id: \"" + std::string(text) + "\" (expecting \"pcx-...\")");
  }
}

TEST(StrongId, TellsShortIdsFromLongOnes) {
  EXPECT_NE(PeeringId::parse("pcx-00000001"), PeeringId::parse("pcx-00000000000000001"));
  EXPECT_NE(PeeringId::parse("pcx-10000000000000001"), PeeringId::parse("pcx-00000000000000001"));
}

TEST(StrongId, IsEmptyUntilItIsGiven) {
  EXPECT_TRUE(PeeringId{}.empty());
  EXPECT_EQ(PeeringId{}.text(), "");
}

TEST(StrongId, OrdersAndHashesByValue) {
  const PeeringId a = *PeeringId::parse("pcx-00000001");
  const PeeringId b = *PeeringId::parse("pcx-00000002");

  EXPECT_LT(a, b);
  EXPECT_EQ((std::set<PeeringId>{a, b, a}).size(), 2U);
  EXPECT_EQ(std::hash<PeeringId>{}(a), std::hash<PeeringId>{}(*PeeringId::parse("pcx-00000001")));
  EXPECT_NE(std::hash<PeeringId>{}(a), std::hash<PeeringId>{}(b));
}

}  // namespace
}  // namespace vpclab
