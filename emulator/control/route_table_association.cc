#include <algorithm>

#include "emulator/api/generated/route_table.h"
#include "emulator/control/network_actions.h"
#include "emulator/control/noun.h"
#include "emulator/control/route_table.h"

namespace vpclab::control {
namespace {

api::RouteTableAssociationState associated() { return {.state = "associated"}; }

/// RT-6: the association of a subnet, new or in place of its old one.
api::RouteTableAssociationId associate(Inventory& inventory, Subnet& subnet, RouteTable& table) {
  const api::RouteTableAssociationId id = part_id(inventory.route_table_associations, subnet.id,
                                                  subnet.route_table_associations_made++);
  inventory.route_table_associations.insert({id, table.id, subnet.id});
  table.associations.push_back(id);
  subnet.route_table = table.id;
  subnet.route_table_association = id;
  inventory.mark_changed(table.vpc);
  return id;
}

/// RT-3: the role of main table moves; the subnets' own associations stay.
api::RouteTableAssociationId make_main(Inventory& inventory, Vpc& vpc, RouteTable& table,
                                       const api::RouteTableAssociationId& old) {
  std::erase(inventory.route_tables.get(vpc.main_route_table).associations, old);
  inventory.route_table_associations.erase(old);
  const api::RouteTableAssociationId id =
      part_id(inventory.route_table_associations, vpc.id, vpc.main_associations_made++);
  inventory.route_table_associations.insert({id, table.id, {}});
  table.associations.push_back(id);
  vpc.main_route_table = table.id;
  inventory.mark_changed(vpc.id);
  return id;
}

tl::unexpected<api::ApiError> different_networks(const RouteTable& table, const std::string& what) {
  return api::refuse(api::code::kInvalidParameterValue, "Route table " + table.id.text() + " and " +
                                                            what + " belong to different networks");
}

}  // namespace

void erase_route_table_association(Inventory& inventory, const api::RouteTableAssociationId& id) {
  const RouteTableAssociation& association = inventory.route_table_associations.get(id);
  std::erase(inventory.route_tables.get(association.route_table).associations, id);
  Subnet& subnet = inventory.subnets.get(association.subnet);
  subnet.route_table = {};
  subnet.route_table_association = {};
  inventory.mark_changed(subnet.vpc);
  inventory.route_table_associations.erase(id);
}

api::ApiResult<api::AssociateRouteTableResponse> handle(
    Call& call, const api::AssociateRouteTableRequest& request) {
  if (request.gateway_id.has_value()) {
    return tl::unexpected(unsupported("Route tables of gateways are not emulated yet."));
  }
  const auto table = require<RouteTable>(call, request.route_table_id);
  if (!table.has_value()) {
    return tl::unexpected(table.error());
  }
  const auto subnet = require<Subnet>(call, request.subnet_id);
  if (!subnet.has_value()) {
    return tl::unexpected(subnet.error());
  }
  if ((*table)->vpc != (*subnet)->vpc) {
    return different_networks(**table, "subnet " + (*subnet)->id.text());
  }
  if (!(*subnet)->route_table.empty()) {
    return api::refuse(api::code::kResourceAlreadyAssociated,
                       "the specified association for route table " + (*table)->id.text() +
                           " conflicts with an existing association");
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  return api::AssociateRouteTableResponse{
      .association_id = associate(call.inventory(), **subnet, **table).text(),
      .association_state = associated()};
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
    return different_networks(
        **table, old.is_main() ? "network " + old_table.vpc.text() : "subnet " + old.subnet.text());
  }
  if (call.dry_run) {
    return tl::unexpected(api::dry_run_operation());
  }
  api::RouteTableAssociationId id;
  if (old.is_main()) {
    id = make_main(inventory, inventory.vpcs.get(old_table.vpc), **table, old.id);
  } else {
    erase_route_table_association(inventory, old.id);
    id = associate(inventory, inventory.subnets.get(old.subnet), **table);
  }
  return api::ReplaceRouteTableAssociationResponse{.new_association_id = id.text(),
                                                   .association_state = associated()};
}

}  // namespace vpclab::control
