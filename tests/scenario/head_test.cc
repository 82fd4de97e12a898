// The head of a scenario: whose everything is, and quotas that AWS would not raise so far.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/owners.h"
#include "tests/scenario/load_support.h"

namespace vpclab::scenario {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(Account, IsAnIdOrADeclaredName) {
  const LoadedText by_name = load_text(R"(account: alice
accounts: {alice: "111122223333", bob: {id: "444455556666"}}
)");
  const LoadedText by_id = load_text("account: 444455556666\n");

  EXPECT_EQ(by_name.faults(), "");
  EXPECT_EQ(default_caller(by_name.scenario).account, "111122223333");
  EXPECT_EQ(by_id.faults(), "");
  EXPECT_EQ(default_caller(by_id.scenario).account, "444455556666");
}

TEST(Account, OfEverythingThatSaysNothingElse) {  // CLC-7
  const LoadedText loaded = load_text(R"(account: old
accounts: {old: {id: "111222333444", platforms: [EC2, VPC]}}
instances: {veteran: {classic: true}}
)");

  EXPECT_EQ(loaded.faults(), "");
}

TEST(Account, IsComparedWithTheNamesThereAre) {
  EXPECT_THAT(load_text("account: alcie\naccounts: {alice: \"111122223333\"}\n").faults(),
              HasSubstr("2:10: error: 'alcie' is no account (hint: did you mean 'alice'?)"));
  EXPECT_THAT(load_text("accounts: {alice: \"111122223333\"}\nvpcs: {v: {cidr: 10.1.0.0/16, "
                        "account: alcie}}\n")
                  .faults(),
              HasSubstr("error: 'alcie' is no account (hint: did you mean 'alice'?)"));
  EXPECT_THAT(load_text("account: me\n").faults(),
              HasSubstr("'me' is no account (hint: 12 digits, or a name given under `accounts:`)"));
  EXPECT_THAT(load_text("account: 123\n").faults(), HasSubstr("an account id has 12 digits"));
}

TEST(Quotas, WarnBeyondWhatAwsRaisesThemTo) {  // VPC-8, PCX-6: aws-semantics section 1
  const LoadedText loaded = load_text(R"(quotas:
  security_groups_per_interface: 17
  rules_per_security_group: 58
  entries_per_network_acl: 41
  active_peering_connections_per_vpc: 126
)");

  EXPECT_TRUE(loaded.diagnostics.empty());  // nothing is wrong
  EXPECT_THAT(
      loaded.faults(),
      AllOf(HasSubstr("3:34: warning: AWS raises 'security_groups_per_interface' to 16 at most"),
            HasSubstr("5:28: warning: AWS raises 'entries_per_network_acl' to 40 at most"),
            HasSubstr("6:39: warning: AWS raises 'active_peering_connections_per_vpc' to 125 at"),
            Not(HasSubstr("4:29: warning"))));  // 17 x 58 = 986
}

TEST(Quotas, WarnOfTooManyGroupsTimesRules) {
  EXPECT_THAT(load_text("quotas: {rules_per_security_group: 201}\n").faults(),
              HasSubstr("warning: AWS lets 'security_groups_per_interface' times "
                        "'rules_per_security_group' be 1000 at most, and here it is 1005"));
  EXPECT_EQ(load_text("quotas: {rules_per_security_group: 200}\n").faults(), "");
}

TEST(Quotas, SayNothingWhereAwsWouldRaiseThemOrNobodyAsks) {
  EXPECT_EQ(load_text("quotas: {security_groups_per_interface: 16, entries_per_network_acl: 40, "
                      "active_peering_connections_per_vpc: 125}\n")
                .faults(),
            "");
  EXPECT_EQ(load_text("quotas: lifted\n").faults(), "");
}

}  // namespace
}  // namespace vpclab::scenario
