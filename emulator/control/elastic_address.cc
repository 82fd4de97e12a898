#include "emulator/control/elastic_address.h"

#include "emulator/api/generated/address.h"
#include "emulator/control/classic_association.h"
#include "emulator/control/describe.h"
#include "emulator/control/host_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

const NetworkInterface* interface_of(const Call& call, const ElasticAddress& address) {
  return call.inventory().network_interfaces.find(address.network_interface);
}

std::string_view to_string(AddressDomain domain) {
  return domain == AddressDomain::kVpc ? "vpc" : "standard";
}

constexpr FilterField<ElasticAddress> kElasticAddressFilters[] = {
    {"allocation-id",
     [](const Call&, const ElasticAddress& address, FilterValues& values) {
       if (address.domain == AddressDomain::kVpc) {
         values.add(address.id.text());
       }
     }},
    {"association-id", [](const Call&, const ElasticAddress& address,
                          FilterValues& values) { values.add(address.association.text()); }},
    {"domain", [](const Call&, const ElasticAddress& address,
                  FilterValues& values) { values.add(to_string(address.domain)); }},
    {"instance-id",
     [](const Call& call, const ElasticAddress& address, FilterValues& values) {
       if (const auto* interface = interface_of(call, address); interface != nullptr) {
         values.add(interface->instance.text());
       } else if (!address.classic_instance.empty()) {
         values.add(address.classic_instance.text());
       }
     }},
    {"network-border-group", [](const Call& call, const ElasticAddress&,
                                FilterValues& values) { values.add(call.caller.region); }},
    {"network-interface-id",
     [](const Call&, const ElasticAddress& address, FilterValues& values) {
       values.add(address.network_interface.text());
     }},
    {"network-interface-owner-id",
     [](const Call& call, const ElasticAddress& address, FilterValues& values) {
       if (interface_of(call, address) != nullptr) {
         values.add(call.caller.account);
       }
     }},
    {"private-ip-address",
     [](const Call&, const ElasticAddress& address, FilterValues& values) {
       if (!address.association.empty()) {
         values.add(to_string(address.private_address));
       }
     }},
    {"public-ip", [](const Call&, const ElasticAddress& address,
                     FilterValues& values) { values.add(to_string(address.public_address)); }},
};

/// The address that AllocateAddress hands out: the one asked for, or nothing (the pool's next).
api::ApiResult<std::optional<wire::Ipv4Address>> wanted_address(
    const Call& call, const api::AllocateAddressRequest& request) {
  if (!request.address.has_value()) {
    return std::optional<wire::Ipv4Address>();
  }
  const auto address = parse_address(*request.address, "address");
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  if (address->is_private() || address->is_shared() || address->is_link_local() ||
      address->is_loopback() || address->is_multicast() || address->is_reserved() ||
      address->is_unspecified()) {
    return tl::unexpected(api::invalid_parameter_value("address", *request.address,
                                                       "This is not a public IPv4 address."));
  }
  if (call.inventory().public_in_use(*address)) {
    return api::refuse(api::code::kInvalidIPAddressInUse,
                       "Address " + *request.address + " is in use.");
  }
  return std::optional(*address);
}

/// CLC-4: the Domain of a new address: the one asked for; without one, where there is EC2-Classic,
/// `standard`.
api::ApiResult<AddressDomain> wanted_domain(const Call& call,
                                            const api::AllocateAddressRequest& request) {
  const AddressDomain otherwise =
      has_classic(call) ? AddressDomain::kStandard : AddressDomain::kVpc;
  const std::string text = request.domain.value_or(std::string(to_string(otherwise)));
  if (text == "vpc") {
    return AddressDomain::kVpc;
  }
  if (text == "standard" && has_classic(call)) {
    return AddressDomain::kStandard;
  }
  return tl::unexpected(api::invalid_parameter_value(
      "domain", text,
      text == "standard" ? "The account does not support EC2-Classic in this region." : ""));
}

void release(Call& call, const ElasticAddress& address) {
  call.inventory().release_public(address.public_address);
  drop_tags(call.inventory(), call.owner, address.id);
  call.inventory().elastic_addresses.erase(address.id);
}

/// CLC-4. An address of EC2-Classic leaves its instance with its release.
api::ApiResult<api::ReleaseAddressResponse> release_by_public(Call& call, const std::string& text) {
  const auto address = find_by_public(call, text);
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  if ((*address)->domain != AddressDomain::kStandard) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "You must specify an allocation id when releasing a VPC elastic IP address");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  disassociate_in_classic(call, **address);
  release(call, **address);
  return api::ReleaseAddressResponse{};
}

api::Address describe_standard(const Call& call, const ElasticAddress& address) {
  api::Address described;
  described.instance_id = address.classic_instance.empty() ? "" : address.classic_instance.text();
  described.public_ip = to_string(address.public_address);
  described.domain = std::string(to_string(address.domain));
  described.tags = describe_tags(call, address.id);
  described.network_border_group = call.caller.region;
  return described;
}

}  // namespace

