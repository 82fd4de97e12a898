#include <array>

#include "emulator/api/generated/classiclink.h"
#include "emulator/control/classic_actions.h"
#include "emulator/control/dispatch.h"

namespace vpclab::control {
namespace {

constexpr std::array kHandlers{
    handler_of<api::EnableVpcClassicLinkRequest>(),
    handler_of<api::DisableVpcClassicLinkRequest>(),
    handler_of<api::DescribeVpcClassicLinkRequest>(),
    handler_of<api::EnableVpcClassicLinkDnsSupportRequest>(),
    handler_of<api::DisableVpcClassicLinkDnsSupportRequest>(),
    handler_of<api::DescribeVpcClassicLinkDnsSupportRequest>(),
    handler_of<api::AttachClassicLinkVpcRequest>(),
    handler_of<api::DetachClassicLinkVpcRequest>(),
    handler_of<api::DescribeClassicLinkInstancesRequest>(),
};

}  // namespace

std::span<const HandlerEntry> classic_handlers() { return kHandlers; }

}  // namespace vpclab::control
