// tests/oracle/case.h - a test case: a list of wishes, each a kind and four numbers. build.cc reads
// them against the network as it is ("the a-th subnet"), and passes over what makes no sense there;
// so any part of a list is a list, and failures shrink to a few lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vpclab::oracle {

enum class WishKind : std::uint8_t {
  // Networks.
  kVpc,
  kCidr,
  kSubnet,
  kTable,
  kUseTable,
  kLeaveTable,
  kMainTable,
  kRoute,
  kDropRoute,
  kLocalRoute,
  kGatewayTable,
  kPrefixList,
  kListRoute,
  kGateway,
  kDetachGateway,
  // Filters.
  kGroup,
  kGroupRule,
  kDropGroupRule,
  kAcl,
  kAclEntry,
  kDropAclEntry,
  kUseAcl,
  // Hosts.
  kInstance,
  kInterface,
  kDetachInterface,
  kSecondary,
  kCheck,
  kForward,
  kGroups,
  kElastic,
  kDropElastic,
  kStop,
  kStart,
  kReboot,
  kNat,
  kDropNat,
  kUseNat,
  kTerminate,
  // Peering connections.
  kPeering,
  kAccept,
  kReject,
  kDropPeering,
  kConnect,
  kPeeringOption,
  // EC2-Classic.
  kEnableLinks,
  kDisableLinks,
  kClassicGroup,
  kClassic,
  kLink,
  kUnlink,
  kStopClassic,
  kStartClassic,
  // Time and packets.
  kWait,
  kSend,
  kSendAgain,
  kSendFromOutside,
  kSendFromClassic,
};

struct Wish {
  WishKind kind{};
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t c = 0;
  std::uint32_t d = 0;
};

struct Case {
  std::vector<Wish> wishes;
};

}  // namespace vpclab::oracle
