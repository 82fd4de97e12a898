// benchmarks/ns3_echo.cc - the benchmarks' exchanges in ns-3, on the nearest topology it has: hosts
// at the ends of a chain of routers, or around one; point-to-point links, static routes, echo
// requests of 1,000 identifiers in turn, each sent when the reply to the one before has come. Built
// only for tools/bench, never part of vpclab.
//
//   ns3_echo chain ROUTERS EXCHANGES            two hosts, a chain of routers between them
//   ns3_echo capture ROUTERS EXCHANGES PREFIX   the same, both hosts' packets written to pcap files
//   ns3_echo star HOSTS EXCHANGES               all hosts around one router; the first pings the
//   others
//
// Prints one line of JSON: packet_hops, nanoseconds, events, setup_nanoseconds, hosts.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <ns3/core-module.h>
#include <ns3/icmpv4.h>
#include <ns3/internet-module.h>
#include <ns3/network-module.h>
#include <ns3/point-to-point-module.h>

namespace {

constexpr std::uint32_t kFlows = 1000;

/// Sends echo requests one after the other through a raw ICMP socket.
class EchoSequence : public ns3::Application {
 public:
  void configure(std::vector<ns3::Ipv4Address> destinations, std::uint64_t exchanges) {
    destinations_ = std::move(destinations);
    exchanges_ = exchanges;
  }

  [[nodiscard]] std::uint64_t answered() const { return answered_; }

 private:
  void StartApplication() override {
    socket_ = ns3::Socket::CreateSocket(GetNode(),
                                        ns3::TypeId::LookupByName("ns3::Ipv4RawSocketFactory"));
    socket_->SetAttribute("Protocol", ns3::UintegerValue(1));
    socket_->SetRecvCallback(ns3::MakeCallback(&EchoSequence::receive, this));
    socket_->Bind(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), 0));
    send_next();
  }

  void send_next() {
    ns3::Icmpv4Echo echo;
    echo.SetIdentifier(static_cast<std::uint16_t>(sent_ % kFlows));
    echo.SetSequenceNumber(static_cast<std::uint16_t>(sent_ / kFlows));
    echo.SetData(ns3::Create<ns3::Packet>(56));
    ++sent_;
    ns3::Ptr<ns3::Packet> packet = ns3::Create<ns3::Packet>();
    packet->AddHeader(echo);
    ns3::Icmpv4Header header;
    header.SetType(ns3::Icmpv4Header::ICMPV4_ECHO);
    header.SetCode(0);
    header.EnableChecksum();
    packet->AddHeader(header);
    socket_->SendTo(packet, 0,
                    ns3::InetSocketAddress(destinations_[sent_ % destinations_.size()], 0));
  }

  void receive(ns3::Ptr<ns3::Socket> socket) {
    while (socket->Recv() != nullptr) {
      if (++answered_ < exchanges_) {
        send_next();
      }
    }
  }

  ns3::Ptr<ns3::Socket> socket_;
  std::vector<ns3::Ipv4Address> destinations_;
  std::uint64_t exchanges_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
};

/// What a run needs, whatever its shape.
struct Network {
  ns3::NodeContainer nodes;
  ns3::PointToPointHelper link;
  ns3::Ipv4StaticRoutingHelper routing;
  ns3::Ipv4AddressHelper addresses{"10.0.0.0", "255.255.255.252"};
  std::vector<ns3::Ipv4Address> destinations;
};

void prepare(Network& network, std::uint64_t nodes) {
  network.nodes.Create(static_cast<std::uint32_t>(nodes));
  ns3::InternetStackHelper internet;
  internet.SetRoutingHelper(network.routing);
  internet.SetIpv6StackInstall(false);
  internet.Install(network.nodes);
  network.link.SetDeviceAttribute("DataRate", ns3::StringValue("10Gbps"));
  network.link.SetChannelAttribute("Delay", ns3::StringValue("50us"));
}

ns3::Ptr<ns3::Ipv4StaticRouting> routes_of(Network& network, std::uint32_t node) {
  return network.routing.GetStaticRouting(network.nodes.Get(node)->GetObject<ns3::Ipv4>());
}

