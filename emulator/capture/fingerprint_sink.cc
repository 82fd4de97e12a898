#include "emulator/capture/fingerprint_sink.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <span>

namespace vpclab::capture {
namespace {

constexpr std::uint64_t kMultiplierHigh = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t kMultiplierLow = 0xd6e8feb86659fd93U;

std::uint64_t finished(std::uint64_t value) {
  value = (value ^ (value >> 32)) * kMultiplierLow;
  value = (value ^ (value >> 29)) * kMultiplierHigh;
  return value ^ (value >> 32);
}

constexpr std::size_t kWordSize = 8;

/// Little-endian, whatever the machine is.
std::uint64_t word_of(std::span<const std::uint8_t, kWordSize> bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < kWordSize; ++i) {
    word |= std::uint64_t{bytes[i]} << (8 * i);
  }
  return word;
}

std::string hex_of(std::uint64_t value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) {
    text.push_back(kHex[(value >> shift) & 0xf]);
  }
  return text;
}

}  // namespace

void FingerprintSink::add(std::uint64_t word) {
  // Two lanes, each fed by the other: an exchange of two words changes both.
  high_ = (std::rotl(high_, 29) ^ word) * kMultiplierHigh;
  low_ = (std::rotl(low_, 31) + (word ^ (high_ >> 17))) * kMultiplierLow;
}

void FingerprintSink::add(Bytes bytes) {
  add(std::uint64_t{bytes.size()});
  while (bytes.size() >= kWordSize) {
    add(word_of(bytes.first<kWordSize>()));
    bytes = bytes.subspan(kWordSize);
  }
  if (!bytes.empty()) {
    std::array<std::uint8_t, kWordSize> padded{};
    std::copy(bytes.begin(), bytes.end(), padded.begin());
    add(word_of(padded));
  }
}

void FingerprintSink::add(std::string_view text) {
  add(Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

void FingerprintSink::add(const api::ResourceId& id) {
  const IdDigits digits = id.digits();
  add(digits.low);
  add((std::uint64_t{digits.high} << 8) | digits.length);
  add(api::prefix_of(id.kind()));
}

void FingerprintSink::record(const trace::TraceEvent& event) {
  ++count_;
  add(static_cast<std::uint64_t>(to_nanoseconds(event.at)));
  // By their names, not their numbers: a new enumerator changes no run that does not meet it.
  add(to_string(event.kind));
  add(to_string(event.direction));
  add(to_string(event.tap.side));
  add(event.reason ? to_string(*event.reason) : std::string_view());
  add(std::uint64_t{event.ethernet});
  add(event.tap.element);
  add(event.packet);
  add(event.cause);
  add(event.outcome);
  if (event.steps != nullptr) {
    add(std::uint64_t{event.steps->size()});
    for (const trace::Step& step : *event.steps) {
      add(to_string(step.stage));
      add(to_string(step.outcome));
      add(step.rule.object);
      add(step.rule.rule);
      add(step.rule.scope);
      add(std::uint64_t{step.rule.prefix.first().to_host_order()});
      add((static_cast<std::uint64_t>(step.rule.prefix.length()) << 2) |
          (std::uint64_t{step.rule.has_prefix} << 1) | std::uint64_t{step.rule.main_table});
      add(std::uint64_t{step.rule.number});
      add(to_string(step.rule.state));
    }
  }
  add(event.bytes);
}

void FingerprintSink::note(SimTime at, std::string_view kind, std::string_view text) {
  ++count_;
  add(static_cast<std::uint64_t>(to_nanoseconds(at)));
  add(kind);
  add(text);
}

std::string FingerprintSink::hex() const {
  return hex_of(finished(high_ ^ count_)) + hex_of(finished(low_ + std::rotl(high_, 32)));
}

}  // namespace vpclab::capture
