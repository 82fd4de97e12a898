// ModifyVpcPeeringConnectionOptions: PCX-15…19, DNS-12, CASE-1 step 4.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::StartsWith;

class PeeringOptionsOf : public testing::Test {
 protected:
  void as(const Caller& who) { lab.caller() = who; }

  void enable_hostnames(const std::string& vpc) {
    lab.call<api::ModifyVpcAttributeResponse>(api::ModifyVpcAttributeRequest{
        .enable_dns_hostnames = api::AttributeBooleanValue{.value = true}, .vpc_id = vpc});
  }

  [[nodiscard]] api::ModifyVpcPeeringConnectionOptionsRequest modify() const {
    return {.vpc_peering_connection_id = id};
  }

  Lab lab;
  Caller requester{"111111111111", "us-east-1"};
  Caller accepter{"222222222222", "us-east-1"};
  std::string mine = (as(requester), lab.vpc("10.1.0.0/16"));
  std::string theirs = (as(accepter), lab.vpc("10.2.0.0/16"));
  std::string id = [this] {
    as(requester);
    const auto created =
        lab.call<api::CreateVpcPeeringConnectionResponse>(api::CreateVpcPeeringConnectionRequest{
            .peer_owner_id = accepter.account, .peer_vpc_id = theirs, .vpc_id = mine});
    lab.settle();
    return created.vpc_peering_connection->vpc_peering_connection_id.value();
  }();
  api::PeeringConnectionOptionsRequest dns{.allow_dns_resolution_from_remote_vpc = true};
};

TEST_F(PeeringOptionsOf, APendingPeeringCannotBeModified) {  // PCX-16
  api::ModifyVpcPeeringConnectionOptionsRequest request = modify();
  request.requester_peering_connection_options = dns;

  EXPECT_EQ(lab.refusal(request),
            "OperationNotPermitted: Peering " + id +
                " is not active. Peering options can be added only to active peerings.");
}

TEST_F(PeeringOptionsOf, EachSideAreItsOwners) {  // PCX-15, PCX-17
  as(accepter);
  lab.accept(id);
  enable_hostnames(theirs);
  api::ModifyVpcPeeringConnectionOptionsRequest request = modify();
  request.requester_peering_connection_options = dns;

  EXPECT_THAT(lab.refusal(request), StartsWith("OperationNotPermitted: "));
  as(requester);
  enable_hostnames(mine);
  const auto modified = lab.call<api::ModifyVpcPeeringConnectionOptionsResponse>(request);

  EXPECT_EQ(modified.requester_peering_connection_options->allow_dns_resolution_from_remote_vpc,
            true);
  EXPECT_FALSE(modified.requester_peering_connection_options
                   ->allow_egress_from_local_vpc_to_remote_classic_link.has_value());  // PCX-18
  EXPECT_FALSE(modified.accepter_peering_connection_options.has_value());
  EXPECT_TRUE(lab.peering_of(id).requester.options.dns_resolution_from_remote_vpc);
  EXPECT_FALSE(lab.peering_of(id).accepter.options.dns_resolution_from_remote_vpc);
}

TEST_F(PeeringOptionsOf, DnsWantHostnamesInBothVpcs) {  // DNS-12
  as(accepter);
  lab.accept(id);
  enable_hostnames(theirs);
  api::ModifyVpcPeeringConnectionOptionsRequest request = modify();
  request.accepter_peering_connection_options = dns;

  EXPECT_THAT(lab.refusal(request),
              StartsWith("InvalidVpcPeeringConnectionState.DnsHostnamesDisabled: "));
  as(requester);
  enable_hostnames(mine);
  as(accepter);
  lab.call<api::ModifyVpcPeeringConnectionOptionsResponse>(request);
  dns.allow_dns_resolution_from_remote_vpc = false;
  request.accepter_peering_connection_options = dns;
  lab.call<api::ModifyVpcPeeringConnectionOptionsResponse>(request);
  EXPECT_FALSE(lab.peering_of(id).accepter.options.dns_resolution_from_remote_vpc);
}

TEST_F(PeeringOptionsOf, OneAccountMayBeSetInOneCall) {  // PCX-17
  as(requester);
  const std::string other = lab.vpc("10.3.0.0/16");
  const std::string own = lab.active_peering(mine, other);
  enable_hostnames(mine);
  enable_hostnames(other);

  const auto modified = lab.call<api::ModifyVpcPeeringConnectionOptionsResponse>(
      api::ModifyVpcPeeringConnectionOptionsRequest{.accepter_peering_connection_options = dns,
                                                    .requester_peering_connection_options = dns,
                                                    .vpc_peering_connection_id = own});

  EXPECT_TRUE(modified.accepter_peering_connection_options.has_value());
  EXPECT_TRUE(modified.requester_peering_connection_options.has_value());
}

TEST_F(PeeringOptionsOf, AcrossRegionsAreSetInEach) {  // PCX-17, PCX-19
  as({requester.account, "eu-west-1"});
  const std::string far = lab.vpc("10.4.0.0/16");
  enable_hostnames(far);
  as(requester);
  enable_hostnames(mine);
  const auto created =
      lab.call<api::CreateVpcPeeringConnectionResponse>(api::CreateVpcPeeringConnectionRequest{
          .peer_vpc_id = far, .vpc_id = mine, .peer_region = "eu-west-1"});
  lab.settle();
  const std::string across = *created.vpc_peering_connection->vpc_peering_connection_id;
  as({requester.account, "eu-west-1"});
  lab.accept(across);
  api::ModifyVpcPeeringConnectionOptionsRequest request{.vpc_peering_connection_id = across};
  request.accepter_peering_connection_options = dns;
  request.requester_peering_connection_options = dns;

  EXPECT_THAT(lab.refusal(request), StartsWith("OperationNotPermitted: "));
  request.requester_peering_connection_options.reset();
  lab.call<api::ModifyVpcPeeringConnectionOptionsResponse>(request);
}

TEST_F(PeeringOptionsOf, OneSideAtLeastMustBeGiven) {  // PCX-18
  as(accepter);
  lab.accept(id);

  EXPECT_THAT(lab.refusal(modify()), StartsWith("MissingParameter: "));
}

}  // namespace
}  // namespace vpclab::control
