#include "tests/oracle/recording.h"

#include <algorithm>

#include <fmt/format.h>

#include "tests/oracle/cidr.h"
#include "tests/oracle/model.h"

namespace vpclab::oracle {
namespace {

constexpr int kHeaders = 28;  // of a ping: IPv4 and ICMP
constexpr int kNarrow = 1500;

/// A text as YAML reads it between single quotes.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? "''" : std::string(1, c);
  }
  return out + "'";
}

std::string seconds(Recording::Time time) {
  return fmt::format("{}.{:09}s", time.count() / 1'000'000'000, time.count() % 1'000'000'000);
}

/// The words behind `ping`, that make it send this one packet.
std::string words_of(const Packet& packet, bool sets_form) {
  std::string words =
      fmt::format("-c 1 -W 1 -e {} -s {}", packet.identifier, std::max(packet.size - kHeaders, 0));
  if (packet.ttl != 0) {
    words += fmt::format(" -t {}", packet.ttl);
  }
  if (sets_form) {
    words += fmt::format(" -I {} -M {}", text(packet.source), packet.dont_fragment ? "do" : "dont");
  }
  return words + " " + text(packet.destination);
}

/// What a host of the internet is called where a name may not be an address.
std::string name_of(const std::string& host) {
  return host == "8.8.8.8" ? "host-8" : host == "1.1.1.1" ? "host-1" : host;
}

/// " at NAME"; where the oracle's place has no id, nothing.
std::string at(const std::string& place) {
  return place.find('-') == std::string::npos ? std::string() : " at " + place;
}

}  // namespace

void Recording::add_call(const std::string& as, const std::string& line, const std::string& id,
                         std::optional<Time> at) {
  std::string step = fmt::format("as: {}, aws: {}", as, in_quotes(line));
  if (!id.empty()) {
    step += ", id: " + id;
  }
  steps_.emplace_back(step, at);
  if (!at) {
    steps_.emplace_back("wait: settled");
  }
}

void Recording::add_packet(const std::string& from, const std::string& home, const Packet& packet,
                           bool sets_form, const std::string& untold, Time at) {
  Sent sent;
  sent.from = from;
  sent.home = home;
  sent.packet = packet;
  const std::string why =
      untold.empty() && has_learnt(sent) ? "the sender's host has learnt what fits" : untold;
  if (why.empty()) {
    sent.name = fmt::format("packet-{}", sent_.size() + 1);
    steps_.emplace_back(fmt::format("name: {}, from: {}, ping: {}", sent.name, name_of(from),
                                    in_quotes(words_of(packet, sets_form))),
                        at);
  } else {
    add_remark(
        fmt::format("{}: {} sends {}, {}: {}", seconds(at), from, text(packet), form(packet), why));
  }
  sent_.push_back(std::move(sent));
}

/// A host that was told of a path's MTU cuts or refuses by itself what does not fit.
bool Recording::has_learnt(const Sent& next) const {
  return next.packet.size > kNarrow &&
         std::any_of(sent_.begin(), sent_.end(), [&](const Sent& before) {
           return before.from == next.from &&
                  before.packet.destination == next.packet.destination && before.request &&
                  before.request->reason == "MTU_DF";
         });
}

void Recording::learn(const Packet& sent, const Fate& fate) {
  if (sent_.empty()) {
    return;
  }
  Sent& last = sent_.back();
  last.is_open = last.is_open || fate.is_open ||
                 std::any_of(fate.pieces.begin(), fate.pieces.end(),
                             [](const Fate& piece) { return piece.is_open; });
  std::optional<Fate>* known = nullptr;
  if (sent.offset != 0) {  // of which it is, its first fragment has told
    known = sent.identification == last.request_number ? &last.request : &last.reply;
  } else if (sent.protocol == kIcmp && sent.type == 8) {
    known = &last.request;
    last.request_number = sent.identification;
  } else if (sent.protocol == kIcmp && sent.type == 0) {
    known = &last.reply;
  } else if (sent.is_error()) {
    known = &last.error;
  } else {
    return;
  }
  // It goes on from an appliance, which no step can tell to forward.
  last.is_open = last.is_open || (sent.offset == 0 && known->has_value());
  const bool is_lost_already = sent.is_fragment() && known->has_value() && !(*known)->delivered;
  if (!is_lost_already) {
    *known = end_of(fate);
  }
}

/// Of what was cut the piece that was lost decides.
Fate Recording::end_of(const Fate& fate) {
  for (const Fate& piece : fate.pieces) {
    if (!piece.delivered) {
      return piece;
    }
  }
  return fate.pieces.empty() ? fate : fate.pieces.front();
}

void Recording::doubt() {
  if (!sent_.empty()) {
    sent_.back().is_open = true;
  }
}

const Fate* Recording::unanswered() const {
  const bool asks = !sent_.empty() && sent_.back().request && sent_.back().request->delivered &&
                    !sent_.back().reply;
  return asks ? &*sent_.back().request : nullptr;
}

/// What `expect:` holds; empty: nothing can be said.
std::string Recording::expectation(const Sent& sent) {
  if (sent.name.empty() || sent.is_open || !sent.request) {
    return {};
  }
  const auto lost = [](std::string_view which, const Fate& fate) {
    const bool is_reason = std::all_of(fate.reason.begin(), fate.reason.end(),
                                       [](char c) { return c == '_' || (c >= 'A' && c <= 'Z'); });
    return is_reason ? fmt::format("{{lost: {} {}{}}}", which, fate.reason, at(fate.place))
                     : std::string();
  };
  if (!sent.request->delivered) {
    return sent.error && !sent.error->delivered ? lost("reply", *sent.error)
                                                : lost("request", *sent.request);
  }
  if (!sent.reply) {
    return {};
  }
  if (!sent.reply->delivered) {
    return lost("reply", *sent.reply);
  }
  return sent.reply->receiver == sent.home ? "{received: 1}" : std::string();
}

std::string Recording::scenario(std::string_view name, const std::string& finding,
                                Time made) const {
  std::string text;
  std::string comment = finding;
  while (!comment.empty() && comment.back() == '\n') {
    comment.pop_back();
  }
  for (std::size_t begin = 0; begin < comment.size();) {
    const std::size_t end = std::min(comment.find('\n', begin), comment.size());
    text += "# " + comment.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  text += fmt::format(
      "schema: 1\n"
      "name: {}\n"
      "description: Where the emulator and the oracle of tests/oracle disagreed.\n"
      "seed: 1\n"
      "quotas: lifted\n"
      "accounts:\n"
      "  classic: {{id: \"333333333333\", platforms: [EC2, VPC]}}\n"
      "internet:\n"
      "  hosts: {{host-8: 8.8.8.8, host-1: 1.1.1.1}}\n"
      "run:\n",
      name);
  for (const Timed& step : steps_) {
    if (step.text.rfind("  #", 0) == 0) {
      text += step.text + "\n";
    } else if (step.at) {
      text += fmt::format("  - {{at: {}, {}}}\n", seconds(made + *step.at), step.text);
    } else {
      text += fmt::format("  - {{{}}}\n", step.text);
    }
  }
  std::string checks;
  for (const Sent& sent : sent_) {
    const std::string expected = expectation(sent);
    if (!expected.empty()) {
      checks += fmt::format("  - {{ping: {}, expect: {}}}\n", sent.name, expected);
    }
  }
  return checks.empty() ? text : text + "checks:\n" + checks;
}

}  // namespace vpclab::oracle
