// control/network_actions.h - the actions on VPCs and what routes in them: handle(call, request),
// an overload each, implemented by the file that stands above it. A refused call changes nothing.
#pragma once

#include "emulator/api/api_error.h"

namespace vpclab::api {

struct AcceptVpcPeeringConnectionRequest;
struct AcceptVpcPeeringConnectionResponse;
struct AssociateDhcpOptionsRequest;
struct AssociateDhcpOptionsResponse;
struct AssociateRouteTableRequest;
struct AssociateRouteTableResponse;
struct AssociateVpcCidrBlockRequest;
struct AssociateVpcCidrBlockResponse;
struct AttachInternetGatewayRequest;
struct AttachInternetGatewayResponse;
struct CreateDefaultSubnetRequest;
struct CreateDefaultSubnetResponse;
struct CreateDefaultVpcRequest;
struct CreateDefaultVpcResponse;
struct CreateDhcpOptionsRequest;
struct CreateDhcpOptionsResponse;
struct CreateInternetGatewayRequest;
struct CreateInternetGatewayResponse;
struct CreateNatGatewayRequest;
struct CreateNatGatewayResponse;
struct CreateRouteRequest;
struct CreateRouteResponse;
struct CreateRouteTableRequest;
struct CreateRouteTableResponse;
struct CreateSubnetRequest;
struct CreateSubnetResponse;
struct CreateVpcRequest;
struct CreateVpcResponse;
struct CreateVpcPeeringConnectionRequest;
struct CreateVpcPeeringConnectionResponse;
struct DeleteDhcpOptionsRequest;
struct DeleteDhcpOptionsResponse;
struct DeleteInternetGatewayRequest;
struct DeleteInternetGatewayResponse;
struct DeleteNatGatewayRequest;
struct DeleteNatGatewayResponse;
struct DeleteRouteRequest;
struct DeleteRouteResponse;
struct DeleteRouteTableRequest;
struct DeleteRouteTableResponse;
struct DeleteSubnetRequest;
struct DeleteSubnetResponse;
struct DeleteVpcRequest;
struct DeleteVpcResponse;
struct DeleteVpcPeeringConnectionRequest;
struct DeleteVpcPeeringConnectionResponse;
struct DescribeDhcpOptionsRequest;
struct DescribeDhcpOptionsResponse;
struct DescribeInternetGatewaysRequest;
struct DescribeInternetGatewaysResponse;
struct DescribeNatGatewaysRequest;
struct DescribeNatGatewaysResponse;
struct DescribeRouteTablesRequest;
struct DescribeRouteTablesResponse;
struct DescribeSubnetsRequest;
struct DescribeSubnetsResponse;
struct DescribeVpcAttributeRequest;
struct DescribeVpcAttributeResponse;
struct DescribeVpcPeeringConnectionsRequest;
struct DescribeVpcPeeringConnectionsResponse;
struct DescribeVpcsRequest;
struct DescribeVpcsResponse;
struct DetachInternetGatewayRequest;
struct DetachInternetGatewayResponse;
struct DisassociateRouteTableRequest;
struct DisassociateRouteTableResponse;
struct DisassociateVpcCidrBlockRequest;
struct DisassociateVpcCidrBlockResponse;
struct ModifySubnetAttributeRequest;
struct ModifySubnetAttributeResponse;
struct ModifyVpcAttributeRequest;
struct ModifyVpcAttributeResponse;
struct ModifyVpcPeeringConnectionOptionsRequest;
struct ModifyVpcPeeringConnectionOptionsResponse;
struct ModifyVpcTenancyRequest;
struct ModifyVpcTenancyResponse;
struct RejectVpcPeeringConnectionRequest;
struct RejectVpcPeeringConnectionResponse;
struct ReplaceRouteRequest;
struct ReplaceRouteResponse;
struct ReplaceRouteTableAssociationRequest;
struct ReplaceRouteTableAssociationResponse;

}  // namespace vpclab::api

