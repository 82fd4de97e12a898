#include <array>

#include "emulator/api/generated/address.h"
#include "emulator/api/generated/image.h"
#include "emulator/api/generated/instance.h"
#include "emulator/api/generated/key_pair.h"
#include "emulator/api/generated/network_interface.h"
#include "emulator/control/dispatch.h"
#include "emulator/control/host_actions.h"

namespace vpclab::control {
namespace {

constexpr std::array kHandlers{
    handler_of<api::AllocateAddressRequest>(),
    handler_of<api::ReleaseAddressRequest>(),
    handler_of<api::DescribeAddressesRequest>(),
    handler_of<api::AssociateAddressRequest>(),
    handler_of<api::DisassociateAddressRequest>(),
    handler_of<api::MoveAddressToVpcRequest>(),
    handler_of<api::RestoreAddressToClassicRequest>(),
    handler_of<api::CreateNetworkInterfaceRequest>(),
    handler_of<api::DeleteNetworkInterfaceRequest>(),
    handler_of<api::DescribeNetworkInterfacesRequest>(),
    handler_of<api::DescribeNetworkInterfaceAttributeRequest>(),
    handler_of<api::ModifyNetworkInterfaceAttributeRequest>(),
    handler_of<api::ResetNetworkInterfaceAttributeRequest>(),
    handler_of<api::AssignPrivateIpAddressesRequest>(),
    handler_of<api::UnassignPrivateIpAddressesRequest>(),
    handler_of<api::AttachNetworkInterfaceRequest>(),
    handler_of<api::DetachNetworkInterfaceRequest>(),
    handler_of<api::StartInstancesRequest>(),
    handler_of<api::StopInstancesRequest>(),
    handler_of<api::RebootInstancesRequest>(),
    handler_of<api::TerminateInstancesRequest>(),
    handler_of<api::ModifyInstanceAttributeRequest>(),
    handler_of<api::ResetInstanceAttributeRequest>(),
    handler_of<api::DescribeInstanceAttributeRequest>(),
    handler_of<api::DescribeInstancesRequest>(),
    handler_of<api::DescribeInstanceStatusRequest>(),
    handler_of<api::DescribeImagesRequest>(),
    handler_of<api::CreateKeyPairRequest>(),
    handler_of<api::ImportKeyPairRequest>(),
    handler_of<api::DeleteKeyPairRequest>(),
    handler_of<api::DescribeKeyPairsRequest>(),
    handler_of<api::RunInstancesRequest>(),
};

}  // namespace

std::span<const HandlerEntry> host_handlers() { return kHandlers; }

}  // namespace vpclab::control
