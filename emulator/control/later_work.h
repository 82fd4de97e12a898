// control/later_work.h - the actions that EC2 has and this emulation does not do yet: NAT gateways,
// ClassicLink, IPv6. They are refused with UnsupportedOperation, whatever they ask.
#pragma once

#include <array>

#include "emulator/api/generated/action_name.h"

namespace vpclab::control {

inline constexpr std::array kLaterWork{
    api::Action::kAssignIpv6Addresses,
    api::Action::kAssociateSubnetCidrBlock,
    api::Action::kAttachClassicLinkVpc,
    api::Action::kCreateEgressOnlyInternetGateway,
    api::Action::kCreateNatGateway,
    api::Action::kDeleteEgressOnlyInternetGateway,
    api::Action::kDeleteNatGateway,
    api::Action::kDescribeClassicLinkInstances,
    api::Action::kDescribeEgressOnlyInternetGateways,
    api::Action::kDescribeNatGateways,
    api::Action::kDescribeVpcClassicLink,
    api::Action::kDescribeVpcClassicLinkDnsSupport,
    api::Action::kDetachClassicLinkVpc,
    api::Action::kDisableVpcClassicLink,
    api::Action::kDisableVpcClassicLinkDnsSupport,
    api::Action::kDisassociateSubnetCidrBlock,
    api::Action::kEnableVpcClassicLink,
    api::Action::kEnableVpcClassicLinkDnsSupport,
    api::Action::kMoveAddressToVpc,
    api::Action::kRestoreAddressToClassic,
    api::Action::kUnassignIpv6Addresses,
};

[[nodiscard]] constexpr bool is_later_work(api::Action action) {
  for (const api::Action later : kLaterWork) {
    if (later == action) {
      return true;
    }
  }
  return false;
}

}  // namespace vpclab::control
