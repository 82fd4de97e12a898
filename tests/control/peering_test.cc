// The life of VPC peering connections: PCX-1…14, PCX-20, CASE-8, CASE-26.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/tag.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using std::chrono::hours;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

/// Two accounts: the requester's VPC 10.1.0.0/16 and the accepter's 10.2.0.0/16.
class Peerings : public testing::Test {
 protected:
  void as(const Caller& who) { lab.caller() = who; }

  [[nodiscard]] api::CreateVpcPeeringConnectionRequest request() const {
    return {.peer_owner_id = accepter.account, .peer_vpc_id = theirs, .vpc_id = mine};
  }

  std::string create() {
    as(requester);
    const auto created = lab.call<api::CreateVpcPeeringConnectionResponse>(request());
    lab.settle();
    return created.vpc_peering_connection->vpc_peering_connection_id.value();
  }

  std::string create_active() {
    std::string id = create();
    as(accepter);
    lab.accept(id);
    return id;
  }

  static api::AcceptVpcPeeringConnectionRequest accept(const std::string& id) {
    return {.vpc_peering_connection_id = id};
  }

  static api::RejectVpcPeeringConnectionRequest reject(const std::string& id) {
    return {.vpc_peering_connection_id = id};
  }

  static api::DeleteVpcPeeringConnectionRequest remove(const std::string& id) {
    return {.vpc_peering_connection_id = id};
  }

  /// What somebody sees of all peerings: "active", "" for nothing.
  std::string seen_by(const Caller& who) {
    const Caller before = lab.caller();
    as(who);
    const auto described = lab.call<api::DescribeVpcPeeringConnectionsResponse>(
        api::DescribeVpcPeeringConnectionsRequest{});
    as(before);
    std::string codes;
    for (const api::VpcPeeringConnection& peering : described.vpc_peering_connections) {
      codes += (codes.empty() ? "" : " ") + peering.status->code.value();
    }
    return codes;
  }

  std::string wrong_state(const std::string& id) const {
    return "InvalidStateTransition: VpcPeeringConnectionID " + id +
           " is not in the correct state for the request.";
  }

  void expect_over(const std::string& id) {
    EXPECT_EQ(lab.refusal(accept(id)), wrong_state(id));
    EXPECT_EQ(lab.refusal(reject(id)), wrong_state(id));
    EXPECT_EQ(lab.refusal(remove(id)), wrong_state(id));
  }

  Lab lab;
  Caller requester{"111111111111", "us-east-1"};
  Caller accepter{"222222222222", "us-east-1"};
  std::string mine = (as(requester), lab.vpc("10.1.0.0/16"));
  std::string theirs = (as(accepter), lab.vpc("10.2.0.0/16"));
};

TEST_F(Peerings, BeginAsARequest) {  // PCX-1, PCX-2, PCX-13
  as(requester);

  const auto created = lab.call<api::CreateVpcPeeringConnectionResponse>(request());
  const api::VpcPeeringConnection& peering = *created.vpc_peering_connection;

  EXPECT_EQ(peering.status->code, "initiating-request");
  EXPECT_EQ(peering.status->message, "Initiating Request to 222222222222");
  EXPECT_EQ(peering.requester_vpc_info->cidr_block, "10.1.0.0/16");
  EXPECT_EQ(peering.requester_vpc_info->peering_options->allow_dns_resolution_from_remote_vpc,
            false);
  EXPECT_EQ(peering.accepter_vpc_info->owner_id, "222222222222");
  EXPECT_FALSE(peering.accepter_vpc_info->cidr_block.has_value());
  EXPECT_FALSE(peering.accepter_vpc_info->peering_options.has_value());
  EXPECT_EQ(to_string(*peering.expiration_time), "2024-01-08T00:00:01.000Z");  // settled 1 s
  EXPECT_EQ(seen_by(requester), "initiating-request");
  EXPECT_EQ(seen_by(accepter), "");
  lab.settle();
  EXPECT_EQ(seen_by(accepter), "pending-acceptance");
  EXPECT_EQ(lab.inventory().peering_connections.begin()->message,
            "Pending Acceptance by 222222222222");
}

