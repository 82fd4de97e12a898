// tests/oracle/recording.h - what a run of the oracle did, kept so that it can be written down as a
// scenario: the calls and packets with their times, and what the oracle says becomes of each
// packet. What the language of scenarios has no words for becomes a comment that says so.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/oracle/evaluate.h"
#include "tests/oracle/packet.h"

namespace vpclab::oracle {

class Recording {
 public:
  using Time = std::chrono::nanoseconds;

  /// A call, as ACCOUNT/REGION. `at`: virtual time; nothing: before the first packet, when the
  /// network is made and each call waits until it is done.
  void add_call(const std::string& as, const std::string& line, const std::string& id,
                std::optional<Time> at);

  /// Something that happens and cannot be said.
  void add_remark(const std::string& what) { steps_.emplace_back("  # " + what); }

  /// A packet that `from` (an instance, or a host of the internet) sends, and whose answers arrive
  /// at `home` (a Fate's receiver); its fate is learnt from now on. `untold`: why no step can send
  /// it; empty: a ping does. `sets_form`: its source and whether it may be cut are the packet's;
  /// else the host chooses.
  void add_packet(const std::string& from, const std::string& home, const Packet& packet,
                  bool sets_form, const std::string& untold, Time at);

  /// The oracle's word on a way that began with the last packet, or that it caused.
  void learn(const Packet& sent, const Fate& fate);

  /// What becomes of the last packet is not told by the rules.
  void doubt();

  /// Whether the last packet's request arrived, by the oracle, and nothing is known of a reply.
  [[nodiscard]] const Fate* unanswered() const;

  /// The file. `made`: how long the network takes to be made; `finding`: what went wrong, as
  /// comment.
  [[nodiscard]] std::string scenario(std::string_view name, const std::string& finding,
                                     Time made) const;

 private:
  struct Sent {
    std::string name{};  // of the step; empty: there is none
    std::string from{};
    std::string home{};
    Packet packet{};
    bool is_open = false;
    int request_number = -1;  // its datagram's
    std::optional<Fate> request{};
    std::optional<Fate> reply{};
    std::optional<Fate> error{};
  };

  [[nodiscard]] bool has_learnt(const Sent& next) const;
  [[nodiscard]] static Fate end_of(const Fate& fate);
  [[nodiscard]] static std::string expectation(const Sent& sent);

  /// A step's text; times in it count from the first packet's.
  struct Timed {
    explicit Timed(std::string of, std::optional<Time> when = {}) : text(std::move(of)), at(when) {}

    std::string text;
    std::optional<Time> at;
  };

  std::vector<Timed> steps_;
  std::vector<Sent> sent_;
};

}  // namespace vpclab::oracle
