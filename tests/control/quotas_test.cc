// Quotas: each one's number, and the code of the call that goes beyond it.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/account.h"
#include "emulator/api/generated/network_acl.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::StartsWith;

/// A quota, what to set it to, what uses it up, and the refusal of one more.
struct QuotaCase {
  const char* name;
  std::uint32_t Quotas::*quota;
  std::uint32_t documented;  // AWS's number
  std::uint32_t limit;       // the number here, which the first call of `call` reaches
  const char* code;
  std::function<std::string(Lab&, int)> call;  // the refusal, or "accepted"
};

void PrintTo(const QuotaCase& one, std::ostream* out) { *out << one.name; }

class Quota : public testing::TestWithParam<QuotaCase> {};

/// The VPC that a lab's calls use: made at the first call, with one subnet.
std::string the_vpc(Lab& lab) {
  for (const Vpc& vpc : lab.inventory().vpcs) {
    return vpc.id.text();
  }
  std::string id = lab.vpc("10.1.0.0/16");
  lab.subnet(id, "10.1.0.0/24");
  return id;
}

std::string the_subnet(Lab& lab) { return lab.vpc_of(the_vpc(lab)).subnets.front().text(); }

std::string a_block(int number) { return "10." + std::to_string(number + 2) + ".0.0/16"; }

const QuotaCase kCases[] = {
    {"vpcs", &Quotas::vpcs_per_region, 5, 1, "VpcLimitExceeded",
     [](Lab& lab, int i) { return lab.refusal(api::CreateVpcRequest{.cidr_block = a_block(i)}); }},
    {"subnets", &Quotas::subnets_per_vpc, 200, 2, "SubnetLimitExceeded",
     [](Lab& lab, int i) {
       return lab.refusal(api::CreateSubnetRequest{
           .cidr_block = "10.1." + std::to_string(i + 1) + ".0/24", .vpc_id = the_vpc(lab)});
     }},
    {"cidrs", &Quotas::cidrs_per_vpc, 5, 2, "CidrLimitExceeded",
     [](Lab& lab, int i) {
       return lab.refusal(
           api::AssociateVpcCidrBlockRequest{.cidr_block = a_block(i), .vpc_id = the_vpc(lab)});
     }},
    {"route_tables", &Quotas::route_tables_per_vpc, 200, 2, "RouteTableLimitExceeded",
     [](Lab& lab, int) {
       return lab.refusal(api::CreateRouteTableRequest{.vpc_id = the_vpc(lab)});
     }},
    {"routes", &Quotas::routes_per_table, 50, 1, "RouteLimitExceeded",
     [](Lab& lab, int i) {
       const std::string vpc = the_vpc(lab);
       if (lab.vpc_of(vpc).internet_gateway.empty()) {
         lab.attached_gateway(vpc);
       }
       return lab.refusal(
           api::CreateRouteRequest{.destination_cidr_block = a_block(i),
                                   .gateway_id = lab.vpc_of(vpc).internet_gateway.text(),
                                   .route_table_id = lab.vpc_of(vpc).main_route_table.text()});
     }},
    {"internet_gateways", &Quotas::internet_gateways_per_region, 5, 1,
     "InternetGatewayLimitExceeded",
     [](Lab& lab, int) { return lab.refusal(api::CreateInternetGatewayRequest{}); }},
    {"elastic_addresses", &Quotas::elastic_addresses_per_region, 5, 1, "AddressLimitExceeded",
     [](Lab& lab, int) { return lab.refusal(api::AllocateAddressRequest{}); }},
    {"network_acls", &Quotas::network_acls_per_vpc, 200, 2, "NetworkAclLimitExceeded",
     [](Lab& lab, int) {
       return lab.refusal(api::CreateNetworkAclRequest{.vpc_id = the_vpc(lab)});
     }},
    {"network_acl_entries", &Quotas::entries_per_network_acl, 20, 3, "NetworkAclEntryLimitExceeded",
     [](Lab& lab, int i) {  // `*` and rule 100 count
       return lab.refusal(api::CreateNetworkAclEntryRequest{
           .cidr_block = "0.0.0.0/0",
           .egress = false,
           .network_acl_id = lab.vpc_of(the_vpc(lab)).default_network_acl.text(),
           .protocol = "-1",
           .rule_action = "allow",
           .rule_number = 200 + i});
     }},
    {"security_groups", &Quotas::security_groups_per_region, 2500, 2, "SecurityGroupLimitExceeded",
     [](Lab& lab, int i) {
       return lab.refusal(api::CreateSecurityGroupRequest{.description = "of a test",
                                                          .group_name = "g" + std::to_string(i),
                                                          .vpc_id = the_vpc(lab)});
     }},
    {"rules", &Quotas::rules_per_security_group, 60, 2, "RulesPerSecurityGroupLimitExceeded",
     [](Lab& lab, int i) {  // the default group has one
       api::IpPermission permission{.from_port = i, .ip_protocol = "tcp", .to_port = i};
       permission.ip_ranges.push_back({.cidr_ip = "0.0.0.0/0"});
       return lab.refusal(api::AuthorizeSecurityGroupIngressRequest{
           .group_id = lab.vpc_of(the_vpc(lab)).default_security_group.text(),
           .ip_permissions = {permission}});
     }},
    {"groups_of_an_interface", &Quotas::security_groups_per_interface, 5, 1,
     "SecurityGroupsPerInterfaceLimitExceeded",
     [](Lab& lab, int i) {
       const std::string subnet = the_subnet(lab);
       std::vector<std::string> groups{lab.vpc_of(the_vpc(lab)).default_security_group.text()};
       if (i > 0) {
         groups.push_back(lab.group(the_vpc(lab), "g" + std::to_string(i)));
       }
       return lab.refusal(
           api::CreateNetworkInterfaceRequest{.groups = groups, .subnet_id = subnet});
     }},
    {"interfaces", &Quotas::network_interfaces_per_region, 5000, 1, "NetworkInterfaceLimitExceeded",
     [](Lab& lab, int) {
       return lab.refusal(api::CreateNetworkInterfaceRequest{.subnet_id = the_subnet(lab)});
     }},
    {"addresses_of_an_interface", &Quotas::private_addresses_per_interface, 30, 2,
     "PrivateIpAddressLimitExceeded",
     [](Lab& lab, int i) {
       return lab.refusal(api::CreateNetworkInterfaceRequest{
           .secondary_private_ip_address_count = 1 + i, .subnet_id = the_subnet(lab)});
     }},
    {"instances", &Quotas::instances_per_region, 1000, 1, "InstanceLimitExceeded",
     [](Lab& lab, int) { return lab.refusal(Lab::launch(the_subnet(lab))); }},
    {"interfaces_of_an_instance", &Quotas::interfaces_per_instance, 8, 2, "AttachmentLimitExceeded",
     [](Lab& lab, int i) {
       const std::string subnet = the_subnet(lab);
       const std::string instance = lab.inventory().instances.empty()
                                        ? lab.instance(subnet)
                                        : (*lab.inventory().instances.begin()).id.text();
       return lab.refusal(
           api::AttachNetworkInterfaceRequest{.device_index = 1 + i,
                                              .instance_id = instance,
                                              .network_interface_id = lab.interface(subnet)});
     }},
};