namespace vpclab::control {

struct Call;

// vpc.cc
api::ApiResult<api::CreateVpcResponse> handle(Call& call, const api::CreateVpcRequest& request);
api::ApiResult<api::DeleteVpcResponse> handle(Call& call, const api::DeleteVpcRequest& request);
api::ApiResult<api::DescribeVpcsResponse> handle(Call& call,
                                                 const api::DescribeVpcsRequest& request);

// vpc_attribute.cc
api::ApiResult<api::ModifyVpcAttributeResponse> handle(
    Call& call, const api::ModifyVpcAttributeRequest& request);
api::ApiResult<api::DescribeVpcAttributeResponse> handle(
    Call& call, const api::DescribeVpcAttributeRequest& request);
api::ApiResult<api::ModifyVpcTenancyResponse> handle(Call& call,
                                                     const api::ModifyVpcTenancyRequest& request);

// vpc_cidr.cc
api::ApiResult<api::AssociateVpcCidrBlockResponse> handle(
    Call& call, const api::AssociateVpcCidrBlockRequest& request);
api::ApiResult<api::DisassociateVpcCidrBlockResponse> handle(
    Call& call, const api::DisassociateVpcCidrBlockRequest& request);

// default_vpc.cc
api::ApiResult<api::CreateDefaultVpcResponse> handle(Call& call,
                                                     const api::CreateDefaultVpcRequest& request);
api::ApiResult<api::CreateDefaultSubnetResponse> handle(
    Call& call, const api::CreateDefaultSubnetRequest& request);

// subnet.cc
api::ApiResult<api::CreateSubnetResponse> handle(Call& call,
                                                 const api::CreateSubnetRequest& request);
api::ApiResult<api::DeleteSubnetResponse> handle(Call& call,
                                                 const api::DeleteSubnetRequest& request);
api::ApiResult<api::ModifySubnetAttributeResponse> handle(
    Call& call, const api::ModifySubnetAttributeRequest& request);
api::ApiResult<api::DescribeSubnetsResponse> handle(Call& call,
                                                    const api::DescribeSubnetsRequest& request);

// dhcp_options.cc
api::ApiResult<api::CreateDhcpOptionsResponse> handle(Call& call,
                                                      const api::CreateDhcpOptionsRequest& request);
api::ApiResult<api::DeleteDhcpOptionsResponse> handle(Call& call,
                                                      const api::DeleteDhcpOptionsRequest& request);
api::ApiResult<api::AssociateDhcpOptionsResponse> handle(
    Call& call, const api::AssociateDhcpOptionsRequest& request);
api::ApiResult<api::DescribeDhcpOptionsResponse> handle(
    Call& call, const api::DescribeDhcpOptionsRequest& request);

// route_table.cc
api::ApiResult<api::CreateRouteTableResponse> handle(Call& call,
                                                     const api::CreateRouteTableRequest& request);
api::ApiResult<api::DeleteRouteTableResponse> handle(Call& call,
                                                     const api::DeleteRouteTableRequest& request);
api::ApiResult<api::DescribeRouteTablesResponse> handle(
    Call& call, const api::DescribeRouteTablesRequest& request);

// route_table_association.cc
api::ApiResult<api::AssociateRouteTableResponse> handle(
    Call& call, const api::AssociateRouteTableRequest& request);
api::ApiResult<api::DisassociateRouteTableResponse> handle(
    Call& call, const api::DisassociateRouteTableRequest& request);
api::ApiResult<api::ReplaceRouteTableAssociationResponse> handle(
    Call& call, const api::ReplaceRouteTableAssociationRequest& request);

// route.cc
api::ApiResult<api::CreateRouteResponse> handle(Call& call, const api::CreateRouteRequest& request);
api::ApiResult<api::ReplaceRouteResponse> handle(Call& call,
                                                 const api::ReplaceRouteRequest& request);
api::ApiResult<api::DeleteRouteResponse> handle(Call& call, const api::DeleteRouteRequest& request);

// internet_gateway.cc
api::ApiResult<api::CreateInternetGatewayResponse> handle(
    Call& call, const api::CreateInternetGatewayRequest& request);
api::ApiResult<api::DeleteInternetGatewayResponse> handle(
    Call& call, const api::DeleteInternetGatewayRequest& request);
api::ApiResult<api::AttachInternetGatewayResponse> handle(
    Call& call, const api::AttachInternetGatewayRequest& request);
api::ApiResult<api::DetachInternetGatewayResponse> handle(
    Call& call, const api::DetachInternetGatewayRequest& request);
api::ApiResult<api::DescribeInternetGatewaysResponse> handle(
    Call& call, const api::DescribeInternetGatewaysRequest& request);

// nat_gateway.cc
api::ApiResult<api::CreateNatGatewayResponse> handle(Call& call,
                                                     const api::CreateNatGatewayRequest& request);
api::ApiResult<api::DeleteNatGatewayResponse> handle(Call& call,
                                                     const api::DeleteNatGatewayRequest& request);

// nat_gateway_describe.cc
api::ApiResult<api::DescribeNatGatewaysResponse> handle(
    Call& call, const api::DescribeNatGatewaysRequest& request);

// peering.cc
api::ApiResult<api::CreateVpcPeeringConnectionResponse> handle(
    Call& call, const api::CreateVpcPeeringConnectionRequest& request);
api::ApiResult<api::AcceptVpcPeeringConnectionResponse> handle(
    Call& call, const api::AcceptVpcPeeringConnectionRequest& request);
api::ApiResult<api::RejectVpcPeeringConnectionResponse> handle(
    Call& call, const api::RejectVpcPeeringConnectionRequest& request);
api::ApiResult<api::DeleteVpcPeeringConnectionResponse> handle(
    Call& call, const api::DeleteVpcPeeringConnectionRequest& request);

// peering_options.cc
api::ApiResult<api::ModifyVpcPeeringConnectionOptionsResponse> handle(
    Call& call, const api::ModifyVpcPeeringConnectionOptionsRequest& request);

// peering_describe.cc
api::ApiResult<api::DescribeVpcPeeringConnectionsResponse> handle(
    Call& call, const api::DescribeVpcPeeringConnectionsRequest& request);

}  // namespace vpclab::control
