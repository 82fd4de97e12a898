// control/dhcp_options.h - DHCP option sets (DHCP-1): immutable; one default set per owner, made
// with the first VPC; and the EC2 actions on them.
#pragma once

#include <string>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"

namespace vpclab::control {

struct DhcpConfiguration {
  std::string key;
  std::vector<std::string> values;

  friend bool operator==(const DhcpConfiguration&, const DhcpConfiguration&) = default;
};

struct DhcpOptions {
  api::DhcpOptionsId id;
  OwnerIndex owner{};
  bool is_default = false;
  std::vector<DhcpConfiguration> configurations;
};

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;

/// The owner's default set (DHCP-1); made when it is first asked for.
[[nodiscard]] api::DhcpOptionsId default_dhcp_options(Call& call);

}  // namespace vpclab::control
