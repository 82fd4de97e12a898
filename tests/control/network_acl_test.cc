// Network ACLs: ACL-1…15 as far as the control plane goes.
#include "emulator/api/generated/network_acl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/control/lab.h"

namespace vpclab::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class NetworkAcls : public testing::Test {
 protected:
  [[nodiscard]] api::CreateNetworkAclEntryRequest entry(std::int64_t number) const {
    return {.cidr_block = "10.1.0.0/16",
            .egress = false,
            .network_acl_id = acl,
            .protocol = "-1",
            .rule_action = "allow",
            .rule_number = number};
  }

  api::NetworkAcl describe(const std::string& id) {
    return lab
        .call<api::DescribeNetworkAclsResponse>(
            api::DescribeNetworkAclsRequest{.network_acl_ids = {id}})
        .network_acls.at(0);
  }

  Lab lab;
  std::string vpc = lab.vpc("10.1.0.0/16");
  std::string subnet = lab.subnet(vpc, "10.1.0.0/24");
  std::string acl =
      lab.call<api::CreateNetworkAclResponse>(api::CreateNetworkAclRequest{.vpc_id = vpc})
          .network_acl->network_acl_id.value();
};

TEST_F(NetworkAcls, AreOneASubnetAndCanOnlyBeReplaced) {  // ACL-1
  const std::string before = lab.subnet_of(subnet).network_acl_association.text();

  const auto replaced = lab.call<api::ReplaceNetworkAclAssociationResponse>(
      api::ReplaceNetworkAclAssociationRequest{.association_id = before, .network_acl_id = acl});

  EXPECT_NE(replaced.new_association_id, before);
  EXPECT_EQ(lab.subnet_of(subnet).network_acl.text(), acl);
  EXPECT_EQ(lab.refusal(api::ReplaceNetworkAclAssociationRequest{.association_id = before,
                                                                 .network_acl_id = acl}),
            "InvalidAssociationID.NotFound: The association ID '" + before + "' does not exist");
}

TEST_F(NetworkAcls, ServeSubnetsOfTheirVpc) {
  const std::string foreign = lab.subnet(lab.vpc("10.2.0.0/16"), "10.2.0.0/24");

  EXPECT_EQ(lab.refusal(api::ReplaceNetworkAclAssociationRequest{
                .association_id = lab.subnet_of(foreign).network_acl_association.text(),
                .network_acl_id = acl}),
            "InvalidParameterValue: Network ACL " + acl + " and subnet " + foreign +
                " belong to different networks");
}

TEST_F(NetworkAcls, HaveEachNumberOncePerDirection) {  // ACL-2
  lab.call<api::CreateNetworkAclEntryResponse>(entry(100));

  EXPECT_EQ(
      lab.refusal(entry(100)),
      "NetworkAclEntryAlreadyExists: The network acl entry identified by 100 already exists.");
  api::CreateNetworkAclEntryRequest out = entry(100);
  out.egress = true;
  lab.call<api::CreateNetworkAclEntryResponse>(out);
  for (const std::int64_t number : {0, 32767, -5}) {
    EXPECT_THAT(lab.refusal(entry(number)), StartsWith("InvalidParameterValue: "));
  }
  lab.call<api::CreateNetworkAclEntryResponse>(entry(32766));
  lab.call<api::CreateNetworkAclEntryResponse>(entry(1));
  const NetworkAcl& stored = *lab.inventory().network_acls.find(*api::NetworkAclId::parse(acl));
  ASSERT_THAT(stored.entries, SizeIs(4));  // ascending, ingress first
  EXPECT_EQ(stored.entries[0].number, 1);
  EXPECT_EQ(stored.entries[2].number, 32766);
  EXPECT_TRUE(stored.entries[3].egress);
}

