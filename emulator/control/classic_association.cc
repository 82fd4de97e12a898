#include "emulator/control/classic_association.h"

#include "emulator/api/generated/address.h"
#include "emulator/control/noun.h"

namespace vpclab::control {
namespace {

/// CLC-4, CLC-6: the instance of EC2-Classic that a request gives a `standard` address to.
api::ApiResult<Instance*> target_of(const Call& call, const ElasticAddress& address,
                                    const api::AssociateAddressRequest& request) {
  if (request.network_interface_id.has_value() || request.private_ip_address.has_value()) {
    return combination(
        "A network interface or a private address is only valid for addresses of Domain 'vpc'.");
  }
  auto instance = require<Instance>(call, request.instance_id);
  if (!instance.has_value()) {
    return instance;
  }
  if (!(*instance)->in_classic()) {
    return combination(
        "You must specify an allocation id when mapping an address to a VPC instance");
  }
  if (address.domain != AddressDomain::kStandard) {
    return combination("You must specify an IP address when mapping to a non-VPC instance");
  }
  if (!(*instance)->is_running()) {  // a stopped one has no address to map to
    return api::refuse(api::code::kIncorrectInstanceState,
                       "The " + std::string(to_string((*instance)->state)) + " instance '" +
                           (*instance)->id.text() +
                           "' is not in a valid state for this operation.");
  }
  return instance;
}

}  // namespace

bool concerns_classic(const Call& call, const ElasticAddress& address,
                      const api::AssociateAddressRequest& request) {
  if (address.domain == AddressDomain::kStandard) {
    return true;
  }
  const auto id = api::InstanceId::parse(request.instance_id.value_or(""));
  const Instance* instance = id.has_value() ? call.inventory().instances.find(*id) : nullptr;
  return instance != nullptr && instance->in_classic();
}

api::ApiResult<api::AssociateAddressResponse> associate_in_classic(
    Call& call, ElasticAddress& address, const api::AssociateAddressRequest& request) {
  const auto found = target_of(call, address, request);
  if (!found.has_value()) {
    return tl::unexpected(found.error());
  }
  Instance& instance = **found;
  const bool repeated = address.classic_instance == instance.id;  // EIP-6: it changes nothing
  if (!repeated && address.associated() && !request.allow_reassociation.value_or(true)) {
    return api::refuse(api::code::kResourceAlreadyAssociated,
                       "Address " + to_string(address.public_address) +
                           " is already associated with instance " +
                           address.classic_instance.text());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  if (repeated) {
    return api::AssociateAddressResponse{};
  }
  Inventory& inventory = call.inventory();
  disassociate_in_classic(call, address);
  ClassicPart& classic = *instance.classic;
  if (!classic.allocation.empty()) {
    end_association(inventory, inventory.elastic_addresses.get(classic.allocation));
  }
  take_classic_public_address(inventory, instance);
  classic.public_address = address.public_address;
  classic.allocation = address.id;
  address.classic_instance = instance.id;
  inventory.hold_public(address.public_address, instance.id);
  mark_classic_changed(inventory, instance);
  return api::AssociateAddressResponse{};
}

void disassociate_in_classic(Call& call, ElasticAddress& address) {
  Instance* instance = call.inventory().instances.find(address.classic_instance);
  end_association(call.inventory(), address);
  if (instance != nullptr && instance->classic->has_address()) {
    give_classic_public_address(call.state, *instance);
  }
}

}  // namespace vpclab::control
