// Names as guests see them: real datagrams to the resolver behind the interfaces.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "emulator/control/control_plane.h"
#include "emulator/control/region.h"
#include "emulator/world/guest_settings.h"
#include "emulator/world/instance_metadata.h"
#include "netstack/app/dig.h"
#include "netstack/app/dig_options.h"
#include "netstack/app/stub_resolver.h"
#include "tests/support/classic_world.h"
#include "tests/support/toy_world.h"

namespace vpclab::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<wire::Ipv4Address> servers_of(ToyWorld& lab, node::Guest& guest) {
  const auto settings = lab.world.settings_of(guest.resource());
  return settings ? settings->name_servers : std::vector<wire::Ipv4Address>();
}

/// What dig is told: the data of the answers, the rcode if there are none, or why the last query
/// was lost.
std::string dig(ToyWorld& lab, node::Guest& guest, const std::vector<std::string>& words) {
  auto options = app::parse_dig(words);
  EXPECT_TRUE(options.has_value());
  app::Dig program(*options, servers_of(lab, guest));
  program.start(lab.world.simulator().now(), guest.host());
  guest.pump();
  lab.world.simulator().run_until([&] { return !program.is_running(); },
                                  lab.world.simulator().now() + std::chrono::minutes(5));
  lab.run_for(std::chrono::milliseconds(500));
  if (!program.response()) {
    return program.tries().empty() ? "no server"
                                   : lab.log.verdict(program.tries().back().packet_id);
  }
  std::string text;
  for (const wire::DnsRecord& record : program.response()->answers) {
    EXPECT_EQ(record.ttl, 60U);
    text += (text.empty() ? "" : " ") + data_text(record);
  }
  return text.empty() ? to_string(program.response()->rcode) : text;
}

std::string dig(ToyWorld& lab, int from, const std::vector<std::string>& words) {
  return dig(lab, lab.guest(from), words);
}

void set_vpc(ToyWorld& lab, int number, std::string_view attribute, bool on) {
  lab.aws(fmt::format("ec2 modify-vpc-attribute --vpc-id {} --{} Value={}", ToyWorld::vpc(number),
                      attribute, on));
}

std::string public_name(const std::string& address, std::string_view region = "us-east-1") {
  return control::public_dns_name(*wire::Ipv4Address::parse(address), region);
}

/// Two peered VPCs with gateways, host names and an Elastic IP for host 2.
class DnsLab : public ToyWorld {
 public:
  DnsLab() {
    make_peering_lab(*this);
    for (const int vpc : {1, 2}) {
      make_gateway(vpc);
      route(vpc, "0.0.0.0/0", via_gateway(vpc));
      set_vpc(*this, vpc, "enable-dns-hostnames", true);
    }
    one = make_elastic(1);
    two = make_elastic(2);
    begin();
  }

  void set_option(std::string_view side, bool on) {
    aws(
        fmt::format("ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id {} "
                    "--{}-peering-connection-options AllowDnsResolutionFromRemoteVpc={}",
                    peering(1), side, on));
  }

  std::string one;
  std::string two;
};

TEST(Dns, AnswersAtBothAddresses) {  // DNS-1, FWD-1.1, SG-26
  DnsLab lab;                        // its groups let nothing in

  EXPECT_EQ(dig(lab, 1, {"@10.1.0.2", "ip-10-1-6-33.ec2.internal"}), "10.1.6.33");
  EXPECT_EQ(dig(lab, 1, {"@169.254.169.253", "ip-10-1-6-33.ec2.internal"}), "10.1.6.33");
  EXPECT_EQ(dig(lab, 1, {"ip-10-1-6-33.ec2.internal"}), "10.1.6.33");
}

TEST(Dns, IsNotFilteredByGroupsOrAcls) {  // DNS-5, SG-26, ACL-13
  DnsLab lab;
  lab.aws(
      fmt::format("ec2 revoke-security-group-egress --group-id {} --protocol all --cidr "
                  "0.0.0.0/0",
                  ToyWorld::group(1)));
  for (const control::NetworkAcl& acl : lab.world.control().inventory().network_acls) {
    lab.aws(
        fmt::format("ec2 create-network-acl-entry --network-acl-id {} --egress --rule-number 1 "
                    "--protocol all --cidr-block 0.0.0.0/0 --rule-action deny",
                    acl.id.text()));
  }

  EXPECT_EQ(dig(lab, 1, {"ip-10-1-6-33.ec2.internal"}), "10.1.6.33");
  EXPECT_EQ(lab.ping(1, "10.2.4.95"), "SG_EGRESS");
}

