// What checks expect of programs and calls: `expect:` of pings, traceroutes and answers.
#include <algorithm>
#include <array>
#include <charconv>

#include "emulator/scenario/load_checks.h"
#include "emulator/scenario/outcome.h"
#include "emulator/scenario/parameters.h"
#include "emulator/trace/drop_reason.h"
#include "netstack/base/magnitude.h"
#include "netstack/host/host_outcome.h"

namespace vpclab::scenario {
namespace {

constexpr std::uint32_t kMostSequence = 1'000'000;
constexpr std::string_view kLastEntry = "32767";  // as which EC2 shows `*` (ACL-3)

std::vector<std::string_view> all_reasons() {
  std::vector<std::string_view> reasons;
  for (const trace::DropReason reason : trace::all_drop_reasons()) {
    reasons.push_back(to_string(reason));
  }
  for (const host::HostOutcome outcome : host::all_host_outcomes()) {
    reasons.push_back(to_string(outcome));
  }
  reasons.push_back(kMessageTooLong);
  reasons.push_back(kInFlight);
  return reasons;
}

/// `NAME`, or `NAME:ENTRY`.
void read_place(const Node& node, const Word& word, ExpectedLoss& loss) {
  const std::size_t colon = word.text.find(':');
  const std::string_view name = word.text.substr(0, colon);
  loss.at = Text{std::string(name), Loader::part_of(node, word.offset, name.size())};
  if (colon != std::string_view::npos) {
    const std::string_view entry = word.text.substr(colon + 1);
    loss.entry = Text{entry == kLastEntry ? "*" : std::string(entry),
                      Loader::part_of(node, word.offset + colon + 1, entry.size())};
  }
}

/// `[request|reply] REASON [at NAME[:ENTRY]]`.
bool parse_loss(Loader& loader, const Node& node, ExpectedLoss& loss) {
  const std::optional<Text> text = loader.reader().text(node);
  if (!text.has_value()) {
    return false;
  }
  std::vector<Word> words = split_words(text->value);
  if (!words.empty() && (words[0].text == "request" || words[0].text == "reply")) {
    loss.packet = words[0].text == "request" ? LostPacket::kRequest : LostPacket::kReply;
    words.erase(words.begin());
  }
  if (words.size() == 3 && words[1].text == "at") {
    read_place(node, words[2], loss);
    words.resize(1);
  }
  if (words.size() != 1) {
    loader.reader().complain(
        node.mark, "expected why the probes are lost",
        "`SG_INGRESS`, `reply NO_ROUTE` or `request NACL_INGRESS at NAME:100`");
    return false;
  }
  const std::vector<std::string_view> reasons = all_reasons();
  if (std::find(reasons.begin(), reasons.end(), words[0].text) == reasons.end()) {
    loader.reader().complain_unknown(
        Loader::part_of(node, words[0].offset, words[0].text.size()),
        "'" + printable(words[0].text, 40) + "' is no reason to lose a packet", words[0].text,
        reasons);
    return false;
  }
  loss.reason = words[0].text;
  return true;
}

/// `5` or `1-4`.
bool parse_range(std::string_view text, Range& range) {
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, range.least);
  auto last = first;
  range.most = range.least;
  if (first.ec == std::errc{} && first.ptr != end && *first.ptr == '-') {
    last = std::from_chars(first.ptr + 1, end, range.most);
  }
  return last.ec == std::errc{} && last.ptr == end && !text.empty() && range.least <= range.most &&
         range.most <= kMostSequence;
}

/// `all`, `5` or `1-4`.
bool read_sequences(Loader& loader, const Node& key, ExpectedLoss& loss) {
  const std::size_t dash = std::min(key.text.find('-'), key.text.size());
  const std::string_view text = key.text;
  if (base::is_above(text.substr(0, dash), kMostSequence) ||
      base::is_above(text.substr(std::min(dash + 1, text.size())), kMostSequence)) {
    loader.reader().complain(key.mark, printable(text, 24) +
                                           " is too large: sequence numbers go to " +
                                           std::to_string(kMostSequence));
    return false;
  }
  if (key.text != "all" && (!parse_range(key.text, loss.sequences) || loss.sequences.least == 0)) {
    loader.reader().complain(key.mark,
                             "expected sequence numbers, found '" + printable(key.text, 24) + "'",
                             "such as 5, 1-4 or all");
    return false;
  }
  return true;
}

/// Neither of them is `all`, and some number is in both.
bool overlap(const Range& a, const Range& b) {
  return a.most != 0 && b.most != 0 && a.least <= b.most && b.least <= a.most;
}

std::vector<ExpectedLoss> read_lost(Loader& loader, const Node& node) {
  std::vector<ExpectedLoss> lost;
  if (!node.is_mapping()) {
    ExpectedLoss loss;
    loss.mark = node.mark;
    if (parse_loss(loader, node, loss)) {
      lost.push_back(std::move(loss));
    }
    return lost;
  }
  for (const NodeEntry& entry : node.entries) {
    ExpectedLoss loss;
    loss.mark = entry.key.mark;
    if (!read_sequences(loader, entry.key, loss) || !parse_loss(loader, entry.value, loss)) {
      continue;
    }
    if (std::any_of(lost.begin(), lost.end(), [&loss](const ExpectedLoss& other) {
          return overlap(other.sequences, loss.sequences);
        })) {
      loader.reader().complain(
          entry.key.mark, "of '" + printable(entry.key.text, 24) + "' some have a reason already",
          "each probe is lost for one reason");
      continue;
    }
    lost.push_back(std::move(loss));
  }
  return lost;
}

void read_received(Loader& loader, const Node& node, PingExpectation& expect) {
  Range range;
  if (!node.is_scalar() || !parse_range(node.text, range)) {
    loader.reader().complain(node.mark, "expected how many are answered", "such as 6, or 90-100");
    return;
  }
  expect.received = Located<Range>{range, node.mark};
}

/// A part that every text has says nothing.
void refuse_empty_part(Loader& loader, const Text& part, std::string_view of) {
  if (part.value.empty() && !was_not_read(part)) {
    loader.reader().complain(part.mark, "every " + std::string(of) + " holds an empty text",
                             "name a part of it, or remove this");
  }
}

/// What the output must hold.
template <class Expectation>
void read_output(Loader& loader, const Node& node, Expectation& expect) {
  expect.output = loader.reader().texts(node);
  if (node.is_sequence() && node.items.empty()) {
    loader.reader().complain(node.mark, "nothing is expected of the output",
                             "name a part of it, or remove this");
  }
  for (const Text& part : expect.output) {
    refuse_empty_part(loader, part, "output");
  }
}

constexpr std::array<LoaderField<PingExpectation>, 6> kPingExpectFields{{
    {"received", false, &read_received},
    {"lost", false,
     [](Loader& loader, const Node& node, PingExpectation& expect) {
       expect.lost = read_lost(loader, node);
     }},
    {"ttl", false,
     [](Loader& loader, const Node& node, PingExpectation& expect) {
       if (const auto ttl = loader.reader().integer(node, 1, 255)) {
         expect.ttl = Located<std::uint32_t>{static_cast<std::uint32_t>(ttl->value), ttl->mark};
       }
     }},
    {"from", false, &store<&PingExpectation::from, PingExpectation>},
    {"seen_from", false, &store<&PingExpectation::seen_from, PingExpectation>},
    {"output", false, &read_output<PingExpectation>},
}};

constexpr std::array<LoaderField<TracerouteExpectation>, 4> kTracerouteExpectFields{{
    {"hops", false,
     [](Loader& loader, const Node& node, TracerouteExpectation& expect) {
       expect.hops = loader.reader().texts(node);
     }},
    {"reached", false, &store<&TracerouteExpectation::reached, TracerouteExpectation>},
    {"lost", false,
     [](Loader& loader, const Node& node, TracerouteExpectation& expect) {
       expect.lost = read_lost(loader, node);
     }},
    {"output", false, &read_output<TracerouteExpectation>},
}};

constexpr std::array<LoaderField<DigExpectation>, 6> kDigExpectFields{{
    {"answer", false,
     [](Loader& loader, const Node& node, DigExpectation& expect) {
       expect.answer = node.is_scalar() && node.text == "none" ? std::vector<Text>()
                                                               : loader.reader().texts(node);
     }},
    {"rcode", false,
     [](Loader& loader, const Node& node, DigExpectation& expect) {
       static constexpr std::array<std::string_view, 6> kRcodes{"NOERROR",  "FORMERR", "SERVFAIL",
                                                                "NXDOMAIN", "NOTIMP",  "REFUSED"};
       expect.rcode = loader.reader().word(node, kRcodes);
     }},
    {"answered", false, &store<&DigExpectation::answered, DigExpectation>},
    {"server", false, &store<&DigExpectation::server, DigExpectation>},
    {"lost", false,
     [](Loader& loader, const Node& node, DigExpectation& expect) {
       ExpectedLoss loss;
       loss.mark = node.mark;
       if (parse_loss(loader, node, loss)) {
         expect.lost = std::move(loss);
       }
     }},
    {"output", false, &read_output<DigExpectation>},
}};

}  // namespace

