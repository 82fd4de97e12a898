// control/elastic_address.h - Elastic IP addresses (EIP-3…11) and the EC2 actions on them. The
// automatic public addresses (EIP-1, EIP-2) live in the network interface alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "emulator/api/api_error.h"
#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::control {

/// CLC-4: the platform whose instances may have the address.
enum class AddressDomain : std::uint8_t { kVpc, kStandard };

struct ElasticAddress {
  api::AllocationId id;
  OwnerIndex owner{};
  wire::Ipv4Address public_address;
  /// Empty while not associated; then the interface's address below holds `public_address`.
  api::AddressAssociationId association;
  api::NetworkInterfaceId network_interface;
  /// The instance of EC2-Classic that has a `standard` address; such an association has no id.
  api::InstanceId classic_instance;
  wire::Ipv4Address private_address;
  std::uint32_t associations_made = 0;  // counts the ids of its associations
  AddressDomain domain = AddressDomain::kVpc;
  bool from_classic = false;  // allocated as `standard`, whatever it is now

  [[nodiscard]] bool associated() const {
    return !association.empty() || !classic_instance.empty();
  }
};

// --- for other nouns
// ------------------------------------------------------------------------------

class Inventory;
struct Call;
struct NetworkInterface;

/// The caller's address with this allocation id: one of Domain `standard` is not known by it
/// (CLC-4). The pointer is never null.
[[nodiscard]] api::ApiResult<ElasticAddress*> require_by_allocation(
    const Call& call, const std::optional<std::string>& allocation_id);

/// The caller's address, of either Domain, with this text (EIP-8). The pointer is never null.
[[nodiscard]] api::ApiResult<ElasticAddress*> find_by_public(const Call& call,
                                                             const std::string& text);

/// EIP-9: each platform's addresses are counted by themselves.
[[nodiscard]] bool at_address_quota(const Call& call, AddressDomain domain);

/// AddressLimitExceeded.
[[nodiscard]] api::ApiError too_many_addresses();

/// Ties an address that is idle to the index-th address of an interface, which has no public one.
void begin_association(Inventory& inventory, ElasticAddress& address, NetworkInterface& interface,
                       std::size_t index);

/// Ends an association, if there is one: the address stays allocated, idle (EIP-10).
void end_association(Inventory& inventory, ElasticAddress& address);

}  // namespace vpclab::control