TEST_F(Peerings, AreAcceptedInAMoment) {  // PCX-2, PCX-4, CASE-26
  const std::string id = create();
  as(accepter);

  const auto accepted = lab.call<api::AcceptVpcPeeringConnectionResponse>(accept(id));

  EXPECT_EQ(accepted.vpc_peering_connection->status->code, "provisioning");
  EXPECT_EQ(accepted.vpc_peering_connection->accepter_vpc_info->cidr_block, "10.2.0.0/16");
  lab.pass(std::chrono::milliseconds(999));
  EXPECT_EQ(seen_by(requester), "provisioning");
  lab.pass(std::chrono::milliseconds(1));
  EXPECT_EQ(seen_by(requester), "active");
  EXPECT_EQ(seen_by(accepter), "active");
  EXPECT_EQ(lab.peering_of(id).message, "Active");
}

TEST_F(Peerings, ChangeNothingElse) {  // PCX-7
  create_active();

  for (const RouteTable& table : lab.inventory().route_tables) {
    EXPECT_THAT(table.routes, IsEmpty());
  }
}

TEST_F(Peerings, AreAcceptedByTheOtherAccountOnly) {  // PCX-3, CASE-26
  const std::string id = create();

  EXPECT_EQ(lab.refusal(accept(id)),
            "OperationNotPermitted: User 111111111111 cannot accept peering " + id);
  EXPECT_THAT(lab.refusal(reject(id)), StartsWith("OperationNotPermitted: "));
  as({"333333333333", "us-east-1"});
  EXPECT_EQ(lab.refusal(accept(id)),
            "InvalidVpcPeeringConnectionID.NotFound: The vpcPeeringConnection ID '" + id +
                "' does not exist");
}

TEST_F(Peerings, AreAcceptedInTheirRegionOnly) {  // PCX-3, CASE-26
  as({accepter.account, "eu-west-1"});
  const std::string far = lab.vpc("10.3.0.0/16");
  as(requester);
  api::CreateVpcPeeringConnectionRequest across = request();
  across.peer_vpc_id = far;
  across.peer_region = "eu-west-1";
  const auto created = lab.call<api::CreateVpcPeeringConnectionResponse>(across);
  lab.settle();
  const std::string id = *created.vpc_peering_connection->vpc_peering_connection_id;

  as(accepter);  // in us-east-1
  EXPECT_EQ(lab.refusal(accept(id)),
            "OperationNotPermitted: Incorrect region (us-east-1) specified for this request. VPC "
            "peering connection " +
                id + " must be accepted in region eu-west-1");
  as({accepter.account, "eu-west-1"});
  lab.accept(id);
  EXPECT_EQ(lab.peering_of(id).state, PeeringState::kActive);
  lab.call<api::DeleteVpcPeeringConnectionResponse>(remove(id));
  EXPECT_EQ(lab.peering_of(id).state, PeeringState::kDeleting);  // inter-region only
  lab.settle();
  EXPECT_EQ(lab.peering_of(id).state, PeeringState::kDeleted);
}

TEST_F(Peerings, AreRejectedAndSeenForAWhile) {  // PCX-2, CASE-26
  const std::string id = create();
  as(accepter);

  lab.call<api::RejectVpcPeeringConnectionResponse>(reject(id));

  expect_over(id);
  EXPECT_EQ(lab.peering_of(id).message, "Inactive");
  lab.pass(hours(2));
  EXPECT_EQ(seen_by(accepter), "");
  EXPECT_EQ(seen_by(requester), "rejected");
  lab.pass(hours(46));
  EXPECT_EQ(seen_by(requester), "");
  EXPECT_TRUE(lab.inventory().peering_connections.empty());
}

