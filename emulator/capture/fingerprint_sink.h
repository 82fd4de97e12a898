// capture/fingerprint_sink.h - one number for a run's trajectory: every event's time, place, kind,
// verdict and bytes, in their order. Equal runs have equal fingerprints on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/trace/trace_sink.h"
#include "netstack/base/bytes.h"

namespace vpclab::capture {

/// 128 bits of an order-sensitive hash. It finds differences; it does not withstand forgers.
class FingerprintSink final : public trace::TraceSink {
 public:
  void record(const trace::TraceEvent& event) override;

  void note(SimTime at, std::string_view kind, std::string_view text) override;

  /// Events and notes so far.
  [[nodiscard]] std::uint64_t count() const { return count_; }

  /// 32 hex digits.
  [[nodiscard]] std::string hex() const;

 private:
  void add(std::uint64_t word);
  void add(Bytes bytes);
  void add(std::string_view text);
  void add(const api::ResourceId& id);

  std::uint64_t high_ = 0x6a09e667f3bcc908U;
  std::uint64_t low_ = 0xbb67ae8584caa73bU;
  std::uint64_t count_ = 0;
};

}  // namespace vpclab::capture
