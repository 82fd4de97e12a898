#include "emulator/scenario/created.h"

#include <algorithm>
#include <array>

namespace vpclab::scenario {
namespace {

struct Creation {
  std::string_view action;
  std::string_view path;
};

constexpr std::array<Creation, 19> kCreations{{
    {"AllocateAddress", "AllocationId"},
    {"AssociateAddress", "AssociationId"},
    {"AssociateRouteTable", "AssociationId"},
    {"AttachNetworkInterface", "AttachmentId"},
    {"CreateDefaultSubnet", "Subnet.SubnetId"},
    {"CreateDefaultVpc", "Vpc.VpcId"},
    {"CreateDhcpOptions", "DhcpOptions.DhcpOptionsId"},
    {"CreateInternetGateway", "InternetGateway.InternetGatewayId"},
    {"CreateKeyPair", "KeyPairId"},
    {"CreateNatGateway", "NatGateway.NatGatewayId"},
    {"CreateNetworkAcl", "NetworkAcl.NetworkAclId"},
    {"CreateNetworkInterface", "NetworkInterface.NetworkInterfaceId"},
    {"CreateRouteTable", "RouteTable.RouteTableId"},
    {"CreateSecurityGroup", "GroupId"},
    {"CreateSubnet", "Subnet.SubnetId"},
    {"CreateVpc", "Vpc.VpcId"},
    {"CreateVpcPeeringConnection", "VpcPeeringConnection.VpcPeeringConnectionId"},
    {"ReplaceRouteTableAssociation", "NewAssociationId"},
    {"RunInstances", "Instances[0].InstanceId"},
}};

}  // namespace

std::string_view created_path(std::string_view action) {
  const auto* found =
      std::find_if(kCreations.begin(), kCreations.end(),
                   [action](const Creation& creation) { return creation.action == action; });
  return found == kCreations.end() ? std::string_view() : found->path;
}

}  // namespace vpclab::scenario
