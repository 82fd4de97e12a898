// The Linux kernel and its own tools as the judges of our host stack: a network namespace that this
// test makes, a TAP interface in it, our stack at the other end. Needs privilege; where there is
// none every test here says so and is skipped, and for no other cause.
#include <array>
#include <chrono>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <tins/arp.h>
#include <tins/ethernetII.h>
#include <tins/icmp.h>
#include <tins/ip.h>
#include <tins/ip_reassembler.h>
#include <tins/rawpdu.h>
#include <unistd.h>

#include "emulator/bridge/host_on_tap.h"
#include "emulator/bridge/tap.h"
#include "netstack/base/bytes.h"
#include "netstack/base/rng.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/checksum.h"
#include "tests/bridge/kernel_namespace.h"

namespace vpclab::bridge {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kInterface = "vpclab0";
constexpr const char* kKernelAddress = "10.99.0.1";
constexpr const char* kHostAddress = "10.99.0.2";
constexpr const char* kHostMac = "02:00:00:00:63:02";

/// Counts ends, for the law that every frame has exactly one.
class CountingObserver : public host::HostObserver {
 public:
  void on_consumed(SimTime, std::size_t, wire::PacketHandle, host::HostOutcome outcome) override {
    ++ends;
    ++outcomes[outcome];
  }

  void on_replaced(SimTime, std::size_t, std::span<const wire::PacketHandle> before,
                   std::span<const wire::PacketHandle> after) override {
    ends += before.size();
    if (before.size() > 1 || after.size() == 1) {
      reassembled += after.size();
    }
  }

  std::uint64_t ends = 0;
  std::uint64_t reassembled = 0;
  std::map<host::HostOutcome, std::uint64_t> outcomes;
};

/// A raw socket at the kernel's side of the TAP interface: frames as they are.
class RawLink {
 public:
  RawLink() : descriptor_(::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(::if_nametoindex(kInterface));
    ready_ = descriptor_ >= 0 &&
             ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }

  ~RawLink() { ::close(descriptor_); }

  RawLink(const RawLink&) = delete;
  RawLink& operator=(const RawLink&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }

  bool send(const std::vector<std::uint8_t>& frame) const {
    return ::send(descriptor_, frame.data(), frame.size(), 0) == static_cast<ssize_t>(frame.size());
  }

  /// The next frame within a second.
  [[nodiscard]] std::optional<std::vector<std::uint8_t>> receive() const {
    pollfd waiting{descriptor_, POLLIN, 0};
    if (::poll(&waiting, 1, 1000) != 1) {
      return std::nullopt;
    }
    std::vector<std::uint8_t> frame(70'000);
    const ssize_t size = ::recv(descriptor_, frame.data(), frame.size(), 0);
    if (size < 0) {
      return std::nullopt;
    }
    frame.resize(static_cast<std::size_t>(size));
    return frame;
  }

 private:
  int descriptor_;
  bool ready_ = false;
};

class KernelPeer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    static const std::string reason = [] {
      std::string why_not = tests::enter_network_namespace();
      return why_not.empty() ? tests::why_no_tap() : why_not;
    }();
    skip_reason_ = reason;
  }

  void SetUp() override {
    if (!skip_reason_.empty()) {
      GTEST_SKIP() << skip_reason_;
    }
    for (const char* program : {"ip", "ping", "arping", "traceroute", "nmap"}) {
      ASSERT_TRUE(tests::has_program(program)) << program << " is not installed";
    }
    auto tap = Tap::open(kInterface);
    ASSERT_TRUE(tap.has_value()) << tap.error().message;
    const std::string name = tap->name();
    for (const std::string& command :
         {"ip link set " + name + " mtu 9001",
          std::string("sysctl -q -w net.ipv6.conf.") + name + ".disable_ipv6=1 || true",
          std::string("ip addr add ") + kKernelAddress + "/24 dev " + name,
          "ip link set " + name + " up", std::string("ip link set lo up")}) {
      const auto result = tests::run_command("sh -c '" + command + "'");
      ASSERT_EQ(result.exit_code, 0) << command << "\n" << result.output;
    }
    stack_ = std::make_unique<host::HostStack>(pool_, host::HostOptions{}, &observer_);
    host::InterfaceConfig config;
    config.mac = wire::MacAddress::parse(kHostMac).value();
    config.address = wire::Ipv4Address::parse(kHostAddress).value();
    config.subnet = wire::Ipv4Prefix::of(wire::Ipv4Address::of(10, 99, 0, 0), 24);
    config.gateway = wire::Ipv4Address::parse(kKernelAddress).value();
    stack_->add_interface(config);
    bridge_ = std::make_unique<HostOnTap>(std::move(*tap), *stack_);
    loop_ = std::thread([this] { result_ = bridge_->run(); });
  }

