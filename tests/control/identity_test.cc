// Ids: API-2; declared names, explicit ids, seeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::StartsWith;

api::CreateVpcRequest request() { return {.cidr_block = "10.1.0.0/16"}; }

std::string made_by(Lab& lab, const Declared& declared) {
  return lab.call<api::CreateVpcResponse>(request(), declared).vpc->vpc_id.value();
}

TEST(Id, HasSeventeenHexDigitsLikeAws) {  // API-2
  Lab lab;

  const std::string id = lab.vpc("10.1.0.0/16");

  EXPECT_THAT(id, StartsWith("vpc-0"));
  EXPECT_EQ(id.size(), 4U + 17U);
  EXPECT_TRUE(api::VpcId::parse(id).has_value());
}

TEST(Id, OfADeclaredResourceDependsOnSeedAccountRegionAndNameOnly) {
  Lab one;
  Lab two;
  two.vpc("10.9.0.0/16");  // what else there is does not matter
  Lab other_seed(with_seed(2));
  Lab other_region;
  other_region.caller().region = "eu-west-1";

  const std::string id = made_by(one, {.name = "vpc-1", .id = {}});

  EXPECT_EQ(made_by(two, {.name = "vpc-1", .id = {}}), id);
  EXPECT_NE(made_by(two, {.name = "vpc-2", .id = {}}), id);
  EXPECT_NE(made_by(other_seed, {.name = "vpc-1", .id = {}}), id);
  EXPECT_NE(made_by(other_region, {.name = "vpc-1", .id = {}}), id);
}

TEST(Id, OfPartsDependsOnTheirOwnerOnly) {
  Lab one;
  Lab two;
  two.vpc("10.9.0.0/16");
  const Vpc& a = one.vpc_of(made_by(one, {.name = "vpc-1", .id = {}}));
  const Vpc& b = two.vpc_of(made_by(two, {.name = "vpc-1", .id = {}}));

  EXPECT_EQ(a.main_route_table, b.main_route_table);
  EXPECT_EQ(a.default_network_acl, b.default_network_acl);
  EXPECT_EQ(a.default_security_group, b.default_security_group);
  EXPECT_EQ(a.cidrs[0].association, b.cidrs[0].association);
}

TEST(Id, CanBeGivenInEitherLength) {  // API-2, SEED-11
  Lab lab;

  EXPECT_EQ(made_by(lab, {.name = "a", .id = "vpc-aaaabbbb"}), "vpc-aaaabbbb");
  EXPECT_EQ(made_by(lab, {.name = "b", .id = "vpc-0123456789abcdef0"}), "vpc-0123456789abcdef0");
}

TEST(Id, IsRefusedWhenTakenOrMalformed) {
  Lab lab;
  made_by(lab, {.name = "a", .id = "vpc-aaaabbbb"});

  EXPECT_EQ(lab.refusal(request(), {.name = "b", .id = "vpc-aaaabbbb"}),
            "InvalidParameterValue: The ID 'vpc-aaaabbbb' is already in use.");
  EXPECT_EQ(lab.refusal(request(), {.name = "b", .id = "subnet-aaaabbbb"}),
            "InvalidParameterValue: Invalid id: \"subnet-aaaabbbb\" (expecting \"vpc-...\")");
}

TEST(Id, OfAnotherKindIsMalformed) {  // API-2, API-7
  Lab lab;

  EXPECT_EQ(lab.refusal(api::DeleteVpcRequest{.vpc_id = "igw-00000000"}),
            "InvalidVpcId.Malformed: Invalid id: \"igw-00000000\" (expecting \"vpc-...\")");
  EXPECT_EQ(lab.refusal(api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id = "x"}),
            "InvalidVpcPeeringConnectionId.Malformed: Invalid id: \"x\" (expecting \"pcx-...\")");
  EXPECT_EQ(lab.refusal(api::DeleteVpcPeeringConnectionRequest{.vpc_peering_connection_id =
                                                                   "pcx-aaaabbbb"}),
            "InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID 'pcx-aaaabbbb' "
            "does not exist");
}

TEST(Id, OfSeveralDeclaredInstancesAreNumbered) {
  Lab lab;
  const std::string subnet = lab.subnet(lab.vpc("10.1.0.0/16"), "10.1.0.0/24");
  api::RunInstancesRequest three = Lab::launch(subnet);
  three.max_count = 3;
  three.min_count = 3;

  const auto launched = lab.call<api::RunInstancesResponse>(three, {.name = "web", .id = {}});
  const auto alone =
      lab.call<api::RunInstancesResponse>(Lab::launch(subnet), {.name = "web/2", .id = {}});

  EXPECT_NE(launched.instances.at(0).instance_id, launched.instances.at(1).instance_id);
  EXPECT_NE(alone.instances.at(0).instance_id, launched.instances.at(1).instance_id);  // taken
  EXPECT_THAT(lab.refusal(three, {.name = {}, .id = "i-aaaabbbb"}),
              StartsWith("InvalidParameterCombination: "));
}

TEST(Id, SurvivesARefusedCall) {
  Lab one;
  Lab two;
  EXPECT_THAT(two.refusal(api::CreateVpcRequest{.cidr_block = "10.0.0.0/8"}),
              StartsWith("InvalidVpc.Range"));

  EXPECT_EQ(one.vpc("10.1.0.0/16"), two.vpc("10.1.0.0/16"));
}

TEST(Table, KeepsItsElementsInPlaceThroughInsertAndErase) {
  Table<ElasticAddress> table;
  const auto id = [](std::uint64_t number) { return api::AllocationId({number * 977, 0, 17}); };
  std::vector<const ElasticAddress*> places;
  for (std::uint64_t i = 1; i <= 500; ++i) {
    ElasticAddress address;
    address.id = id(i);
    places.push_back(&table.at(table.insert(address)));
  }
  for (std::uint64_t i = 1; i <= 500; i += 2) {
    table.erase(id(i));
  }

  EXPECT_EQ(table.size(), 250U);
  for (std::uint64_t i = 1; i <= 500; ++i) {
    EXPECT_EQ(table.find(id(i)), i % 2 == 0 ? places[i - 1] : nullptr);
  }
  std::size_t seen = 0;
  for (const ElasticAddress& address : table) {
    EXPECT_EQ(address.id, id(2 * ++seen));
  }
  EXPECT_EQ(seen, 250U);
}

}  // namespace
}  // namespace vpclab::control
