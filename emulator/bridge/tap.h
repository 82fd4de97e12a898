// bridge/tap.h - a TAP interface of the Linux kernel: frames that the kernel sends into it are read
// here, frames written here arrive at the kernel. Owns the descriptor; the interface goes away with
// it. It lives in the network namespace of the thread that opened it, and gives it no address.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "netstack/base/bytes.h"
#include "netstack/base/result.h"

namespace vpclab::bridge {

class Tap {
 public:
  /// Makes the interface `name` (at most 15 characters; `%d` is replaced by the kernel), without
  /// packet information, not blocking. Fails where /dev/net/tun or the privilege (CAP_NET_ADMIN in
  /// the namespace) is missing; the error says which.
  [[nodiscard]] static Result<Tap> open(std::string_view name);

  ~Tap();
  Tap(Tap&& other) noexcept;
  Tap& operator=(Tap&& other) noexcept;
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  /// The descriptor, to wait on. Stays the Tap's.
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// The interface's name as the kernel gave it.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Reads one Ethernet frame; nothing when none waits. Longer frames than `buffer` are cut.
  [[nodiscard]] Result<std::optional<std::size_t>> read(MutableBytes buffer);

  /// Hands one Ethernet frame to the kernel. False when its queue is full (or the interface is
  /// down) and the frame was not taken.
  [[nodiscard]] Result<bool> write(Bytes frame);

 private:
  Tap(int descriptor, std::string name);

  int descriptor_ = -1;
  std::string name_;
};

}  // namespace vpclab::bridge
