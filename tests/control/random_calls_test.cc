// A law over seeds: whatever calls come, legal or not, every reference between resources holds, a
// refused call changes nothing, and the same calls give the same state.
#include <gtest/gtest.h>

#include "emulator/api/generated/classiclink.h"
#include "emulator/api/generated/nat_gateway.h"
#include "emulator/api/generated/network_acl.h"
#include "emulator/api/generated/prefix_list.h"
#include "netstack/base/rng.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

/// Draws calls: their resources mostly from what there is, now and then from nowhere.
class CallSource {
 public:
  CallSource(std::uint64_t seed, const Inventory& inventory)
      : rng_(seed, "test/random-calls"), inventory_(inventory) {}

  std::uint64_t below(std::uint64_t bound) { return rng_.below(bound); }

  /// The id of any resource of a table.
  template <class T>
  std::string any(const Table<T>& table) {
    if (table.empty() || rng_.chance(30'000)) {
      return typename Table<T>::Id(IdDigits{below(3), 0, 8}).text();
    }
    std::uint64_t place = below(table.size());
    for (const T& resource : table) {
      if (place-- == 0) {
        return resource.id.text();
      }
    }
    return {};
  }

  std::string cidr(int shortest, int longest) {
    const int length =
        shortest + static_cast<int>(below(static_cast<std::uint64_t>(longest - shortest) + 1));
    const auto address = wire::Ipv4Address::of(10, static_cast<std::uint8_t>(below(4)),
                                               static_cast<std::uint8_t>(below(256)), 0);
    return to_string(wire::Ipv4Prefix::of(address, length));
  }

  Caller caller() {
    return {below(4) == 0 ? "222222222222" : std::string(kDefaultAccount),
            below(8) == 0 ? "eu-west-1" : std::string(kDefaultRegion)};
  }

  api::Request network_call() {
    switch (below(14)) {
      case 0:
        return api::CreateVpcRequest{.cidr_block = cidr(15, 20)};
      case 1:
        return api::DeleteVpcRequest{.vpc_id = any(inventory_.vpcs)};
      case 2:
        return api::CreateSubnetRequest{.cidr_block = cidr(20, 29), .vpc_id = any(inventory_.vpcs)};
      case 3:
        return api::DeleteSubnetRequest{.subnet_id = any(inventory_.subnets)};
      case 4:
        return api::CreateRouteTableRequest{.vpc_id = any(inventory_.vpcs)};
      case 5:
        return api::DeleteRouteTableRequest{.route_table_id = any(inventory_.route_tables)};
      case 6:
        return api::AssociateRouteTableRequest{.route_table_id = any(inventory_.route_tables),
                                               .subnet_id = any(inventory_.subnets)};
      case 7:
        return api::ReplaceRouteTableAssociationRequest{
            .association_id = any(inventory_.route_table_associations),
            .route_table_id = any(inventory_.route_tables)};
      case 8:
        return api::DisassociateRouteTableRequest{.association_id =
                                                      any(inventory_.route_table_associations)};
      case 9:
        return route();
      case 10:
        return api::CreateInternetGatewayRequest{};
      case 11:
        return api::AttachInternetGatewayRequest{
            .internet_gateway_id = any(inventory_.internet_gateways),
            .vpc_id = any(inventory_.vpcs)};
      case 12:
        return api::DetachInternetGatewayRequest{
            .internet_gateway_id = any(inventory_.internet_gateways),
            .vpc_id = any(inventory_.vpcs)};
      default:
        return api::AssociateVpcCidrBlockRequest{.cidr_block = cidr(16, 24),
                                                 .vpc_id = any(inventory_.vpcs)};
    }
  }

  /// One of the lowest addresses of a subnet: taken, free, or the next to be given (SUB-5).
  std::string low_address(const std::string& subnet) {
    const auto id = api::SubnetId::parse(subnet);
    const Subnet* found = id.has_value() ? inventory_.subnets.find(*id) : nullptr;
    if (found == nullptr) {
      return "10.0.0.4";
    }
    const auto lowest = found->addresses.lowest_free().value_or(found->cidr.at(4));
    return to_string(wire::Ipv4Address::from_host_order(lowest.to_host_order() +
                                                        static_cast<std::uint32_t>(below(4))));
  }

  api::CreateNetworkInterfaceRequest interface_with_addresses() {
    api::CreateNetworkInterfaceRequest request{.subnet_id = any(inventory_.subnets)};
    if (below(2) == 0) {
      request.secondary_private_ip_address_count = static_cast<std::int64_t>(below(3));
    } else {
      request.private_ip_addresses = {
          {.primary = below(2) == 0, .private_ip_address = low_address(*request.subnet_id)}};
    }
    return request;
  }

  /// Two interfaces, of which each names addresses or not.
  api::RunInstancesRequest launch_with_addresses() {
    const std::string subnet = any(inventory_.subnets);
    api::RunInstancesRequest request{.image_id = "al2023", .max_count = 1, .min_count = 1};
    for (std::int64_t index = 0; index < 2; ++index) {
      api::InstanceNetworkInterfaceSpecification& interface =
          request.network_interfaces.emplace_back();
      interface.device_index = index;
      interface.subnet_id = subnet;
      for (std::uint64_t i = below(3); i > 0; --i) {
        interface.private_ip_addresses.push_back(
            {.primary = below(3) == 0, .private_ip_address = low_address(subnet)});
      }
    }
    return request;
  }

  api::Request host_call() {
    switch (below(15)) {
      case 0:
      case 1: {
        api::RunInstancesRequest request = Lab::launch(any(inventory_.subnets));
        request.max_count = 1 + static_cast<std::int64_t>(below(3));
        return request;
      }
      case 2:
        return api::StopInstancesRequest{.instance_ids = {any(inventory_.instances)}};
      case 3:
        return api::StartInstancesRequest{.instance_ids = {any(inventory_.instances)}};
      case 4:
        return api::TerminateInstancesRequest{.instance_ids = {any(inventory_.instances)}};
      case 5:
        return below(2) == 0 ? api::Request(interface_with_addresses())
                             : api::Request(launch_with_addresses());
      case 6:
        return api::DeleteNetworkInterfaceRequest{.network_interface_id =
                                                      any(inventory_.network_interfaces)};
      case 7:
        return api::AttachNetworkInterfaceRequest{
            .device_index = static_cast<std::int64_t>(1 + below(2)),
            .instance_id = any(inventory_.instances),
            .network_interface_id = any(inventory_.network_interfaces)};
      case 8:
        return api::DetachNetworkInterfaceRequest{.attachment_id = attachment()};
      case 9:
        return api::AllocateAddressRequest{.domain = below(3) == 0 ? "standard" : "vpc"};
      case 10:
        return api::ReleaseAddressRequest{.allocation_id = any(inventory_.elastic_addresses)};
      case 11:
        return api::AssociateAddressRequest{.allocation_id = any(inventory_.elastic_addresses),
                                            .instance_id = any(inventory_.instances)};
      case 12:
        return api::AssociateAddressRequest{
            .allocation_id = any(inventory_.elastic_addresses),
            .network_interface_id = any(inventory_.network_interfaces)};
      case 13:
        return api::DisassociateAddressRequest{.association_id = association()};
      default:
        return api::ModifySubnetAttributeRequest{
            .map_public_ip_on_launch = api::AttributeBooleanValue{.value = below(2) == 0},
            .subnet_id = any(inventory_.subnets)};
    }
  }

  api::Request policy_call() {
    switch (below(12)) {
      case 0:
        return api::CreateSecurityGroupRequest{.description = "x",
                                               .group_name = "group-" + std::to_string(below(9)),
                                               .vpc_id = any(inventory_.vpcs)};
      case 1:
        return api::DeleteSecurityGroupRequest{.group_id = any(inventory_.security_groups)};
      case 2:
      case 3:
        return authorize();
      case 4:
        return api::ModifyNetworkInterfaceAttributeRequest{
            .groups = {any(inventory_.security_groups)},
            .network_interface_id = any(inventory_.network_interfaces)};
      case 5:
        return api::CreateNetworkAclRequest{.vpc_id = any(inventory_.vpcs)};
      case 6:
        return api::DeleteNetworkAclRequest{.network_acl_id = any(inventory_.network_acls)};
      case 7:
        return api::ReplaceNetworkAclAssociationRequest{
            .association_id = any(inventory_.network_acl_associations),
            .network_acl_id = any(inventory_.network_acls)};
      case 8:
      case 9:
        return api::CreateVpcPeeringConnectionRequest{.peer_vpc_id = any(inventory_.vpcs),
                                                      .vpc_id = any(inventory_.vpcs)};
      case 10:
        return api::AcceptVpcPeeringConnectionRequest{.vpc_peering_connection_id =
                                                          any(inventory_.peering_connections)};
      default:
        return api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id =
                                                          any(inventory_.peering_connections)};
    }
  }

