#include "emulator/node/narrow_leg.h"

#include <utility>

#include "netstack/host/fragmentation.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::node {

bool must_be_refused(const wire::PacketPool& packets, wire::PacketHandle packet,
                     std::uint16_t mtu) {
  return packets.size(packet) > mtu && wire::ipv4_dont_fragment(packets.bytes(packet));
}

trace::Step too_big_step(const api::ResourceId& element, std::uint16_t mtu) {
  return {trace::Stage::kHost, trace::Outcome::kDenied,
          trace::RuleRef{.object = element, .number = mtu}};
}

void cut(Context& context, wire::PacketHandle packet, std::uint16_t mtu, const trace::Tap& tap,
         trace::Direction direction, std::vector<wire::PacketHandle>& pieces) {
  pieces.clear();
  host::fragment(context.packets(), packet, mtu, pieces);
  if (context.listening()) {
    context.record(trace::EventKind::kReplaced, tap, direction, packet, nullptr);
    for (const wire::PacketHandle piece : pieces) {
      context.record(trace::EventKind::kSent, tap, direction, piece, nullptr);
    }
  }
  context.packets().free(packet);
}

}  // namespace vpclab::node
