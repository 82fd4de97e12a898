#include "emulator/node/instance.h"

#include "emulator/node/vpc_router.h"

namespace vpclab::node {

Instance::Instance(Context& context, VpcRouter& home, const api::InstanceId& id,
                   const host::HostOptions& options)
    : Guest(context, options), home_(&home), id_(id) {}

wire::Ipv4Address Instance::address() const {
  return host().has_interface(0) ? host().interface(0).address : wire::Ipv4Address{};
}

bool Instance::is_running() {
  static_cast<void>(home_->tables());  // follows the plan first
  return running_;
}

std::uint8_t Instance::add_interface(const host::InterfaceConfig& config) {
  const std::size_t number = host().add_interface(config);
  if (number >= interfaces_.size()) {
    interfaces_.resize(number + 1, nullptr);
  }
  return static_cast<std::uint8_t>(number);
}

void Instance::detach(const Eni& eni) {
  interfaces_[eni.number()] = nullptr;
  host().remove_interface(context().now(), eni.number());
}

void Instance::set_state(bool running, std::uint32_t boots) {
  if (running_ && (!running || boots != boots_)) {
    host().shut_down(context().now());
    for (Eni* eni : interfaces_) {
      if (eni != nullptr) {
        eni->forget_flows();
      }
    }
  }
  running_ = running;
  boots_ = boots;
}

void Instance::transmit(std::size_t number, wire::PacketHandle frame) {
  if (context().listening()) {
    record_leaving(number, frame);
  }
  Eni* eni = interfaces_[number];
  if (eni == nullptr) {  // detached: a cable without an end
    return context().drop(trace::DropReason::kLinkDown, tap(number), trace::Direction::kOut, frame,
                          nullptr, true);
  }
  eni->transmit(frame);
}

trace::Tap Instance::tap(std::size_t number) const {
  const Eni* eni = number < interfaces_.size() ? interfaces_[number] : nullptr;
  return trace::Tap{eni != nullptr ? api::ResourceId(eni->id()) : api::ResourceId(id_),
                    trace::Tap::Side::kGuest};
}

}  // namespace vpclab::node
