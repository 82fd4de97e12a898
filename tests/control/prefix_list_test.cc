// Customer-managed prefix lists: their versions, and what names them: routes and rules of groups.
#include "emulator/api/generated/prefix_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/control/effective_routes.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

/// A VPC 10.1.0.0/16 and a way to make lists.
class PrefixLists : public testing::Test {
 protected:
  explicit PrefixLists(ControlOptions options = {}) : lab(std::move(options)) {}

  [[nodiscard]] static api::CreateManagedPrefixListRequest list_of(
      const std::vector<std::string>& cidrs, std::int64_t max_entries = 10) {
    api::CreateManagedPrefixListRequest request{
        .prefix_list_name = "offices", .max_entries = max_entries, .address_family = "IPv4"};
    for (const std::string& cidr : cidrs) {
      request.entries.push_back({.cidr = cidr, .description = "office " + cidr});
    }
    return request;
  }

  std::string create(const std::vector<std::string>& cidrs, std::int64_t max_entries = 10) {
    const auto created =
        lab.call<api::CreateManagedPrefixListResponse>(list_of(cidrs, max_entries));
    lab.settle();
    return created.prefix_list->prefix_list_id.value();
  }

  api::ManagedPrefixList described(const std::string& id) {
    return lab
        .call<api::DescribeManagedPrefixListsResponse>(
            api::DescribeManagedPrefixListsRequest{.prefix_list_ids = {id}})
        .prefix_lists.at(0);
  }

  std::vector<std::string> entries(const std::string& id,
                                   std::optional<std::int64_t> version = {}) {
    std::vector<std::string> cidrs;
    for (const api::PrefixListEntry& entry :
         lab.call<api::GetManagedPrefixListEntriesResponse>(
                api::GetManagedPrefixListEntriesRequest{.prefix_list_id = id,
              .target_version = version})
             .entries) {
      cidrs.push_back(entry.cidr.value());
    }
    return cidrs;
  }

  [[nodiscard]] static api::ModifyManagedPrefixListRequest add(const std::string& id,
                                                               const std::string& cidr) {
    return {.prefix_list_id = id, .add_entries = {{.cidr = cidr}}};
  }

  void modify(const api::ModifyManagedPrefixListRequest& request) {
    lab.call<api::ModifyManagedPrefixListResponse>(request);
    lab.settle();
  }

  [[nodiscard]] api::CreateRouteRequest route_to(const std::string& id) const {
    return {.destination_prefix_list_id = id, .gateway_id = gateway, .route_table_id = table};
  }

  [[nodiscard]] api::AuthorizeSecurityGroupIngressRequest rule_of(const std::string& id) const {
    api::IpPermission permission{.from_port = 22, .ip_protocol = "tcp", .to_port = 22};
    permission.prefix_list_ids.push_back({.description = "offices", .prefix_list_id = id});
    return {.group_id = group, .ip_permissions = {permission}};
  }

  /// The destinations of the main table as packets see them.
  std::vector<std::string> destinations() {
    std::vector<std::string> texts;
    for (const EffectiveRoute& route : effective_routes(
             lab.inventory(), lab.inventory().route_tables.get(*api::RouteTableId::parse(table)))) {
      texts.push_back(to_string(route.destination));
    }
    return texts;
  }

  Lab lab;
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string gateway = lab.attached_gateway(vpc);
  std::string table = lab.vpc_of(vpc).main_route_table.text();
  std::string group = lab.group(vpc, "ssh");
};

TEST_F(PrefixLists, AreMadeInAMoment) {
  const auto created =
      lab.call<api::CreateManagedPrefixListResponse>(list_of({"203.0.113.0/24"})).prefix_list;

  EXPECT_EQ(created->state, "create-in-progress");
  EXPECT_EQ(created->version, 1);
  EXPECT_EQ(created->max_entries, 10);
  EXPECT_EQ(created->address_family, "IPv4");
  EXPECT_EQ(created->prefix_list_arn,
            "arn:aws:ec2:us-east-1:123456789012:prefix-list/" + *created->prefix_list_id);
  EXPECT_EQ(lab.refusal(add(*created->prefix_list_id, "198.51.100.0/24")),
            "IncorrectState: The request cannot be completed because the prefix list (" +
                *created->prefix_list_id + ") is in the current state (create-in-progress).");
  lab.settle();
  EXPECT_EQ(described(*created->prefix_list_id).state, "create-complete");
}

