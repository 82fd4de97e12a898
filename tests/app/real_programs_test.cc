// The same command lines for iputils' ping, Debian's traceroute and ours, on the same little
// network: the kernel's in namespaces of the test's own, ours out of HostStacks. What they print
// has to be equal, but for measured times. Where namespaces are not allowed the test says so.
//
//   alice 10.1.0.5/20 -- mtu 9001 -- 10.1.0.1 router 10.2.0.1 -- mtu 1500 -- 10.2.0.2…4/24 bob
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "netstack/app/ping.h"
#include "netstack/app/ping_options.h"
#include "netstack/app/ping_text.h"
#include "netstack/app/traceroute.h"
#include "netstack/app/traceroute_options.h"
#include "netstack/app/traceroute_text.h"
#include "tests/app/wire_of_two.h"

namespace vpclab::app::testing {
namespace {

using namespace std::chrono_literals;
/// Every case runs on both sides. None depends on how fast a machine is.
const std::vector<std::string> kCases = {
    "ping -c 1 192.0.2.1",
    "ping -c 3 -i 0.2 10.2.0.2",
    "ping -c 2 -i 0.2 -s 8 10.2.0.2",
    "ping -c 1 -s 15 10.2.0.2",
    "ping -c 1 -s 0 10.2.0.2",
    "ping -c 1 -p ff00a 10.2.0.2",
    "ping -q -c 2 -i 0.2 10.2.0.2",
    "ping -c 1 -s 20000 10.2.0.2",
    "ping -c 1 -s 65507 10.2.0.2",
    "ping -c 1 -s 65508 10.2.0.2",
    "ping -c 1 -W 0.3 -s 65528 10.2.0.2",
    "ping -s 2147483648 10.2.0.2",
    "ping -c 9223372036854775808 10.2.0.2",
    "ping -W 2147484 10.2.0.2",
    "ping -c 1 -W 2147483.647 10.2.0.2",
    "ping -i 2147484 10.2.0.2",
    "ping -i 99999999999999999999 10.2.0.2",
    "ping -c 2 -i 2e-1 10.2.0.2",
    "ping -c 2 -i 0.5 -M do -s 1473 10.2.0.3",
    "ping -c 1 -M do -s 1472 10.2.0.2",
    "ping -c 1 -M dont -s 3000 10.2.0.2",
    "ping -c 1 -M want -s 3000 10.2.0.4",
    "ping -c 1 -M do -s 8974 10.1.0.1",
    "ping -c 1 -t 1 10.2.0.2",
    "ping -c 1 -t 2 10.2.0.2",
    "ping -c 2 -i 0.2 10.1.0.77",
    "ping -c 1 10.2.0.77",
    "ping -c 1 -I 10.1.0.5 10.2.0.2",
    "ping -c 1 10.1.0.5",
    "ping -c 1 127.0.0.1",
    "ping -c 2 -i 0.2 -w 5 10.2.0.2",
    "ping -w 1 10.1.0.77",
    "ping -c 1 -W 0.3 10.1.0.78",
    "ping -t 0 10.2.0.2",
    "ping -I 10.9.9.9 10.2.0.2",
    "ping -I nosuch 10.2.0.2",
    "ping 10.1.15.255",
    "ping -c 0 10.2.0.2",
    "ping -c x 10.2.0.2",
    "ping -t 256 10.2.0.2",
    "ping -s -1 10.2.0.2",
    "ping -M foo 10.2.0.2",
    "ping -W -1 10.2.0.2",
    "ping -w 0.5 10.2.0.2",
    "ping -p xyz 10.2.0.2",
    "ping",
    "traceroute -n 10.2.0.2",
    "traceroute 10.2.0.2",
    "traceroute -n -I -w 5 10.2.0.2",  // waits for three round trips else, which are over at once
    "traceroute -n -U 10.2.0.2",
    "traceroute -n -q 1 10.2.0.2",
    "traceroute -n -m 1 10.2.0.2",
    "traceroute -n -f 2 10.2.0.2",
    "traceroute -n -N 1 10.2.0.2",
    "traceroute -n -m 0x2 -q 01 -p 99999 10.2.0.2 0100",
    "traceroute -m -1 10.2.0.2",
    "traceroute -q 99999999999999999999 10.2.0.2",
    "traceroute -f 99999999999999999999 10.2.0.2",
    "traceroute -q 1e30 10.2.0.2",
    "traceroute -n 10.1.0.5",
    "traceroute -n -q 1 10.1.0.77",
    "traceroute -n -w 0.3 -m 2 10.1.0.79",
    "traceroute -n 10.2.0.2 5000",
    "traceroute -n -s 10.9.9.9 10.2.0.2",
    "traceroute -n -q 11 10.2.0.2",
    "traceroute -n -m 300 10.2.0.2",
    "traceroute -n -m 0 10.2.0.2",
    "traceroute -n -w abc 10.2.0.2",
    "traceroute -n -m",
    "traceroute -n -Z 10.2.0.2",
    "traceroute -n 10.2.0.2 foo",
};

struct Printed {
  std::string output;
  std::string errors;
  int exit_status = -1;
};

/// Times are replaced by `#`, a usage text behind an error is cut off, and so are line feeds around
/// it all: whether the one before an error goes to this stream or that depends on buffers.
std::string shape(std::string text) {
  static const std::regex kPingTime("time=[0-9.]+ ms");
  static const std::regex kElapsed("time [0-9]+ms");
  static const std::regex kStatistics("(mdev|ewma) = ?[0-9./]+ ms|ipg/ewma [0-9./]+ ms");
  static const std::regex kHopTime("  [0-9]+\\.[0-9]{3} ms");
  text = std::regex_replace(text, kPingTime, "time=# ms");
  text = std::regex_replace(text, kElapsed, "time #ms");
  text = std::regex_replace(text, kStatistics, "$1 = # ms");
  text = std::regex_replace(text, kHopTime, "  # ms");
  text = text.substr(0, text.find("\nUsage"));
  const std::size_t first = text.find_first_not_of('\n');
  return first == std::string::npos ? ""
                                    : text.substr(first, text.find_last_not_of('\n') - first + 1);
}

// --- Theirs
// ---------------------------------------------------------------------------------------

/// A namespace is held by a process that sleeps in it: that takes no mounts, which a root directory
/// of one's own (chroot) does not allow.
constexpr const char* kNamespaces = R"sh(
set -e
PATH=$PATH:/usr/sbin:/sbin
holders=
trap 'kill $holders' EXIT
own=$(readlink /proc/$$/ns/net)
hold() {
  unshare --net sleep 300 &
  holder=$!
  holders="$holders $holder"
  while [ "$(readlink /proc/$holder/ns/net)" = "$own" ]; do
    kill -0 $holder
    sleep 0.01
  done
}
hold; alice=$holder
hold; router=$holder
hold; bob=$holder
in_alice() { nsenter --net=/proc/$alice/ns/net "$@"; }
in_router() { nsenter --net=/proc/$router/ns/net "$@"; }
in_bob() { nsenter --net=/proc/$bob/ns/net "$@"; }
for n in alice router bob; do in_$n ip link set lo up; done
ip link add name va netns $alice mtu 9001 type veth peer name vb netns $router mtu 9001
ip link add name vc netns $router type veth peer name vd netns $bob
in_alice ip addr add 10.1.0.5/20 brd + dev va
in_router ip addr add 10.1.0.1/20 brd + dev vb
in_router ip addr add 10.2.0.1/24 brd + dev vc
for i in 2 3 4; do in_bob ip addr add 10.2.0.$i/24 brd + dev vd; done
in_alice ip link set va up
in_router ip link set vb up
in_router ip link set vc up
in_bob ip link set vd up
in_alice ip route add default via 10.1.0.1
in_bob ip route add default via 10.2.0.1
for n in alice router bob; do
  in_$n sysctl -qw net.ipv4.ip_default_ttl=127 net.ipv4.icmp_ratelimit=0 \
    net.ipv4.icmp_msgs_per_sec=100000 net.ipv4.icmp_msgs_burst=100000
done
in_router sysctl -qw net.ipv4.ip_forward=1
for n in alice router bob; do
  in_$n sysctl -qw net.ipv4.ping_group_range='0 0' || true
done
in_alice ping -c 1 -W 20 10.2.0.2
set +e
)sh";

/// A directory that goes away with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = ::testing::TempDir() + "/vpclab-programs-XXXXXX";
    path_ = ::mkdtemp(name.data()) != nullptr ? name : "";
  }

  ~TemporaryDirectory() {
    if (!path_.empty() && std::system(("rm -rf '" + path_ + "'").c_str()) != 0) {
      ADD_FAILURE() << "cannot remove " << path_;
    }
  }

  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string contents_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// How this machine lets us make namespaces: as root, or as root of a user namespace of our own;
