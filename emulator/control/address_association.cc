// Associating and disassociating Elastic IP addresses (EIP-4…7, EIP-10).
#include "emulator/api/generated/address.h"
#include "emulator/control/classic_association.h"
#include "emulator/control/elastic_address.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

/// Where an association goes: one private address of one interface.
struct Place {
  NetworkInterface* interface = nullptr;
  std::size_t index = 0;
};

/// The caller's address that a request names by allocation id or, failing that, by itself.
api::ApiResult<ElasticAddress*> address_of(const Call& call,
                                           const std::optional<std::string>& allocation_id,
                                           const std::optional<std::string>& public_ip) {
  if (allocation_id.has_value() || !public_ip.has_value()) {
    return require_by_allocation(call, allocation_id);
  }
  return find_by_public(call, *public_ip);
}

/// EIP-5: the only interface of an instance that is in a state to have addresses.
api::ApiResult<NetworkInterface*> interface_of(const Call& call, const std::string& text) {
  const auto instance = find<Instance>(call, text);
  if (!instance.has_value()) {
    return tl::unexpected(instance.error());
  }
  if ((*instance)->state != InstanceState::kRunning &&
      (*instance)->state != InstanceState::kStopping &&
      (*instance)->state != InstanceState::kStopped) {
    return api::refuse(api::code::kIncorrectInstanceState,
                       "The " + std::string(to_string((*instance)->state)) + " instance '" + text +
                           "' is not in a valid state for this operation.");
  }
  if ((*instance)->interface_count() > 1) {
    return api::refuse(api::code::kInvalidInstanceID,
                       "There are multiple interfaces attached to instance '" + text +
                           "'. Please specify an interface ID for the operation instead.");
  }
  return &call.inventory().network_interfaces.get((*instance)->primary_interface);
}

api::ApiResult<Place> place_of(const Call& call, const api::AssociateAddressRequest& request) {
  if (request.instance_id.has_value() == request.network_interface_id.has_value()) {
    return request.instance_id.has_value()
               ? api::refuse(api::code::kInvalidParameterCombination,
                             "You may specify an instance ID or a network interface ID, not both.")
               : tl::unexpected(api::missing_parameter("InstanceId"));
  }
  const auto interface = request.instance_id.has_value()
                             ? interface_of(call, *request.instance_id)
                             : require_own_interface(call, request.network_interface_id);
  if (!interface.has_value()) {
    return tl::unexpected(interface.error());
  }
  Place place{*interface, 0};
  if (request.private_ip_address.has_value()) {
    const auto address = parse_address(*request.private_ip_address, "privateIpAddress");
    if (!address.has_value()) {
      return tl::unexpected(address.error());
    }
    place.index = find_address(**interface, *address);
    if (place.index == (*interface)->address_count()) {
      return tl::unexpected(api::invalid_parameter_value(
          "privateIpAddress", *request.private_ip_address,
          "The address is not assigned to interface " + (*interface)->id.text() + "."));
    }
  }
  const Vpc& vpc = call.inventory().vpcs.get((*interface)->vpc);
  if (vpc.internet_gateway.empty()) {
    return api::refuse(api::code::kGatewayNotAttached,
                       "Network " + vpc.id.text() + " is not attached to any internet gateway");
  }
  return place;
}

/// Whether a NAT gateway has the address: it keeps it until it is deleted (NAT-11).
bool held_by_nat_gateway(const Inventory& inventory, const ElasticAddress& address) {
  const auto* interface = inventory.network_interfaces.find(address.network_interface);
  return interface != nullptr && !interface->nat_gateway().empty();
}

/// Ends the association of an address of a VPC, if it has one. EIP-7: the interface that it leaves
/// gets an automatic public address back.
void disassociate(Call& call, ElasticAddress& address) {
  Inventory& inventory = call.inventory();
  NetworkInterface* left = inventory.network_interfaces.find(address.network_interface);
  const bool primary = left != nullptr && left->primary.allocation == address.id;
  end_association(inventory, address);
  if (!primary || !left->auto_public || !call.knobs().eip_disassociate_restores_auto_address) {
    return;
  }
  const Instance* instance = inventory.instances.find(left->instance);
  if (instance != nullptr && instance->is_running() && instance->interface_count() == 1) {
    give_public_address(call.state, *left);
  }
}

