// node/instance.h - a running (or stopped) EC2 instance: a guest with network interfaces. Owned by
// the fabric, which follows the plan: starts, stops and reboots it, attaches and detaches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <boost/container/small_vector.hpp>

#include "emulator/api/ids.h"
#include "emulator/node/eni.h"
#include "emulator/node/guest.h"

namespace vpclab::node {

class Instance final : public Guest {
 public:
  /// `home` is the router of the VPC that holds the primary interface.
  Instance(Context& context, VpcRouter& home, const api::InstanceId& id,
           const host::HostOptions& options);

  [[nodiscard]] const api::InstanceId& id() const { return id_; }

  [[nodiscard]] api::ResourceId resource() const override { return id_; }

  [[nodiscard]] wire::Ipv4Address address() const override;

  /// As the plan says now: changes of this instant are seen (RT-26).
  [[nodiscard]] bool is_running() override;

  [[nodiscard]] VpcRouter& home() const { return *home_; }

  /// The interfaces by their number in the host stack; null where one was detached.
  [[nodiscard]] const boost::container::small_vector<Eni*, 1>& interfaces() const {
    return interfaces_;
  }

  /// Makes the guest pass on what is not for it, as `sysctl net.ipv4.ip_forward` does; for good, as
  /// if it stood in sysctl.conf.
  void set_ip_forward(bool on) { host().set_ip_forward(on); }

  /// Makes the guest forward under its own address, as `iptables -t nat … -j MASQUERADE` does
  /// (NAT-13); for good. It forwards at all only with set_ip_forward().
  void set_masquerade(bool on) { host().set_masquerade(on); }

  // --- The fabric's side ------------------------------------------------------------------------

  /// Gives the host another interface and returns its number. attach() must follow.
  [[nodiscard]] std::uint8_t add_interface(const host::InterfaceConfig& config);

  void attach(Eni& eni) { interfaces_[eni.number()] = &eni; }

  /// Takes the interface away from the guest; its number may be used again.
  void detach(const Eni& eni);

  /// The guest runs with this count of boots, or does not run. It begins anew when it stops or when
  /// the count changes: what was inside is lost (INST-1, INST-2).
  void set_state(bool running, std::uint32_t boots);

 protected:
  void transmit(std::size_t number, wire::PacketHandle frame) override;
  [[nodiscard]] trace::Tap tap(std::size_t number) const override;

  [[nodiscard]] bool taps_frames() const override { return true; }

 private:
  VpcRouter* home_;
  api::InstanceId id_;
  std::uint32_t boots_ = 0;
  bool running_ = false;
  boost::container::small_vector<Eni*, 1> interfaces_;
};

}  // namespace vpclab::node
