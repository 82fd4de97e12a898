// scenario/program.h - a ping, traceroute or dig that a step or a check has started: it runs on a
// guest, its lines go to a sink, and in the end it says what became of each probe. Owned by the
// runner.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "emulator/node/guest.h"
#include "emulator/scenario/fates.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/outcome.h"
#include "netstack/app/line_sink.h"
#include "netstack/app/stub_resolver.h"
#include "netstack/base/result.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::scenario {

using ProgramResult =
    std::variant<std::monostate, PingOutcome, TracerouteOutcome, DigOutcome, ApiOutcome>;

class Program {
 public:
  virtual ~Program() = default;

  /// Starts on `guest`, which outlives the program, and lets it send. A program that cannot start
  /// has said why in its lines and is not running.
  virtual void start(SimTime now, node::Guest& guest) = 0;

  /// As Ctrl-C.
  virtual void interrupt(SimTime now) = 0;

  [[nodiscard]] virtual bool is_running() const = 0;

  /// What became of each probe so far.
  [[nodiscard]] virtual ProgramResult result(const Fates& fates) const = 0;
};

/// What a program is called with beside the author's words.
struct ProgramContext {
  /// Nothing: the program looks its destination up itself, under the name that the author wrote.
  std::optional<wire::Ipv4Address> destination;
  std::string name;                // of the destination, where it is looked up
  app::ResolverSettings resolver;  // what the sender was told by DHCP
  std::int64_t epoch_nanoseconds = 0;
  app::LineSink lines;
};

/// Pre: the loader has accepted the words.
[[nodiscard]] std::unique_ptr<Program> make_ping(const PingStep& step, ProgramContext context);
[[nodiscard]] std::unique_ptr<Program> make_traceroute(const TracerouteStep& step,
                                                       ProgramContext context);

/// `words`: the author's, with addresses and texts in place of names. Nothing, with a complaint, if
/// they cannot be read.
[[nodiscard]] Result<std::unique_ptr<Program>> make_dig(const std::vector<std::string>& words,
                                                        ProgramContext context);

/// "ping -c 10 10.2.4.95": the author's words with the destination's address.
[[nodiscard]] std::string command_of(std::string_view program, const ProgramStep& step,
                                     const std::string& address);

}  // namespace vpclab::scenario
