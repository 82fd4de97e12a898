#include "emulator/link/link_profile.h"

#include <bit>
#include <chrono>

#include "netstack/base/check.h"

namespace vpclab::link {
namespace {

constexpr std::uint64_t kBitNanoseconds = 8'000'000'000;  // bits of a byte x ns of a second
constexpr std::uint64_t kMaxRate = 10'000'000'000'000;
constexpr unsigned kMaxSizeBits = 17;  // serialisation_time is exact for sizes up to 2^17
constexpr Duration kMaxRandomDelay = std::chrono::seconds(4);

}  // namespace

// Exact rounding up without a division per packet. With M = floor(8e9 x 2^k / rate), bytes x M /
// 2^k is below the true quotient by less than bytes / 2^k. That quotient is a whole number or at
// least 1/rate above one, so rounding up gives the same where bytes / 2^k < 1 / rate: k = 17 + the
// bits of rate. M then has at most 33 + 18 bits, and the product fits 128.
LinkProfile::LinkProfile(const LinkOptions& options) : options_(options) {
  VPCLAB_CHECK(options.rate_bits_per_second <= kMaxRate, "a link has at most 1e13 bit/s");
  VPCLAB_CHECK(options.propagation_delay >= Duration{}, "a delay is not negative");
  VPCLAB_CHECK(options.random_delay >= Duration{} && options.random_delay <= kMaxRandomDelay,
               "a random delay has 0 to 4 s");
  const std::uint64_t rate = options.rate_bits_per_second;
  if (rate == 0) {
    return;
  }
  shift_ = kMaxSizeBits + static_cast<unsigned>(std::bit_width(rate));
  scaled_nanoseconds_per_byte_ =
      static_cast<std::uint64_t>((static_cast<Wide>(kBitNanoseconds) << shift_) / rate);
  round_up_ = (std::uint64_t{1} << shift_) - 1;
  if (options.queue_limit_bytes != 0) {
    const Wide nanoseconds = static_cast<Wide>(options.queue_limit_bytes) * kBitNanoseconds / rate;
    constexpr auto kLongest = static_cast<Wide>(Duration::max().count());
    queue_time_ =
        Duration(static_cast<std::int64_t>(nanoseconds < kLongest ? nanoseconds : kLongest));
  }
}

}  // namespace vpclab::link