TEST_F(NetworkAcls, EndInADenialThatCannotBeTouched) {  // ACL-3, ACL-5
  const api::NetworkAcl fresh = describe(acl);

  ASSERT_THAT(fresh.entries, SizeIs(2));
  for (const api::NetworkAclEntry& last : fresh.entries) {
    EXPECT_EQ(last.rule_number, 32767);
    EXPECT_EQ(last.rule_action, "deny");
    EXPECT_EQ(last.cidr_block, "0.0.0.0/0");
    EXPECT_EQ(last.protocol, "-1");
  }
  EXPECT_THAT(lab.refusal(api::DeleteNetworkAclEntryRequest{
                  .egress = true, .network_acl_id = acl, .rule_number = 32767}),
              StartsWith("InvalidParameterValue: "));
}

TEST_F(NetworkAcls, OfTheVpcAllowEverythingByDefault) {  // ACL-4
  const api::NetworkAcl shown = describe(lab.vpc_of(vpc).default_network_acl.text());

  EXPECT_EQ(shown.is_default, true);
  ASSERT_THAT(shown.entries, SizeIs(4));
  EXPECT_EQ(shown.entries[0].rule_number, 100);
  EXPECT_EQ(shown.entries[0].rule_action, "allow");
  EXPECT_EQ(shown.entries[0].egress, true);
  EXPECT_EQ(shown.entries[2].egress, false);
}

TEST_F(NetworkAcls, WantTheNumbersOfTheirProtocol) {  // ACL-8, ACL-10
  api::CreateNetworkAclEntryRequest tcp = entry(10);
  tcp.protocol = "6";
  EXPECT_EQ(lab.refusal(tcp), "MissingParameter: The request must contain the parameter portRange");
  tcp.port_range = api::PortRange{.from = 90, .to = 80};
  EXPECT_THAT(lab.refusal(tcp), StartsWith("InvalidParameterValue: "));
  tcp.port_range = api::PortRange{.from = 1024, .to = 65535};
  lab.call<api::CreateNetworkAclEntryResponse>(tcp);

  api::CreateNetworkAclEntryRequest icmp = entry(20);
  icmp.protocol = "1";
  EXPECT_EQ(lab.refusal(icmp),
            "MissingParameter: The request must contain the parameter icmpTypeCode.type");
  icmp.icmp_type_code = api::IcmpTypeCode{.code = 0, .type = -1};
  EXPECT_THAT(lab.refusal(icmp), StartsWith("InvalidParameterValue: "));
  icmp.icmp_type_code = api::IcmpTypeCode{.code = -1, .type = 8};
  lab.call<api::CreateNetworkAclEntryResponse>(icmp);

  api::CreateNetworkAclEntryRequest icmp_v6 = entry(30);
  icmp_v6.protocol = "58";  // over an IPv4 block it matches whole
  lab.call<api::CreateNetworkAclEntryResponse>(icmp_v6);

  api::CreateNetworkAclEntryRequest wrong = entry(40);
  wrong.protocol = "256";
  EXPECT_THAT(lab.refusal(wrong), StartsWith("InvalidParameterValue: "));
  wrong = entry(40);
  wrong.rule_action = "maybe";
  EXPECT_THAT(lab.refusal(wrong), StartsWith("InvalidParameterValue: "));
  wrong = entry(40);
  wrong.ipv6_cidr_block = "::/0";
  EXPECT_THAT(lab.refusal(wrong), StartsWith("UnsupportedOperation: "));
  const api::NetworkAcl shown = describe(acl);
  EXPECT_EQ(shown.entries.at(1).port_range->from, 1024);
  EXPECT_EQ(shown.entries.at(2).icmp_type_code->type, 8);
}