  api::Request gateway_call() {
    switch (below(13)) {
      case 0:
      case 1:
        return api::CreateNatGatewayRequest{.allocation_id = any(inventory_.elastic_addresses),
                                            .subnet_id = any(inventory_.subnets)};
      case 2:
        return api::CreateNatGatewayRequest{.subnet_id = any(inventory_.subnets),
                                            .connectivity_type = "private"};
      case 3:
        return api::DeleteNatGatewayRequest{.nat_gateway_id = any(inventory_.nat_gateways)};
      case 4:
        return api::AssociateRouteTableRequest{.route_table_id = any(inventory_.route_tables),
                                               .gateway_id = any(inventory_.internet_gateways)};
      case 5:
        return replace_local();
      case 6:
        return api::CreateManagedPrefixListRequest{
            .prefix_list_name = "list",
            .entries = {{.cidr = cidr(8, 24)}},
            .max_entries = static_cast<std::int64_t>(1 + below(30)),
            .address_family = "IPv4"};
      case 7:
        return api::ModifyManagedPrefixListRequest{.prefix_list_id = any(inventory_.prefix_lists),
                                                   .add_entries = {{.cidr = cidr(8, 24)}}};
      case 8:
        return api::ModifyManagedPrefixListRequest{
            .prefix_list_id = any(inventory_.prefix_lists),
            .max_entries = static_cast<std::int64_t>(1 + below(60))};
      case 9:
        return api::DeleteManagedPrefixListRequest{.prefix_list_id = any(inventory_.prefix_lists)};
      case 10:
        return api::CreateRouteRequest{.destination_prefix_list_id = any(inventory_.prefix_lists),
                                       .gateway_id = any(inventory_.internet_gateways),
                                       .route_table_id = any(inventory_.route_tables)};
      case 11:
        return api::DeleteRouteRequest{.destination_prefix_list_id = any(inventory_.prefix_lists),
                                       .route_table_id = any(inventory_.route_tables)};
      default:
        return api::DisassociateVpcCidrBlockRequest{.association_id = last_block()};
    }
  }

