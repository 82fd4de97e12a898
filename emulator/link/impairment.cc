#include "emulator/link/impairment.h"

#include <string>

#include "netstack/base/check.h"

namespace vpclab::link {
namespace {

constexpr std::uint32_t kCertain = 1'000'000;  // parts per million

std::string stream(std::string_view name, std::string_view misfortune) {
  return std::string(name) + "/" + std::string(misfortune);
}

bool draw(base::Rng& rng, std::uint32_t chance_ppm) {
  return chance_ppm != 0 && rng.chance(chance_ppm);
}

}  // namespace

Impairment::Impairment(const LinkProfile& base, std::uint64_t seed, std::string_view name)
    : base_(&base),
      profile_(base.options()),
      loss_(seed, stream(name, "loss")),
      duplicate_(seed, stream(name, "duplicate")),
      corrupt_(seed, stream(name, "corrupt")),
      reorder_(seed, stream(name, "reorder")),
      jitter_(seed, stream(name, "jitter")) {
  profile_.impairment_ = this;
}

void Impairment::set(const Impairments& wanted) {
  for (const std::uint32_t chance :
       {wanted.loss_ppm, wanted.duplicate_ppm, wanted.corrupt_ppm, wanted.reorder_ppm}) {
    VPCLAB_CHECK(chance <= kCertain, "a chance has at most 1,000,000 ppm");
  }
  VPCLAB_CHECK(wanted.jitter >= Duration{} && wanted.jitter <= std::chrono::seconds(4),
               "jitter has 0 to 4 s");
  VPCLAB_CHECK(wanted.reorder_delay >= Duration{}, "a delay is not negative");
  wanted_ = wanted;
  LinkOptions options = base_->options();
  options.rate_bits_per_second = wanted.rate_bits_per_second.value_or(options.rate_bits_per_second);
  options.propagation_delay = wanted.propagation_delay.value_or(options.propagation_delay);
  options.queue_limit_bytes = wanted.queue_limit_bytes.value_or(options.queue_limit_bytes);
  profile_ = LinkProfile(options);
  profile_.impairment_ = this;
}

bool Impairment::draw_loss() { return draw(loss_, wanted_.loss_ppm); }

bool Impairment::draw_duplicate() { return draw(duplicate_, wanted_.duplicate_ppm); }

bool Impairment::draw_corrupt() { return draw(corrupt_, wanted_.corrupt_ppm); }

bool Impairment::draw_reorder() { return draw(reorder_, wanted_.reorder_ppm); }

Duration Impairment::draw_jitter() {
  if (wanted_.jitter == Duration{}) {
    return {};
  }
  const auto bound = static_cast<std::uint64_t>(wanted_.jitter.count()) + 1;
  return Duration(static_cast<std::int64_t>(jitter_.below(bound)));
}

std::uint64_t Impairment::draw_bit(std::size_t bytes) {
  return corrupt_.below(static_cast<std::uint64_t>(bytes) * 8);
}

}  // namespace vpclab::link
