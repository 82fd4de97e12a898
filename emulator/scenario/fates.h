// scenario/fates.h - a TraceSink that remembers how packets ended and which packet came of which,
// so that a lost probe can be told why: its request was dropped here, or its reply there. Decides
// nothing, prints nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emulator/scenario/outcome.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_sink.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::scenario {

class Fates final : public trace::TraceSink {
 public:
  /// `names` outlives the sink.
  explicit Fates(const trace::NameDirectory& names) : names_(names) {}

  void record(const trace::TraceEvent& event) override;

  /// Why the exchange that packet `request` began came to no good end: the request itself, its
  /// fragments, or what a host sent because of it - an echo reply or an ICMP error - if that was
  /// lost. kInFlight if nothing of it has ended.
  [[nodiscard]] Fate fate_of(std::uint64_t request) const;

  /// The source address with which an echo request reached the host that took it, behind every
  /// translation; nothing where none did.
  [[nodiscard]] std::optional<wire::Ipv4Address> seen_from(std::uint64_t request) const;

 private:
  enum class End : std::uint8_t { kNone, kDropped, kConsumed, kReplaced };

  struct Packet {
    End end = End::kNone;
    bool is_copy = false;                 // made by a link that duplicates
    std::uint32_t fate = 0;               // index into fates_, of a dropped or consumed one
    wire::Ipv4Address source;             // of a consumed one, where it was taken
    std::vector<std::uint64_t> children;  // packets that name this one as their cause
  };

  [[nodiscard]] const Packet* find(std::uint64_t packet) const;
  [[nodiscard]] const Packet* last_of(std::uint64_t packet, int depth) const;
  [[nodiscard]] const Fate* end_of(std::uint64_t packet) const;
  [[nodiscard]] std::optional<Fate> fate_of_answer(std::uint64_t request, const Fate& end) const;
  [[nodiscard]] std::vector<std::uint64_t> answers_to(std::uint64_t request, int depth) const;
  [[nodiscard]] std::uint32_t intern(Fate fate);
  void note_question(const trace::TraceEvent& sent);
  [[nodiscard]] const Fate* refused_question(const trace::TraceEvent& end) const;
  [[nodiscard]] Fate fate_without_neighbour(const trace::TraceEvent& end) const;
  [[nodiscard]] std::uint32_t end_at_host(const trace::TraceEvent& end);

  /// A host gives up behind so many ARP requests.
  static constexpr std::size_t kQuestions = 3;

  /// Who asked for which neighbour.
  using Question = std::pair<api::ResourceId, wire::Ipv4Address>;

  const trace::NameDirectory& names_;
  std::unordered_map<std::uint64_t, Packet> packets_;  // asked by id, never walked through
  std::vector<Fate> fates_;                            // neighbours are never equal
  std::map<std::pair<api::ResourceId, std::string>, std::uint32_t> ends_;  // by host and its word
  std::map<Question, std::array<std::uint64_t, kQuestions>> questions_;    // the last ones, 0: none
};

}  // namespace vpclab::scenario