  api::Request classic_call() {
    switch (below(9)) {
      case 0:
        return api::RunInstancesRequest{.image_id = "al2023", .max_count = 2, .min_count = 1};
      case 1:
        return api::CreateSecurityGroupRequest{.description = "x",
                                               .group_name = "classic-" + std::to_string(below(9))};
      case 2:
        return api::EnableVpcClassicLinkRequest{.vpc_id = any(inventory_.vpcs)};
      case 3:
        return api::DisableVpcClassicLinkRequest{.vpc_id = any(inventory_.vpcs)};
      case 4:
        return link();
      case 5:
        return api::DetachClassicLinkVpcRequest{.instance_id = any(inventory_.instances),
                                                .vpc_id = any(inventory_.vpcs)};
      case 6:
        return api::AssociateAddressRequest{.instance_id = any(inventory_.instances),
                                            .public_ip = public_address()};
      case 7:
        return api::ReleaseAddressRequest{.public_ip = public_address()};
      default:
        return options();
    }
  }

  api::Request next() {
    switch (below(5)) {
      case 0:
        return network_call();
      case 1:
        return host_call();
      case 2:
        return policy_call();
      case 3:
        return gateway_call();
      default:
        return classic_call();
    }
  }

 private:
  api::Request route() {
    api::CreateRouteRequest request{.destination_cidr_block = cidr(8, 24),
                                    .route_table_id = any(inventory_.route_tables)};
    switch (below(4)) {
      case 0:
        request.gateway_id = any(inventory_.internet_gateways);
        break;
      case 1:
        request.vpc_peering_connection_id = any(inventory_.peering_connections);
        break;
      case 2:
        request.nat_gateway_id = any(inventory_.nat_gateways);
        break;
      default:
        request.network_interface_id = any(inventory_.network_interfaces);
    }
    return request;
  }

  api::Request authorize() {
    api::IpPermission permission;
    permission.ip_protocol = "tcp";
    permission.from_port = static_cast<std::int64_t>(below(8));
    permission.to_port = static_cast<std::int64_t>(below(8));
    if (const std::uint64_t peer = below(3); peer == 0) {
      permission.prefix_list_ids.push_back({.prefix_list_id = any(inventory_.prefix_lists)});
    } else if (peer == 1) {
      permission.ip_ranges.push_back({.cidr_ip = cidr(8, 32)});
    } else {
      permission.user_id_group_pairs.emplace_back().group_id = any(inventory_.security_groups);
    }
    return api::AuthorizeSecurityGroupIngressRequest{.group_id = any(inventory_.security_groups),
                                                     .ip_permissions = {permission}};
  }