TEST_F(PrefixLists, WantANameAFamilyAndASize) {
  const auto without = [](auto change) {
    api::CreateManagedPrefixListRequest request = list_of({});
    change(request);
    return request;
  };

  EXPECT_EQ(lab.refusal(without([](auto& request) { request.prefix_list_name.reset(); })),
            "MissingParameter: The request must contain the parameter PrefixListName");
  EXPECT_THAT(lab.refusal(without(
                  [](auto& request) { request.prefix_list_name = "com.amazonaws.us-east-1.s3"; })),
              StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(without([](auto& request) { request.address_family.reset(); })),
            "MissingParameter: The request must contain the parameter AddressFamily");
  EXPECT_THAT(lab.refusal(without([](auto& request) { request.address_family = "IPv6"; })),
              StartsWith("UnsupportedOperation: "));
  EXPECT_EQ(lab.refusal(without([](auto& request) { request.max_entries = 1001; })),
            "InvalidParameterValue: Must specify a max size between 1 and 1000");
  EXPECT_EQ(lab.refusal(without([](auto& request) { request.max_entries.reset(); })),
            "MissingParameter: The request must contain the parameter MaxEntries");
}

TEST_F(PrefixLists, HoldEachBlockOnceWithinTheirSize) {  // VPC-3
  EXPECT_THAT(lab.refusal(list_of({"10.9.0.0/16", "10.9.0.1/16"})),
              StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(list_of({"10.8.0.0/16", "10.9.0.0/16"}, 1)),
            "PrefixListMaxEntriesExceeded: The prefix list can hold at most 1 entries.");
  EXPECT_THAT(lab.refusal(list_of({"10.9.0.0/33"})), StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(list_of(std::vector<std::string>(101, "10.9.0.0/16"), 1000)),
            "InvalidParameterValue: The number of entries per request cannot exceeds limit (100).");
  EXPECT_THAT(entries(create({"10.9.0.7/16", "10.8.0.0/16"})),
              ElementsAre("10.8.0.0/16", "10.9.0.0/16"));
}

