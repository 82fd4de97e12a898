// control/interface_text.h - small readings of a network interface that its own description and the
// description of its instance share.
#pragma once

#include <string>
#include <string_view>

#include "emulator/control/call.h"
#include "emulator/control/filter.h"

namespace vpclab::control {

/// `attached`.
[[nodiscard]] std::string_view to_string(AttachmentState state);

/// `available`, `in-use`, `detaching`.
[[nodiscard]] std::string_view status_of(const NetworkInterface& interface);

[[nodiscard]] std::string_view description_of(const NetworkInterface& interface);

/// DNS-2: the name of the public address, or "" where the VPC's instances have no such names. Pre:
/// `address` is one of the interface's and has a public one.
[[nodiscard]] std::string public_name_of(const Call& call, const NetworkInterface& interface,
                                         const InterfaceAddress& address);

/// The moment without its fraction: EC2 tells launches and attachments in whole seconds.
[[nodiscard]] api::Timestamp whole_seconds(api::Timestamp timestamp);

/// Puts all private (public) addresses among the values of a filter.
void add_private_addresses(const Call& call, const NetworkInterface& interface,
                           FilterValues& values);
void add_public_addresses(const Call& call, const NetworkInterface& interface,
                          FilterValues& values);

}  // namespace vpclab::control