TEST_F(Peerings, AreWithdrawnByTheRequester) {  // PCX-2, CASE-26
  const std::string id = create();
  as(accepter);
  EXPECT_THAT(lab.refusal(remove(id)), StartsWith("OperationNotPermitted: "));
  as(requester);

  lab.call<api::DeleteVpcPeeringConnectionResponse>(remove(id));

  expect_over(id);
  EXPECT_EQ(lab.peering_of(id).message, "Deleted by 111111111111");
  lab.pass(hours(2));
  EXPECT_EQ(seen_by(requester), "");
  EXPECT_EQ(seen_by(accepter), "deleted");
  lab.pass(hours(46));
  EXPECT_EQ(seen_by(accepter), "");
}

TEST_F(Peerings, ExpireAfterAWeek) {  // PCX-2, CASE-26
  const std::string id = create();

  lab.pass(hours(167));
  EXPECT_EQ(seen_by(accepter), "pending-acceptance");
  lab.pass(hours(1));
  EXPECT_EQ(seen_by(accepter), "expired");
  expect_over(id);
  lab.pass(hours(47));
  EXPECT_EQ(seen_by(requester), "expired");
  EXPECT_EQ(seen_by(accepter), "expired");
  lab.pass(hours(1));
  EXPECT_EQ(seen_by(requester), "");
  EXPECT_EQ(seen_by(accepter), "");
}

TEST_F(Peerings, AreAcceptedInTheirOwnTimeWheneverTheRequestWouldExpire) {  // PCX-4
  Knobs knobs;
  knobs.peering_expiry = std::chrono::seconds(10);
  knobs.peering_accept_delay = std::chrono::seconds(30);
  Lab slow(with_knobs(knobs));
  const std::string id = slow.peering(slow.vpc("10.1.0.0/16"), slow.vpc("10.2.0.0/16"));
  slow.call<api::AcceptVpcPeeringConnectionResponse>(accept(id));

  slow.pass(std::chrono::seconds(29));
  EXPECT_EQ(slow.peering_of(id).state, PeeringState::kProvisioning);
  slow.pass(std::chrono::seconds(1));
  EXPECT_EQ(slow.peering_of(id).state, PeeringState::kActive);
}

TEST_F(Peerings, AreDeletedFromEitherSide) {  // PCX-2, PCX-9, CASE-26
  for (const Caller& who : {requester, accepter}) {
    const std::string id = create_active();
    as(who);
    EXPECT_EQ(lab.refusal(accept(id)), wrong_state(id));
    EXPECT_EQ(lab.refusal(reject(id)), wrong_state(id));

    lab.call<api::DeleteVpcPeeringConnectionResponse>(remove(id));

    EXPECT_EQ(lab.peering_of(id).message, "Deleted by " + who.account);
    expect_over(id);
    lab.pass(hours(2));
    EXPECT_EQ(seen_by(who), "");
    EXPECT_EQ(seen_by(who == requester ? accepter : requester), "deleted");
    lab.pass(hours(46));
    EXPECT_TRUE(lab.inventory().peering_connections.empty());
  }
}

TEST_F(Peerings, OfOneAccountVanishTogether) {  // PCX-2
  as(requester);
  const std::string id = lab.active_peering(mine, lab.vpc("10.3.0.0/16"));

  lab.call<api::DeleteVpcPeeringConnectionResponse>(remove(id));

  EXPECT_EQ(seen_by(requester), "deleted");
  lab.pass(hours(2));
  EXPECT_EQ(seen_by(requester), "");
  EXPECT_TRUE(lab.inventory().peering_connections.empty());
}