TEST(Dns, KeepsSilentWithoutDnsSupport) {  // DNS-1
  DnsLab lab;
  set_vpc(lab, 1, "enable-dns-hostnames", false);
  set_vpc(lab, 1, "enable-dns-support", false);

  EXPECT_EQ(dig(lab, 1, {"@10.1.0.2", "+tries=1", "dns.google"}), "RESERVED_ADDRESS");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr("enableDnsSupport is off"));
  EXPECT_EQ(dig(lab, 1, {"@169.254.169.253", "+tries=1", "dns.google"}), "NO_SUCH_HOST");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr("enableDnsSupport is off"));

  set_vpc(lab, 1, "enable-dns-support", true);
  EXPECT_EQ(dig(lab, 1, {"dns.google"}), "8.8.8.8");
}

TEST(Dns, KnowsPrivateNamesByTheirForm) {  // DNS-3, DNS-6
  DnsLab lab;

  EXPECT_EQ(dig(lab, 1, {"ip-10-2-4-95.ec2.internal"}), "10.2.4.95");
  EXPECT_EQ(dig(lab, 1, {"IP-10-9-9-9.EC2.Internal"}), "10.9.9.9");
  EXPECT_EQ(dig(lab, 1, {"ip-8-8-8-8.ec2.internal"}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, 1, {"ip-10-2-4.ec2.internal"}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, 1, {"ip-10-2-4-95.eu-west-1.compute.internal"}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, 1, {"-x", "10.2.4.95"}), "ip-10-2-4-95.ec2.internal.");
}

TEST(Dns, TellsThePublicNameOfTheOwnVpcPrivately) {  // DNS-4
  DnsLab lab;

  EXPECT_EQ(dig(lab, 1, {public_name(lab.one)}), "10.1.6.33");
  EXPECT_EQ(dig(lab, 2, {public_name(lab.one)}), lab.one);
  node::Guest& outside = *lab.world.internet_host("outside");
  EXPECT_EQ(dig(lab, outside, {public_name(lab.one)}), lab.one);
  EXPECT_EQ(dig(lab, outside, {"ip-10-1-6-33.ec2.internal"}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, outside, {"-x", lab.one}), public_name(lab.one) + ".");
}

TEST(Dns, HasPublicNamesOnlyWithHostNames) {  // DNS-2
  DnsLab lab;
  set_vpc(lab, 2, "enable-dns-hostnames", false);

  EXPECT_EQ(dig(lab, 1, {public_name(lab.two)}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, 1, {"-x", lab.two}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, 1, {public_name("203.0.113.250")}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, 1, {public_name(lab.one, "eu-west-1")}), "NXDOMAIN");  // another region's
}

TEST(Dns, FollowsThePeeringsOption) {  // DNS-12, CASE-21
  DnsLab lab;
  const std::string name = public_name(lab.two);
  ASSERT_EQ(dig(lab, 1, {name}), lab.two);

  lab.set_option("accepter", true);
  EXPECT_EQ(dig(lab, 1, {name}), "10.2.4.95");
  EXPECT_EQ(dig(lab, 2, {public_name(lab.one)}), lab.one);  // each side sets its own

  lab.set_option("requester", true);
  EXPECT_EQ(dig(lab, 2, {public_name(lab.one)}), "10.1.6.33");
  set_vpc(lab, 1, "enable-dns-hostnames", false);  // both VPCs need names
  EXPECT_EQ(dig(lab, 1, {name}), lab.two);
}

TEST(Dns, CannotAskThePeersServer) {  // DNS-13, PCX-32
  DnsLab lab;
  lab.route(1, "10.2.0.0/16", ToyWorld::via_peering(1));

  EXPECT_EQ(dig(lab, 1, {"@10.2.0.2", "+tries=1", "dns.google"}), "RESERVED_ADDRESS");
}

