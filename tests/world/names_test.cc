// World as the directory of names: what NAT gateways and prefix lists are called, and who holds an
// address.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/nat_world.h"

namespace vpclab::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

wire::Ipv4Address address_of(const std::string& text) { return *wire::Ipv4Address::parse(text); }

TEST(Names, FindTheNatGatewayBehindItsAddresses) {  // NAT-1
  NatLab lab;
  lab.make_nat_gateway();

  EXPECT_THAT(lab.world.hosts_at(address_of(lab.nat_address())), ElementsAre(NatLab::kNat));
  EXPECT_THAT(lab.world.hosts_at(address_of(lab.elastic())), ElementsAre(NatLab::kNat));
  lab.aws("ec2 create-tags --resources nat-00000001 --tags Key=Name,Value=way-out");
  EXPECT_THAT(lab.world.hosts_at(address_of(lab.nat_address())), ElementsAre("way-out"));
  const auto& inventory = lab.world.control().inventory();
  EXPECT_EQ(lab.world.name_of(inventory.nat_gateways.get(NatLab::nat_id()).interface), "way-out");
}

TEST(Names, ForgetTheNatGatewayOnceItIsDeleted) {  // NAT-11
  NatLab lab;
  lab.make_nat_gateway();
  const wire::Ipv4Address elastic = address_of(lab.elastic());

  lab.aws("ec2 delete-nat-gateway --nat-gateway-id nat-00000001");
  lab.world.settle();

  EXPECT_THAT(lab.world.hosts_at(elastic), IsEmpty());
}

TEST(Names, HoldNothingThatATerminalObeys) {
  NatLab lab;
  lab.make_nat_gateway();
  lab.world.set_name(NatLab::nat_id(), "x\x1b[31m\ny\tz");

  EXPECT_EQ(lab.world.name_of(NatLab::nat_id()), "x\xef\xbf\xbd[31m\xef\xbf\xbdy z");
}

TEST(Names, OfPrefixListsAreTheirOwn) {
  ToyWorld lab;
  const std::string id = "pl-00000001";

  lab.aws(
      "ec2 create-managed-prefix-list --prefix-list-name offices --max-entries 1 "
      "--address-family IPv4",
      id);

  EXPECT_EQ(lab.world.name_of(*api::ManagedPrefixListId::parse(id)), "offices");
}

}  // namespace
}  // namespace vpclab::testing
