// trace/explain.h - why a packet was dropped, in a sentence that names objects by name and id and
// says which rule is missing; and what it passed, in a few words. Made only when somebody reads it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/trace/decision.h"
#include "emulator/trace/drop_reason.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_event.h"

namespace vpclab::trace {

/// One fact of an explanation: `{"route table", "rtb-… (main)"}`.
struct Detail {
  std::string key;
  std::string value;

  friend bool operator==(const Detail&, const Detail&) = default;
};

struct Explanation {
  DropReason reason{};
  std::string_view code;  // explanation_code(reason), or Reachability Analyzer's finer one
  std::string rule;       // the object that refused: "sg-…", "acl-… rule *", "rtb-…"; or ""
  std::string sentence;   // one line, no full stop
  std::vector<Detail> details;  // aws-semantics section 18, third column
};

/// Explains a drop. `drop` may be remade from a sink's copy: kind, direction, tap, reason, steps
/// and bytes are what is read. Pre: drop.kind == kDropped and drop.reason has a value.
[[nodiscard]] Explanation explain(const TraceEvent& drop, const NameDirectory& names);

/// `sg-0123… (web)`: id and name, or the id alone; "" for no id.
[[nodiscard]] std::string label(const api::ResourceId& id, const NameDirectory& names);

/// One step in short form: `nacl-in acl-… 100 allow`, `route 10.2.0.0/16 -> pcx-…`,
/// `sg-in sg-… tracked`.
[[nodiscard]] std::string brief(const Step& step);

/// All steps in short form, `; ` between them; denied ones too.
[[nodiscard]] std::string brief(const StepList& steps);

/// The packet of an event in tcpdump's words: `IP 10.1.4.7 > 10.2.4.95: ICMP echo request, …`, with
/// an Ethernet header or without.
[[nodiscard]] std::string summary_of(const TraceEvent& event);

}  // namespace vpclab::trace
