// control/network_interface.h - elastic network interfaces: addresses, groups, attachment (ENI-1…5)
// and the EC2 actions on them. Compact: a run may hold a hundred thousand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "emulator/api/api_error.h"
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
  /// Whose it is, if EC2 made it for a NAT gateway: nobody attaches, changes or deletes it by hand.
  api::NatGatewayId nat_gateway;
  std::vector<InterfaceAddress> secondary;
};

enum class AttachmentState : std::uint8_t { kDetached, kAttaching, kAttached, kDetaching };

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
  SimTime due{};  // when attaching or detaching ends
  wire::MacAddress mac;
  OwnerIndex owner{};
  std::uint16_t attachments_made = 0;  // counts the ids of its attachments
  std::uint8_t device_index = 0;
  AttachmentState attachment_state = AttachmentState::kDetached;
  bool delete_on_termination = false;
  bool source_dest_check = true;  // ENI-3
  bool auto_public = false;       // launched with an automatic public address (EIP-2, EIP-7)

  [[nodiscard]] bool attached() const { return !instance.empty(); }

  /// Empty for an interface of an instance or of nobody.
  [[nodiscard]] api::NatGatewayId nat_gateway() const {
    return extras == nullptr ? api::NatGatewayId{} : extras->nat_gateway;
  }

  /// Whether an instance or a NAT gateway has it: status `in-use`.
  [[nodiscard]] bool in_use() const { return attached() || !nat_gateway().empty(); }

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

/// What few callers ask for: the place of an address among an interface's, or address_count().
[[nodiscard]] std::size_t find_address(const NetworkInterface& interface,
                                       wire::Ipv4Address private_address);

// --- for other nouns
// ------------------------------------------------------------------------------

struct Call;
struct ControlState;
struct Instance;
struct Subnet;
class Inventory;

using GroupIds = boost::container::small_vector<api::SecurityGroupId, 1>;

/// An address of a subnet that a request wants: inside, not reserved, free (SUB-5).
[[nodiscard]] api::ApiResult<wire::Ipv4Address> check_free_address(const Subnet& subnet,
                                                                   const std::string& text);

/// The interface of a request that changes it: not one that EC2 made for a NAT gateway.
[[nodiscard]] api::ApiResult<NetworkInterface*> require_own_interface(
    const Call& call, const std::optional<std::string>& text);

/// `AuthFailure`: what EC2 answers who touches an interface, or an address of one, that EC2 made.
[[nodiscard]] api::ApiError no_permission();

/// The groups that a request wants for an interface in a subnet: of its VPC, not too many; the
/// VPC's default group when none is named (INST-4).
[[nodiscard]] api::ApiResult<GroupIds> check_groups(const Call& call, const Subnet& subnet,
                                                    const std::vector<std::string>& texts);

/// Makes a detached interface. Pre: the address is free, the groups are the VPC's. Marks nothing
/// changed: the caller does, once for many.
NetworkInterface& build_interface(Call& call, const api::NetworkInterfaceId& id, Subnet& subnet,
                                  wire::Ipv4Address address, const GroupIds& groups);

/// Adds a secondary address. Pre: free.
void add_secondary(Inventory& inventory, NetworkInterface& interface, wire::Ipv4Address address);

/// Ties a detached interface to an instance, at once (state kAttached).
void attach(const Inventory& inventory, NetworkInterface& interface, Instance& instance,
            std::uint8_t device_index, bool delete_on_termination, SimTime now);

/// Unties it from its instance.
void detach(Inventory& inventory, NetworkInterface& interface);

/// Removes a detached interface: its addresses are free again, its elastic addresses idle.
void erase_interface(Inventory& inventory, const api::NetworkInterfaceId& id);

/// Gives the primary address an automatic public one, if the pool has one left.
void give_public_address(ControlState& state, NetworkInterface& interface);

/// Takes the automatic public address away, if there is one.
void take_public_address(Inventory& inventory, NetworkInterface& interface);

/// attaching -> attached, detaching -> detached.
void interface_due(ControlState& state, const api::NetworkInterfaceId& id, SimTime now);

/// A locally administered MAC address, unique in the VPC (L2-1).
[[nodiscard]] wire::MacAddress mac_address_of(const api::VpcId& vpc, wire::Ipv4Address address);

/// Marks what an interface's change concerns: its VPC, and the peers that may name its groups.
void mark_interface_changed(Inventory& inventory, const NetworkInterface& interface);

}  // namespace vpclab::control