TEST(Dns, KnowsNamesOfPublicLookingBlocksInTheirVpcAlone) {  // DNS-6, VPC-4, CASE-28
  ToyWorld lab;
  lab.make_vpc(1);
  lab.aws("ec2 create-vpc --cidr-block 198.51.0.0/16", ToyWorld::vpc(2));
  lab.make_subnet(2, 0, "198.51.0.0/20");
  lab.aws("ec2 create-security-group --group-name g --description d --vpc-id " + ToyWorld::vpc(2),
          ToyWorld::group(2));
  lab.make_instance(1, 1, "10.1.6.33");
  lab.make_instance(2, 2, "198.51.4.95");
  lab.make_peering(1, 1, 2);
  lab.begin();
  const std::string name = "ip-198-51-4-95.ec2.internal";

  EXPECT_EQ(dig(lab, 2, {name}), "198.51.4.95");
  EXPECT_EQ(dig(lab, 1, {name}), "NXDOMAIN");
  for (const int vpc : {1, 2}) {
    set_vpc(lab, vpc, "enable-dns-hostnames", true);
  }
  lab.aws(
      fmt::format("ec2 modify-vpc-peering-connection-options --vpc-peering-connection-id {} "
                  "--accepter-peering-connection-options AllowDnsResolutionFromRemoteVpc=true",
                  ToyWorld::peering(1)));
  EXPECT_EQ(dig(lab, 1, {name}), "198.51.4.95");
  EXPECT_EQ(dig(lab, 1, {"-x", "198.51.4.95"}), name + ".");
}

TEST(Dns, AnswersOtherTypesWithTheZonesSoa) {
  DnsLab lab;

  EXPECT_EQ(dig(lab, 1, {"AAAA", "ip-10-1-6-33.ec2.internal"}), "NOERROR");
  EXPECT_EQ(dig(lab, 1, {"ANY", "ip-10-1-6-33.ec2.internal"}), "10.1.6.33");
  EXPECT_THAT(dig(lab, 1, {"SOA", "ec2.internal"}), HasSubstr("hostmaster.amazon.com."));
  EXPECT_EQ(dig(lab, 1, {"nobody.example"}), "NXDOMAIN");
  EXPECT_EQ(dig(lab, 1, {"instance-data.ec2.internal"}), "169.254.169.254");
}

TEST(Dns, KnowsTheHostsOfTheInternet) {
  DnsLab lab;
  lab.world.add_internet_host("www.example.com", wire::Ipv4Address::of(192, 0, 2, 80));

  EXPECT_EQ(dig(lab, 1, {"dns.google"}), "8.8.8.8");
  EXPECT_EQ(dig(lab, 1, {"-x", "8.8.8.8"}), "dns.google.");
  EXPECT_EQ(dig(lab, 1, {"www.example.com"}), "192.0.2.80");
  EXPECT_EQ(dig(lab, 1, {"-x", "192.0.2.80"}), "www.example.com.");
  EXPECT_EQ(dig(lab, 1, {"-x", "192.0.2.81"}), "NXDOMAIN");
}

TEST(Dns, IsServedByHostsOfTheInternetToo) {
  DnsLab lab;
  const std::string name = public_name(lab.one);

  // From outside: the public address, even of the own VPC.
  EXPECT_EQ(dig(lab, 1, {"@8.8.8.8", name}), lab.one);
  EXPECT_EQ(dig(lab, 1, {"@198.51.100.10", "+tries=1", name}), "no-listener");
}

TEST(Dns, TakesSoManyPacketsInASecond) {  // DNS-5
  DnsLab lab;
  node::Guest& guest = lab.guest(1);
  socket::UdpSocket socket(guest.host());
  wire::DnsMessage query;
  query.questions.push_back({*wire::DnsName::parse("dns.google"), wire::DnsType::kA, 1});
  const std::vector<std::uint8_t> data = query.emit();
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      socket.send_to(lab.world.simulator().now(), address("169.254.169.253"), 53, data);
    }
    guest.pump();
  };
  const auto answers = [&] {
    int count = 0;
    for (; socket.front(); ++count) {
      socket.pop();
    }
    return count;
  };
  int answered = 0;
  for (int i = 0; i < 32; ++i) {
    send(33);  // 1,056 within a third of a second
    lab.run_for(std::chrono::milliseconds(10));
    answered += answers();
  }

  EXPECT_EQ(answered, 1024);
  EXPECT_EQ(lab.log.last_drop.what, "QUEUE_FULL");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr("1024"));
  lab.run_for(std::chrono::seconds(1));
  send(1);
  lab.run_for(std::chrono::milliseconds(10));
  EXPECT_EQ(answers(), 1);
}

