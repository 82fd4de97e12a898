// scenario/name_kinds.h - which kinds of names may stand where several fit. Constants only.
#pragma once

#include <array>

#include "emulator/scenario/names.h"

namespace vpclab::scenario {

inline constexpr std::array<NameKind, 1> kVpcKind{NameKind::kVpc};
inline constexpr std::array<NameKind, 1> kSubnetKind{NameKind::kSubnet};
inline constexpr std::array<NameKind, 1> kGroupKind{NameKind::kSecurityGroup};
inline constexpr std::array<NameKind, 1> kElasticIpKind{NameKind::kElasticIp};
inline constexpr std::array<NameKind, 1> kInstanceKind{NameKind::kInstance};
inline constexpr std::array<NameKind, 1> kPeeringKind{NameKind::kPeeringConnection};
inline constexpr std::array<NameKind, 1> kTableKind{NameKind::kRouteTable};
inline constexpr std::array<NameKind, 1> kPrefixListKind{NameKind::kPrefixList};
inline constexpr std::array<NameKind, 1> kDhcpOptionsKind{NameKind::kDhcpOptions};

/// What a route leads to.
inline constexpr std::array<NameKind, 5> kTargetKinds{
    NameKind::kPeeringConnection, NameKind::kInternetGateway, NameKind::kInstance,
    NameKind::kNetworkInterface, NameKind::kNatGateway};

/// What has links.
inline constexpr std::array<NameKind, 5> kLinkKinds{
    NameKind::kInstance, NameKind::kNetworkInterface, NameKind::kPeeringConnection,
    NameKind::kInternetGateway, NameKind::kNatGateway};

}  // namespace vpclab::scenario
