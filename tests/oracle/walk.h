// tests/oracle/walk.h - a packet on its way through the oracle: what evaluate.cc and filters.cc
// share.
#pragma once

#include <string>
#include <utility>

#include "tests/oracle/evaluate.h"

namespace vpclab::oracle {

/// IGW-5, FWD-4: what has no meaning on the internet.
[[nodiscard]] bool is_private(std::uint32_t address);

struct Oracle::Walk {
  Packet packet;
  Seconds now;
  const Witness& witness;
  Fate fate;
  std::string vpc{};     // in which it is
  std::string by_nat{};  // the NAT gateway that translated it on its way out

  void drop(std::string reason, std::string place) {
    fate.reason = std::move(reason);
    fate.place = std::move(place);
  }

  /// RFC 1122 section 3.2.2: nobody is told of an error, nor of a later fragment.
  void tell(const Answer& answer) {
    if (!packet.is_error() && packet.offset == 0) {
      fate.answer = answer;
    }
  }

  /// IGW-3, and in what an ICMP error quotes: RFC 5508 section 4.2.
  void translate_quoted_destination(std::uint32_t to) {
    packet.quote = std::make_shared<Packet>(*packet.quote);
    packet.quote->destination = to;
  }

  void translate_source(std::uint32_t to) {
    if (packet.is_error() && packet.quote->destination == packet.source) {
      translate_quoted_destination(to);
    }
    packet.source = to;
  }

  void translate_destination(std::uint32_t to) {
    if (packet.is_error() && packet.quote->source == packet.destination) {
      packet.quote = std::make_shared<Packet>(*packet.quote);
      packet.quote->source = to;
    }
    packet.destination = to;
  }

  Step& step(std::string asked, std::string answer, std::string object = {}) {
    fate.steps.push_back({});
    Step& made = fate.steps.back();
    made.asked = std::move(asked);
    made.answer = std::move(answer);
    made.object = std::move(object);
    return made;
  }
};

}  // namespace vpclab::oracle
