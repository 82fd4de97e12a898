// Elastic IP addresses of Domain `standard` (CLC-2, CLC-4, EIP-6, EIP-8, EIP-9).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/nat_gateway.h"
#include "tests/control/classic_lab.h"

namespace vpclab::control {
namespace {

using testing::SizeIs;
using testing::StartsWith;

class StandardAddresses : public testing::Test {
 protected:
  std::string allocate(const std::string& domain = "standard") {
    return lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{.domain = domain})
        .public_ip.value();
  }

  [[nodiscard]] static api::AssociateAddressRequest to(const std::string& instance,
                                                       const std::string& address) {
    return {.instance_id = instance, .public_ip = address};
  }

  void associate(const std::string& instance, const std::string& address) {
    lab.call<api::AssociateAddressResponse>(to(instance, address));
  }

  [[nodiscard]] api::Address described(const std::string& address) {
    return lab
        .call<api::DescribeAddressesResponse>(
            api::DescribeAddressesRequest{.public_ips = {address}})
        .addresses.at(0);
  }

  [[nodiscard]] std::string public_of(const std::string& instance) const {
    return to_string(lab.classic_of(instance).public_address);
  }

  ClassicLab lab;
};

TEST_F(StandardAddresses, AreWhatAnAccountWithClassicIsGivenUnasked) {  // EIP-9, CLC-4
  const auto unasked = lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{});
  const auto of_vpcs =
      lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{.domain = "vpc"});

  EXPECT_EQ(unasked.domain, "standard");
  EXPECT_FALSE(unasked.allocation_id.has_value());
  EXPECT_EQ(of_vpcs.domain, "vpc");
  EXPECT_TRUE(of_vpcs.allocation_id.has_value());
}

TEST_F(StandardAddresses, AreNotForAccountsWithoutClassic) {  // CLC-7
  lab.caller().account = "123456789101";

  EXPECT_THAT(lab.refusal(api::AllocateAddressRequest{.domain = "standard"}),
              StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{}).domain, "vpc");
}

TEST_F(StandardAddresses, AreDescribedByThemselves) {  // CLC-4
  const std::string address = allocate();

  const api::Address idle = described(address);
  const std::string id = lab.classic();
  associate(id, address);

  EXPECT_EQ(idle.domain, "standard");
  EXPECT_EQ(idle.instance_id, "");
  EXPECT_FALSE(idle.allocation_id.has_value());
  EXPECT_EQ(described(address).instance_id, id);
  EXPECT_FALSE(described(address).association_id.has_value());
  EXPECT_FALSE(described(address).network_interface_id.has_value());
}

TEST_F(StandardAddresses, ReplaceTheAutomaticOne) {  // EIP-7
  const std::string id = lab.classic();
  const std::string automatic = public_of(id);
  const std::string address = allocate();

  const auto associated = lab.call<api::AssociateAddressResponse>(to(id, address));

  EXPECT_FALSE(associated.association_id.has_value());
  EXPECT_EQ(public_of(id), address);
  EXPECT_FALSE(lab.inventory().public_in_use(*wire::Ipv4Address::parse(automatic)));
  EXPECT_EQ(lab.inventory().classic_with_public(*wire::Ipv4Address::parse(address)),
            &lab.instance_of(id));
}

TEST_F(StandardAddresses, LeaveWithAStop) {  // CLC-2, CASE-20
  const std::string id = lab.classic();
  const std::string address = allocate();
  associate(id, address);

  lab.stop(id);

  EXPECT_EQ(described(address).instance_id, "");
  lab.start(id);
  EXPECT_NE(public_of(id), address);
  EXPECT_EQ(described(address).instance_id, "");
  associate(id, address);
  EXPECT_EQ(public_of(id), address);
}

TEST_F(StandardAddresses, LeaveWithATermination) {  // EIP-10
  const std::string id = lab.classic();
  const std::string address = allocate();
  associate(id, address);

  lab.terminate(id);

  EXPECT_EQ(described(address).instance_id, "");
}

