#include "emulator/scenario/lower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "emulator/scenario/cli_text.h"
#include "tests/scenario/load_support.h"

namespace vpclab::scenario {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// The calls as AWS CLI lines, "settle" between them.
std::vector<std::string> lowered(std::string_view text) {
  const LoadedText loaded = load_text(text);
  EXPECT_EQ(loaded.faults(), "");
  std::vector<std::string> lines;
  for (const DeclaredAction& action : lower(loaded.scenario, loaded.names)) {
    const auto* call = std::get_if<DeclaredCall>(&action);
    lines.push_back(call == nullptr ? "settle" : cli_text(call->request).substr(8));
  }
  return lines;
}

std::size_t place_of(const std::vector<std::string>& lines, std::string_view beginning) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with(beginning)) {
      return i;
    }
  }
  ADD_FAILURE() << beginning;
  return lines.size();
}

TEST(Lower, BuildsAVpcFromEc2Calls) {
  const std::vector<std::string> lines = lowered(
      "vpcs: {v: {cidr: 10.1.0.0/16, internet_gateway: true, enable_dns_hostnames: true, "
      "subnets: {s: {cidr: 10.1.0.0/24, map_public_ip_on_launch: true}}}}\n");

  EXPECT_THAT(lines, ElementsAre("create-vpc --cidr-block 10.1.0.0/16", "settle",
                                 "modify-vpc-attribute --enable-dns-hostnames '{\"Value\":true}' "
                                 "--vpc-id '{v}'",
                                 "create-internet-gateway",
                                 "attach-internet-gateway --internet-gateway-id '{v.igw}' "
                                 "--vpc-id '{v}'",
                                 "settle",
                                 "create-subnet --availability-zone us-east-1a --cidr-block "
                                 "10.1.0.0/24 --vpc-id '{v}'",
                                 "settle",
                                 "modify-subnet-attribute --map-public-ip-on-launch "
                                 "'{\"Value\":true}' --subnet-id '{v.s}'",
                                 "settle", "settle", "settle", "settle", "settle"));
}

TEST(Lower, PutsWhatIsNeededBeforeWhatNeedsIt) {
  const std::vector<std::string> lines = lowered(R"(
vpcs: {a: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}, b: 10.2.0.0/16}
peering_connections: {p: {requester: a, accepter: b, accepted: true}}
security_groups: {g: {vpc: a, ingress: all from b.default, egress: []}}
route_tables: {t: {vpc: a, subnets: [s], routes: {10.2.0.0/16: p, 0.0.0.0/0: i}}}
instances: {i: {subnet: a.s, security_groups: [g]}}
)");

  EXPECT_LT(place_of(lines, "create-vpc-peering"), place_of(lines, "accept-vpc-peering"));
  // SG-13: a group of the peer VPC can be named only when the peering is active.
  EXPECT_LT(place_of(lines, "accept-vpc-peering"), place_of(lines, "authorize-security-group-in"));
  EXPECT_LT(place_of(lines, "create-security-group"), place_of(lines, "run-instances"));
  EXPECT_LT(place_of(lines, "run-instances"), place_of(lines, "create-route --"));
  EXPECT_THAT(lines,
              Contains(AllOf(HasSubstr("revoke-security-group-egress"), HasSubstr("0.0.0.0/0"))));
}

TEST(Lower, NamesARoutesTargetByItsKind) {  // RT-10
  const std::vector<std::string> lines = lowered(R"(
vpcs: {a: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}, b: 10.2.0.0/16}
peering_connections: {p: {requester: a, accepter: b}}
network_interfaces: {n: a.s}
instances: {i: a.s}
route_tables:
  a.main: {routes: {10.2.0.0/16: p, 0.0.0.0/0: igw, 10.9.0.0/16: i, 10.8.0.0/16: n, 10.7.0.0/16: pcx-11112222}}
)");

  EXPECT_THAT(lines, Contains(HasSubstr("--vpc-peering-connection-id '{p}'")));
  EXPECT_THAT(lines, Contains(HasSubstr("--gateway-id '{a.igw}'")));
  EXPECT_THAT(lines, Contains(HasSubstr("--instance-id '{i}'")));
  EXPECT_THAT(lines, Contains(HasSubstr("--network-interface-id '{n}'")));
  EXPECT_THAT(lines, Contains(HasSubstr("--vpc-peering-connection-id pcx-11112222")));
}

