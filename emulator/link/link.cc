#include "emulator/link/link.h"

#include "netstack/base/bytes.h"
#include "netstack/base/rng.h"

namespace vpclab::link {
namespace {

/// A counter-based generator small enough for a link: each state is hashed to 32 uniform bits.
std::uint32_t mix(std::uint32_t state) {
  state ^= state >> 16;
  state *= 0x7feb352dU;
  state ^= state >> 15;
  state *= 0x846ca68bU;
  return state ^ (state >> 16);
}

}  // namespace

Link::Link(const LinkProfile& profile, engine::PortId to, std::uint64_t seed, std::string_view name)
    : profile_(&profile),
      to_(to),
      random_state_(static_cast<std::uint32_t>(base::Rng(seed, name).next() >> 32)) {}

Duration Link::draw_random_delay(Duration most) {
  constexpr std::uint32_t kStride = 0x9e3779b9U;  // odd: the state runs through all 2^32 values
  random_state_ += kStride;
  const auto bound = static_cast<std::uint64_t>(most.count()) + 1;
  return Duration(static_cast<std::int64_t>((mix(random_state_) * bound) >> 32));
}

void Link::impair(LinkContext& context, const Impairments& impairments, std::uint64_t seed,
                  std::string_view name) {
  Impairment* impairment = profile_->impairment();
  if (impairment == nullptr) {
    if (impairments == Impairments{}) {
      return;
    }
    impairment = &context.add_impairment(*profile_, seed, name);
    profile_ = &impairment->profile();
  }
  impairment->set(impairments);
}

Impairments Link::impairments() const {
  const Impairment* impairment = profile_->impairment();
  return impairment == nullptr ? Impairments{} : impairment->wanted();
}

void Link::accept_impaired(LinkContext& context, wire::PacketHandle packet) {
  Impairment& impairment = *profile_->impairment();
  if (impairment.wanted().down) {
    context.drop(trace::DropReason::kLinkDown, to_, *profile_, packet);
    return;
  }
  wire::PacketPool& packets = context.simulator().packets();
  wire::PacketHandle copy = wire::kNoPacket;
  if (impairment.draw_duplicate()) {
    copy = packets.clone(packet);
    ++context.counters_.duplicated;
    context.record_copy(to_, copy);
  }
  transmit_impaired(context, impairment, packet);
  if (copy != wire::kNoPacket) {
    transmit_impaired(context, impairment, copy);
  }
}

void Link::transmit_impaired(LinkContext& context, Impairment& impairment,
                             wire::PacketHandle packet) {
  engine::Simulator& simulator = context.simulator();
  const std::optional<SimTime> sent = transmit(simulator, packet);
  if (!sent) {
    context.drop(trace::DropReason::kQueueFull, to_, *profile_, packet);
    return;
  }
  if (impairment.draw_loss()) {
    context.drop(trace::DropReason::kLinkLoss, to_, *profile_, packet);
    return;
  }
  const MutableBytes bytes = simulator.packets().bytes(packet);
  if (!bytes.empty() && impairment.draw_corrupt()) {
    const std::uint64_t bit = impairment.draw_bit(bytes.size());
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (0x80U >> (bit % 8)));
    ++context.counters_.corrupted;
    context.record_corruption(to_, packet);
  }
  const SimTime arrival = *sent + profile_->options().propagation_delay + draw_random_delay() +
                          impairment.draw_jitter();
  if (impairment.draw_reorder()) {
    ++context.counters_.reordered;
    simulator.schedule(arrival + impairment.wanted().reorder_delay, packet, to_);
    return;
  }
  arrive(simulator, arrival, packet);
}

}  // namespace vpclab::link
