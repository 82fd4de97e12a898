// dataplane/verdict_cache.h - the verdicts of a VPC's router on the packets that it saw last: ACLs
// and route tables are asked once per plan and kind of packet. Direct-mapped, of fixed size. Owned
// by one router; holds no steps: who listens asks the rules.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "emulator/dataplane/decide.h"
#include "emulator/dataplane/packet_facts.h"

namespace vpclab::dataplane {

class VerdictCache {
 public:
  /// All that route() and enter() look at beside the plan: where the packet came in, its addresses,
  /// its protocol and what rules compare. Not for fragments.
  class Entry {
   public:
    [[nodiscard]] bool knows(std::uint32_t from, const PacketFacts& facts,
                             std::uint32_t plan) const {
      return plan_ == plan && addresses_ == addresses_of(facts) && rest_ == rest_of(from, facts);
    }

    void note(std::uint32_t from, const PacketFacts& facts, std::uint32_t plan, Verdict verdict) {
      addresses_ = addresses_of(facts);
      rest_ = rest_of(from, facts);
      plan_ = plan;
      verdict_ = verdict;
    }

    [[nodiscard]] Verdict verdict() const { return verdict_; }

   private:
    friend class VerdictCache;

    [[nodiscard]] static std::uint64_t addresses_of(const PacketFacts& facts) {
      return (std::uint64_t{facts.source.to_host_order()} << 32) |
             facts.destination.to_host_order();
    }

    [[nodiscard]] static std::uint64_t rest_of(std::uint32_t from, const PacketFacts& facts) {
      return (std::uint64_t{from} << 32) | (std::uint64_t{facts.selector} << 8) | facts.protocol;
    }

    std::uint64_t addresses_ = 0;
    std::uint64_t rest_ = 0;
    Verdict verdict_;
    std::uint32_t plan_ = 0;  // plans are numbered from 1
  };

  /// Where such a packet's verdict is kept; it may be another's.
  [[nodiscard]] Entry& entry(std::uint32_t from, const PacketFacts& facts) {
    const std::uint64_t mixed = (Entry::addresses_of(facts) * 0x9e3779b97f4a7c15U) ^
                                (Entry::rest_of(from, facts) * 0xc2b2ae3d27d4eb4fU);
    return entries_[(mixed * 0xff51afd7ed558ccdU) >> (64 - kBits)];
  }

 private:
  static constexpr unsigned kBits = 8;

  std::array<Entry, std::size_t{1} << kBits> entries_{};
};

}  // namespace vpclab::dataplane