TEST_F(PrefixLists, HaveAVersionPerChangeOfEntries) {
  const std::string id = create({"10.8.0.0/16"});

  modify(add(id, "10.9.0.0/16"));
  modify({.prefix_list_id = id, .remove_entries = {{.cidr = "10.8.0.0/16"}}});
  modify({.prefix_list_id = id, .prefix_list_name = "branches"});

  EXPECT_EQ(described(id).version, 3);
  EXPECT_EQ(described(id).state, "modify-complete");
  EXPECT_EQ(described(id).prefix_list_name, "branches");
  EXPECT_THAT(entries(id), ElementsAre("10.9.0.0/16"));
  EXPECT_THAT(entries(id, 1), ElementsAre("10.8.0.0/16"));
  EXPECT_THAT(entries(id, 2), ElementsAre("10.8.0.0/16", "10.9.0.0/16"));
  EXPECT_THAT(lab.refusal(api::GetManagedPrefixListEntriesRequest{.prefix_list_id = id,
                                                                  .target_version = 4}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(PrefixLists, GoBackToAnEarlierVersion) {
  const std::string id = create({"10.8.0.0/16"});
  modify(add(id, "10.9.0.0/16"));

  const auto restored = lab.call<api::RestoreManagedPrefixListVersionResponse>(
      api::RestoreManagedPrefixListVersionRequest{
          .prefix_list_id = id, .previous_version = 1, .current_version = 2});
  lab.settle();

  EXPECT_EQ(restored.prefix_list->state, "restore-in-progress");
  EXPECT_EQ(described(id).state, "restore-complete");
  EXPECT_EQ(described(id).version, 3);
  EXPECT_THAT(entries(id), ElementsAre("10.8.0.0/16"));
  EXPECT_THAT(lab.refusal(api::RestoreManagedPrefixListVersionRequest{
                  .prefix_list_id = id, .previous_version = 3, .current_version = 3}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(PrefixLists, RefuseChangesThatMakeNoSense) {
  const std::string id = create({"10.8.0.0/16"});
  api::ModifyManagedPrefixListRequest stale = add(id, "10.9.0.0/16");
  stale.current_version = 7;
  api::ModifyManagedPrefixListRequest both = add(id, "10.8.0.0/16");
  both.remove_entries = {{.cidr = "10.8.0.0/16"}};
  api::ModifyManagedPrefixListRequest sized = add(id, "10.9.0.0/16");
  sized.max_entries = 20;

  EXPECT_EQ(lab.refusal(stale),
            "PrefixListVersionMismatch: The prefix list has the incorrect version number.");
  EXPECT_EQ(lab.refusal(both),
            "InvalidParameterValue: Request cannot contain Cidr 10.8.0.0/16 in both "
            "AddPrefixListEntries and RemovePrefixListEntries");
  EXPECT_EQ(lab.refusal(sized),
            "InvalidParameterCombination: You cannot modify the entries and the maximum entries "
            "for the prefix list in the same request.");
  EXPECT_THAT(lab.refusal(api::ModifyManagedPrefixListRequest{
                  .prefix_list_id = id, .remove_entries = {{.cidr = "10.9.0.0/16"}}}),
              StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(add("pl-00000000", "10.9.0.0/16")),
            "InvalidPrefixListID.NotFound: The prefix list ID 'pl-00000000' does not exist");
  EXPECT_EQ(lab.refusal(add("pl-x", "10.9.0.0/16")),
            "InvalidPrefixListId.Malformed: Invalid id: \"pl-x\" (expecting \"pl-...\")");
}

TEST_F(PrefixLists, AreDestinationsOfRoutes) {
  const std::string id = create({"203.0.113.0/24", "198.51.100.0/24"});

  lab.call<api::CreateRouteResponse>(route_to(id));

  const api::Route shown = lab.call<api::DescribeRouteTablesResponse>(
                                  api::DescribeRouteTablesRequest{
                                      .filters = {{"route.destination-prefix-list-id", {id}}}})
                               .route_tables.at(0)
                               .routes.at(1);
  EXPECT_EQ(shown.destination_prefix_list_id, id);
  EXPECT_FALSE(shown.destination_cidr_block.has_value());
  EXPECT_EQ(shown.gateway_id, gateway);
  EXPECT_EQ(shown.state, "active");
  EXPECT_THAT(destinations(), ElementsAre("10.1.0.0/16", "198.51.100.0/24", "203.0.113.0/24"));
  EXPECT_EQ(lab.refusal(route_to(id)),
            "RouteAlreadyExists: The route identified by " + id + " already exists.");
  lab.call<api::DeleteRouteResponse>(
      api::DeleteRouteRequest{.destination_prefix_list_id = id, .route_table_id = table});
  EXPECT_THAT(destinations(), ElementsAre("10.1.0.0/16"));
  EXPECT_EQ(lab.refusal(
                api::DeleteRouteRequest{.destination_prefix_list_id = id, .route_table_id = table}),
            "InvalidRoute.NotFound: no route with destination-prefix-list-id " + id +
                " in route table " + table);
}

TEST_F(PrefixLists, KeepTheVpcFromTakingTheirBlocks) {  // VPC-9
  lab.call<api::CreateRouteResponse>(route_to(create({"10.7.0.0/24"})));
  api::AssociateVpcCidrBlockRequest request{.cidr_block = "10.7.0.0/16", .vpc_id = vpc};

  EXPECT_THAT(lab.refusal(request), StartsWith("CidrConflict: The CIDR '10.7.0.0/16' conflicts "
                                               "with the route 10.7.0.0/24 in route table "));
  request.cidr_block = "10.7.0.0/25";
  lab.call<api::AssociateVpcCidrBlockResponse>(request);
}

TEST_F(PrefixLists, GiveWayToRoutesOfTheirOwn) {  // RT-9, RT-11, RT-12
  const std::string id =
      create({"203.0.113.0/24", "10.1.2.0/24", "169.254.169.0/24", "198.51.100.0/24"});
  const std::string peering = lab.active_peering(vpc, lab.vpc("203.0.113.0/24"));
  lab.call<api::CreateRouteResponse>(route_to(id));

  lab.call<api::CreateRouteResponse>(
      api::CreateRouteRequest{.destination_cidr_block = "203.0.113.0/24",
                              .route_table_id = table,
                              .vpc_peering_connection_id = peering});

  EXPECT_THAT(destinations(), ElementsAre("10.1.0.0/16", "198.51.100.0/24", "203.0.113.0/24"));
  const auto routes = effective_routes(
      lab.inventory(), lab.inventory().route_tables.get(*api::RouteTableId::parse(table)));
  EXPECT_TRUE(routes.at(0).is_local());
  EXPECT_EQ(routes.at(2).route->target.text(), peering);
}

TEST_F(PrefixLists, ArePeersOfRules) {  // SG-7
  const std::string id = create({"203.0.113.0/24"});

  lab.call<api::AuthorizeSecurityGroupIngressResponse>(rule_of(id));

  const auto shown = lab.call<api::DescribeSecurityGroupsResponse>(
      api::DescribeSecurityGroupsRequest{.filters = {{"ip-permission.prefix-list-id", {id}}}});
  ASSERT_THAT(shown.security_groups, SizeIs(1));
  const api::IpPermission permission = shown.security_groups.at(0).ip_permissions.at(0);
  EXPECT_THAT(permission.ip_ranges, IsEmpty());
  EXPECT_EQ(permission.prefix_list_ids.at(0).prefix_list_id, id);
  EXPECT_EQ(permission.prefix_list_ids.at(0).description, "offices");
  EXPECT_EQ(lab.refusal(rule_of(id)),
            "InvalidPermission.Duplicate: the specified rule \"peer: " + id +
                ", TCP, from port: 22, to port: 22, ALLOW\" already "
                "exists");
  EXPECT_EQ(lab.refusal(rule_of("pl-00000000")),
            "InvalidPrefixListID.NotFound: The prefix list ID 'pl-00000000' does not exist");
  const auto rule = lab.call<api::DescribeSecurityGroupRulesResponse>(
      api::DescribeSecurityGroupRulesRequest{.filters = {{"group-id", {group}}}});
  EXPECT_EQ(rule.security_group_rules.at(1).prefix_list_id, id);
  const auto request = rule_of(id);
  lab.call<api::RevokeSecurityGroupIngressResponse>(api::RevokeSecurityGroupIngressRequest{
      .group_id = group, .ip_permissions = request.ip_permissions});
  lab.call<api::DeleteManagedPrefixListResponse>(
      api::DeleteManagedPrefixListRequest{.prefix_list_id = id});
}

TEST_F(PrefixLists, CountWithTheirSizeNotTheirEntries) {
  const std::string large = create({"203.0.113.0/24"}, 60);
  const std::string half = create({"203.0.113.0/24"}, 50);

  EXPECT_THAT(lab.refusal(route_to(large)), StartsWith("RouteLimitExceeded: "));
  lab.call<api::CreateRouteResponse>(route_to(half));
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(rule_of(large));
  EXPECT_THAT(lab.refusal(rule_of(half)), StartsWith("RulesPerSecurityGroupLimitExceeded: "));
}

TEST_F(PrefixLists, KeepTheirSizeWhereAUserHasNoRoom) {
  const std::string id = create({"203.0.113.0/24"}, 50);
  lab.call<api::CreateRouteResponse>(route_to(id));

  modify({.prefix_list_id = id, .max_entries = 51});

  EXPECT_EQ(described(id).state, "modify-failed");
  EXPECT_EQ(described(id).state_message,
            "The following associations have no room for 51 entries: " + table);
  EXPECT_EQ(described(id).max_entries, 50);
  modify({.prefix_list_id = id, .max_entries = 40});
  EXPECT_EQ(described(id).state, "modify-complete");
  EXPECT_EQ(described(id).max_entries, 40);
  EXPECT_FALSE(described(id).state_message.has_value());
}

TEST_F(PrefixLists, StayWhileSomethingNamesThem) {
  const std::string id = create({"203.0.113.0/24"});
  lab.call<api::CreateRouteResponse>(route_to(id));
  lab.call<api::AuthorizeSecurityGroupIngressResponse>(rule_of(id));

  const auto uses = lab.call<api::GetManagedPrefixListAssociationsResponse>(
      api::GetManagedPrefixListAssociationsRequest{.prefix_list_id = id});

  ASSERT_THAT(uses.prefix_list_associations, SizeIs(2));
  EXPECT_EQ(uses.prefix_list_associations.at(0).resource_id, table);
  EXPECT_EQ(uses.prefix_list_associations.at(0).resource_owner, "123456789012");
  EXPECT_EQ(uses.prefix_list_associations.at(1).resource_id, group);
  const api::DeleteManagedPrefixListRequest remove{.prefix_list_id = id};
  EXPECT_EQ(lab.refusal(remove), "DependencyViolation: resource " + id + " has a dependent object");
  lab.call<api::DeleteRouteResponse>(
      api::DeleteRouteRequest{.destination_prefix_list_id = id, .route_table_id = table});
  lab.call<api::DeleteSecurityGroupResponse>(api::DeleteSecurityGroupRequest{.group_id = group});
  EXPECT_EQ(lab.call<api::DeleteManagedPrefixListResponse>(remove).prefix_list->state,
            "delete-in-progress");
  EXPECT_EQ(lab.refusal(route_to(id)),
            "InvalidPrefixListID.NotFound: The prefix list ID '" + id + "' does not exist");
  lab.settle();
  EXPECT_EQ(lab.refusal(remove),
            "InvalidPrefixListID.NotFound: The prefix list ID '" + id + "' does not exist");
}

TEST_F(PrefixLists, MarkTheVpcsThatNameThemWhenTheyChange) {  // RT-26
  const std::string id = create({"203.0.113.0/24"});
  lab.call<api::CreateRouteResponse>(route_to(id));
  static_cast<void>(lab.plane().take_changed());

  modify(add(id, "198.51.100.0/24"));

  EXPECT_THAT(lab.plane().take_changed(), ElementsAre(lab.vpc_of(vpc).id));
  EXPECT_THAT(destinations(), ElementsAre("10.1.0.0/16", "198.51.100.0/24", "203.0.113.0/24"));
}

TEST_F(PrefixLists, AreListedByNameAndInPages) {  // API-5
  const std::string first = create({"10.7.0.0/16", "10.8.0.0/16", "10.9.0.0/16"});
  create({});

  const auto page =
      lab.call<api::DescribeManagedPrefixListsResponse>(api::DescribeManagedPrefixListsRequest{
          .filters = {{"prefix-list-name", {"off*"}}}, .max_results = 1});
  const auto some = lab.call<api::GetManagedPrefixListEntriesResponse>(
      api::GetManagedPrefixListEntriesRequest{.prefix_list_id = first, .max_results = 2});
  const auto rest =
      lab.call<api::GetManagedPrefixListEntriesResponse>(api::GetManagedPrefixListEntriesRequest{
          .prefix_list_id = first, .max_results = 2, .next_token = some.next_token});

  EXPECT_EQ(page.prefix_lists.at(0).prefix_list_id, first);
  EXPECT_TRUE(page.next_token.has_value());
  EXPECT_THAT(some.entries, SizeIs(2));
  ASSERT_THAT(rest.entries, SizeIs(1));
  EXPECT_EQ(rest.entries.at(0).cidr, "10.9.0.0/16");
  EXPECT_EQ(rest.entries.at(0).description, "office 10.9.0.0/16");
  EXPECT_FALSE(rest.next_token.has_value());
}

TEST_F(PrefixLists, AreNotDestinationsOfAGatewaysTable) {  // RT-25
  const std::string id = create({"203.0.113.0/24"});
  const std::string edge = lab.route_table(vpc);
  lab.call<api::AssociateRouteTableResponse>(
      api::AssociateRouteTableRequest{.route_table_id = edge, .gateway_id = gateway});
  api::CreateRouteRequest request = route_to(id);
  request.route_table_id = edge;

  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: The destination " + id));
}

class FewPrefixLists : public PrefixLists {
 protected:
  FewPrefixLists() : PrefixLists(with_quotas({.prefix_lists_per_region = 1})) {}
};

TEST_F(FewPrefixLists, AreSoManyARegion) {
  create({});

  EXPECT_EQ(lab.refusal(list_of({})),
            "ResourceLimitExceeded: The maximum number of prefix lists has been reached.");
}

}  // namespace
}  // namespace vpclab::control
