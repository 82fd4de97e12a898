// trace/explain_end.h - what became of a packet that ended at a host: the code and a sentence for
// the host's own word. Made only when somebody reads it; judges nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/trace/explain.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_event.h"

namespace vpclab::trace {

struct EndExplanation {
  std::string code;             // end_code() of the word
  std::string sentence;         // one line, no full stop
  std::vector<Detail> details;  // where
};

/// `X_NO_LISTENER` for `no-listener`.
[[nodiscard]] std::string end_code(std::string_view word);

/// What a host does with a packet of which it says `word`, to be read behind the host's name; empty
/// for a word that no host says.
[[nodiscard]] std::string_view end_text(std::string_view word);

/// Whether `word` says that a host took the packet as it was meant: then nothing is to be explained
/// unless somebody misses an answer.
[[nodiscard]] bool is_as_meant(std::string_view word);

/// Explains an end at a host. Pre: end.kind == kConsumed; tap and outcome are what is read.
[[nodiscard]] EndExplanation explain_end(const TraceEvent& end, const NameDirectory& names);

}  // namespace vpclab::trace