api::ApiResult<ElasticAddress*> require_by_allocation(
    const Call& call, const std::optional<std::string>& allocation_id) {
  auto address = require<ElasticAddress>(call, allocation_id);
  if (address.has_value() && (*address)->domain != AddressDomain::kVpc) {
    return tl::unexpected(not_found(kNoun<ElasticAddress>.not_found, kNoun<ElasticAddress>.subject,
                                    {*allocation_id}));
  }
  return address;
}

api::ApiResult<ElasticAddress*> find_by_public(const Call& call, const std::string& text) {
  for (ElasticAddress& address : call.inventory().elastic_addresses) {
    if (address.owner == call.owner && to_string(address.public_address) == text) {
      return &address;
    }
  }
  return api::refuse(api::code::kInvalidAddressNotFound, "Address '" + text + "' not found.");
}

bool at_address_quota(const Call& call, AddressDomain domain) {
  std::uint32_t count = 0;
  for (const ElasticAddress& address : call.inventory().elastic_addresses) {
    count += address.owner == call.owner && address.domain == domain ? 1U : 0U;
  }
  return count >= call.quotas().elastic_addresses_per_region;
}

api::ApiError too_many_addresses() {
  return {std::string(api::code::kAddressLimitExceeded),
          "The maximum number of addresses has been reached."};
}

api::Address describe(const Call& call, const ElasticAddress& address) {
  if (address.domain == AddressDomain::kStandard) {
    return describe_standard(call, address);
  }
  api::Address described;
  described.public_ip = to_string(address.public_address);
  described.allocation_id = address.id.text();
  described.domain = "vpc";
  described.tags = describe_tags(call, address.id);
  described.public_ipv4_pool = "amazon";
  described.network_border_group = call.caller.region;
  if (const NetworkInterface* interface = interface_of(call, address); interface != nullptr) {
    described.association_id = address.association.text();
    described.network_interface_id = interface->id.text();
    described.network_interface_owner_id = call.inventory().owner(interface->owner).account;
    described.private_ip_address = to_string(address.private_address);
    if (interface->attached()) {
      described.instance_id = interface->instance.text();
    }
  }
  return described;
}

api::ApiResult<api::AllocateAddressResponse> handle(Call& call,
                                                    const api::AllocateAddressRequest& request) {
  const auto domain = wanted_domain(call, request);
  if (!domain.has_value()) {
    return tl::unexpected(domain.error());
  }
  auto tags = tags_for(request.tag_specifications, "elastic-ip");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  auto wanted = wanted_address(call, request);
  if (!wanted.has_value()) {
    return tl::unexpected(wanted.error());
  }
  if (at_address_quota(call, *domain)) {
    return tl::unexpected(too_many_addresses());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().elastic_addresses);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  if (!wanted->has_value()) {
    *wanted = call.state.next_public();
  }
  if (!wanted->has_value()) {
    return api::refuse(api::code::kAddressLimitExceeded,
                       "There are not enough public addresses available.");
  }
  ElasticAddress address;
  address.id = *id;
  address.owner = call.owner;
  address.public_address = **wanted;
  address.domain = *domain;
  address.from_classic = *domain == AddressDomain::kStandard;
  call.inventory().hold_public(address.public_address, {});
  call.inventory().elastic_addresses.insert(address);
  put_tags(call, address.id, std::move(*tags));
  api::AllocateAddressResponse response;
  response.public_ip = to_string(address.public_address);
  if (*domain == AddressDomain::kVpc) {
    response.allocation_id = address.id.text();
    response.public_ipv4_pool = "amazon";
  }
  response.network_border_group = call.caller.region;
  response.domain = std::string(to_string(*domain));
  return response;
}

api::ApiResult<api::ReleaseAddressResponse> handle(Call& call,
                                                   const api::ReleaseAddressRequest& request) {
  if (!request.allocation_id.has_value() && request.public_ip.has_value()) {
    return release_by_public(call, *request.public_ip);
  }
  const auto address = require_by_allocation(call, request.allocation_id);
  if (!address.has_value()) {
    return tl::unexpected(address.error());
  }
  if (!(*address)->association.empty()) {  // EIP-8
    return api::refuse(api::code::kInvalidIPAddressInUse,
                       "Address " + to_string((*address)->public_address) + " is in use.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  release(call, **address);
  return api::ReleaseAddressResponse{};
}

api::ApiResult<api::DescribeAddressesResponse> handle(
    Call& call, const api::DescribeAddressesRequest& request) {
  std::vector<std::string> ids = request.allocation_ids;
  for (const std::string& text : request.public_ips) {
    const auto address = find_by_public(call, text);
    if (!address.has_value()) {
      return tl::unexpected(address.error());
    }
    ids.push_back((*address)->id.text());
  }
  const auto selected = select<ElasticAddress>(call, ids, request.filters, kElasticAddressFilters);
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeAddressesResponse response;
  for (const ElasticAddress* address : selected->items) {
    response.addresses.push_back(describe(call, *address));
  }
  return response;
}

}  // namespace vpclab::control
