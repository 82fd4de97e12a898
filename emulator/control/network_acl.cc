#include "emulator/control/network_acl.h"

#include <algorithm>

#include "emulator/api/generated/network_acl.h"
#include "emulator/control/describe.h"
#include "emulator/control/noun.h"
#include "emulator/control/policy_actions.h"
#include "emulator/control/protocol.h"
#include "emulator/control/select.h"
#include "emulator/control/tag_specification.h"

namespace vpclab::control {
namespace {

/// An entry, with the numbers that its protocol has.
api::NetworkAclEntry describe_entry(const NetworkAclEntry& entry) {
  api::NetworkAclEntry described;
  described.cidr_block = to_string(entry.cidr);
  described.egress = entry.egress;
  described.protocol = std::to_string(entry.protocol);
  described.rule_action = entry.allow ? "allow" : "deny";
  described.rule_number = entry.number;
  if (has_ports(entry.protocol)) {
    described.port_range = api::PortRange{.from = entry.from_port, .to = entry.to_port};
  } else if (has_icmp_types(entry.protocol)) {
    described.icmp_type_code = api::IcmpTypeCode{.code = entry.icmp_code, .type = entry.icmp_type};
  }
  return described;
}

/// `*`, which ends every list (ACL-3).
NetworkAclEntry final_deny(bool egress) {
  NetworkAclEntry entry;
  entry.number = NetworkAcl::kFinalDeny;
  entry.egress = egress;
  return entry;
}

NetworkAclEntry allow_all(bool egress) {
  NetworkAclEntry entry;
  entry.number = 100;
  entry.egress = egress;
  entry.allow = true;
  return entry;
}

/// Calls visit(entry) for the egress list, then the ingress list, each with its `*`.
template <class Visitor>
void for_each_entry(const NetworkAcl& acl, Visitor&& visit) {
  for (const bool egress : {true, false}) {
    for (const NetworkAclEntry& entry : acl.entries) {
      if (entry.egress == egress) {
        visit(entry);
      }
    }
    visit(final_deny(egress));
  }
}

/// Calls visit(entry) for those that name ICMP types and codes.
template <class Visitor>
void for_icmp_entries(const NetworkAcl& acl, Visitor&& visit) {
  for (const NetworkAclEntry& entry : acl.entries) {
    if (has_icmp_types(entry.protocol)) {
      visit(entry);
    }
  }
}

/// Calls visit(entry) for those that name ports.
template <class Visitor>
void for_port_entries(const NetworkAcl& acl, Visitor&& visit) {
  for (const NetworkAclEntry& entry : acl.entries) {
    if (has_ports(entry.protocol)) {
      visit(entry);
    }
  }
}

template <class Visitor>
void for_each_association(const Call& call, const NetworkAcl& acl, Visitor&& visit) {
  for (const api::NetworkAclAssociationId& id : acl.associations) {
    visit(call.inventory().network_acl_associations.get(id));
  }
}

constexpr FilterField<NetworkAcl> kNetworkAclFilters[] = {
    {"association.association-id",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for (const api::NetworkAclAssociationId& id : acl.associations) {
         values.add(id.text());
       }
     }},
    {"association.network-acl-id",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       if (!acl.associations.empty()) {
         values.add(acl.id.text());
       }
     }},
    {"association.subnet-id",
     [](const Call& call, const NetworkAcl& acl, FilterValues& values) {
       for_each_association(call, acl, [&](const NetworkAclAssociation& association) {
         values.add(association.subnet.text());
       });
     }},
    {"default", [](const Call&, const NetworkAcl& acl,
                   FilterValues& values) { values.add_flag(acl.is_default); }},
    {"entry.cidr",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_each_entry(acl,
                      [&](const NetworkAclEntry& entry) { values.add(to_string(entry.cidr)); });
     }},
    {"entry.egress",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_each_entry(acl, [&](const NetworkAclEntry& entry) { values.add_flag(entry.egress); });
     }},
    {"entry.icmp.code",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_icmp_entries(acl,
                        [&](const NetworkAclEntry& entry) { values.add_number(entry.icmp_code); });
     }},
    {"entry.icmp.type",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_icmp_entries(acl,
                        [&](const NetworkAclEntry& entry) { values.add_number(entry.icmp_type); });
     }},
    {"entry.port-range.from",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_port_entries(acl,
                        [&](const NetworkAclEntry& entry) { values.add_number(entry.from_port); });
     }},
    {"entry.port-range.to",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_port_entries(acl,
                        [&](const NetworkAclEntry& entry) { values.add_number(entry.to_port); });
     }},
    {"entry.protocol",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_each_entry(acl,
                      [&](const NetworkAclEntry& entry) { values.add_number(entry.protocol); });
     }},
    {"entry.rule-action",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_each_entry(
           acl, [&](const NetworkAclEntry& entry) { values.add(entry.allow ? "allow" : "deny"); });
     }},
    {"entry.rule-number",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) {
       for_each_entry(acl, [&](const NetworkAclEntry& entry) { values.add_number(entry.number); });
     }},
    {"network-acl-id",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) { values.add(acl.id.text()); }},
    {"owner-id", [](const Call& call, const NetworkAcl&,
                    FilterValues& values) { values.add(call.caller.account); }},
    {"vpc-id",
     [](const Call&, const NetworkAcl& acl, FilterValues& values) { values.add(acl.vpc.text()); }},
};