/// empty: not at all.
std::string unshare_command() {
  for (const char* command : {"unshare --net", "unshare --net --user --map-root-user"}) {
    if (std::system((std::string(command) + " true > /dev/null 2>&1").c_str()) == 0) {
      return command;
    }
  }
  return {};
}

/// Runs all cases at once in namespaces that vanish with the shell; what the script said if it
/// failed.
std::vector<Printed> run_theirs(const std::string& unshare, std::string& complaint) {
  const TemporaryDirectory directory;
  const std::string script = directory.path() + "/script";
  std::ofstream file(script);
  file << kNamespaces;
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    const std::string prefix = directory.path() + "/" + std::to_string(i);
    // All at once, but for what the kernel limits by one account with all other errors.
    const bool alone = kCases[i].find("192.0.2.") != std::string::npos;
    file << "( trap - EXIT; in_alice timeout 60 " << kCases[i] << " > " << prefix << ".out 2> "
         << prefix << ".err < /dev/null; echo $? > " << prefix << ".status )"
         << (alone ? "\n" : " &\ncases=\"$cases $!\"\n");
  }
  file << "wait $cases\n";
  file.close();
  const std::string log = directory.path() + "/log";
  const std::string command = unshare + " --fork --kill-child sh " + script + " > " + log + " 2>&1";
  if (std::system(command.c_str()) != 0) {
    complaint = contents_of(log);
    return {};
  }
  std::vector<Printed> printed;
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    const std::string prefix = directory.path() + "/" + std::to_string(i);
    printed.push_back({contents_of(prefix + ".out"), contents_of(prefix + ".err"),
                       std::atoi(contents_of(prefix + ".status").c_str())});
  }
  return printed;
}