TEST_F(Peerings, FailWhereAnyCidrsOverlap) {  // PCX-10, CASE-8

  struct Case {
    const char* a;
    const char* a_secondary;
    const char* b;
    PeeringState expected;
  };

  const Case cases[] = {
      {"10.0.0.0/16", nullptr, "10.0.0.0/16", PeeringState::kFailed},
      {"10.0.0.0/16", nullptr, "10.0.128.0/17", PeeringState::kFailed},
      {"10.0.0.0/16", "10.2.0.0/16", "10.2.0.0/16", PeeringState::kFailed},
      {"10.0.0.0/16", nullptr, "10.1.0.0/16", PeeringState::kPendingAcceptance},
  };
  for (const Case& one : cases) {
    Lab fresh;
    const std::string a = fresh.vpc(one.a);
    if (one.a_secondary != nullptr) {
      fresh.call<api::AssociateVpcCidrBlockResponse>(
          api::AssociateVpcCidrBlockRequest{.cidr_block = one.a_secondary, .vpc_id = a});
    }
    const std::string id = fresh.peering(a, fresh.vpc(one.b));
    EXPECT_EQ(fresh.peering_of(id).state, one.expected) << one.a << " " << one.b;
  }
}

TEST_F(Peerings, ThatFailedAreSeenTwoHoursByTheRequester) {  // PCX-2, PCX-10, CASE-8
  as(accepter);
  const std::string overlapping = lab.vpc("10.1.128.0/17");
  as(requester);
  api::CreateVpcPeeringConnectionRequest wrong = request();
  wrong.peer_vpc_id = overlapping;
  const auto created = lab.call<api::CreateVpcPeeringConnectionResponse>(wrong);
  lab.settle();
  const std::string id = *created.vpc_peering_connection->vpc_peering_connection_id;

  EXPECT_EQ(lab.peering_of(id).message,
            "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range");
  EXPECT_EQ(seen_by(requester), "failed");
  EXPECT_EQ(seen_by(accepter), "");
  expect_over(id);
  lab.pass(hours(2));
  EXPECT_EQ(seen_by(requester), "");
}

TEST_F(Peerings, FailForAWrongVpcOrAccount) {  // PCX-11
  as(requester);
  api::CreateVpcPeeringConnectionRequest wrong_vpc = request();
  wrong_vpc.peer_vpc_id = "vpc-0123456789abcdef0";
  api::CreateVpcPeeringConnectionRequest wrong_account = request();
  wrong_account.peer_owner_id = "333333333333";

  for (const auto& wrong : {wrong_vpc, wrong_account}) {
    const auto created = lab.call<api::CreateVpcPeeringConnectionResponse>(wrong);
    lab.settle();
    EXPECT_EQ(lab.peering_of(*created.vpc_peering_connection->vpc_peering_connection_id).state,
              PeeringState::kFailed);
  }
  api::CreateVpcPeeringConnectionRequest not_mine = request();
  not_mine.vpc_id = theirs;
  EXPECT_EQ(lab.refusal(not_mine),
            "InvalidVpcID.NotFound: The vpc ID '" + theirs + "' does not exist");
}

TEST_F(Peerings, JoinTwoDifferentVpcs) {  // PCX-1
  as(requester);
  EXPECT_THAT(
      lab.refusal(api::CreateVpcPeeringConnectionRequest{.peer_vpc_id = mine, .vpc_id = mine}),
      StartsWith("InvalidParameterValue: "));
  EXPECT_EQ(lab.refusal(api::CreateVpcPeeringConnectionRequest{.vpc_id = mine}),
            "MissingParameter: The request must contain the parameter PeerVpcId");
}

TEST_F(Peerings, LiveOnceBetweenTwoVpcs) {  // PCX-5, CASE-26
  const std::string exists =
      "VpcPeeringConnectionAlreadyExists: A VPC peering connection between the VPCs already "
      "exists.";
  const std::string id = create();
  EXPECT_EQ(lab.refusal(request()), exists);
  as(accepter);
  const api::CreateVpcPeeringConnectionRequest back{
      .peer_owner_id = requester.account, .peer_vpc_id = mine, .vpc_id = theirs};
  EXPECT_EQ(lab.refusal(back), exists);  // the other direction too
  lab.accept(id);
  EXPECT_EQ(lab.refusal(back), exists);

  lab.call<api::DeleteVpcPeeringConnectionResponse>(remove(id));

  EXPECT_NE(create(), id);  // what is over does not count
}