TEST_F(StandardAddresses, AreGivenUpForAnAutomaticOne) {  // EIP-7
  const std::string id = lab.classic();
  const std::string address = allocate();
  associate(id, address);
  const api::DisassociateAddressRequest request{.public_ip = address};

  lab.call<api::DisassociateAddressResponse>(request);

  EXPECT_NE(public_of(id), address);
  EXPECT_NE(public_of(id), "0.0.0.0");
  lab.call<api::DisassociateAddressResponse>(request);  // again: no error
}

TEST_F(StandardAddresses, MoveUnlessThatIsForbidden) {  // EIP-6
  const std::string one = lab.classic();
  const std::string two = lab.classic();
  const std::string address = allocate();
  associate(one, address);
  associate(one, address);  // repeated: the same
  api::AssociateAddressRequest strict = to(two, address);
  strict.allow_reassociation = false;

  EXPECT_THAT(lab.refusal(strict), StartsWith("Resource.AlreadyAssociated: "));
  associate(two, address);

  EXPECT_EQ(public_of(two), address);
  EXPECT_NE(public_of(one), address);
  EXPECT_NE(public_of(one), "0.0.0.0");
}

TEST_F(StandardAddresses, AreAssociatedOnceMoreToNoEffect) {  // EIP-6; API-3: call() tries DryRun
  const std::string id = lab.classic();
  const std::string address = allocate();
  associate(id, address);

  associate(id, address);

  EXPECT_EQ(public_of(id), address);
}

TEST_F(StandardAddresses, PushAnotherOneOut) {  // EIP-6
  const std::string id = lab.classic();
  const std::string first = allocate();
  const std::string second = allocate();
  associate(id, first);

  associate(id, second);

  EXPECT_EQ(public_of(id), second);
  EXPECT_EQ(described(first).instance_id, "");
}

TEST_F(StandardAddresses, AreReleasedByThemselvesEvenWhileInUse) {  // EIP-8: not in EC2-Classic
  const std::string id = lab.classic();
  const std::string address = allocate();
  associate(id, address);

  lab.call<api::ReleaseAddressResponse>(api::ReleaseAddressRequest{.public_ip = address});

  EXPECT_NE(public_of(id), address);
  EXPECT_THAT(lab.refusal(api::DescribeAddressesRequest{.public_ips = {address}}),
              StartsWith("InvalidAddress.NotFound: "));
}

TEST_F(StandardAddresses, AndThoseOfVpcsDoNotMix) {  // CLC-4, CL-14
  const std::string vpc = lab.enabled_vpc("172.31.0.0/16");
  const std::string subnet = lab.subnet(vpc, "172.31.0.0/20");
  lab.attached_gateway(vpc);
  const std::string in_vpc = lab.instance(subnet);
  const std::string classic = lab.classic();
  lab.linked(classic, vpc, {lab.group(vpc, "link")});
  const std::string of_vpcs =
      *lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{.domain = "vpc"})
           .allocation_id;

  EXPECT_EQ(lab.refusal(to(in_vpc, allocate())),
            "InvalidParameterCombination: You must specify an allocation id when mapping an "
            "address to a VPC instance");
  EXPECT_EQ(
      lab.refusal(api::AssociateAddressRequest{.allocation_id = of_vpcs, .instance_id = classic}),
      "InvalidParameterCombination: You must specify an IP address when mapping to a "
      "non-VPC instance");
}

TEST_F(StandardAddresses, AreKnownByNoAllocation) {  // CLC-4
  allocate();
  const std::string hidden = lab.inventory().elastic_addresses.begin()->id.text();
  const std::string subnet = lab.subnet(lab.vpc("172.31.0.0/16"), "172.31.0.0/20");

  EXPECT_THAT(lab.refusal(api::ReleaseAddressRequest{.allocation_id = hidden}),
              StartsWith("InvalidAllocationID.NotFound: "));
  EXPECT_THAT(lab.refusal(api::AssociateAddressRequest{.allocation_id = hidden,
                                                       .instance_id = lab.classic()}),
              StartsWith("InvalidAllocationID.NotFound: "));
  EXPECT_THAT(
      lab.refusal(api::CreateNatGatewayRequest{.allocation_id = hidden, .subnet_id = subnet}),
      StartsWith("InvalidAllocationID.NotFound: "));
}

