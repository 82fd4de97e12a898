// scenario/judgement.h - what a check wanted, what was seen, and wherein the two differ, gathered
// while it is judged. Internal to the judges; knows no expectation and no outcome.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/scenario/outcome.h"

namespace vpclab::scenario {

/// The parts with the separator between them.
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view separator);

struct Judgement {
  std::vector<std::string> wanted;
  std::vector<std::string> seen;
  std::vector<std::string> faults;  ///< sentences; none: the check passes

  /// Fills expected, observed, faults and passed.
  void conclude(CheckOutcome& check) const;
};

/// What fates of a check's probes say for its report, each once, in order.
class FateNotes {
 public:
  void add(const Fate& fate);

  /// Fills reason, code, rule, missing and fixes.
  void conclude(CheckOutcome& check) const;

 private:
  std::vector<std::string> reasons_;
  std::vector<std::string> codes_;  // of the reason at the same place
  std::vector<std::string> rules_;
  std::vector<std::string> missing_;
  std::vector<std::string> fixes_;
};

/// Faults of numbered probes: neighbours with the same fault become one sentence, "icmp_seq 1-4 was
/// answered".
class ProbeFaults {
 public:
  explicit ProbeFaults(std::string_view noun) : noun_(noun) {}

  void add(std::uint32_t number, std::string_view fault);
  void append_to(std::vector<std::string>& faults) const;

 private:
  struct Run {
    std::uint32_t first;
    std::uint32_t last;
    std::string fault;
  };

  std::string_view noun_;
  std::vector<Run> runs_;
};

}  // namespace vpclab::scenario