// --- Ours
// -----------------------------------------------------------------------------------------

/// The same network out of three stacks. Each case has a fresh one.
class Network {
 public:
  Network() {
    host::InterfaceConfig config;
    const auto add = [&](host::HostStack& stack, wire::Ipv4Address address, int length,
                         std::uint64_t mac, std::uint16_t mtu) {
      config.address = address;
      config.subnet = wire::Ipv4Prefix::of(address, length);
      config.mac = wire::MacAddress::from_integer(0x020000000000 + mac);
      config.mtu = mtu;
      stack.add_interface(config);
    };
    config.gateway = wire::Ipv4Address::of(10, 1, 0, 1);
    add(alice, wire::Ipv4Address::of(10, 1, 0, 5), 20, 1, 9001);
    config.gateway = wire::Ipv4Address::of(10, 2, 0, 1);
    add(bob, wire::Ipv4Address::of(10, 2, 0, 2), 24, 4, 1500);
    bob.add_address(0, wire::Ipv4Address::of(10, 2, 0, 3));
    bob.add_address(0, wire::Ipv4Address::of(10, 2, 0, 4));
    config.gateway.reset();
    add(router, wire::Ipv4Address::of(10, 1, 0, 1), 20, 2, 9001);
    add(router, wire::Ipv4Address::of(10, 2, 0, 1), 24, 3, 1500);
  }