  void TearDown() override {
    stop();
    if (bridge_ != nullptr) {
      ASSERT_TRUE(result_.has_value()) << result_.error().message;
      stack_->shut_down(bridge_->now());
      // Neither lost nor leaked: each frame that came in has exactly one end.
      EXPECT_EQ(pool_.live(), 0U);
    }
  }

  void stop() {
    if (loop_.joinable()) {
      bridge_->stop();
      loop_.join();
    }
  }

  /// One request. While nothing has come back ping waits as long as -W says; of several requests it
  /// waits for the last one's reply hardly longer than the others took, and a busy machine is late.
  tests::CommandResult ping(const std::string& options) {
    return tests::run_command("ping -c 1 -W 10 " + options + " " + kHostAddress);
  }

  static std::string skip_reason_;
  wire::PacketPool pool_;
  CountingObserver observer_;
  std::unique_ptr<host::HostStack> stack_;
  std::unique_ptr<HostOnTap> bridge_;
  std::thread loop_;
  Result<TapCounters> result_ = TapCounters{};
};

std::string KernelPeer::skip_reason_;

/// One fragment of an echo request of the kernel's side, built by libtins.
std::vector<std::uint8_t> fragment_of(const std::vector<std::uint8_t>& icmp, std::size_t offset,
                                      std::size_t size) {
  Tins::IP ip(kHostAddress, kKernelAddress);
  ip.id(4711);
  ip.protocol(1);
  ip.fragment_offset(static_cast<std::uint16_t>(offset / 8));
  if (offset + size < icmp.size()) {
    ip.flags(Tins::IP::MORE_FRAGMENTS);
  }
  const auto begin = icmp.begin() + static_cast<std::ptrdiff_t>(offset);
  const std::vector<std::uint8_t> part(begin, begin + static_cast<std::ptrdiff_t>(size));
  Tins::EthernetII frame =
      Tins::EthernetII(Tins::HWAddress<6>(kHostMac), Tins::HWAddress<6>("02:00:00:00:63:01")) / ip /
      Tins::RawPDU(part);
  return frame.serialize();
}

TEST_F(KernelPeer, AnswersPingsOfEverySize) {  // ICMP-3, MTU-1
  for (const int size : {0,    1,    7,    8,    9,    55,   56,     57,     101,    1471,
                         1472, 1473, 8972, 8973, 8974, 9001, 17'001, 40'000, 65'506, 65'507}) {
    for (int i = 0; i < 2; ++i) {
      const auto result = ping("-s " + std::to_string(size));

      EXPECT_EQ(result.exit_code, 0) << "size " << size << "\n" << result.output;
      EXPECT_THAT(result.output, HasSubstr(", 0% packet loss")) << "size " << size;
      EXPECT_THAT(result.output, Not(HasSubstr("wrong data"))) << "size " << size;
    }
  }
  EXPECT_THAT(ping("").output, HasSubstr(" ttl=127 "));  // INST-7: Amazon Linux 2023
}

TEST_F(KernelPeer, AnswersWithDontFragmentUpToTheMtuAndWithTtlOne) {
  EXPECT_THAT(ping("-M do -s 8973").output, HasSubstr(", 0% packet loss"));
  EXPECT_THAT(ping("-M do -s 8974").output, HasSubstr("message too long, mtu=9001"));
  EXPECT_THAT(ping("-t 1").output, HasSubstr(", 0% packet loss"));
  EXPECT_THAT(ping("-p ff00aa -s 200").output, HasSubstr(", 0% packet loss"));
  EXPECT_THAT(ping("-R").output, HasSubstr(", 0% packet loss"));  // options are carried
}