TEST_F(Peerings, MayBeDoubleUntilAcceptedIfTheKnobSaysSo) {  // PCX-5
  Lab lax(with_knobs({.duplicate_peering = DuplicatePeering::kAtAccept}));
  const std::string a = lax.vpc("10.1.0.0/16");
  const std::string b = lax.vpc("10.2.0.0/16");
  const std::string first = lax.peering(a, b);
  const auto second = lax.plane().execute(
      lax.caller(), api::CreateVpcPeeringConnectionRequest{.peer_vpc_id = a, .vpc_id = b},
      lax.now());
  ASSERT_TRUE(second.has_value());
  while (lax.plane().next_settling_transition().has_value()) {
    lax.plane().advance(*lax.plane().next_settling_transition());
  }
  ASSERT_EQ(lax.inventory().peering_connections.size(), 2U);
  const SimTime later = lax.now() + std::chrono::seconds(10);

  ASSERT_TRUE(lax.plane().execute(lax.caller(), accept(first), later).has_value());
  std::string other;
  for (const VpcPeeringConnection& peering : lax.inventory().peering_connections) {
    other = peering.id.text() == first ? other : peering.id.text();
  }
  const auto refused = lax.plane().execute(lax.caller(), accept(other), later);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, "VpcPeeringConnectionAlreadyExists");
}

TEST_F(Peerings, KeepWithinTheirQuotas) {  // PCX-6
  Lab small(with_quotas({.active_peerings_per_vpc = 1, .outstanding_peering_requests = 1}));
  const std::string a = small.vpc("10.1.0.0/16");
  const std::string b = small.vpc("10.2.0.0/16");
  const std::string c = small.vpc("10.3.0.0/16");
  const std::string first = small.peering(a, b);
  const api::CreateVpcPeeringConnectionRequest second{.peer_vpc_id = c, .vpc_id = a};
  EXPECT_THAT(small.refusal(second), StartsWith("OutstandingVpcPeeringConnectionLimitExceeded: "));
  small.accept(first);

  const std::string pending = small.peering(a, c);

  EXPECT_THAT(small.refusal(accept(pending)),
              StartsWith("ActiveVpcPeeringConnectionPerVpcLimitExceeded: "));
}

TEST_F(Peerings, WaitForOneVpcInLimitedNumber) {  // PCX-6
  Lab small(with_quotas({.pending_peerings_per_accepter = 1}));
  const std::string a = small.vpc("10.1.0.0/16");
  const std::string b = small.vpc("10.2.0.0/16");
  const std::string c = small.vpc("10.3.0.0/16");
  const std::string first = small.peering(a, c);
  const api::CreateVpcPeeringConnectionRequest second{.peer_vpc_id = c, .vpc_id = b};

  EXPECT_EQ(small.refusal(second),
            "PendingVpcPeeringConnectionLimitExceeded: The maximum number of pending VPC peering "
            "connection requests has been reached for " +
                c + ".");
  small.accept(first);
  small.peering(b, c);
}

TEST_F(Peerings, StayActiveWhateverHappensToTraffic) {  // PCX-8, PCX-20
  const std::string id = create_active();

  lab.pass(hours(24 * 365));

  EXPECT_EQ(lab.peering_of(id).state, PeeringState::kActive);
}

TEST_F(Peerings, EndWithAVpc) {  // PCX-9
  const std::string id = create_active();
  as(accepter);

  lab.call<api::DeleteVpcResponse>(api::DeleteVpcRequest{.vpc_id = theirs});

  EXPECT_EQ(lab.peering_of(id).state, PeeringState::kDeleted);
  as(requester);
  const auto described = lab.call<api::DescribeVpcPeeringConnectionsResponse>(
      api::DescribeVpcPeeringConnectionsRequest{.vpc_peering_connection_ids = {id}});
  EXPECT_EQ(described.vpc_peering_connections.at(0).accepter_vpc_info->cidr_block, "10.2.0.0/16");
}