void build_chain(Network& network, std::uint64_t routers) {
  prepare(network, routers + 2);
  for (std::uint32_t i = 0; i + 1 < network.nodes.GetN(); ++i) {
    const auto ends = network.addresses.Assign(
        network.link.Install(network.nodes.Get(i), network.nodes.Get(i + 1)));
    network.addresses.NewNetwork();
    // Onwards by default, back to the first network (where the sender is) by a route.
    routes_of(network, i)->SetDefaultRoute(ends.GetAddress(1), i == 0 ? 1 : 2);
    routes_of(network, i + 1)
        ->AddNetworkRouteTo("10.0.0.0", "255.255.255.252", ends.GetAddress(0), 1);
    network.destinations = {ends.GetAddress(1)};
  }
}

void build_star(Network& network, std::uint64_t hosts) {
  prepare(network, hosts + 1);  // node 0 sends, the last one is the router
  const auto hub = static_cast<std::uint32_t>(hosts);
  for (std::uint32_t i = 0; i < hub; ++i) {
    const auto ends = network.addresses.Assign(
        network.link.Install(network.nodes.Get(i), network.nodes.Get(hub)));
    network.addresses.NewNetwork();
    routes_of(network, i)->SetDefaultRoute(ends.GetAddress(1), 1);
    if (i > 0) {
      network.destinations.push_back(ends.GetAddress(0));
    }
  }
}

std::uint64_t number(const char* text) { return std::strtoull(text, nullptr, 10); }

std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                              begin)
      .count();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string shape = argc > 1 ? argv[1] : "";
  const std::uint64_t size = argc > 2 ? number(argv[2]) : 0;
  const std::uint64_t exchanges = argc > 3 ? number(argv[3]) : 0;
  const bool capture = shape == "capture";
  if ((shape != "chain" && shape != "star" && !capture) || argc != (capture ? 5 : 4) || size < 1 ||
      size > 100'000 || exchanges < 1) {
    std::fprintf(stderr, "usage: ns3_echo chain|star|capture SIZE EXCHANGES [PREFIX]\n");
    return 2;
  }
  ns3::GlobalValue::Bind("ChecksumEnabled", ns3::BooleanValue(true));

  const auto setup = std::chrono::steady_clock::now();
  Network network;
  if (shape == "star") {
    build_star(network, size);
  } else {
    build_chain(network, size);
  }
  if (capture) {
    network.link.EnablePcap(argv[4], ns3::NodeContainer(network.nodes.Get(0)));
    network.link.EnablePcap(argv[4],
                            ns3::NodeContainer(network.nodes.Get(network.nodes.GetN() - 1)));
  }
  const ns3::Ptr<EchoSequence> sequence = ns3::CreateObject<EchoSequence>();
  sequence->configure(network.destinations, exchanges);
  network.nodes.Get(0)->AddApplication(sequence);
  sequence->SetStartTime(ns3::Seconds(0));
  const std::int64_t setup_nanoseconds = nanoseconds_since(setup);

  const auto begin = std::chrono::steady_clock::now();
  ns3::Simulator::Run();
  const std::int64_t nanoseconds = nanoseconds_since(begin);
  const std::uint64_t events = ns3::Simulator::GetEventCount();
  const std::uint64_t answered = sequence->answered();
  ns3::Simulator::Destroy();
  if (answered != exchanges) {
    std::fprintf(stderr, "ns3_echo: %llu of %llu requests were answered\n",
                 static_cast<unsigned long long>(answered),
                 static_cast<unsigned long long>(exchanges));
    return 1;
  }
  const std::uint64_t crossings = shape == "star" ? 4 : 2 * (size + 1);
  std::printf(
      "{\"packet_hops\":%llu,\"nanoseconds\":%lld,\"events\":%llu,\"setup_nanoseconds\":%lld,"
      "\"hosts\":%llu}\n",
      static_cast<unsigned long long>(exchanges * crossings), static_cast<long long>(nanoseconds),
      static_cast<unsigned long long>(events), static_cast<long long>(setup_nanoseconds),
      static_cast<unsigned long long>(shape == "star" ? size : 2));
  return 0;
}
