// benchmarks/echo_sequence.h - a guest that sends echo requests of many identifiers in turn, each
// when the reply to the one before has come: the traffic of all workloads. Allocates nothing while
// it runs.
#pragma once

#include <cstdint>
#include <vector>

#include "emulator/node/guest.h"
#include "netstack/host/endpoint.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::benchmarks {

class EchoSequence final : public host::Endpoint {
 public:
  static constexpr std::uint16_t kFlows = 1000;

  /// The guest outlives this. `destinations` are pinged in turn.
  EchoSequence(node::Guest& guest, std::vector<wire::Ipv4Address> destinations)
      : guest_(guest), destinations_(std::move(destinations)) {}

  /// Sends the first of `exchanges` further requests.
  void start(std::uint64_t exchanges);

  [[nodiscard]] std::uint64_t answered() const { return answered_; }

  [[nodiscard]] host::Taken deliver(SimTime now, host::HostStack& stack,
                                    const host::Delivery& delivery) override;
  void on_error(SimTime now, host::HostStack& stack, const host::DeliveryError& error) override;
  void host_stopped() override;

 private:
  void send_next(SimTime now, host::HostStack& stack);

  node::Guest& guest_;
  std::vector<wire::Ipv4Address> destinations_;
  std::uint64_t wanted_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t answered_ = 0;
  bool bound_ = false;
};

}  // namespace vpclab::benchmarks
