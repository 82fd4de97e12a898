// Which table a subnet, a gateway or (as main table) a VPC uses (RT-2…6, RT-25).
#include <algorithm>

#include "emulator/api/generated/route_table.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/route_rules.h"
#include "emulator/control/route_table.h"

namespace vpclab::control {
namespace {

api::RouteTableAssociationState associated() { return {.state = "associated"}; }

api::RouteTableAssociationId store(Inventory& inventory, RouteTable& table,
                                   const RouteTableAssociation& association) {
  const api::RouteTableAssociationId id = association.id;
  inventory.route_table_associations.insert(association);
  table.associations.push_back(id);
  inventory.mark_changed(table.vpc);
  return id;
}

/// RT-6: the association of a subnet or of a gateway, new or in place of its old one.
template <class Owner>
api::RouteTableAssociationId associate(Inventory& inventory, Owner& owner, RouteTable& table) {
  RouteTableAssociation association;
  association.id =
      part_id(inventory.route_table_associations, owner.id, owner.route_table_associations_made++);
  association.route_table = table.id;
  if constexpr (std::is_same_v<Owner, Subnet>) {
    association.subnet = owner.id;
  } else {
    association.gateway = owner.id;
  }
  owner.route_table = table.id;
  owner.route_table_association = association.id;
  return store(inventory, table, association);
}

/// RT-3: the role of main table moves; the subnets' own associations stay.
api::RouteTableAssociationId make_main(Inventory& inventory, Vpc& vpc, RouteTable& table,
                                       const api::RouteTableAssociationId& old) {
  std::erase(inventory.route_tables.get(vpc.main_route_table).associations, old);
  inventory.route_table_associations.erase(old);
  RouteTableAssociation association;
  association.id =
      part_id(inventory.route_table_associations, vpc.id, vpc.main_associations_made++);
  association.route_table = table.id;
  vpc.main_route_table = table.id;
  return store(inventory, table, association);
}

tl::unexpected<api::ApiError> different_networks(const RouteTable& table, const std::string& what) {
  return api::refuse(api::code::kInvalidParameterValue, "Route table " + table.id.text() + " and " +
                                                            what + " belong to different networks");
}

tl::unexpected<api::ApiError> conflicts(const RouteTable& table) {
  return api::refuse(api::code::kResourceAlreadyAssociated,
                     "the specified association for route table " + table.id.text() +
                         " conflicts with an existing association");
}

/// What an association ties to its table, in a sentence.
std::string text_of(const RouteTableAssociation& association, const RouteTable& table) {
  if (association.is_main()) {
    return "network " + table.vpc.text();
  }
  return association.gateway.empty() ? "subnet " + association.subnet.text()
                                     : "gateway " + association.gateway.text();
}

/// RT-3, RT-25: a table serves a gateway or subnets (the role of main table among them), never
/// both; and a gateway's table has none but certain routes.
api::ApiResult<bool> check_use(const Inventory& inventory, const RouteTable& table,
                               bool for_gateway) {
  for (const api::RouteTableAssociationId& id : table.associations) {
    if (inventory.route_table_associations.get(id).gateway.empty() == for_gateway) {
      return api::refuse(api::code::kInvalidParameterValue,
                         "Route table " + table.id.text() +
                             " cannot be associated with a gateway and with subnets, or be a main "
                             "route table, at the same time.");
    }
  }
  return for_gateway ? check_gateway_table(inventory, table) : api::ApiResult<bool>(true);
}

/// Whether a table may take an owner's association: the owner, a subnet or a gateway, has none yet.
template <class Owner>
api::ApiResult<bool> check_owner(const Inventory& inventory, const RouteTable& table,
                                 const Owner& owner, std::string_view noun) {
  if (table.vpc != owner.vpc) {
    return different_networks(table, std::string(noun) + " " + owner.id.text());
  }
  if (!owner.route_table.empty()) {
    return conflicts(table);
  }
  return check_use(inventory, table, std::is_same_v<Owner, InternetGateway>);
}

template <class Owner>
api::ApiResult<api::AssociateRouteTableResponse> associate_owner(
    Call& call, RouteTable& table, const api::ApiResult<Owner*>& owner, std::string_view noun) {
  if (!owner.has_value()) {
    return tl::unexpected(owner.error());
  }
  const auto checked = check_owner(call.inventory(), table, **owner, noun);
  if (!checked.has_value()) {
    return tl::unexpected(checked.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  return api::AssociateRouteTableResponse{
      .association_id = associate(call.inventory(), **owner, table).text(),
      .association_state = associated()};
}

template <class Owner>
void forget_association(Owner& owner) {
  owner.route_table = {};
  owner.route_table_association = {};
}

}  // namespace

void erase_route_table_association(Inventory& inventory, api::RouteTableAssociationId id) {
  const RouteTableAssociation& association = inventory.route_table_associations.get(id);
  RouteTable& table = inventory.route_tables.get(association.route_table);
  std::erase(table.associations, id);
  if (association.gateway.empty()) {
    forget_association(inventory.subnets.get(association.subnet));
  } else {
    forget_association(inventory.internet_gateways.get(association.gateway));
  }
  inventory.mark_changed(table.vpc);
  inventory.route_table_associations.erase(id);
}

api::ApiResult<api::AssociateRouteTableResponse> handle(
    Call& call, const api::AssociateRouteTableRequest& request) {
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  if (request.gateway_id.has_value() && request.subnet_id.has_value()) {
    return api::refuse(api::code::kInvalidParameterCombination,
                       "The parameters SubnetId and GatewayId cannot be used together.");
  }
  if (!request.gateway_id.has_value()) {
    return associate_owner(call, **table, require<Subnet>(call, request.subnet_id), "subnet");
  }
  if (request.gateway_id->starts_with("vgw-")) {
    return tl::unexpected(unsupported("Virtual private gateways are not emulated."));
  }
  return associate_owner(call, **table, find<InternetGateway>(call, *request.gateway_id),
                         "gateway");
}

api::ApiResult<api::DisassociateRouteTableResponse> handle(
    Call& call, const api::DisassociateRouteTableRequest& request) {
  const auto association = require<RouteTableAssociation>(call, request.association_id);
  if (!association.has_value()) {
    return tl::unexpected(association.error());
  }
  const api::RouteTableAssociationId id = (*association)->id;
  if ((*association)->is_main()) {
    return api::refuse(api::code::kInvalidParameterValue,
                       "Cannot disassociate the main route table association " + id.text());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  erase_route_table_association(call.inventory(), id);
  return api::DisassociateRouteTableResponse{};
}

api::ApiResult<api::ReplaceRouteTableAssociationResponse> handle(
    Call& call, const api::ReplaceRouteTableAssociationRequest& request) {
  const auto association = require<RouteTableAssociation>(call, request.association_id);
  if (!association.has_value()) {
    return tl::unexpected(association.error());
  }
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  Inventory& inventory = call.inventory();
  const RouteTableAssociation old = **association;
  const RouteTable& old_table = inventory.route_tables.get(old.route_table);
  if (old_table.vpc != (*table)->vpc) {
    return different_networks(**table, text_of(old, old_table));
  }
  const auto usable = check_use(inventory, **table, !old.gateway.empty());
  if (!usable.has_value()) {
    return tl::unexpected(usable.error());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  api::RouteTableAssociationId id;
  if (old.is_main()) {
    id = make_main(inventory, inventory.vpcs.get(old_table.vpc), **table, old.id);
  } else {
    erase_route_table_association(inventory, old.id);
    id = old.gateway.empty()
             ? associate(inventory, inventory.subnets.get(old.subnet), **table)
             : associate(inventory, inventory.internet_gateways.get(old.gateway), **table);
  }
  return api::ReplaceRouteTableAssociationResponse{.new_association_id = id.text(),
                                                   .association_state = associated()};
}

}  // namespace vpclab::control
