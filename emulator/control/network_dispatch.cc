#include <array>

#include "emulator/api/generated/dhcp_options.h"
#include "emulator/api/generated/gateway.h"
#include "emulator/api/generated/nat_gateway.h"
#include "emulator/api/generated/peering.h"
#include "emulator/api/generated/route_table.h"
#include "emulator/api/generated/subnet.h"
#include "emulator/api/generated/vpc.h"
#include "emulator/control/dispatch.h"
#include "emulator/control/network_actions.h"

namespace vpclab::control {
namespace {

constexpr std::array kHandlers{
    handler_of<api::CreateVpcRequest>(),
    handler_of<api::DeleteVpcRequest>(),
    handler_of<api::DescribeVpcsRequest>(),
    handler_of<api::ModifyVpcAttributeRequest>(),
    handler_of<api::DescribeVpcAttributeRequest>(),
    handler_of<api::ModifyVpcTenancyRequest>(),
    handler_of<api::AssociateVpcCidrBlockRequest>(),
    handler_of<api::DisassociateVpcCidrBlockRequest>(),
    handler_of<api::CreateDefaultVpcRequest>(),
    handler_of<api::CreateDefaultSubnetRequest>(),
    handler_of<api::CreateSubnetRequest>(),
    handler_of<api::DeleteSubnetRequest>(),
    handler_of<api::ModifySubnetAttributeRequest>(),
    handler_of<api::DescribeSubnetsRequest>(),
    handler_of<api::CreateDhcpOptionsRequest>(),
    handler_of<api::DeleteDhcpOptionsRequest>(),
    handler_of<api::AssociateDhcpOptionsRequest>(),
    handler_of<api::DescribeDhcpOptionsRequest>(),
    handler_of<api::CreateRouteTableRequest>(),
    handler_of<api::DeleteRouteTableRequest>(),
    handler_of<api::DescribeRouteTablesRequest>(),
    handler_of<api::AssociateRouteTableRequest>(),
    handler_of<api::DisassociateRouteTableRequest>(),
    handler_of<api::ReplaceRouteTableAssociationRequest>(),
    handler_of<api::CreateRouteRequest>(),
    handler_of<api::ReplaceRouteRequest>(),
    handler_of<api::DeleteRouteRequest>(),
    handler_of<api::CreateInternetGatewayRequest>(),
    handler_of<api::DeleteInternetGatewayRequest>(),
    handler_of<api::AttachInternetGatewayRequest>(),
    handler_of<api::DetachInternetGatewayRequest>(),
    handler_of<api::DescribeInternetGatewaysRequest>(),
    handler_of<api::CreateNatGatewayRequest>(),
    handler_of<api::DeleteNatGatewayRequest>(),
    handler_of<api::DescribeNatGatewaysRequest>(),
    handler_of<api::CreateVpcPeeringConnectionRequest>(),
    handler_of<api::AcceptVpcPeeringConnectionRequest>(),
    handler_of<api::RejectVpcPeeringConnectionRequest>(),
    handler_of<api::DeleteVpcPeeringConnectionRequest>(),
    handler_of<api::ModifyVpcPeeringConnectionOptionsRequest>(),
    handler_of<api::DescribeVpcPeeringConnectionsRequest>(),
};

}  // namespace

std::span<const HandlerEntry> network_handlers() { return kHandlers; }

}  // namespace vpclab::control