void read_expectation(Loader& loader, const Node& node, DigExpectation& expect) {
  if (node.is_sequence()) {
    expect.answer = loader.reader().texts(node);
    return;
  }
  read_mapping(loader, node, node.mark, "expect", kDigExpectFields, expect, "answer");
}

void read_expectation(Loader& loader, const Node& node, PingExpectation& expect) {
  read_mapping(loader, node, node.mark, "expect", kPingExpectFields, expect);
}

void read_expectation(Loader& loader, const Node& node, TracerouteExpectation& expect) {
  read_mapping(loader, node, node.mark, "expect", kTracerouteExpectFields, expect);
}

void read_expectation(Loader& loader, const Node& node, ApiExpectation& expect) {
  if (!loader.reader().expect_mapping(node, "expect")) {
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    if (entry.key.text == "error") {
      loader.set(entry.value, expect.error);
    } else if (entry.key.text == "message") {
      loader.set(entry.value, expect.message);
      if (expect.message.has_value()) {
        refuse_empty_part(loader, *expect.message, "message");
      }
    } else {
      expect.values.push_back(
          ValueExpectation{Text{entry.key.text, entry.key.mark}, to_parameters(entry.value)});
    }
  }
  if (const Node* message = node.find("message");
      message != nullptr && node.find("error") == nullptr) {
    loader.reader().complain(message->mark, "only a refused call has a message",
                             "add the code with which it is refused: `error: …`");
  }
}

void list_expectation_keys(std::vector<KeyTable>& tables) {
  tables.push_back(key_table("ping_expectation", kPingExpectFields));
  tables.push_back(key_table("traceroute_expectation", kTracerouteExpectFields));
  tables.push_back(key_table("dig_expectation", kDigExpectFields));
}

}  // namespace vpclab::scenario