  void run(const std::function<bool()>& done) {
    while (!done()) {
      move(alice, [&](std::size_t) { return std::pair(&router, std::size_t{0}); });
      move(bob, [&](std::size_t) { return std::pair(&router, std::size_t{1}); });
      move(router, [&](std::size_t interface) {
        return std::pair(interface == 0 ? &alice : &bob, std::size_t{0});
      });
      SimTime next = std::min({alice.deadline(), bob.deadline(), router.deadline()});
      if (!flying_.empty()) {
        next = std::min(next, flying_.front().arrives);
      }
      ASSERT_NE(next, kNever);
      now = std::max(now, next);
      if (!flying_.empty() && flying_.front().arrives <= now) {
        const Flying landed = flying_.front();
        flying_.pop_front();
        landed.to->receive(now, landed.interface, landed.packet);
      } else {
        for (host::HostStack* stack : {&alice, &router, &bob}) {
          stack->poll(now);
        }
      }
    }
  }

  ~Network() {
    for (const Flying& flying : flying_) {
      pool.free(flying.packet);
    }
  }

  wire::PacketPool pool;
  SimTime now{};
  host::HostStack alice{pool, {}};
  host::HostStack router{pool, {.ip_forward = true}};
  host::HostStack bob{pool, {}};

 private:
  struct Flying {
    SimTime arrives;
    wire::PacketHandle packet;
    host::HostStack* to;
    std::size_t interface;
  };

  template <class Where>
  void move(host::HostStack& from, Where&& where) {
    from.drain_outbound([&](std::size_t interface, wire::PacketHandle packet) {
      const auto to = where(interface);
      flying_.push_back({now + 30us, packet, to.first, to.second});
    });
  }

  std::deque<Flying> flying_;
};

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line + "\n";
  }
  return text;
}

Printed run_ours(const std::string& line) {
  std::istringstream stream(line);
  std::vector<std::string> words;
  std::string program;
  stream >> program;
  for (std::string word; stream >> word;) {
    words.push_back(word);
  }
  Network network;
  Screen screen;
  int exit_status = 0;
  if (program == "ping") {
    const auto command = parse_ping(words);
    if (!command) {
      return {"", command.error().message + "\n", command.error().exit_status};
    }
    PingText text(screen.sink());
    Ping ping(command->options, *wire::Ipv4Address::parse(command->destination),
              command->destination, &text);
    if (ping.start(network.now, network.alice)) {
      network.run([&] { return !ping.is_running(); });
    }
    exit_status = ping.exit_status();
  } else {
    const auto command = parse_traceroute(words);
    if (!command) {
      return {"", command.error().message + "\n", command.error().exit_status};
    }
    TracerouteText text(screen.sink());
    Traceroute traceroute(command->options, *wire::Ipv4Address::parse(command->destination),
                          command->destination, &text);
    if (traceroute.start(network.now, network.alice)) {
      network.run([&] { return !traceroute.is_running(); });
    }
    exit_status = traceroute.exit_status();
  }
  return {joined(screen.output), joined(screen.errors), exit_status};
}

bool look_alike(const Printed& a, const Printed& b) {
  return shape(a.output) == shape(b.output) && shape(a.errors) == shape(b.errors) &&
         a.exit_status == b.exit_status;
}

TEST(RealPrograms, PrintTheSameLines) {
  const std::string unshare = unshare_command();
  if (unshare.empty()) {
    GTEST_SKIP() << "no network namespaces here to run ping and traceroute in: unshare --net fails";
  }
  std::vector<Printed> ours;
  ours.reserve(kCases.size());
  for (const std::string& line : kCases) {
    ours.push_back(run_ours(line));
  }
  // The real ones go by the machine's clock: traceroute gives a probe up after a few of the last
  // round trips, which a busy machine may exceed. What differs in truth differs every time.
  std::vector<Printed> theirs;
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::string complaint;
    theirs = run_theirs(unshare, complaint);
    ASSERT_EQ(theirs.size(), kCases.size()) << complaint;
    if (std::equal(ours.begin(), ours.end(), theirs.begin(), look_alike)) {
      break;
    }
  }
  for (std::size_t i = 0; i < kCases.size(); ++i) {
    SCOPED_TRACE(kCases[i]);
    EXPECT_EQ(shape(ours[i].output), shape(theirs[i].output));
    EXPECT_EQ(shape(ours[i].errors), shape(theirs[i].errors));
    EXPECT_EQ(ours[i].exit_status, theirs[i].exit_status);
  }
}

}  // namespace
}  // namespace vpclab::app::testing