  /// RT-7, for a VPC that there is.
  api::Request replace_local() {
    api::ReplaceRouteRequest request{.destination_cidr_block = "10.0.0.0/16",
                                     .route_table_id = any(inventory_.route_tables)};
    if (const auto* table =
            inventory_.route_tables.find(*api::RouteTableId::parse(*request.route_table_id));
        table != nullptr) {
      request.destination_cidr_block =
          to_string(inventory_.vpcs.get(table->vpc).cidrs.back().prefix);
    }
    if (below(2) == 0) {
      request.local_target = true;
    } else {
      request.network_interface_id = any(inventory_.network_interfaces);
    }
    return request;
  }

  /// The association of the last block of a VPC; nothing's, if there is no such VPC.
  std::string last_block() {
    const Vpc* vpc = inventory_.vpcs.find(*api::VpcId::parse(any(inventory_.vpcs)));
    return vpc == nullptr ? "vpc-cidr-assoc-00000000" : vpc->cidrs.back().association.text();
  }

  /// A link of any instance to a VPC, mostly with a group of that.
  api::Request link() {
    const std::string vpc = any(inventory_.vpcs);
    const Vpc* found = inventory_.vpcs.find(*api::VpcId::parse(vpc));
    return api::AttachClassicLinkVpcRequest{
        .groups = {found == nullptr ? any(inventory_.security_groups)
                                    : found->default_security_group.text()},
        .instance_id = any(inventory_.instances),
        .vpc_id = vpc};
  }

  api::Request options() {
    api::ModifyVpcPeeringConnectionOptionsRequest request{.vpc_peering_connection_id =
                                                              any(inventory_.peering_connections)};
    const api::PeeringConnectionOptionsRequest given{
        .allow_egress_from_local_classic_link_to_remote_vpc = below(2) == 0,
        .allow_egress_from_local_vpc_to_remote_classic_link = below(2) == 0};
    (below(2) == 0 ? request.requester_peering_connection_options
                   : request.accepter_peering_connection_options) = given;
    return request;
  }

  std::string public_address() {
    const auto* address = inventory_.elastic_addresses.find(
        *api::AllocationId::parse(any(inventory_.elastic_addresses)));
    return address == nullptr ? "192.0.2.1" : to_string(address->public_address);
  }

  std::string attachment() {
    const auto id = api::NetworkInterfaceId::parse(any(inventory_.network_interfaces));
    const auto* interface = inventory_.network_interfaces.find(*id);
    return interface == nullptr || !interface->in_use() ? "eni-attach-00000000"
                                                        : interface->attachment.text();
  }

  std::string association() {
    const auto* address = inventory_.elastic_addresses.find(
        *api::AllocationId::parse(any(inventory_.elastic_addresses)));
    return address == nullptr || address->association.empty() ? "eipassoc-00000000"
                                                              : address->association.text();
  }

  base::Rng rng_;
  const Inventory& inventory_;
};

struct Run {
  std::uint64_t fingerprint = 0;
  int accepted = 0;
};

/// Makes random calls, checks after each, and tells where they led.
Run run(std::uint64_t seed, int calls) {
  ControlOptions options = with_quotas(Quotas::lifted());
  options.seed = seed;
  options.classic_accounts.insert(std::string(kDefaultAccount));
  ControlPlane plane(options);
  const Inventory& inventory = plane.inventory();
  CallSource source(seed, inventory);
  SimTime now{};
  Run result;
  for (int i = 0; i < calls; ++i) {
    if (source.below(3) == 0) {
      now += std::chrono::milliseconds(source.below(20) == 0 ? 4'000'000 : source.below(4000));
    }
    plane.advance(now);
    const Caller caller = source.caller();
    const api::Request request = source.next();
    const std::uint64_t before = inventory.fingerprint();
    const api::Reply reply = plane.execute(caller, request, now);
    if (reply.has_value()) {
      ++result.accepted;
    } else {
      EXPECT_EQ(inventory.fingerprint(), before) << Lab::text(reply.error());
    }
    for (const std::string& finding : inventory.check()) {
      ADD_FAILURE() << "seed " << seed << ", call " << i << ": " << finding;
      return result;
    }
  }
  result.fingerprint = inventory.fingerprint();
  return result;
}

TEST(RandomCalls, KeepEveryReferenceIntact) {
  int accepted = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    accepted += run(seed, 1500).accepted;
  }

  EXPECT_GT(accepted, 1000);  // the calls are not all nonsense
}

TEST(RandomCalls, LeadToTheSameStateForTheSameSeed) {
  EXPECT_EQ(run(11, 400).fingerprint, run(11, 400).fingerprint);
  EXPECT_NE(run(11, 400).fingerprint, run(12, 400).fingerprint);
}

}  // namespace
}  // namespace vpclab::control
