#include "emulator/dataplane/fragment_gate.h"

#include <algorithm>
#include <utility>

#include "netstack/base/check.h"

namespace vpclab::dataplane {

const DatagramVerdict* FragmentGate::verdict(const DatagramKey& key, SimTime now) {
  const auto* entry = recent_.find(key, now);
  if (entry == nullptr) {
    entry = older_.find(key, now);
  }
  return entry == nullptr ? nullptr : &entry->value;
}

bool FragmentGate::hold(const DatagramKey& key, wire::PacketHandle packet, std::size_t size,
                        SimTime now) {
  if (waiting_.size() >= options_->waiting_max ||
      waiting_bytes_ + size > options_->waiting_bytes_max) {
    return false;
  }
  waiting_.push_back(Waiting{key, packet, size, now + options_->timeout});
  waiting_bytes_ += size;
  return true;
}

void FragmentGate::judge(const DatagramKey& key, const DatagramVerdict& verdict, SimTime now) {
  const SimTime expires = now + options_->timeout;
  if (auto* entry = recent_.find(key, now)) {  // the first fragment came twice
    entry->value = verdict;
    entry->expires = expires;
    return;
  }
  if (recent_.insert(key, verdict, expires, now) != nullptr) {
    return;
  }
  std::swap(recent_, older_);
  recent_.clear();
  const bool noted = recent_.insert(key, verdict, expires, now) != nullptr;
  VPCLAB_CHECK(noted, "an empty table has room");
}

wire::PacketHandle FragmentGate::release(const DatagramKey& key) {
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [&](const Waiting& held) { return held.key == key; });
  if (found == waiting_.end()) {
    return wire::kNoPacket;
  }
  const wire::PacketHandle packet = found->packet;
  waiting_bytes_ -= found->size;
  waiting_.erase(found);
  return packet;
}

std::optional<FragmentGate::Waiting> FragmentGate::take_expired(SimTime now) {
  if (waiting_.empty() || waiting_.front().until > now) {
    return std::nullopt;
  }
  const Waiting expired = waiting_.front();
  waiting_bytes_ -= expired.size;
  waiting_.erase(waiting_.begin());
  return expired;
}

}  // namespace vpclab::dataplane
