// ClientTokens: a creating call that is repeated makes nothing twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/generated/prefix_list.h"
#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

class ClientTokensOf : public testing::Test {
 protected:
  /// What a call without DryRun answers, accepted or not.
  template <class Request>
  api::Reply execute(const Request& request) {
    return lab.plane().execute(lab.caller(), request, lab.now());
  }

  Lab lab;
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string subnet = lab.subnet(vpc, "10.1.0.0/24");
};

TEST_F(ClientTokensOf, ALaunchMakeOneReservation) {
  api::RunInstancesRequest request = Lab::launch(subnet);
  request.max_count = 2;
  request.client_token = "launch";

  api::Reply first = execute(request);
  api::Reply second = execute(request);

  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first->as<api::RunInstancesResponse>(), second->as<api::RunInstancesResponse>());
  EXPECT_EQ(lab.inventory().instances.size(), 2U);
}

TEST_F(ClientTokensOf, AnInterfaceAreEachCallersOwn) {
  api::CreateNetworkInterfaceRequest request{.subnet_id = subnet, .client_token = "eni"};
  api::Reply first = execute(request);
  api::Reply again = execute(request);
  ASSERT_TRUE(first.has_value() && again.has_value());
  EXPECT_EQ(again->as<api::CreateNetworkInterfaceResponse>().client_token, "eni");
  EXPECT_EQ(lab.inventory().network_interfaces.size(), 1U);

  lab.caller().account = "222222222222";
  request.subnet_id = lab.subnet(lab.vpc("10.2.0.0/16"), "10.2.0.0/24");
  ASSERT_TRUE(execute(request).has_value());

  EXPECT_EQ(lab.inventory().network_interfaces.size(), 2U);
}

TEST_F(ClientTokensOf, OneRequestRefuseAnother) {
  api::CreateManagedPrefixListRequest request{.prefix_list_name = "one",
                                              .max_entries = 1,
                                              .address_family = "IPv4",
                                              .client_token = "list"};
  ASSERT_TRUE(execute(request).has_value());

  request.max_entries = 2;

  EXPECT_EQ(lab.refusal(request),
            "IdempotentParameterMismatch: Arguments on this idempotent request are inconsistent "
            "with arguments used in previous request(s).");
  EXPECT_EQ(lab.inventory().prefix_lists.size(), 1U);
}

TEST_F(ClientTokensOf, RefusedAndTrialCallsAreNotUsedUp) {  // API-3
  api::CreateNetworkInterfaceRequest request{
      .dry_run = true, .subnet_id = subnet, .client_token = "eni"};
  ASSERT_FALSE(execute(request).has_value());
  request.dry_run.reset();
  request.subnet_id = "subnet-00000000";
  ASSERT_FALSE(execute(request).has_value());

  request.subnet_id = subnet;

  EXPECT_TRUE(execute(request).has_value());
}

TEST_F(ClientTokensOf, EmptyTextAreNone) {
  const api::CreateNetworkInterfaceRequest request{.subnet_id = subnet, .client_token = ""};

  ASSERT_TRUE(execute(request).has_value());
  ASSERT_TRUE(execute(request).has_value());

  EXPECT_EQ(lab.inventory().network_interfaces.size(), 2U);
}

}  // namespace
}  // namespace vpclab::control
