// control/host_actions.h - the actions on instances, their interfaces and their addresses:
// handle(call, request), an overload each, implemented by the file that stands above it. A refused
// call changes nothing.
#pragma once

#include "emulator/api/api_error.h"
#include "emulator/api/reply.h"

namespace vpclab::api {

struct AllocateAddressRequest;
struct AllocateAddressResponse;
struct AssignPrivateIpAddressesRequest;
struct AssignPrivateIpAddressesResponse;
struct AssociateAddressRequest;
struct AssociateAddressResponse;
struct AttachNetworkInterfaceRequest;
struct AttachNetworkInterfaceResponse;
struct CreateKeyPairRequest;
struct CreateKeyPairResponse;
struct CreateNetworkInterfaceRequest;
struct CreateNetworkInterfaceResponse;
struct DeleteKeyPairRequest;
struct DeleteKeyPairResponse;
struct DeleteNetworkInterfaceRequest;
struct DeleteNetworkInterfaceResponse;
struct DescribeAddressesRequest;
struct DescribeAddressesResponse;
struct DescribeImagesRequest;
struct DescribeImagesResponse;
struct DescribeInstanceAttributeRequest;
struct DescribeInstanceAttributeResponse;
struct DescribeInstanceStatusRequest;
struct DescribeInstanceStatusResponse;
struct DescribeInstancesRequest;
struct DescribeInstancesResponse;
struct DescribeKeyPairsRequest;
struct DescribeKeyPairsResponse;
struct DescribeNetworkInterfaceAttributeRequest;
struct DescribeNetworkInterfaceAttributeResponse;
struct DescribeNetworkInterfacesRequest;
struct DescribeNetworkInterfacesResponse;
struct DetachNetworkInterfaceRequest;
struct DetachNetworkInterfaceResponse;
struct DisassociateAddressRequest;
struct DisassociateAddressResponse;
struct ImportKeyPairRequest;
struct ImportKeyPairResponse;
struct ModifyInstanceAttributeRequest;
struct ModifyInstanceAttributeResponse;
struct ModifyNetworkInterfaceAttributeRequest;
struct ModifyNetworkInterfaceAttributeResponse;
struct MoveAddressToVpcRequest;
struct MoveAddressToVpcResponse;
struct RebootInstancesRequest;
struct RebootInstancesResponse;
struct ReleaseAddressRequest;
struct ReleaseAddressResponse;
struct ResetInstanceAttributeRequest;
struct ResetInstanceAttributeResponse;
struct ResetNetworkInterfaceAttributeRequest;
struct ResetNetworkInterfaceAttributeResponse;
struct RestoreAddressToClassicRequest;
struct RestoreAddressToClassicResponse;
struct RunInstancesRequest;
struct StartInstancesRequest;
struct StartInstancesResponse;
struct StopInstancesRequest;
struct StopInstancesResponse;
struct TerminateInstancesRequest;
struct TerminateInstancesResponse;
struct UnassignPrivateIpAddressesRequest;
struct UnassignPrivateIpAddressesResponse;

}  // namespace vpclab::api

