// world/world.h - the composition root: one simulator, one control plane, one fabric, who listens,
// and the names that people gave. API calls go in, packets move, events come out. Owns everything
// of a run; reads no file and no clock.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/envelope.h"
#include "emulator/api/ids.h"
#include "emulator/api/reply.h"
#include "emulator/control/call.h"
#include "emulator/control/control_state.h"
#include "emulator/engine/actor.h"
#include "emulator/engine/simulator.h"
#include "emulator/fabric/fabric.h"
#include "emulator/link/impairment.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_sink.h"
#include "emulator/world/guest_settings.h"
#include "emulator/world/zones.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::control {
class ControlPlane;
}

namespace vpclab::world {

struct WorldOptions {
  /// Of all ids and random draws; overrides the seeds of the parts.
  std::uint64_t seed = 1;
  control::ControlOptions control;
  fabric::FabricOptions fabric;
};

/// Time. Until begin() the simulation stands at SimTime 0 while the control plane's clock, which
/// starts ten minutes earlier, is moved by settle(): what is declared is ready when the run begins.
class World final : public trace::NameDirectory, private fabric::PlanSource {
 public:
  explicit World(const WorldOptions& options);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  ~World() override;

  [[nodiscard]] engine::Simulator& simulator() { return simulator_; }

  [[nodiscard]] wire::PacketPool& packets() { return packets_; }

  [[nodiscard]] trace::TraceHub& trace() { return trace_; }

  [[nodiscard]] control::ControlPlane& control() { return *control_; }

  [[nodiscard]] fabric::Fabric& fabric() { return *fabric_; }

  // --- Changing the network ---------------------------------------------------------------------

  /// Executes a call now; the next packet sees its effect (RT-26). The reply may be looked at later
  /// as long as the world lives.
  api::Reply call(const control::Caller& caller, const api::Request& request,
                  const control::Declared* declared = nullptr);

  /// Moves the control plane's clock on until nothing is in progress (pending -> available, …).
  /// Pre: not begun.
  void settle();

  /// The run begins: from now on the control plane's time is the simulator's. Called by itself when
  /// the simulator has moved. Pre: settled, or nothing that is in progress is overdue.
  void begin();

  /// The control plane's time: negative before begin().
  [[nodiscard]] SimTime control_now() const;

  /// What is wrong, from now on, with a direction of the wire at an instance (its primary
  /// interface), a network interface (kOut: away from the instance), a peering connection (kOut:
  /// from requester to accepter) or an internet gateway (kOut: to the internet). False if there is
  /// no such wire now.
  [[nodiscard]] bool impair(const api::ResourceId& element, trace::Direction direction,
                            const link::Impairments& impairments);

  // --- Who is there -----------------------------------------------------------------------------

  /// The node of an instance in a VPC; null before it was launched and after it was terminated.
  [[nodiscard]] node::Instance* instance(const api::InstanceId& id);

  /// A host of the internet by its name ("8.8.8.8", "1.1.1.1", "outside"); null if there is none.
  [[nodiscard]] node::InternetHost* internet_host(std::string_view name);

  /// Adds a host to the internet, or gives the one at `address` another name.
  node::InternetHost& add_internet_host(std::string_view name, wire::Ipv4Address address);

  /// An instance, in a VPC or in EC2-Classic, or a host of the internet; null if there is none.
  [[nodiscard]] node::Guest* guest(const api::ResourceId& id);

  /// What DHCP tells an instance, or the little that a host of the internet was told; nothing where
  /// there is no address.
  [[nodiscard]] std::optional<GuestSettings> settings_of(const api::ResourceId& guest);

  /// The value at a path of an instance's metadata, below meta-data/ (IMDS-2); nothing: 404.
  [[nodiscard]] std::optional<std::string> metadata(const api::InstanceId& instance,
                                                    std::string_view path) const;

  // --- Names ------------------------------------------------------------------------------------

  /// The name under which people know a resource. It goes before its Name tag.
  void set_name(const api::ResourceId& id, const std::string& name);

  [[nodiscard]] std::string name_of(const api::ResourceId& id) const override;
  [[nodiscard]] std::vector<std::string> hosts_at(wire::Ipv4Address address) const override;

 private:
  /// Wakes when the control plane has something to do.
  struct ControlClock final : engine::Actor {
    explicit ControlClock(World& of) : world(of) {}

    void act() override;

    World& world;
    engine::PortId port = engine::kNoPort;
  };

  [[nodiscard]] std::optional<dataplane::VpcTables> compile(const api::VpcId& vpc) override;
  [[nodiscard]] bool exists(const api::VpcId& vpc) const override;
  [[nodiscard]] dataplane::ClassicTables compile_classic(std::uint32_t region) override;
  [[nodiscard]] app::DnsReply look_up(const node::NameClient& client,
                                      const wire::DnsQuestion& question) override;
  [[nodiscard]] bool is_cloud_address(wire::Ipv4Address address) const override;

  [[nodiscard]] bool has_begun() const { return begun_ || simulator_.now() > SimTime{}; }

  /// Tells the fabric what the control plane has changed, and when to wake it next.
  void follow_control();
  void note_call(const control::Caller& caller, const api::Request& request,
                 const api::Reply& reply);

  wire::PacketPool packets_;
  engine::Simulator simulator_;
  trace::TraceHub trace_;
  ControlClock clock_;
  bool begun_ = false;
  SimTime control_time_;  // until begun
  std::vector<wire::Ipv4Prefix> public_pools_;
  std::unique_ptr<control::ControlPlane> control_;
  std::unique_ptr<fabric::Fabric> fabric_;
  InternetNames internet_names_;
  std::map<api::ResourceId, std::string> names_;
};

}  // namespace vpclab::world
