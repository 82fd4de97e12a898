// Instances in EC2-Classic: who may have them, their addresses, how they are described (CLC-1…9).
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/account.h"
#include "tests/control/classic_lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class Classic : public testing::Test {
 protected:
  [[nodiscard]] std::vector<std::string> platforms() {
    const auto response = lab.call<api::DescribeAccountAttributesResponse>(
        api::DescribeAccountAttributesRequest{.attribute_names = {"supported-platforms"}});
    std::vector<std::string> values;
    for (const auto& value : response.account_attributes.at(0).attribute_values) {
      values.push_back(value.attribute_value.value());
    }
    return values;
  }

  [[nodiscard]] api::Instance described(const std::string& id) {
    return lab
        .call<api::DescribeInstancesResponse>(api::DescribeInstancesRequest{.instance_ids = {id}})
        .reservations.at(0)
        .instances.at(0);
  }

  ClassicLab lab;
};

TEST_F(Classic, IsAPlatformOfSomeAccounts) {  // CLC-7
  EXPECT_THAT(platforms(), ElementsAre("EC2", "VPC"));

  lab.caller().account = "123456789101";

  EXPECT_THAT(platforms(), ElementsAre("VPC"));
}

TEST_F(Classic, IsInTheRegionsThatEverHadIt) {  // CLC-9
  std::vector<std::string> regions;
  for (const Region& region : all_regions()) {
    lab.caller().region = region.name;
    if (platforms().size() == 2) {
      regions.emplace_back(region.name);
    }
  }

  EXPECT_THAT(regions,
              ElementsAre("ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "eu-west-1",
                          "sa-east-1", "us-east-1", "us-west-1", "us-west-2"));
}

TEST_F(Classic, TakesInstancesWithoutASubnet) {  // CLC-1
  const std::string id = lab.classic();
  const ClassicPart& classic = lab.classic_of(id);

  EXPECT_TRUE(kClassicBlock.contains(classic.private_address));
  EXPECT_FALSE(kClassicLinkVpcBlock.contains(classic.private_address));  // CLC-8
  EXPECT_FALSE(classic.public_address.is_private());
  EXPECT_EQ(lab.instance_of(id).interface_count(), 0U);
  EXPECT_TRUE(lab.inventory().network_interfaces.empty());
  EXPECT_TRUE(lab.inventory().subnets.empty());
}