TEST(Lower, LetsEveryOwnerActForItself) {  // VPC-15, PCX-3
  const LoadedText loaded = load_text(R"(
accounts: {alice: "111122223333", bob: "444455556666"}
vpcs: {a: {cidr: 10.1.0.0/16, account: alice}, b: {cidr: 10.2.0.0/16, account: bob, region: eu-west-1}}
peering_connections: {p: {requester: a, accepter: b, accepted: true}}
)");
  ASSERT_EQ(loaded.faults(), "");
  for (const DeclaredAction& action : lower(loaded.scenario, loaded.names)) {
    const auto* call = std::get_if<DeclaredCall>(&action);
    if (call == nullptr) {
      continue;
    }
    const std::string line = cli_text(call->request);
    if (line.find("create-vpc-peering") != std::string::npos) {
      EXPECT_EQ(call->caller.account, "111122223333");
      EXPECT_THAT(line, HasSubstr("--peer-owner-id 444455556666"));
      EXPECT_THAT(line, HasSubstr("--peer-region eu-west-1"));
    } else if (line.find("accept-vpc-peering") != std::string::npos) {
      EXPECT_EQ(call->caller.account, "444455556666");
      EXPECT_EQ(call->caller.region, "eu-west-1");
    }
  }
}

TEST(Lower, WritesAclEntriesWithProtocolNumbers) {  // ACL-8
  const std::vector<std::string> lines = lowered(R"(
vpcs: {a: {cidr: 10.1.0.0/16, subnets: {s: 10.1.0.0/24}}}
network_acls: {n: {vpc: a, subnets: [s], ingress: [100 allow icmp 8 from any], egress: [110 deny tcp 80 to any]}}
)");

  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("--ingress"), HasSubstr("--protocol 1"),
                                    HasSubstr("{\"Code\":-1,\"Type\":8}"))));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("--protocol 6"), HasSubstr("--rule-action deny"),
                                    HasSubstr("{\"From\":80,\"To\":80}"))));
  EXPECT_THAT(lines, Contains(HasSubstr("--association-id '{a.s.network_acl_association}'")));
}

TEST(CliText, ReadsBackAsTheSameCall) {
  const LoadedText loaded = load_text(R"(
vpcs: {a: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {s: 10.1.0.0/24}}, b: 10.2.0.0/16}
peering_connections: {p: {requester: a, accepter: b, accepted: true}}
security_groups: {g: {vpc: a, ingress: [icmp 8 from b.default, tcp 1-9 from any], egress: []}}
network_acls: {n: {vpc: a, subnets: [s], ingress: [100 allow icmp 8 from any], egress: [110 deny tcp 80 to any]}}
route_tables: {t: {vpc: a, subnets: [s], main: true, routes: {10.2.0.0/16: p, 0.0.0.0/0: igw}}}
instances: {i: {subnet: a.s, security_groups: [g], elastic_ip: true, tags: {Owner: "a person's"}}}
)");
  ASSERT_EQ(loaded.faults(), "");
  for (const DeclaredAction& action : lower(loaded.scenario, loaded.names)) {
    if (const auto* call = std::get_if<DeclaredCall>(&action)) {
      const std::string line = cli_text(call->request);
      const auto command = api::parse_cli_line(line);
      ASSERT_TRUE(command.has_value()) << line << ": " << to_string(command.error());
      EXPECT_EQ(command->params, api::to_params(call->request)) << line;
    }
  }
}

TEST(Lower, LeavesOutWhatIsBroken) {
  const LoadedText loaded = load_text("vpcs: {a: {cidr: 10.1.0.0/16, x: y}, b: 10.2.0.0/16}\n");

  std::size_t calls = 0;
  for (const DeclaredAction& action : lower(loaded.scenario, loaded.names)) {
    calls += std::holds_alternative<DeclaredCall>(action) ? 1U : 0U;
  }
  EXPECT_EQ(calls, 1U);
}

}  // namespace
}  // namespace vpclab::scenario
