// link/link_profile.h - what a class of links has in common: rate, delay, queue. Shared by the
// links that have it (a run may hold millions), so it outlives them and never changes; a link that
// is to behave otherwise gets an impairment.
#pragma once

#include <cstddef>
#include <cstdint>

#include "netstack/base/sim_time.h"

namespace vpclab::link {

class Impairment;

/// How a link is asked for. The default is a wire without rate, delay or queue.
struct LinkOptions {
  /// Bits per second that the transmitter sends; 0 is without limit (and then nothing queues).
  std::uint64_t rate_bits_per_second = 0;
  /// From the end of the transmission to the arrival.
  Duration propagation_delay{};
  /// Each packet takes between nothing and this much longer, drawn per packet, in whole
  /// nanoseconds, uniformly; packets of a link keep their order (TTL-6). At most 4 s.
  Duration random_delay{};
  /// Bytes that may wait or be in transmission; one packet is always accepted. 0 is without limit.
  std::uint64_t queue_limit_bytes = 0;

  friend bool operator==(const LinkOptions&, const LinkOptions&) = default;
};

class LinkProfile {
 public:
  /// Pre: rate <= 1e13 bits/s, delays not negative, random_delay <= 4 s.
  explicit LinkProfile(const LinkOptions& options);

  [[nodiscard]] const LinkOptions& options() const { return options_; }

  /// The time in which the transmitter sends `bytes`, rounded up to the nanosecond; 0 without a
  /// rate. Pre: bytes <= 131,072.
  [[nodiscard]] Duration serialisation_time(std::size_t bytes) const {
    // bytes x 8e9 / rate without a division: see the constructor.
    const auto product = static_cast<Wide>(bytes) * scaled_nanoseconds_per_byte_;
    return Duration(static_cast<std::int64_t>((product + round_up_) >> shift_));
  }

  /// How long the transmitter may be busy with what waits: the queue limit as a time.
  [[nodiscard]] Duration queue_time() const { return queue_time_; }

  /// What is wrong with this link; nullptr for the shared profiles.
  [[nodiscard]] Impairment* impairment() const { return impairment_; }

 private:
  friend class Impairment;

  __extension__ using Wide = unsigned __int128;

  LinkOptions options_;
  std::uint64_t scaled_nanoseconds_per_byte_ = 0;
  std::uint64_t round_up_ = 0;
  unsigned shift_ = 0;
  Duration queue_time_ = Duration::max();
  Impairment* impairment_ = nullptr;
};

}  // namespace vpclab::link