TEST_F(KernelPeer, ATapCarriesFramesBothWaysAndPassesOverThoseThatAreNone) {
  auto tap = Tap::open("vpclab1");
  ASSERT_TRUE(tap.has_value()) << tap.error().message;
  ASSERT_EQ(tests::run_command("ip link set vpclab1 up").exit_code, 0);
  ASSERT_EQ(tests::run_command("ip addr add 10.98.0.1/24 dev vpclab1").exit_code, 0);

  EXPECT_EQ(tap->write(std::vector<std::uint8_t>(5)), false);  // no Ethernet header
  const Tins::ARP question("10.98.0.1", "10.98.0.2", Tins::HWAddress<6>(),
                           Tins::HWAddress<6>(kHostMac));
  Tins::ARP asked = question;
  asked.opcode(Tins::ARP::REQUEST);
  Tins::EthernetII frame =
      Tins::EthernetII(Tins::HWAddress<6>("ff:ff:ff:ff:ff:ff"), Tins::HWAddress<6>(kHostMac)) /
      asked;
  EXPECT_EQ(tap->write(frame.serialize()), true);

  bool answered = false;
  std::vector<std::uint8_t> buffer(2000);
  for (int i = 0; i < 10'000 && !answered; ++i) {
    const auto size = tap->read(buffer);
    ASSERT_TRUE(size.has_value()) << size.error().message;
    if (!size->has_value()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    const Tins::EthernetII read(buffer.data(), static_cast<std::uint32_t>(**size));
    const auto* reply = read.find_pdu<Tins::ARP>();
    answered = reply != nullptr && reply->opcode() == Tins::ARP::REPLY &&
               reply->sender_ip_addr().to_string() == "10.98.0.1";
  }
  EXPECT_TRUE(answered);
}

TEST_F(KernelPeer, AnswersAddressResolution) {
  const auto result =
      tests::run_command(std::string("arping -c 2 -w 20 -I ") + kInterface + " " + kHostAddress);

  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("02:00:00:00:63:02")) << result.output;
}

TEST_F(KernelPeer, EndsTraceroutesInOneHop) {  // TTL-1, ICMP-3: port unreachable, or the reply
  for (const char* method : {"", "-I "}) {
    const auto result =
        tests::run_command(std::string("traceroute -n -q 1 -w 10 ") + method + kHostAddress);

    EXPECT_EQ(result.exit_code, 0) << result.output;
    EXPECT_THAT(result.output, ContainsRegex("\n 1  10\\.99\\.0\\.2  [0-9.]+ ms\n$"))
        << result.output;
  }
}

TEST_F(KernelPeer, TellsAPortScannerWhatIsClosed) {  // ICMP-3
  const auto udp = tests::run_command(std::string("nmap -n -Pn -sU -p 7,53,33434 ") + kHostAddress);
  const auto tcp = tests::run_command(std::string("nmap -n -Pn -sS -p 1-500 ") + kHostAddress);
  const auto protocols = tests::run_command(std::string("nmap -n -Pn -sO -p 1,99 ") + kHostAddress);

  EXPECT_THAT(udp.output, HasSubstr("7/udp     closed")) << udp.output;
  EXPECT_THAT(udp.output, HasSubstr("33434/udp closed")) << udp.output;
  EXPECT_THAT(protocols.output, ContainsRegex("1 +open +icmp")) << protocols.output;
  EXPECT_THAT(protocols.output, ContainsRegex("99 +closed")) << protocols.output;
  EXPECT_THAT(tcp.output, HasSubstr("500 closed")) << tcp.output;  // RST
  EXPECT_THAT(ping("").output, HasSubstr(", 0% packet loss"));
}

TEST_F(KernelPeer, ReassemblesFragmentsThatArriveOutOfOrder) {  // RFC 791
  const RawLink link;
  ASSERT_TRUE(link.ready());
  ASSERT_EQ(ping("").exit_code, 0);
  std::vector<std::uint8_t> payload(4000);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<std::uint8_t>(i * 7);
  }
  Tins::ICMP echo(Tins::ICMP::ECHO_REQUEST);
  echo.id(77);
  echo.sequence(3);
  const std::vector<std::uint8_t> icmp = (echo / Tins::RawPDU(payload)).serialize();

  ASSERT_TRUE(link.send(fragment_of(icmp, 3200, icmp.size() - 3200)));
  ASSERT_TRUE(link.send(fragment_of(icmp, 0, 1600)));
  ASSERT_TRUE(link.send(fragment_of(icmp, 1600, 1600)));

  bool answered = false;
  while (const auto frame = link.receive()) {
    const Tins::EthernetII read(frame->data(), static_cast<std::uint32_t>(frame->size()));
    const auto* reply = read.find_pdu<Tins::ICMP>();
    if (reply != nullptr && reply->type() == Tins::ICMP::ECHO_REPLY && reply->id() == 77) {
      EXPECT_EQ(reply->sequence(), 3);
      EXPECT_EQ(read.rfind_pdu<Tins::RawPDU>().payload(), payload);
      EXPECT_EQ(read.rfind_pdu<Tins::IP>().src_addr().to_string(), kHostAddress);
      answered = true;
      break;
    }
  }
  EXPECT_TRUE(answered);
}