NetworkAcl& store_network_acl(Call& call, Vpc& vpc, NetworkAcl acl) {
  Inventory& inventory = call.inventory();
  acl.vpc = vpc.id;
  acl.owner = vpc.owner;
  vpc.network_acls.push_back(acl.id);
  return inventory.network_acls.at(inventory.network_acls.insert(std::move(acl)));
}

}  // namespace

void build_default_network_acl(Call& call, Vpc& vpc) {
  NetworkAcl acl;
  acl.id = part_id(call.inventory().network_acls, vpc.id);
  acl.is_default = true;
  acl.entries = {allow_all(false), allow_all(true)};
  vpc.default_network_acl = acl.id;
  store_network_acl(call, vpc, std::move(acl));
}

void associate_network_acl(Inventory& inventory, Subnet& subnet, const api::NetworkAclId& acl) {
  if (!subnet.network_acl_association.empty()) {
    erase_network_acl_association(inventory, subnet.network_acl_association);
  }
  const api::NetworkAclAssociationId id = part_id(inventory.network_acl_associations, subnet.id,
                                                  subnet.network_acl_associations_made++);
  inventory.network_acl_associations.insert({id, acl, subnet.id});
  inventory.network_acls.get(acl).associations.push_back(id);
  subnet.network_acl = acl;
  subnet.network_acl_association = id;
  inventory.mark_changed(subnet.vpc);
}

void erase_network_acl_association(Inventory& inventory, const api::NetworkAclAssociationId& id) {
  const NetworkAclAssociation association = inventory.network_acl_associations.get(id);
  std::erase(inventory.network_acls.get(association.network_acl).associations, association.id);
  inventory.network_acl_associations.erase(association.id);
}

void erase_network_acl(Inventory& inventory, const api::NetworkAclId& id) {
  const NetworkAcl& acl = inventory.network_acls.get(id);
  std::erase(inventory.vpcs.get(acl.vpc).network_acls, id);
  drop_tags(inventory, acl.owner, id);
  inventory.network_acls.erase(id);
}

