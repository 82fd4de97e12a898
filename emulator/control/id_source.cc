#include "emulator/control/id_source.h"

#include "netstack/base/rng.h"

namespace vpclab::control {
namespace {

/// The finaliser of splitmix64: every bit of the result depends on every bit of the value.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

/// 17 digits, the first of them 0, as AWS's ids have it.
constexpr IdDigits digits_of(std::uint64_t value) { return IdDigits{value, 0, 17}; }

std::uint64_t base_of(std::uint64_t seed, const Caller& caller, api::ResourceKind kind) {
  const std::uint64_t owner =
      mix(base::hash_name(caller.account)) ^ mix(base::hash_name(caller.region) + 1);
  return mix(mix(seed ^ owner) + static_cast<std::uint64_t>(kind));
}

}  // namespace

IdDigits IdSource::declared(const Caller& caller, api::ResourceKind kind,
                            std::string_view name) const {
  return digits_of(mix(base_of(seed_, caller, kind) ^ base::hash_name(name)));
}

IdDigits IdSource::next(const Caller& caller, OwnerIndex owner, api::ResourceKind kind) {
  const auto row = static_cast<std::size_t>(owner);
  const auto column = static_cast<std::size_t>(kind);
  if (row >= streams_.size()) {
    streams_.resize(row + 1);
  }
  if (column >= streams_[row].size()) {
    streams_[row].resize(column + 1);
  }
  Stream& stream = streams_[row][column];
  if (stream.base == 0) {
    stream.base = base_of(seed_, caller, kind);
  }
  return digits_of(mix(stream.base + ++stream.count * 0xd1342543de82ef95U));
}

IdDigits IdSource::part(const api::ResourceId& owner, api::ResourceKind kind, std::uint32_t count) {
  const IdDigits digits = owner.digits();
  const std::uint64_t place = (static_cast<std::uint64_t>(owner.kind()) << 48) |
                              (static_cast<std::uint64_t>(kind) << 40) |
                              (static_cast<std::uint64_t>(digits.high) << 36) | count;
  return digits_of(mix(digits.low ^ mix(place)));
}

}  // namespace vpclab::control