TEST(Dns, LeavesOtherServicesToNobody) {  // IMDS-1, RT-12, SG-26
  DnsLab lab;

  EXPECT_EQ(lab.ping(1, "169.254.169.254"), "NO_SUCH_HOST");
  EXPECT_THAT(lab.log.last_drop.sentence, HasSubstr("only DNS answers there"));
  EXPECT_EQ(lab.ping(1, "169.254.169.253"), "NO_SUCH_HOST");
  EXPECT_EQ(lab.ping(1, "10.1.0.2"), "RESERVED_ADDRESS");  // ICMP-5
}

TEST(Dns, LosesAnswersToWhoHasStopped) {  // INST-2
  DnsLab lab;
  lab.run_for(std::chrono::seconds(1));
  app::Dig program(*app::parse_dig(std::vector<std::string>{"dns.google"}),
                   servers_of(lab, lab.guest(1)));
  program.start(lab.world.simulator().now(), lab.guest(1).host());
  lab.guest(1).pump();
  lab.run_for(std::chrono::microseconds(200));
  lab.aws("ec2 stop-instances --instance-ids " + ToyWorld::instance_id(1));
  lab.run_for(std::chrono::seconds(1));

  EXPECT_EQ(lab.log.last_drop.what, "INSTANCE_NOT_RUNNING");
  EXPECT_FALSE(program.is_running());
  EXPECT_EQ(lab.world.packets().live(), 0U);
}

TEST(Dns, RefusesMessagesThatAreNone) {
  DnsLab lab;
  node::Guest& guest = lab.guest(1);
  socket::UdpSocket socket(guest.host());
  const std::vector<std::uint8_t> noise = {0, 7, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0xff};
  socket.send_to(lab.world.simulator().now(), address("10.1.0.2"), 53, noise);
  guest.pump();
  lab.run_for(std::chrono::milliseconds(10));

  ASSERT_TRUE(socket.front().has_value());
  const auto answer = wire::DnsMessage::parse(socket.front()->data);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->id, 7);
  EXPECT_EQ(answer->rcode, wire::DnsRcode::kFormErr);
}

// --- EC2-Classic ---------------------------------------------------------------------------------

TEST(Dns, AnswersInClassicAtItsOwnAddress) {  // CLC-5
  ClassicWorld lab;

  EXPECT_THAT(servers_of(lab, lab.guest(kClassicA)), ElementsAre(address("172.16.0.23")));
  EXPECT_EQ(dig(lab, kClassicA, {"ip-10-50-1-1.ec2.internal"}), "10.50.1.1");
  EXPECT_EQ(dig(lab, kClassicA, {"-x", "10.50.1.1"}), "ip-10-50-1-1.ec2.internal.");
}

TEST(Dns, FollowsClassicLinksDnsSupport) {  // CL-19
  ClassicWorld lab;
  const auto& inventory = lab.world.control().inventory();
  const auto* classic =
      inventory.instances.find(*api::InstanceId::parse(ToyWorld::instance_id(kClassicA)));
  const std::string outside = to_string(classic->classic->public_address);
  const std::string name = public_name(outside);
  ASSERT_EQ(dig(lab, kInVpcA, {name}), outside);
  EXPECT_EQ(dig(lab, kClassicA2, {name}), "10.44.7.9");  // within EC2-Classic

  lab.a(
      fmt::format("ec2 modify-vpc-attribute --vpc-id {} --enable-dns-hostnames Value=true", kVpcA));
  lab.a(fmt::format("ec2 enable-vpc-classic-link-dns-support --vpc-id {}", kVpcA));

  EXPECT_EQ(dig(lab, kInVpcA, {name}), "10.44.7.9");
  lab.unlink(kClassicA);
  EXPECT_EQ(dig(lab, kInVpcA, {name}), outside);
}

// --- DHCP and metadata ---------------------------------------------------------------------------