TEST_F(NetworkAcls, AreFoundByTheNumbersOfTheirEntries) {  // API-5, ACL-10
  api::CreateNetworkAclEntryRequest tcp = entry(10);
  tcp.protocol = "6";
  tcp.port_range = api::PortRange{.from = 1024, .to = 2048};
  lab.call<api::CreateNetworkAclEntryResponse>(tcp);
  api::CreateNetworkAclEntryRequest icmp = entry(20);
  icmp.protocol = "1";
  icmp.icmp_type_code = api::IcmpTypeCode{.code = 4, .type = 3};
  lab.call<api::CreateNetworkAclEntryResponse>(icmp);
  const auto found = [&](const std::string& filter, const std::string& value) {
    std::vector<std::string> ids;
    for (const api::NetworkAcl& each :
         lab.call<api::DescribeNetworkAclsResponse>(
                api::DescribeNetworkAclsRequest{.filters = {{.name = filter, .values = {value}}}})
             .network_acls) {
      ids.push_back(each.network_acl_id.value());
    }
    return ids;
  };

  EXPECT_THAT(found("entry.port-range.from", "1024"), ElementsAre(acl));
  EXPECT_THAT(found("entry.port-range.to", "2048"), ElementsAre(acl));
  EXPECT_THAT(found("entry.icmp.type", "3"), ElementsAre(acl));
  EXPECT_THAT(found("entry.icmp.code", "4"), ElementsAre(acl));
  EXPECT_THAT(found("entry.port-range.from", "2048"), IsEmpty());
  // Entries for other protocols have no such numbers: the default ACL names none at all.
  EXPECT_THAT(found("entry.port-range.to", "*"), ElementsAre(acl));
  EXPECT_THAT(found("entry.icmp.type", "*"), ElementsAre(acl));
}

TEST_F(NetworkAcls, ReplaceAndDeleteEntriesThatExist) {  // ACL-15
  const std::string missing =
      "InvalidNetworkAclEntry.NotFound: The network acl entry identified by 100 does not exist.";
  api::ReplaceNetworkAclEntryRequest replace{.cidr_block = "10.2.0.0/16",
                                             .egress = false,
                                             .network_acl_id = acl,
                                             .protocol = "-1",
                                             .rule_action = "deny",
                                             .rule_number = 100};
  const api::DeleteNetworkAclEntryRequest remove{
      .egress = false, .network_acl_id = acl, .rule_number = 100};
  EXPECT_EQ(lab.refusal(replace), missing);
  EXPECT_EQ(lab.refusal(remove), missing);

  lab.call<api::CreateNetworkAclEntryResponse>(entry(100));
  lab.call<api::ReplaceNetworkAclEntryResponse>(replace);
  EXPECT_EQ(describe(acl).entries.at(1).rule_action, "deny");
  lab.call<api::DeleteNetworkAclEntryResponse>(remove);
  EXPECT_THAT(describe(acl).entries, SizeIs(2));
}

TEST_F(NetworkAcls, AreDeletedWhenNoSubnetHasThem) {  // ACL-15
  const std::string default_acl = lab.vpc_of(vpc).default_network_acl.text();
  EXPECT_EQ(lab.refusal(api::DeleteNetworkAclRequest{.network_acl_id = default_acl}),
            "InvalidParameterValue: cannot delete default network ACL " + default_acl);
  lab.call<api::ReplaceNetworkAclAssociationResponse>(api::ReplaceNetworkAclAssociationRequest{
      .association_id = lab.subnet_of(subnet).network_acl_association.text(),
      .network_acl_id = acl});
  EXPECT_EQ(
      lab.refusal(api::DeleteNetworkAclRequest{.network_acl_id = acl}),
      "DependencyViolation: The networkAcl '" + acl + "' has dependencies and cannot be deleted.");
  lab.call<api::DeleteSubnetResponse>(api::DeleteSubnetRequest{.subnet_id = subnet});
  lab.call<api::DeleteNetworkAclResponse>(api::DeleteNetworkAclRequest{.network_acl_id = acl});
  EXPECT_EQ(lab.refusal(api::DeleteNetworkAclRequest{.network_acl_id = acl}),
            "InvalidNetworkAclID.NotFound: The network acl ID '" + acl + "' does not exist");
}

TEST_F(NetworkAcls, CountTheFinalDenialAgainstTheQuota) {
  for (std::int64_t number = 1; number <= 19; ++number) {
    lab.call<api::CreateNetworkAclEntryResponse>(entry(number));
  }

  EXPECT_EQ(lab.refusal(entry(20)),
            "NetworkAclEntryLimitExceeded: The maximum number of network acl entries has been "
            "reached.");
}

}  // namespace
}  // namespace vpclab::control