TEST_P(Quota, IsAwssNumberUnlessSetOtherwise) {  // VPC-8, EIP-9, PCX-6
  const QuotaCase& one = GetParam();
  EXPECT_EQ(Quotas{}.*one.quota, one.documented);

  Quotas quotas;
  quotas.*one.quota = one.limit;
  Lab lab(with_quotas(quotas));

  EXPECT_EQ(one.call(lab, 0), "accepted");
  EXPECT_THAT(one.call(lab, 1), StartsWith(std::string(one.code) + ": "));
}

TEST_P(Quota, CanBeLifted) {
  const QuotaCase& one = GetParam();
  Lab lab(with_quotas(Quotas::lifted()));

  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(one.call(lab, i), "accepted");
  }
}

INSTANTIATE_TEST_SUITE_P(All, Quota, testing::ValuesIn(kCases),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Quotas, ThatPeeringAndNewKindsHaveAreAwssToo) {  // PCX-6
  const Quotas quotas;
  EXPECT_EQ(quotas.active_peerings_per_vpc, 50U);
  EXPECT_EQ(quotas.outstanding_peering_requests, 25U);
  EXPECT_EQ(quotas.pending_peerings_per_accepter, 25U);
  EXPECT_EQ(quotas.nat_gateways_per_zone, 5U);
  EXPECT_EQ(quotas.prefix_lists_per_region, 100U);
  EXPECT_EQ(quotas.entries_per_prefix_list, 1000U);
}

TEST(Quotas, AreSeenAsAttributesOfTheAccount) {
  Lab lab(with_quotas({.elastic_addresses_per_region = 7}));

  const auto described = lab.call<api::DescribeAccountAttributesResponse>(
      api::DescribeAccountAttributesRequest{.attribute_names = {"vpc-max-elastic-ips"}});

  EXPECT_EQ(described.account_attributes.at(0).attribute_values.at(0).attribute_value, "7");
}

}  // namespace
}  // namespace vpclab::control