TEST(GuestSettings, AreWhatDhcpSays) {  // DHCP-1
  DnsLab lab;
  const api::InstanceId id = *api::InstanceId::parse(ToyWorld::instance_id(1));
  const auto before = lab.world.settings_of(id);
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(before->domain_name, "ec2.internal");
  EXPECT_EQ(before->host_name, "ip-10-1-6-33.ec2.internal");
  EXPECT_THAT(before->name_servers, ElementsAre(address("10.1.0.2")));
  const host::InterfaceConfig& own_interface = lab.guest(1).host().interface(0);
  EXPECT_EQ(own_interface.gateway, address("10.1.0.1"));
  EXPECT_EQ(to_string(own_interface.subnet), "10.1.0.0/20");
  EXPECT_EQ(own_interface.mtu, 9001);

  lab.aws(
      "ec2 create-dhcp-options --dhcp-configurations Key=domain-name,Values=corp.example "
      "Key=domain-name-servers,Values=10.1.0.53,AmazonProvidedDNS",
      "dopt-00000001");
  lab.aws("ec2 associate-dhcp-options --dhcp-options-id dopt-00000001 --vpc-id " +
          ToyWorld::vpc(1));
  const auto own = lab.world.settings_of(id);
  EXPECT_EQ(own->domain_name, "corp.example");
  EXPECT_THAT(own->name_servers, ElementsAre(address("10.1.0.53"), address("10.1.0.2")));

  lab.aws("ec2 associate-dhcp-options --dhcp-options-id default --vpc-id " + ToyWorld::vpc(1));
  EXPECT_THAT(lab.world.settings_of(id)->name_servers, IsEmpty());
  EXPECT_EQ(dig(lab, 1, {"dns.google"}), "no server");
}

TEST(InstanceMetadata, HasTheUsefulKeys) {  // IMDS-2, ENI-4
  DnsLab lab;
  const api::InstanceId id = *api::InstanceId::parse(ToyWorld::instance_id(1));
  const auto at = [&](std::string_view path) {
    return lab.world.metadata(id, path).value_or("404");
  };
  const std::string mac = at("mac");
  const std::string interface = "network/interfaces/macs/" + mac + "/";

  EXPECT_EQ(at("local-ipv4"), "10.1.6.33");
  EXPECT_EQ(at("public-ipv4"), lab.one);
  EXPECT_EQ(at("public-hostname"), public_name(lab.one));
  EXPECT_EQ(at("instance-id"), ToyWorld::instance_id(1));
  EXPECT_EQ(at("network/interfaces/macs/"), mac + "/");
  EXPECT_EQ(at(interface + "subnet-id"), ToyWorld::subnet(1));
  EXPECT_EQ(at(interface + "vpc-id"), ToyWorld::vpc(1));
  EXPECT_EQ(at(interface + "vpc-ipv4-cidr-block"), "10.1.0.0/16");
  EXPECT_EQ(at(interface + "security-groups"), "g");
  EXPECT_EQ(at(interface + "ipv4-associations/" + lab.one), "10.1.6.33");
  EXPECT_THAT(at(""), HasSubstr("network/"));
  EXPECT_EQ(at("nothing"), "404");
}

TEST(InstanceMetadata, TellsEveryPathThatAnInstanceMayHave) {  // IMDS-2
  DnsLab lab;
  const api::InstanceId id = *api::InstanceId::parse(ToyWorld::instance_id(1));
  const control::Inventory& inventory = lab.world.control().inventory();

  for (const auto& [path, value] : world::metadata_of(inventory, inventory.instances.get(id))) {
    EXPECT_TRUE(world::may_hold_metadata(path)) << path;
  }
  for (const std::string_view path : {"", "network/", "placement", "services/domain"}) {
    EXPECT_TRUE(world::may_hold_metadata(path)) << path;
  }
  for (const std::string_view path : {"local-ip", "local-ipv4/", "network/interface", "pla"}) {
    EXPECT_FALSE(world::may_hold_metadata(path)) << path;
  }
  for (const std::string_view path : world::metadata_paths()) {
    EXPECT_TRUE(world::may_hold_metadata(path)) << path;
  }
}

TEST(InstanceMetadata, SaysNothingOfWhatIsNotThere) {  // IMDS-2
  ToyWorld lab;
  make_peering_lab(lab);
  lab.begin();

  EXPECT_EQ(lab.world.metadata(*api::InstanceId::parse(ToyWorld::instance_id(1)), "public-ipv4"),
            std::nullopt);
}

}  // namespace
}  // namespace vpclab::testing