TEST_F(StandardAddresses, WantARunningInstance) {  // EIP-5
  const std::string address = allocate();
  const std::string id = lab.classic();
  lab.stop(id);

  EXPECT_THAT(lab.refusal(to(id, address)), StartsWith("IncorrectInstanceState: "));
  EXPECT_THAT(lab.refusal(api::AssociateAddressRequest{.public_ip = address}),
              StartsWith("MissingParameter: "));
}

TEST_F(StandardAddresses, AreCountedByThemselves) {  // EIP-9
  for (int i = 0; i < 5; ++i) {
    allocate();
  }

  EXPECT_THAT(lab.refusal(api::AllocateAddressRequest{.domain = "standard"}),
              StartsWith("AddressLimitExceeded: "));
  allocate("vpc");
}

TEST_F(StandardAddresses, AreFilteredByDomain) {  // API-5
  const std::string address = allocate();
  allocate("vpc");

  const auto found = lab.call<api::DescribeAddressesResponse>(
      api::DescribeAddressesRequest{.filters = {{.name = "domain", .values = {"standard"}}}});

  ASSERT_THAT(found.addresses, SizeIs(1));
  EXPECT_EQ(found.addresses[0].public_ip, address);
}

TEST_F(StandardAddresses, MoveToVpcsAndBack) {  // CLC-4
  const std::string address = allocate();

  const auto moved =
      lab.call<api::MoveAddressToVpcResponse>(api::MoveAddressToVpcRequest{.public_ip = address});

  EXPECT_EQ(moved.status, "InVpc");
  EXPECT_EQ(described(address).domain, "vpc");
  EXPECT_EQ(described(address).allocation_id, moved.allocation_id);
  EXPECT_THAT(lab.refusal(api::MoveAddressToVpcRequest{.public_ip = address}),
              StartsWith("InvalidParameterValue: "));
  const auto restored = lab.call<api::RestoreAddressToClassicResponse>(
      api::RestoreAddressToClassicRequest{.public_ip = address});
  EXPECT_EQ(restored.status, "InClassic");
  EXPECT_EQ(described(address).domain, "standard");
}

TEST_F(StandardAddresses, MoveOnlyWhileTheyAreIdle) {  // CLC-4
  const std::string address = allocate();
  associate(lab.classic(), address);

  EXPECT_EQ(lab.refusal(api::MoveAddressToVpcRequest{.public_ip = address}),
            "InvalidIPAddress.InUse: Address " + address + " is in use.");
  EXPECT_THAT(lab.refusal(api::MoveAddressToVpcRequest{.public_ip = "192.0.2.1"}),
              StartsWith("InvalidAddress.NotFound: "));
  EXPECT_THAT(lab.refusal(api::MoveAddressToVpcRequest{}), StartsWith("MissingParameter: "));
}

TEST_F(StandardAddresses, OfVpcsNeverBecomeStandard) {  // CLC-4
  const std::string address = allocate("vpc");

  EXPECT_THAT(lab.refusal(api::RestoreAddressToClassicRequest{.public_ip = address}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(StandardAddresses, MoveIntoAQuota) {  // EIP-9
  const std::string address = allocate();
  for (int i = 0; i < 5; ++i) {
    allocate("vpc");
  }

  EXPECT_THAT(lab.refusal(api::MoveAddressToVpcRequest{.public_ip = address}),
              StartsWith("AddressLimitExceeded: "));
}

TEST_F(StandardAddresses, OfVpcsMoveOnlyWhenThatIsSaidInAnAccountWithClassic) {  // EIP-6
  const std::string vpc = lab.vpc("172.31.0.0/16");
  const std::string subnet = lab.subnet(vpc, "172.31.0.0/20");
  lab.attached_gateway(vpc);
  const std::string id =
      *lab.call<api::AllocateAddressResponse>(api::AllocateAddressRequest{.domain = "vpc"})
           .allocation_id;
  lab.call<api::AssociateAddressResponse>(
      api::AssociateAddressRequest{.allocation_id = id, .instance_id = lab.instance(subnet)});
  api::AssociateAddressRequest again{.allocation_id = id, .instance_id = lab.instance(subnet)};

  EXPECT_THAT(lab.refusal(again), StartsWith("Resource.AlreadyAssociated: "));
  again.allow_reassociation = true;
  lab.call<api::AssociateAddressResponse>(again);
}

}  // namespace
}  // namespace vpclab::control
