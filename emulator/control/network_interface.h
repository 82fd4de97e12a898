// control/network_interface.h - elastic network interfaces: addresses, groups, attachment (ENI-1…5)
// and the EC2 actions on them. Compact: a run may hold a hundred thousand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/mac_address.h"

namespace vpclab::control {

/// A private address and the public one mapped to it, if any (IGW-3, EIP-4).
struct InterfaceAddress {
  wire::Ipv4Address private_address;
  wire::Ipv4Address public_address;  // 0.0.0.0: none
  api::AllocationId allocation;      // empty: none, or an automatic public address

  [[nodiscard]] bool has_public() const { return public_address != wire::Ipv4Address{}; }

  [[nodiscard]] bool has_elastic() const { return !allocation.empty(); }
};

/// What few interfaces have.
struct InterfaceExtras {
  std::string description;
  std::vector<InterfaceAddress> secondary;
};

struct NetworkInterface {
  api::NetworkInterfaceId id;
  api::SubnetId subnet;
  api::VpcId vpc;
  /// Empty: detached, status `available`.
  api::InstanceId instance;
  api::NetworkInterfaceAttachmentId attachment;
  InterfaceAddress primary;
  boost::container::small_vector<api::SecurityGroupId, 1> groups;
  std::unique_ptr<InterfaceExtras> extras;
  SimTime attached_at{};
  wire::MacAddress mac;
  OwnerIndex owner{};
  std::uint8_t device_index = 0;
  bool delete_on_termination = false;
  bool source_dest_check = true;  // ENI-3
  bool auto_public = false;       // launched with an automatic public address (EIP-2, EIP-7)
  bool made_by_run = false;       // by RunInstances, not by CreateNetworkInterface
  bool changing = false;          // attaching, or (with `detaching`) detaching
  bool detaching = false;

  [[nodiscard]] bool attached() const { return !instance.empty(); }

  [[nodiscard]] std::size_t address_count() const {
    return 1 + (extras == nullptr ? 0 : extras->secondary.size());
  }

  /// The primary address (0), then the secondary ones.
  [[nodiscard]] const InterfaceAddress& address(std::size_t i) const {
    return i == 0 ? primary : extras->secondary[i - 1];
  }

  [[nodiscard]] InterfaceAddress& address(std::size_t i) {
    return i == 0 ? primary : extras->secondary[i - 1];
  }
};

}  // namespace vpclab::control