/// Gives a frame of noise an IPv4 header that passes the first checks (length, checksum,
/// addresses), so that what lies behind them is reached: options, fragments, ICMP, UDP, unknown
/// protocols.
void make_plausible(std::vector<std::uint8_t>& frame, base::Rng& random) {
  frame[12] = 0x08;
  frame[13] = 0x00;
  const MutableBytes ip = MutableBytes(frame).subspan(14);
  ip[0] = static_cast<std::uint8_t>(0x45 + random.below(3));
  store_be16(ip, 2, static_cast<std::uint16_t>(ip.size()));
  if (random.below(2) == 0) {
    store_be16(ip, 6, 0);  // no fragment
  }
  constexpr std::uint8_t kProtocols[] = {1, 6, 17, 99};
  ip[9] = kProtocols[random.below(4)];
  store_be32(ip, 12, wire::Ipv4Address::parse(kKernelAddress)->to_host_order());
  store_be32(ip, 16, wire::Ipv4Address::parse(kHostAddress)->to_host_order());
  const std::size_t header = std::size_t{ip[0] & 0x0fU} * 4;
  if (ip[9] == 17 && ip.size() >= header + 8 && random.below(2) == 0) {
    store_be16(ip, header + 4, static_cast<std::uint16_t>(ip.size() - header));
    store_be16(ip, header + 6, 0);  // UDP without checksum
  }
  store_be16(ip, 10, 0);
  store_be16(ip, 10, wire::checksum(ip.first(header)));
}

/// How many frames the kernel has handed to our side of the interface, or had no room for.
std::uint64_t frames_handed_over() {
  std::ifstream devices("/proc/thread-self/net/dev");
  const std::string prefix = std::string(kInterface) + ":";
  for (std::string word; devices >> word;) {
    if (word == prefix) {
      std::array<std::uint64_t, 12> counters{};  // eight of receiving, then bytes, packets, errors…
      for (std::uint64_t& counter : counters) {
        devices >> counter;
      }
      return counters[9] + counters[11];
    }
  }
  return 0;
}

/// The interface's queue is short: whoever fills it waits until the other side has come after.
void wait_until_handed_over(std::uint64_t frames) {
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (frames_handed_over() < frames && std::chrono::steady_clock::now() < patience) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_F(KernelPeer, SurvivesAHundredThousandMalformedFrames) {
  const RawLink link;
  ASSERT_TRUE(link.ready());
  base::Rng random(20240101, "malformed");
  const std::uint64_t before = frames_handed_over();
  std::uint64_t sent = 0;
  for (int i = 0; i < 100'000; ++i) {
    // Half of them begin like a real packet and then lie; the others are noise from the first byte.
    std::vector<std::uint8_t> frame(14 + random.below(random.below(8) == 0 ? 1500 : 80));
    for (std::uint8_t& byte : frame) {
      byte = static_cast<std::uint8_t>(random.next());
    }
    const auto mac = Tins::HWAddress<6>(kHostMac);
    std::copy(mac.begin(), mac.end(), frame.begin());
    frame[12] = 0x08;
    frame[13] = random.below(4) == 0 ? 0x06 : 0x00;
    if (frame.size() > 45 && random.below(4) != 0) {
      make_plausible(frame, random);
    }
    sent += link.send(frame) ? 1U : 0U;
    if (i % 256 == 0) {
      wait_until_handed_over(before + sent);
    }
  }
  wait_until_handed_over(before + sent);

  for (int i = 0; i < 3; ++i) {
    const auto after = ping("");
    EXPECT_THAT(after.output, HasSubstr(", 0% packet loss")) << after.output;
  }
  stop();
  ASSERT_TRUE(result_.has_value());
  EXPECT_GT(result_->frames_in, sent / 10 * 9);
  for (const auto outcome : {host::HostOutcome::kMalformed, host::HostOutcome::kBadChecksum,
                             host::HostOutcome::kNoListener, host::HostOutcome::kUnknownProtocol}) {
    EXPECT_GT(observer_.outcomes[outcome], 100U) << to_string(outcome);
  }
}

}  // namespace
}  // namespace vpclab::bridge
