// scenario/outcome.h - what became of a run: steps, probes with their fates, checks. Plain values
// with texts ready to print; report.h writes them, nothing here refers to the world.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/scenario/model.h"
#include "emulator/trace/explain.h"
#include "netstack/base/sim_time.h"

namespace vpclab::scenario {

/// Reasons of a Fate that are neither the network's nor a host's: the program itself could not send
/// so large a message, or the packet was still on its way when the run stopped.
inline constexpr std::string_view kMessageTooLong = "message-too-long";
inline constexpr std::string_view kInFlight = "in-flight";

/// Why a probe stayed without an answer: the packet that ended, where, and the rule that did it.
struct Fate {
  LostPacket packet = LostPacket::kRequest;
  std::string reason;  ///< SG_INGRESS; a host's own word; or one of those above
  /// "arp-failed": the host's own word where `reason` tells why it had to say it; else empty.
  std::string host_word;
  std::string code;   ///< ENI_SG_RULES_MISMATCH
  std::string rule;   ///< id of the group, list or table that decided, with its number or prefix
  std::string entry;  ///< in that object: an ACL's rule number or `*`, a route's destination
  std::vector<std::string> objects;  ///< ids of all that had a hand in it
  std::string sentence;              ///< for a person, with names
  std::string traffic;               ///< "udp port 33434", where the texts speak of it; else empty
  /// More facts: "route table", "target state"; "missing rule" and "fix" say what would help.
  std::vector<trace::Detail> details;

  friend bool operator==(const Fate&, const Fate&) = default;
};

/// One probe of a ping.
struct PingProbe {
  std::uint32_t sequence = 0;
  std::uint64_t packet = 0;   ///< the request's; 0 if none was made
  std::uint32_t replies = 0;  ///< more than one: duplicates
  std::optional<Fate> fate;   ///< of an unanswered one
  std::string from;           ///< who answered
  std::uint32_t ttl = 0;
  std::string seen_from;  ///< the request's source address where it arrived; empty: it did not
};

struct PingOutcome {
  std::uint32_t transmitted = 0;
  std::uint32_t received = 0;
  std::vector<PingProbe> probes;
};

/// One probe of a traceroute.
struct TracerouteProbe {
  std::uint32_t hop = 0;
  std::uint64_t packet = 0;  ///< 0 if none was made
  std::string from;          ///< empty: no answer
  std::optional<Fate> fate;  ///< of an unanswered one
};

struct TracerouteOutcome {
  bool reached = false;
  std::vector<TracerouteProbe> probes;
};

/// One query of a dig: sent again to the next server, or after a while.
struct DigQuery {
  std::uint32_t number = 0;
  std::uint64_t packet = 0;  ///< 0 if none was made
  std::string server;
  bool answered = false;
  std::optional<Fate> fate;  ///< of an unanswered one
};

struct DigOutcome {
  bool answered = false;
  std::string rcode;                 ///< of the answer: NOERROR, NXDOMAIN, …
  std::vector<std::string> answers;  ///< addresses, names without the last dot, other data
  std::string server;                ///< who answered
  std::vector<DigQuery> probes;
};

/// An API call's answer: a code and AWS's sentence, or the response as JSON.
struct ApiOutcome {
  std::string caller;  ///< account/region
  std::string error_code;
  std::string error_message;
  std::string response_json;
  /// Sentences with the rule's id: accepted, though AWS was stricter once.
  std::vector<std::string> warnings;
};

/// One step of the run.
struct StepOutcome {
  std::string name;     ///< the author's, or "step N"
  std::string command;  ///< as a person would type it: "ping -c 10 10.2.4.95", "aws ec2 …"
  std::string host;     ///< where it ran; empty for API calls
  std::string as;       ///< the step's `as:`; empty: the scenario's usual caller
  Mark mark;
  SimTime began{};
  SimTime ended{};
  bool finished = false;  ///< false: still running when the run stopped
  bool failed = false;    ///< refused against expectation (or accepted against it)
  std::string complaint;  ///< why it failed
  std::string output;     ///< what the program printed
  std::variant<std::monostate, PingOutcome, TracerouteOutcome, DigOutcome, ApiOutcome> result;
};

/// One check.
struct CheckOutcome {
  std::string name;
  std::string expected;
  std::string observed;
  std::vector<std::string> faults;  ///< wherein the two differ, a sentence each
  std::string reason;  ///< of what was observed; empty where nothing was lost or refused
  std::string code;    ///< of each reason, in the same order where there are several
  std::string rule;
  std::vector<std::string> missing;  ///< rules, links and options that would have let it through
  std::vector<std::string> fixes;    ///< calls that would make them
  std::string hint;
  bool passed = false;
  std::uint32_t points = 0;  ///< earned
  std::uint32_t possible = 0;
  Mark mark;
};

struct RunOutcome {
  std::vector<StepOutcome> steps;
  std::vector<CheckOutcome> checks;
  SimTime ended{};
  bool stopped = false;                          ///< by RunOptions::stop, before its end
  std::map<std::uint64_t, std::string> senders;  ///< which step or check sent a packet as a probe

  /// No step failed and every check passed.
  [[nodiscard]] bool all_well() const;
};

/// "1-4", or "5" for a single one.
[[nodiscard]] std::string range_text(std::uint32_t first, std::uint32_t last);

/// Whether a detail of a fate says what would help, not only how things are.
[[nodiscard]] bool is_remedy(const trace::Detail& detail);

/// Lines of what would help behind a fate's own: "  missing rule: …", "  fix: aws ec2 …".
[[nodiscard]] std::vector<std::string> remedy_lines(const std::vector<trace::Detail>& details);

/// Equal fates gathered, and those that differ in a port alone: "icmp_seq 1-4, 7 lost: …" without
/// the leading mark.
[[nodiscard]] std::vector<std::string> verdict_lines(const PingOutcome& outcome);
[[nodiscard]] std::vector<std::string> verdict_lines(const TracerouteOutcome& outcome);
[[nodiscard]] std::vector<std::string> verdict_lines(const DigOutcome& outcome);

/// The same, each with its remedy lines behind it: for people who read along.
[[nodiscard]] std::vector<std::string> verdicts_and_remedies(const StepOutcome& step);

}  // namespace vpclab::scenario
