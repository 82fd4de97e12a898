#include "emulator/trace/drop_reason.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace vpclab::trace {
namespace {

TEST(DropReason, HasANameOfItsOwnForEach) {
  std::set<std::string_view> names;
  for (const DropReason reason : all_drop_reasons()) {
    const std::string_view name = to_string(reason);
    EXPECT_TRUE(names.insert(name).second) << name;
    EXPECT_FALSE(name.empty());
    EXPECT_TRUE(std::ranges::all_of(name, [](char c) {
      return (c >= 'A' && c <= 'Z') || c == '_';
    })) << name;
  }
  EXPECT_EQ(names.size(), kDropReasonCount);
}

TEST(DropReason, ReadsItsNamesBack) {
  for (const DropReason reason : all_drop_reasons()) {
    EXPECT_EQ(parse_drop_reason(to_string(reason)), reason);
  }
  EXPECT_EQ(parse_drop_reason("SG_INGRES"), std::nullopt);
  EXPECT_EQ(parse_drop_reason("sg_ingress"), std::nullopt);
  EXPECT_EQ(parse_drop_reason(""), std::nullopt);
}

TEST(DropReason, HasReachabilityAnalyzersCodeOrItsOwn) {
  EXPECT_EQ(explanation_code(DropReason::kSgIngress), "ENI_SG_RULES_MISMATCH");
  EXPECT_EQ(explanation_code(DropReason::kSgEgress), "ENI_SG_RULES_MISMATCH");
  EXPECT_EQ(explanation_code(DropReason::kNaclIngress), "SUBNET_ACL_RESTRICTION");
  EXPECT_EQ(explanation_code(DropReason::kNaclEgress), "SUBNET_ACL_RESTRICTION");
  EXPECT_EQ(explanation_code(DropReason::kNoRoute), "NO_ROUTE_TO_DESTINATION");
  EXPECT_EQ(explanation_code(DropReason::kBlackhole), "BAD_STATE_ROUTE");
  EXPECT_EQ(explanation_code(DropReason::kPcxDstNotInPeerCidr), "PCX_REQUIRES_ADDRESS_IN_VPC_CIDR");
  EXPECT_EQ(explanation_code(DropReason::kNoSuchHost), "NO_POSSIBLE_DESTINATION");
  EXPECT_EQ(explanation_code(DropReason::kReservedAddress), "NO_POSSIBLE_DESTINATION");
  EXPECT_EQ(explanation_code(DropReason::kSrcDstCheck), "ENI_SOURCE_DEST_CHECK_RESTRICTION");
  EXPECT_EQ(explanation_code(DropReason::kIgwNoPublicIp), "IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS");
  EXPECT_EQ(explanation_code(DropReason::kIgwPrivateDst),
            "IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS");
  EXPECT_EQ(explanation_code(DropReason::kIgwPrivateSrc),
            "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS");
  EXPECT_EQ(explanation_code(DropReason::kIgwUnmapped), "IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS");
  for (const DropReason reason :
       {DropReason::kInstanceNotRunning, DropReason::kUnsupportedCast, DropReason::kTtlExpired,
        DropReason::kMtuDf, DropReason::kMalformed, DropReason::kBadChecksum,
        DropReason::kQueueFull, DropReason::kLinkLoss, DropReason::kLinkDown,
        DropReason::kConntrackFull}) {
    EXPECT_EQ(explanation_code(reason), "X_" + std::string(to_string(reason)));
  }
}

TEST(DropReason, HasACodeForEach) {
  for (const DropReason reason : all_drop_reasons()) {
    EXPECT_FALSE(explanation_code(reason).empty()) << to_string(reason);
  }
}

}  // namespace
}  // namespace vpclab::trace