api::NetworkAcl describe(const Call& call, const NetworkAcl& acl) {
  api::NetworkAcl described;
  for_each_association(call, acl, [&](const NetworkAclAssociation& association) {
    described.associations.push_back({.network_acl_association_id = association.id.text(),
                                      .network_acl_id = acl.id.text(),
                                      .subnet_id = association.subnet.text()});
  });
  for_each_entry(acl, [&](const NetworkAclEntry& entry) {
    described.entries.push_back(describe_entry(entry));
  });
  described.is_default = acl.is_default;
  described.network_acl_id = acl.id.text();
  described.tags = describe_tags(call, acl.id);
  described.vpc_id = acl.vpc.text();
  described.owner_id = call.inventory().owner(acl.owner).account;
  return described;
}

api::ApiResult<api::CreateNetworkAclResponse> handle(Call& call,
                                                     const api::CreateNetworkAclRequest& request) {
  const auto vpc = require<Vpc>(call, request.vpc_id);
  if (!vpc.has_value()) {
    return tl::unexpected(vpc.error());
  }
  auto tags = tags_for(request.tag_specifications, "network-acl");
  if (!tags.has_value()) {
    return tl::unexpected(tags.error());
  }
  if ((*vpc)->network_acls.size() >= call.quotas().network_acls_per_vpc) {
    return api::refuse(api::code::kNetworkAclLimitExceeded,
                       "The maximum number of network acls has been reached.");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  const auto id = call.new_id(call.inventory().network_acls);
  if (!id.has_value()) {
    return tl::unexpected(id.error());
  }
  NetworkAcl acl;
  acl.id = *id;
  const NetworkAcl& stored = store_network_acl(call, **vpc, std::move(acl));
  put_tags(call, stored.id, std::move(*tags));
  return api::CreateNetworkAclResponse{.network_acl = describe(call, stored)};
}

api::ApiResult<api::DeleteNetworkAclResponse> handle(Call& call,
                                                     const api::DeleteNetworkAclRequest& request) {
  const auto acl = require<NetworkAcl>(call, request.network_acl_id);
  if (!acl.has_value()) {
    return tl::unexpected(acl.error());
  }
  const api::NetworkAclId id = (*acl)->id;
  if ((*acl)->is_default) {  // ACL-15
    return api::refuse(api::code::kInvalidParameterValue,
                       "cannot delete default network ACL " + id.text());
  }
  if (!(*acl)->associations.empty()) {
    return tl::unexpected(has_dependencies("networkAcl", id.text()));
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  erase_network_acl(call.inventory(), id);
  return api::DeleteNetworkAclResponse{};
}

api::ApiResult<api::ReplaceNetworkAclAssociationResponse> handle(
    Call& call, const api::ReplaceNetworkAclAssociationRequest& request) {
  const auto association = require<NetworkAclAssociation>(call, request.association_id);
  if (!association.has_value()) {
    return tl::unexpected(association.error());
  }
  const auto acl = require<NetworkAcl>(call, request.network_acl_id);
  if (!acl.has_value()) {
    return tl::unexpected(acl.error());
  }
  Subnet& subnet = call.inventory().subnets.get((*association)->subnet);
  if ((*acl)->vpc != subnet.vpc) {
    return api::refuse(api::code::kInvalidParameterValue, "Network ACL " + (*acl)->id.text() +
                                                              " and subnet " + subnet.id.text() +
                                                              " belong to different networks");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  associate_network_acl(call.inventory(), subnet, (*acl)->id);
  return api::ReplaceNetworkAclAssociationResponse{.new_association_id =
                                                       subnet.network_acl_association.text()};
}

api::ApiResult<api::DescribeNetworkAclsResponse> handle(
    Call& call, const api::DescribeNetworkAclsRequest& request) {
  const auto selected =
      select<NetworkAcl>(call, request.network_acl_ids, request.filters, kNetworkAclFilters,
                         {request.max_results, request.next_token});
  if (!selected.has_value()) {
    return tl::unexpected(selected.error());
  }
  api::DescribeNetworkAclsResponse response;
  for (const NetworkAcl* acl : selected->items) {
    response.network_acls.push_back(describe(call, *acl));
  }
  response.next_token = selected->next_token;
  return response;
}

}  // namespace vpclab::control
