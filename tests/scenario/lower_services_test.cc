// How EC2-Classic, NAT gateways, prefix lists, DHCP options and gateway route tables become EC2
// calls.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/scenario/cli_text.h"
#include "emulator/scenario/lower.h"
#include "tests/scenario/load_support.h"

namespace vpclab::scenario {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// A call as an AWS CLI line, with who makes it in front: "111222333444/us-east-1 create-vpc …".
struct Line {
  std::string text;
  std::string private_address;
};

std::vector<Line> lowered(std::string_view text) {
  const LoadedText loaded = load_text(text);
  EXPECT_EQ(loaded.faults(), "");
  std::vector<Line> lines;
  for (const DeclaredAction& action : lower(loaded.scenario, loaded.names)) {
    if (const auto* call = std::get_if<DeclaredCall>(&action)) {
      lines.push_back({call->caller.account + '/' + call->caller.region + ' ' +
                           cli_text(call->request).substr(8),
                       call->private_address});
    }
  }
  return lines;
}

std::vector<std::string> texts(const std::vector<Line>& lines) {
  std::vector<std::string> all;
  all.reserve(lines.size());
  for (const Line& line : lines) {
    all.push_back(line.text);
  }
  return all;
}

std::size_t place_of(const std::vector<Line>& lines, std::string_view part) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].text.find(part) != std::string::npos) {
      return i;
    }
  }
  ADD_FAILURE() << part;
  return lines.size();
}

constexpr std::string_view kClassicLab = R"(
accounts: {a: {id: "111222333444", platforms: [EC2, VPC]}, b: "123456789101"}
vpcs:
  v: {cidr: 172.31.0.0/16, account: a, classic_link: true, enable_dns_hostnames: true, classic_link_dns_support: true}
security_groups:
  link: {vpc: v, ingress: [icmp from 192.168.0.0/16]}
  flat: {classic: true, account: a, ingress: [icmp from any]}
instances:
  old: {classic: true, account: a, private_ip: 10.44.7.9, security_groups: [flat], classic_link: {vpc: v, security_groups: [link]}}
)";

TEST(LowerClassic, LaunchesIntoTheFlatNetworkWithoutASubnet) {  // CLC-1, CLC-3
  const std::vector<Line> lines = lowered(kClassicLab);

  const Line& launch = lines[place_of(lines, "run-instances")];
  EXPECT_THAT(launch.text, AllOf(HasSubstr("111222333444/us-east-1 "), Not(HasSubstr("--subnet")),
                                 Not(HasSubstr("--private-ip-address")),
                                 HasSubstr("--security-group-ids '{flat}'")));
  EXPECT_EQ(launch.private_address, "10.44.7.9");
  const Line& group = lines[place_of(lines, "create-security-group --description flat")];
  EXPECT_THAT(group.text, AllOf(HasSubstr("111222333444/"), Not(HasSubstr("--vpc-id"))));
}

TEST(LowerClassic, EnablesTheVpcBeforeItLinksTheInstance) {  // CL-1, CL-11, CL-19
  const std::vector<Line> lines = lowered(kClassicLab);

  EXPECT_LT(place_of(lines, "enable-vpc-classic-link --"), place_of(lines, "attach-classic-link"));
  EXPECT_LT(place_of(lines, "--enable-dns-hostnames"),
            place_of(lines, "enable-vpc-classic-link-dns-support"));
  EXPECT_THAT(texts(lines),
              Contains(AllOf(HasSubstr("111222333444/us-east-1 attach-classic-link-vpc"),
                             HasSubstr("--groups '{link}'"), HasSubstr("--instance-id '{old}'"),
                             HasSubstr("--vpc-id '{v}'"))));
}

TEST(LowerClassic, KnowsWhichAccountsHaveThePlatform) {  // CLC-7
  const LoadedText loaded = load_text(kClassicLab);

  EXPECT_THAT(loaded.scenario.classic_accounts, testing::ElementsAre("111222333444"));
}

TEST(LowerNatGateway, AllocatesAnAddressForAPublicOneAndNoneForAPrivateOne) {  // NAT-1
  const std::vector<Line> lines = lowered(R"(
vpcs: {v: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {p: 10.1.0.0/24, q: 10.1.1.0/24}}}
nat_gateways:
  own: v.p
  named: {subnet: v.p, elastic_ip: e}
  inner: {subnet: v.p, connectivity: private, private_ip: 10.1.0.99}
elastic_ips: {e: {}}
route_tables: {t: {vpc: v, subnets: [q], routes: {0.0.0.0/0: own, 10.9.0.0/16: inner}}}
)");

  EXPECT_LT(place_of(lines, "allocate-address"), place_of(lines, "create-nat-gateway"));
  EXPECT_LT(place_of(lines, "create-nat-gateway"), place_of(lines, "create-route --"));
  EXPECT_THAT(texts(lines), Contains(HasSubstr("--allocation-id '{own.elastic_ip}'")));
  EXPECT_THAT(texts(lines), Contains(HasSubstr("--allocation-id '{e}'")));
  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("--connectivity-type private"),
                                           HasSubstr("--private-ip-address 10.1.0.99"),
                                           Not(HasSubstr("--allocation-id")))));
  EXPECT_THAT(texts(lines), Contains(HasSubstr("--nat-gateway-id '{own}'")));
}

