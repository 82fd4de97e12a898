// trace/explain_words.h - the words of which explanations are made: lists, addresses, kinds of
// things. Internal to explain.cc; judges nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/ids.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/ipv4_prefix.h"

namespace vpclab::trace {

/// `a`, `a and b`, `a, b and c`.
[[nodiscard]] std::string join(const std::vector<std::string>& parts);

[[nodiscard]] std::string address_text(const std::optional<wire::Ipv4Address>& address);

/// `the peering connection`, …: what a route leads to.
[[nodiscard]] std::string_view kind_name(api::ResourceKind kind);

/// What SUB-2 keeps an address of a subnet for.
[[nodiscard]] std::string reserved_use(wire::Ipv4Prefix subnet, wire::Ipv4Address address);

/// RFC 6598: in the address space that carriers share.
[[nodiscard]] bool is_shared(const std::optional<wire::Ipv4Address>& address);

}  // namespace vpclab::trace
