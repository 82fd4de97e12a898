// node/peering_end.h - one direction of a peering connection: the wire from one VPC's router to the
// other's (PCX-20). The crossing is judged before it (FWD-6). Owned by the fabric.
#pragma once

#include <cstdint>
#include <string_view>

#include "emulator/api/ids.h"
#include "emulator/engine/actor.h"
#include "emulator/link/impairment.h"
#include "emulator/link/link.h"
#include "emulator/node/context.h"
#include "netstack/wire/packet_pool.h"

namespace vpclab::node {

class VpcRouter;

class PeeringEnd final : public engine::PacketSink {
 public:
  /// `name` names the link's random stream.
  PeeringEnd(Context& context, const link::LinkProfile& profile, VpcRouter& from, VpcRouter& to,
             std::string_view name);

  PeeringEnd(const PeeringEnd&) = delete;
  PeeringEnd& operator=(const PeeringEnd&) = delete;

  /// Takes over a packet that may cross.
  void send(wire::PacketHandle packet) { link_.accept(context_->links(), packet); }

  /// The far router takes it.
  void accept(wire::PacketHandle packet) override;

  void impair(const link::Impairments& impairments, std::string_view name);

  [[nodiscard]] VpcRouter& from() const { return *from_; }

  [[nodiscard]] VpcRouter& to() const { return *to_; }

  [[nodiscard]] engine::PortId port() const { return link_.to(); }

 private:
  Context* context_;
  VpcRouter* from_;
  VpcRouter* to_;
  link::Link link_;
};

}  // namespace vpclab::node