namespace vpclab::control {

struct Call;

// elastic_address.cc
api::ApiResult<api::AllocateAddressResponse> handle(Call& call,
                                                    const api::AllocateAddressRequest& request);
api::ApiResult<api::ReleaseAddressResponse> handle(Call& call,
                                                   const api::ReleaseAddressRequest& request);
api::ApiResult<api::DescribeAddressesResponse> handle(Call& call,
                                                      const api::DescribeAddressesRequest& request);

// address_move.cc
api::ApiResult<api::MoveAddressToVpcResponse> handle(Call& call,
                                                     const api::MoveAddressToVpcRequest& request);
api::ApiResult<api::RestoreAddressToClassicResponse> handle(
    Call& call, const api::RestoreAddressToClassicRequest& request);

// address_association.cc
api::ApiResult<api::AssociateAddressResponse> handle(Call& call,
                                                     const api::AssociateAddressRequest& request);
api::ApiResult<api::DisassociateAddressResponse> handle(
    Call& call, const api::DisassociateAddressRequest& request);

// network_interface.cc
api::ApiResult<api::CreateNetworkInterfaceResponse> handle(
    Call& call, const api::CreateNetworkInterfaceRequest& request);
api::ApiResult<api::DeleteNetworkInterfaceResponse> handle(
    Call& call, const api::DeleteNetworkInterfaceRequest& request);

// interface_describe.cc
api::ApiResult<api::DescribeNetworkInterfacesResponse> handle(
    Call& call, const api::DescribeNetworkInterfacesRequest& request);
api::ApiResult<api::DescribeNetworkInterfaceAttributeResponse> handle(
    Call& call, const api::DescribeNetworkInterfaceAttributeRequest& request);

// interface_attribute.cc
api::ApiResult<api::ModifyNetworkInterfaceAttributeResponse> handle(
    Call& call, const api::ModifyNetworkInterfaceAttributeRequest& request);
api::ApiResult<api::ResetNetworkInterfaceAttributeResponse> handle(
    Call& call, const api::ResetNetworkInterfaceAttributeRequest& request);

// interface_address.cc
api::ApiResult<api::AssignPrivateIpAddressesResponse> handle(
    Call& call, const api::AssignPrivateIpAddressesRequest& request);
api::ApiResult<api::UnassignPrivateIpAddressesResponse> handle(
    Call& call, const api::UnassignPrivateIpAddressesRequest& request);

// interface_attachment.cc
api::ApiResult<api::AttachNetworkInterfaceResponse> handle(
    Call& call, const api::AttachNetworkInterfaceRequest& request);
api::ApiResult<api::DetachNetworkInterfaceResponse> handle(
    Call& call, const api::DetachNetworkInterfaceRequest& request);

// instance.cc
api::ApiResult<api::StartInstancesResponse> handle(Call& call,
                                                   const api::StartInstancesRequest& request);
api::ApiResult<api::StopInstancesResponse> handle(Call& call,
                                                  const api::StopInstancesRequest& request);
api::ApiResult<api::RebootInstancesResponse> handle(Call& call,
                                                    const api::RebootInstancesRequest& request);
api::ApiResult<api::TerminateInstancesResponse> handle(
    Call& call, const api::TerminateInstancesRequest& request);

// instance_attribute.cc
api::ApiResult<api::ModifyInstanceAttributeResponse> handle(
    Call& call, const api::ModifyInstanceAttributeRequest& request);
api::ApiResult<api::ResetInstanceAttributeResponse> handle(
    Call& call, const api::ResetInstanceAttributeRequest& request);
api::ApiResult<api::DescribeInstanceAttributeResponse> handle(
    Call& call, const api::DescribeInstanceAttributeRequest& request);

// instance_list.cc
api::ApiResult<api::DescribeInstancesResponse> handle(Call& call,
                                                      const api::DescribeInstancesRequest& request);
api::ApiResult<api::DescribeInstanceStatusResponse> handle(
    Call& call, const api::DescribeInstanceStatusRequest& request);

// image_describe.cc
api::ApiResult<api::DescribeImagesResponse> handle(Call& call,
                                                   const api::DescribeImagesRequest& request);

// key_pair.cc
api::ApiResult<api::CreateKeyPairResponse> handle(Call& call,
                                                  const api::CreateKeyPairRequest& request);
api::ApiResult<api::ImportKeyPairResponse> handle(Call& call,
                                                  const api::ImportKeyPairRequest& request);
api::ApiResult<api::DeleteKeyPairResponse> handle(Call& call,
                                                  const api::DeleteKeyPairRequest& request);
api::ApiResult<api::DescribeKeyPairsResponse> handle(Call& call,
                                                     const api::DescribeKeyPairsRequest& request);

// run_instances.cc: the answer is built when somebody looks at it.
api::Reply handle(Call& call, const api::RunInstancesRequest& request);

}  // namespace vpclab::control