/// CLC-4: without an association id only addresses of EC2-Classic part from their instances.
api::ApiResult<api::DisassociateAddressResponse> disassociate_by_public(Call& call,
                                                                        const std::string& text) {
  const auto address = find_by_public(call, text);
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  if ((*address)->domain != AddressDomain::kStandard) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "You must specify an association id when unmapping an address from a VPC "
                       "instance");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  disassociate_in_classic(call, **address);  // not associated: nothing to do, no error
  return api::DisassociateAddressResponse{};
}

}  // namespace

void begin_association(Inventory& inventory, ElasticAddress& address, NetworkInterface& interface,
                       std::size_t index) {
  InterfaceAddress& mapped = interface.address(index);
  address.association = api::AddressAssociationId(IdSource::part(
      address.id, api::ResourceKind::kAddressAssociation, address.associations_made++));
  address.network_interface = interface.id;
  address.private_address = mapped.private_address;
  mapped.public_address = address.public_address;
  mapped.allocation = address.id;
  inventory.hold_public(address.public_address, interface.id);
  inventory.mark_changed(interface.vpc);
}

void end_association(Inventory& inventory, ElasticAddress& address) {
  if (Instance* instance = inventory.instances.find(address.classic_instance);
      instance != nullptr) {
    instance->classic->public_address = {};
    instance->classic->allocation = {};
    address.classic_instance = {};
    inventory.hold_public(address.public_address, {});
    mark_classic_changed(inventory, *instance);
    return;
  }
  if (address.association.empty()) {
    return;
  }
  NetworkInterface& interface = inventory.network_interfaces.get(address.network_interface);
  InterfaceAddress& mapped = interface.address(find_address(interface, address.private_address));
  mapped.public_address = {};
  mapped.allocation = {};
  inventory.hold_public(address.public_address, {});
  address.association = {};
  address.network_interface = {};
  address.private_address = {};
  inventory.mark_changed(interface.vpc);
}

api::ApiResult<api::AssociateAddressResponse> handle(Call& call,
                                                     const api::AssociateAddressRequest& request) {
  const auto found = address_of(call, request.allocation_id, request.public_ip);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  if (concerns_classic(call, **found, request)) {
    return associate_in_classic(call, **found, request);
  }
  const auto place = place_of(call, request);
  if (!place.has_value()) {
    return tl::unexpected(place.error());
  }
  ElasticAddress& address = **found;
  InterfaceAddress& mapped = place->interface->address(place->index);
  const bool repeated = mapped.allocation == address.id;  // EIP-6: it changes nothing
  const bool held = held_by_nat_gateway(call.inventory(), address);
  if (!repeated && !address.association.empty() &&
      (held || !request.allow_reassociation.value_or(!has_classic(call)))) {
    return api::refuse(api::code::kResourceAlreadyAssociated,
                       "resource " + address.id.text() +
                           " is already associated with associate-id " +
                           address.association.text());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (repeated) {
    return api::AssociateAddressResponse{.association_id = address.association.text()};
  }
  Inventory& inventory = call.inventory();
  disassociate(call, address);
  if (mapped.has_elastic()) {
    end_association(inventory, inventory.elastic_addresses.get(mapped.allocation));
  } else if (place->index == 0) {
    take_public_address(inventory, *place->interface);
  }
  begin_association(inventory, address, *place->interface, place->index);
  return api::AssociateAddressResponse{.association_id = address.association.text()};
}

api::ApiResult<api::DisassociateAddressResponse> handle(
    Call& call, const api::DisassociateAddressRequest& request) {
  if (!request.association_id.has_value()) {
    return request.public_ip.has_value() ? disassociate_by_public(call, *request.public_ip)
                                         : tl::unexpected(api::missing_parameter("AssociationId"));
  }
  ElasticAddress* found = nullptr;
  for (ElasticAddress& address : call.inventory().elastic_addresses) {
    if (address.owner == call.owner && !address.association.empty() &&
        address.association.text() == *request.association_id) {
      found = &address;
    }
  }
  if (found == nullptr) {
    return tl::unexpected(not_found(api::code::kInvalidAssociationIDNotFound, "The association ID",
                                    {*request.association_id}));
  }
  if (held_by_nat_gateway(call.inventory(), *found)) {
    return tl::unexpected(no_permission());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  disassociate(call, *found);
  return api::DisassociateAddressResponse{};
}

}  // namespace vpclab::control