TEST_F(Classic, HasNobodyAtTheEndsOfItsBlocks) {  // CLC-1, FWD-7.3: there nobody would be reached
  ControlOptions options;
  options.quotas.instances_per_region = 4'000;
  ClassicLab many(options);
  api::RunInstancesRequest request = ClassicLab::launch_classic();
  request.min_count = 1'000;
  request.max_count = 1'000;
  for (int calls = 0; calls < 4; ++calls) {  // one of 256 addresses is such an end
    for (const auto& instance : many.call<api::RunInstancesResponse>(request).instances) {
      const auto address = *wire::Ipv4Address::parse(instance.private_ip_address.value());
      const std::uint32_t low_bits = address.to_host_order() & 0x1ff;
      ASSERT_TRUE(low_bits != 0 && low_bits != 0x1ff) << to_string(address);
    }
  }
  const auto declare = [this](const char* address) {
    return lab.refusal(ClassicLab::launch_classic(), {{}, {}, address});
  };
  EXPECT_THAT(declare("10.200.0.0"), StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(declare("10.200.1.255"), StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(to_string(lab.classic_of(lab.classic("10.200.0.255")).private_address), "10.200.0.255");
  EXPECT_EQ(to_string(lab.classic_of(lab.classic("10.200.1.0")).private_address), "10.200.1.0");
}

TEST_F(Classic, IsNotForOtherAccountsNorOtherRegions) {  // CLC-7, CLC-9
  lab.caller().account = "123456789101";
  EXPECT_THAT(lab.refusal(ClassicLab::launch_classic()), StartsWith("VPCIdNotSpecified: "));

  lab.caller() = {std::string(kClassicAccount), "eu-central-1"};
  EXPECT_THAT(lab.refusal(ClassicLab::launch_classic()), StartsWith("VPCIdNotSpecified: "));
}

TEST_F(Classic, StandsBesideVpcsOfTheSameAccount) {  // CLC-7
  const std::string subnet = lab.subnet(lab.vpc("172.31.0.0/16"), "172.31.0.0/20");

  const std::string id = lab.instance(subnet);

  EXPECT_FALSE(lab.instance_of(id).in_classic());
  EXPECT_EQ(lab.primary_of(id).subnet.text(), subnet);
}

TEST_F(Classic, HasNoDefaultVpcBesideIt) {  // CLC-7
  EXPECT_THAT(lab.refusal(api::CreateDefaultVpcRequest{}), StartsWith("OperationNotPermitted: "));

  lab.caller().region = "eu-central-1";
  lab.call<api::CreateDefaultVpcResponse>(api::CreateDefaultVpcRequest{});
}

TEST_F(Classic, InstancesShowNeitherVpcNorSubnet) {  // CLC-1, CLC-5, CL-14
  const std::string id = lab.classic("10.44.7.9");
  const api::Instance instance = described(id);
  const wire::Ipv4Address address = lab.classic_of(id).public_address;

  EXPECT_FALSE(instance.vpc_id.has_value());
  EXPECT_FALSE(instance.subnet_id.has_value());
  EXPECT_FALSE(instance.source_dest_check.has_value());
  EXPECT_THAT(instance.network_interfaces, IsEmpty());
  EXPECT_EQ(instance.private_ip_address, "10.44.7.9");
  EXPECT_EQ(instance.private_dns_name, "ip-10-44-7-9.ec2.internal");
  EXPECT_EQ(instance.public_ip_address, to_string(address));
  EXPECT_EQ(instance.public_dns_name, public_dns_name(address, "us-east-1"));
  ASSERT_THAT(instance.security_groups, SizeIs(1));
  EXPECT_EQ(instance.security_groups[0].group_name, "default");
}

TEST_F(Classic, ReservationsNameTheirGroups) {  // CLC-3
  const std::string web = lab.classic_group("web");
  api::RunInstancesRequest request = ClassicLab::launch_classic();
  request.security_groups = {"web"};

  const auto made = lab.call<api::RunInstancesResponse>(request);
  const auto seen = lab.call<api::DescribeInstancesResponse>(api::DescribeInstancesRequest{});

  ASSERT_THAT(made.groups, SizeIs(1));
  EXPECT_EQ(made.groups[0].group_id, web);
  EXPECT_EQ(seen.reservations.at(0).groups, made.groups);
}

TEST_F(Classic, InstancesAreFoundByTheirOwnAddresses) {  // API-5
  const std::string id = lab.classic("10.44.7.9");
  lab.classic("10.50.1.1");
  const auto found = [&](const std::string& name, const std::string& value) {
    const auto response = lab.call<api::DescribeInstancesResponse>(
        api::DescribeInstancesRequest{.filters = {{.name = name, .values = {value}}}});
    return response.reservations.size() == 1 &&
           response.reservations[0].instances.at(0).instance_id == id;
  };
  const std::string address = to_string(lab.classic_of(id).public_address);

  EXPECT_TRUE(found("private-ip-address", "10.44.*"));
  EXPECT_TRUE(found("ip-address", address));
  EXPECT_TRUE(found("private-dns-name", "ip-10-44-7-9.ec2.internal"));
  EXPECT_TRUE(found("dns-name", public_dns_name(lab.classic_of(id).public_address, "us-east-1")));
}

TEST_F(Classic, AddressesChangeWithStopAndStart) {  // CLC-2, CASE-20
  const std::string id = lab.classic("10.44.7.9");
  const wire::Ipv4Address old_public = lab.classic_of(id).public_address;

  lab.stop(id);

  EXPECT_FALSE(lab.classic_of(id).has_address());
  EXPECT_FALSE(described(id).private_ip_address.has_value());
  EXPECT_FALSE(described(id).public_ip_address.has_value());
  EXPECT_FALSE(lab.inventory().public_in_use(old_public));
  EXPECT_EQ(
      lab.inventory().classic_at(region_number("us-east-1"), wire::Ipv4Address::of(10, 44, 7, 9)),
      nullptr);
  lab.start(id);

  EXPECT_TRUE(lab.classic_of(id).has_address());
  EXPECT_NE(described(id).private_ip_address, "10.44.7.9");
  EXPECT_NE(lab.classic_of(id).public_address, old_public);
}

TEST_F(Classic, AddressesStayOverAReboot) {  // CLC-2
  const std::string id = lab.classic();
  const wire::Ipv4Address private_address = lab.classic_of(id).private_address;
  const wire::Ipv4Address public_address = lab.classic_of(id).public_address;

  lab.call<api::RebootInstancesResponse>(api::RebootInstancesRequest{.instance_ids = {id}});

  EXPECT_EQ(lab.classic_of(id).private_address, private_address);
  EXPECT_EQ(lab.classic_of(id).public_address, public_address);
  EXPECT_EQ(lab.instance_of(id).boots, 1U);
}

TEST_F(Classic, CardsKeepTheirMacAddress) {  // L2-1
  const std::string id = lab.classic();
  const wire::MacAddress mac = lab.classic_of(id).mac;

  lab.stop(id);
  lab.start(id);

  EXPECT_EQ(lab.classic_of(id).mac, mac);
  EXPECT_NE(lab.classic_of(lab.classic()).mac, mac);
}

TEST_F(Classic, TerminatedInstancesGiveAllBack) {  // INST-3, CLC-2
  const std::string id = lab.classic();

  lab.terminate(id);

  EXPECT_FALSE(lab.classic_of(id).has_address());
  EXPECT_EQ(lab.inventory().publics_in_use(), 0U);
  EXPECT_FALSE(described(id).private_ip_address.has_value());
  lab.pass(std::chrono::hours(2));
  EXPECT_TRUE(lab.inventory().instances.empty());
  EXPECT_THAT(lab.inventory().classic[region_number("us-east-1")].instances, IsEmpty());
}

TEST_F(Classic, AddressesAreDrawnOutsideEveryVpcOfTheRegion) {  // CLC-8
  lab.vpc("10.128.0.0/16");
  lab.vpc("10.200.0.0/16");
  api::RunInstancesRequest request = ClassicLab::launch_classic();
  request.max_count = 900;
  lab.call<api::RunInstancesResponse>(request);
  lab.settle();

  std::set<wire::Ipv4Address> addresses;
  for (const Instance& instance : lab.inventory().instances) {
    addresses.insert(instance.classic->private_address);
    for (const Vpc& vpc : lab.inventory().vpcs) {
      EXPECT_FALSE(vpc.contains(instance.classic->private_address));
    }
  }

  EXPECT_THAT(addresses, SizeIs(900));
}

TEST_F(Classic, AddressesDependOnTheSeedAlone) {
  const auto launch = [](std::uint64_t seed) {
    ClassicLab one(with_seed(seed));
    return one.classic_of(one.classic()).private_address;
  };

  EXPECT_EQ(launch(7), launch(7));
  EXPECT_NE(launch(7), launch(8));
}

TEST_F(Classic, AddressesOfDifferentRegionsAreIndependent) {  // CLC-1
  const std::string here = lab.classic("10.44.7.9");
  lab.caller().region = "eu-west-1";
  const std::string there = lab.classic("10.44.7.9");

  EXPECT_EQ(
      lab.inventory().classic_at(region_number("us-east-1"), wire::Ipv4Address::of(10, 44, 7, 9)),
      &lab.instance_of(here));
  EXPECT_EQ(
      lab.inventory().classic_at(region_number("eu-west-1"), wire::Ipv4Address::of(10, 44, 7, 9)),
      &lab.instance_of(there));
  EXPECT_EQ(described(there).private_dns_name, "ip-10-44-7-9.eu-west-1.compute.internal");
}

TEST_F(Classic, DeclaredAddressesMustBeOfIts) {  // CLC-8
  const auto refused = [&](const std::string& address) {
    return lab.refusal(ClassicLab::launch_classic(), {{}, {}, address});
  };
  lab.classic("10.44.7.9");

  EXPECT_THAT(refused("10.44.7.9"), StartsWith("InvalidIPAddress.InUse: "));
  EXPECT_THAT(refused("10.1.2.3"), StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(refused("172.16.0.4"), StartsWith("InvalidParameterValue: "));
  EXPECT_THAT(refused("10.44"), StartsWith("InvalidParameterValue: "));
  api::RunInstancesRequest two = ClassicLab::launch_classic();
  two.max_count = 2;
  EXPECT_THAT(lab.refusal(two, {{}, {}, "10.50.1.1"}), StartsWith("InvalidParameterCombination: "));
}

TEST_F(Classic, ARefusedLaunchDrawsNoAddress) {  // CLC-8
  ClassicLab untried;
  EXPECT_THAT(lab.refusal(ClassicLab::launch_classic(), {{}, "i-nonsense"}),
              StartsWith("InvalidParameterValue: "));

  EXPECT_EQ(lab.classic_of(lab.classic()).private_address,
            untried.classic_of(untried.classic()).private_address);
}

TEST_F(Classic, RefusesWhatOnlyVpcsHave) {  // CLC-6
  api::RunInstancesRequest with_address = ClassicLab::launch_classic();
  with_address.private_ip_address = "10.44.7.9";
  api::RunInstancesRequest dedicated = ClassicLab::launch_classic();
  dedicated.placement = api::Placement{.tenancy = "dedicated"};
  const std::string id = lab.classic();
  const std::string subnet = lab.subnet(lab.vpc("172.31.0.0/16"), "172.31.0.0/20");

  EXPECT_EQ(lab.refusal(with_address),
            "InvalidParameterCombination: Specifying an IP address is only valid for VPC "
            "instances.");
  EXPECT_THAT(lab.refusal(dedicated), StartsWith("InvalidParameterCombination: "));
  EXPECT_THAT(lab.refusal(api::ModifyInstanceAttributeRequest{
                  .source_dest_check = api::AttributeBooleanValue{false}, .instance_id = id}),
              StartsWith("InvalidParameterCombination: "));
  EXPECT_THAT(
      lab.refusal(api::AttachNetworkInterfaceRequest{
          .device_index = 1, .instance_id = id, .network_interface_id = lab.interface(subnet)}),
      StartsWith("InvalidParameterValue: "));
}

TEST_F(Classic, InstancesAreNoTargetsOfRoutes) {  // CLC-1, RT-10
  const std::string table = lab.main_table(lab.vpc("172.31.0.0/16"));

  EXPECT_THAT(lab.refusal(api::CreateRouteRequest{.destination_cidr_block = "192.0.2.0/24",
                                                  .instance_id = lab.classic(),
                                                  .route_table_id = table}),
              StartsWith("InvalidParameterValue: route table " + table + " and instance i-"));
}

TEST_F(Classic, TakesTheZoneThatIsAskedFor) {  // INST-4
  api::RunInstancesRequest request = ClassicLab::launch_classic();
  request.placement = api::Placement{.availability_zone = "us-east-1c"};

  const auto made = lab.call<api::RunInstancesResponse>(request);

  EXPECT_EQ(made.instances.at(0).placement->availability_zone, "us-east-1c");
  request.placement->availability_zone = "us-east-1z";
  EXPECT_THAT(lab.refusal(request), StartsWith("InvalidParameterValue: Invalid Availability"));
}

TEST_F(Classic, SaysWhichRegionsChanged) {  // RT-26
  const std::string id = lab.classic();
  static_cast<void>(lab.plane().take_changed_classic());

  lab.stop(id);

  EXPECT_THAT(lab.plane().take_changed_classic(), ElementsAre(region_number("us-east-1")));
  EXPECT_THAT(lab.plane().take_changed_classic(), IsEmpty());
  lab.start(id);
  lab.call<api::RebootInstancesResponse>(api::RebootInstancesRequest{.instance_ids = {id}});
  EXPECT_THAT(lab.plane().take_changed_classic(), SizeIs(1));
}

}  // namespace
}  // namespace vpclab::control
