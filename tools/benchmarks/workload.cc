// benchmarks/workload.cc - one workload of tools/bench: builds its network through the control
// plane, runs echo exchanges in it, prints one line of JSON.
//
//   vpclab_workload peering|appliances|star|capture [--appliances N] [--hosts N] [--exchanges N]
//                   [--judge-anew] [--out DIRECTORY]
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <malloc.h>

#include "emulator/capture/interface_captures.h"
#include "emulator/engine/simulator.h"
#include "tools/benchmarks/echo_sequence.h"
#include "tools/benchmarks/networks.h"

namespace vpclab::benchmarks {
namespace {

struct Options {
  std::string workload;
  NetworkOptions network;
  std::uint64_t exchanges = 1000;
  std::string out;
};

std::int64_t nanoseconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() -
                                                              begin)
      .count();
}

/// Bytes that the program holds on the heap.
std::uint64_t heap_bytes() {
  const auto usage = ::mallinfo2();
  return usage.uordblks + usage.hblkhd;
}

Network make(const Options& options) {
  if (options.workload == "appliances") {
    return make_appliances(options.network);
  }
  return options.workload == "star" ? make_star(options.network) : make_peering(options.network);
}

int run(const Options& options) {
  const std::uint64_t heap_before = heap_bytes();
  const auto setup = std::chrono::steady_clock::now();
  Network network = make(options);
  const std::int64_t setup_nanoseconds = nanoseconds_since(setup);
  const std::uint64_t heap = heap_bytes() - heap_before;

  std::unique_ptr<capture::InterfaceCaptures> captures;
  if (options.workload == "capture") {
    auto made = capture::InterfaceCaptures::create(options.out, {}, *network.world);
    if (!made) {
      std::fprintf(stderr, "vpclab_workload: %s\n", made.error().message.c_str());
      return 1;
    }
    captures = std::move(*made);
    network.world->trace().add(*captures);
  }
  engine::Simulator& simulator = network.world->simulator();
  const std::uint64_t events_before = simulator.events_processed();
  EchoSequence sequence(*network.sender, network.destinations);
  const dataplane::Counters before = network.world->fabric().counters();
  const auto begin = std::chrono::steady_clock::now();
  sequence.start(options.exchanges);
  simulator.run_until([&] { return sequence.answered() == options.exchanges; },
                      simulator.now() + std::chrono::hours(24 * 365));
  if (captures != nullptr) {
    network.world->trace().remove(*captures);
    if (const auto files = captures->finish(); !files) {
      std::fprintf(stderr, "vpclab_workload: %s\n", files.error().message.c_str());
      return 1;
    }
  }
  const std::int64_t nanoseconds = nanoseconds_since(begin);
  if (sequence.answered() != options.exchanges) {
    std::fprintf(stderr, "vpclab_workload: %llu of %llu requests were answered\n",
                 static_cast<unsigned long long>(sequence.answered()),
                 static_cast<unsigned long long>(options.exchanges));
    return 1;
  }
  const dataplane::Counters after = network.world->fabric().counters();
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  std::printf(
      "{\"packet_hops\":%llu,\"nanoseconds\":%lld,\"events\":%llu,\"setup_nanoseconds\":%lld,"
      "\"hosts\":%llu,\"bytes_per_host\":%llu,\"packets\":%llu,\"group_evaluations\":%llu,"
      "\"acl_evaluations\":%llu,\"route_lookups\":%llu}\n",
      number(options.exchanges * network.crossings_per_exchange),
      static_cast<long long>(nanoseconds), number(simulator.events_processed() - events_before),
      static_cast<long long>(setup_nanoseconds), number(network.hosts),
      number(heap / network.hosts), number(2 * options.exchanges),
      number(after.group_evaluations - before.group_evaluations),
      number(after.acl_evaluations - before.acl_evaluations),
      number(after.route_lookups - before.route_lookups));
  return 0;
}

}  // namespace
}  // namespace vpclab::benchmarks

int main(int argc, char** argv) {
  vpclab::benchmarks::Options options;
  CLI::App app("One workload of tools/bench", "vpclab_workload");
  app.add_option("workload", options.workload, "peering, appliances, star or capture")
      ->required()
      ->check(CLI::IsMember({"peering", "appliances", "star", "capture"}));
  app.add_option("--appliances", options.network.appliances, "forwarding instances in the way")
      ->check(CLI::Range(1, 100));
  app.add_option("--hosts", options.network.hosts, "instances of the star")
      ->check(CLI::Range(1, 200'000));
  app.add_option("--exchanges", options.exchanges, "echo exchanges")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  app.add_option("--out", options.out, "an existing directory for the captures");
  app.add_flag("--judge-anew", options.network.judge_anew, "ask every rule for every packet");
  CLI11_PARSE(app, argc, argv);
  return vpclab::benchmarks::run(options);
}