TEST_F(Peerings, OfOthersKeepAVpcUntilAnswered) {  // PCX-9
  const std::string id = create();
  as(accepter);
  EXPECT_EQ(
      lab.refusal(api::DeleteVpcRequest{.vpc_id = theirs}),
      "DependencyViolation: The vpc '" + theirs + "' has dependencies and cannot be deleted.");

  lab.call<api::RejectVpcPeeringConnectionResponse>(reject(id));
  lab.call<api::DeleteVpcResponse>(api::DeleteVpcRequest{.vpc_id = theirs});
}

TEST_F(Peerings, LimitTheCidrsThatCanBeAdded) {  // PCX-12, VPC-9
  const auto add = [](const std::string& vpc, const std::string& cidr) {
    return api::AssociateVpcCidrBlockRequest{.cidr_block = cidr, .vpc_id = vpc};
  };
  const std::string id = create();
  as(requester);
  EXPECT_THAT(lab.refusal(add(mine, "10.8.0.0/16")), StartsWith("OperationNotPermitted: "));
  as(accepter);
  lab.accept(id);

  EXPECT_THAT(lab.refusal(add(theirs, "10.1.0.0/17")), StartsWith("CidrConflict: "));
  lab.call<api::AssociateVpcCidrBlockResponse>(add(theirs, "10.9.0.0/16"));
  as(requester);
  EXPECT_THAT(lab.refusal(add(mine, "10.9.0.0/24")), StartsWith("CidrConflict: "));
  lab.call<api::AssociateVpcCidrBlockResponse>(add(mine, "10.8.0.0/16"));
}

TEST_F(Peerings, FailAtAcceptanceAfterAnOverlapWasAdded) {  // PCX-12
  const std::string id = create();
  as(accepter);
  lab.call<api::AssociateVpcCidrBlockResponse>(
      api::AssociateVpcCidrBlockRequest{.cidr_block = "10.1.0.0/24", .vpc_id = theirs});

  lab.accept(id);

  EXPECT_EQ(lab.peering_of(id).state, PeeringState::kFailed);
}

TEST_F(Peerings, HaveTagsPerSide) {  // PCX-14
  const std::string id = create_active();
  const auto tag = [&](const Caller& who, const std::string& value) {
    as(who);
    lab.call<api::CreateTagsResponse>(
        api::CreateTagsRequest{.resources = {id}, .tags = {{.key = "Name", .value = value}}});
  };
  const auto name = [&](const Caller& who) {
    as(who);
    return lab
        .call<api::DescribeVpcPeeringConnectionsResponse>(
            api::DescribeVpcPeeringConnectionsRequest{})
        .vpc_peering_connections.at(0)
        .tags.at(0)
        .value;
  };

  tag(requester, "to-theirs");
  tag(accepter, "to-mine");

  EXPECT_EQ(name(requester), "to-theirs");
  EXPECT_EQ(name(accepter), "to-mine");
}

TEST_F(Peerings, HaveNoOtherChangesOfState) {  // PCX-2
  EXPECT_FALSE(may_become(PeeringState::kRejected, PeeringState::kActive));
  EXPECT_FALSE(may_become(PeeringState::kActive, PeeringState::kRejected));
  EXPECT_FALSE(may_become(PeeringState::kFailed, PeeringState::kDeleted));
  for (const PeeringStep& step : kPeeringSteps) {
    EXPECT_FALSE(is_over(step.from));
  }
}

TEST_F(Peerings, TellWhoListensOfTheirStates) {
  std::vector<std::string> told;
  lab.plane().on_state_change([&](const StateChange& change) {
    told.push_back(std::string(change.from) + " -> " + std::string(change.to));
  });

  create_active();

  EXPECT_THAT(told,
              testing::ElementsAre("initiating-request -> pending-acceptance",
                                   "pending-acceptance -> provisioning", "provisioning -> active"));
}

TEST_F(Peerings, AreNotWaitedForWhenTheNetworkSettles) {
  create();

  EXPECT_FALSE(lab.plane().next_settling_transition().has_value());
  EXPECT_TRUE(lab.plane().next_transition().has_value());  // expiry
}

}  // namespace
}  // namespace vpclab::control