TEST(LowerPrefixList, StandsInRulesAndRoutesByItsId) {
  const std::vector<Line> lines = lowered(R"(
accounts: {b: "123456789101"}
vpcs: {v: {cidr: 10.1.0.0/16, account: b, subnets: {p: 10.1.0.0/24}}, w: {cidr: 10.2.0.0/16}}
prefix_lists:
  offices: {entries: {192.0.2.0/24: Lyon, 198.51.100.0/24: Oslo}, max_entries: 5}
  unused: 203.0.113.0/24
security_groups: {g: {vpc: v, ingress: ["tcp 22 from offices, 10.0.0.0/8"]}}
instances: {i: v.p}
route_tables: {v.main: {routes: {offices: i, pl-0123456789abcdef0: i}}}
)");

  EXPECT_THAT(texts(lines),
              Contains(AllOf(HasSubstr("123456789101/us-east-1 create-managed-prefix-list"),
                             HasSubstr("--address-family IPv4"), HasSubstr("--max-entries 5"),
                             HasSubstr("192.0.2.0/24"), HasSubstr("Oslo"))));
  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("123456789012/"), HasSubstr("--max-entries 1"),
                                           HasSubstr("203.0.113.0/24"))));
  EXPECT_THAT(texts(lines),
              Contains(AllOf(HasSubstr("authorize-security-group-ingress"),
                             HasSubstr("\"PrefixListId\":\"{offices}\""), HasSubstr("10.0.0.0/8"),
                             Not(HasSubstr("GroupId\":\"{offices}")))));
  EXPECT_THAT(texts(lines), Contains(HasSubstr("--destination-prefix-list-id '{offices}'")));
  EXPECT_THAT(texts(lines),
              Contains(HasSubstr("--destination-prefix-list-id pl-0123456789abcdef0")));
}

TEST(LowerDhcpOptions, BelongToTheVpcThatUsesThem) {  // DHCP-1
  const std::vector<Line> lines = lowered(R"(
accounts: {b: "123456789101"}
vpcs:
  v: {cidr: 10.1.0.0/16, account: b, region: eu-west-1, dhcp_options: corporate}
  w: {cidr: 10.2.0.0/16, dhcp_options: default}
dhcp_options: {corporate: {domain_name: corp.example, domain_name_servers: [10.1.0.2, 192.0.2.53]}}
)");

  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("123456789101/eu-west-1 create-dhcp-options"),
                                           HasSubstr("domain-name-servers"),
                                           HasSubstr("192.0.2.53"), HasSubstr("corp.example"))));
  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("--dhcp-options-id '{corporate}'"),
                                           HasSubstr("--vpc-id '{v}'"))));
  EXPECT_THAT(texts(lines),
              Contains(AllOf(HasSubstr("--dhcp-options-id default"), HasSubstr("--vpc-id '{w}'"))));
}

TEST(LowerRouteTable, BelongsToAGatewayAndReplacesLocalTargets) {  // RT-7, RT-25
  const std::vector<Line> lines = lowered(R"(
vpcs: {v: {cidr: 10.1.0.0/16, internet_gateway: true, subnets: {p: 10.1.0.0/24, q: 10.1.1.0/24}}}
instances: {firewall: {subnet: v.q, source_dest_check: false}}
route_tables: {edge: {vpc: v, gateway: igw, routes: {10.1.0.0/24: firewall.eni, 10.1.0.0/16: firewall.eni}}}
)");

  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("associate-route-table"),
                                           HasSubstr("--gateway-id '{v.igw}'"))));
  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr(" create-route "), HasSubstr("10.1.0.0/24"))));
  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr(" replace-route "),
                                           HasSubstr("--destination-cidr-block 10.1.0.0/16"),
                                           HasSubstr("--network-interface-id '{firewall.eni}'"))));
}

TEST(LowerServices, AreTaggedByTheirOwners) {
  const std::vector<Line> lines = lowered(R"(
accounts: {b: "123456789101"}
vpcs: {v: {cidr: 10.1.0.0/16, account: b, internet_gateway: true, dhcp_options: d, subnets: {p: 10.1.0.0/24}}}
nat_gateways: {n: {subnet: v.p, tags: {Name: nat}}}
prefix_lists: {l: {entries: 10.9.0.0/16, account: b, tags: {Name: list}}}
dhcp_options: {d: {domain_name: a.example, tags: {Name: options}}}
)");

  for (const std::string_view name : {"{n}", "{l}", "{d}"}) {
    EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("123456789101/us-east-1 create-tags"),
                                             HasSubstr(std::string(name)))));
  }
}

TEST(LowerTags, AreMadeByWhoMadeTheResource) {
  const std::vector<Line> lines = lowered(R"(
accounts: {b: "123456789101"}
vpcs: {v: {cidr: 10.1.0.0/16, account: b, internet_gateway: true, subnets: {p: 10.1.0.0/24}}}
instances: {i: v.p}
internet_gateways: {spare: {account: b, region: eu-west-1, tags: {Name: spare}}}
elastic_ips: {e: {instance: i, tags: {Name: address}}}
route_tables: {v.main: {tags: {Name: main}}}
)");

  EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("123456789101/eu-west-1 create-tags"),
                                           HasSubstr("{spare}"))));
  for (const std::string_view name : {"{e}", "{v.main}"}) {
    EXPECT_THAT(texts(lines), Contains(AllOf(HasSubstr("123456789101/us-east-1 create-tags"),
                                             HasSubstr(std::string(name)))));
  }
}

}  // namespace
}  // namespace vpclab::scenario
