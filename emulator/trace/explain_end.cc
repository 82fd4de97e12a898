#include "emulator/trace/explain_end.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "netstack/base/check.h"

namespace vpclab::trace {
namespace {

struct HostWord {
  std::string_view word;
  std::string_view text;  // behind the host's name
  bool as_meant = false;
};

/// host::HostOutcome's words: a test holds the two together, since this floor knows no host.
constexpr std::array kHostWords{
    HostWord{"echo-request", "took the echo request", true},
    HostWord{"echo-reply", "took the echo reply, but later than its program waited for it", true},
    HostWord{"udp", "gave it to the program on that port, and nothing more came of it", true},
    HostWord{"icmp-error", "took the ICMP error, but later than its program waited for it", true},
    HostWord{"arp", "read the ARP message", true},
    HostWord{"forwarded", "passed it on", true},
    HostWord{"not-for-me", "does not have the destination address, and forwards nothing"},
    HostWord{"malformed", "could not read the headers"},
    HostWord{"bad-checksum", "found a wrong checksum: a link on the way damaged the packet"},
    HostWord{"martian", "takes nothing with an address that cannot be on a wire"},
    HostWord{"source-route", "takes nothing that asks for source routing"},
    HostWord{"unknown-ethertype", "reads only IPv4 and ARP"},
    HostWord{"unsupported-cast", "listens to no such broadcast or multicast"},
    HostWord{"no-listener",
             "has no program that listens on that UDP port, to which the answer is ICMP port "
             "unreachable"},
    HostWord{"unknown-protocol",
             "knows no such protocol, to which the answer is ICMP protocol unreachable"},
    HostWord{"echo-reply-unmatched", "has no program that waits for this echo reply"},
    HostWord{"icmp-error-unmatched",
             "has sent nothing that this ICMP error quotes, or knew of it already"},
    HostWord{"icmp-ignored", "answers no ICMP message of this type"},
    HostWord{"socket-full", "has a program on that port, whose queue had no room"},
    HostWord{"ttl-expired", "was to forward the packet, but its TTL had run out"},
    HostWord{"no-route", "has no route to the destination"},
    HostWord{"fragmentation-needed",
             "was to forward the packet, but it is larger than the next MTU and may not be "
             "fragmented"},
    HostWord{"no-port", "has no free port left under which to masquerade the packet"},
    HostWord{"fragment-duplicate", "had this fragment already"},
    HostWord{"fragment-overlap", "refused the datagram, whose fragments contradict each other"},
    HostWord{"reassembly-timeout", "waited in vain for the other fragments of the datagram"},
    HostWord{"reassembly-limit", "keeps too many unfinished datagrams to wait for this one, too"},
    HostWord{"arp-failed",
             "asked three times by ARP who has the next hop's address, and nobody answered"},
    HostWord{"arp-queue-full", "has no room for another packet that waits for an ARP answer"},
    HostWord{"host-stopped", "was stopped while it held the packet"},
};

const HostWord* find_host_word(std::string_view word) {
  const auto* found = std::find_if(kHostWords.begin(), kHostWords.end(),
                                   [word](const HostWord& known) { return known.word == word; });
  return found == kHostWords.end() ? nullptr : found;
}

char code_letter(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : '_';
}

}  // namespace

std::string end_code(std::string_view word) {
  std::string code = "X_";
  std::transform(word.begin(), word.end(), std::back_inserter(code), code_letter);
  return code;
}

std::string_view end_text(std::string_view word) {
  const HostWord* known = find_host_word(word);
  return known == nullptr ? std::string_view() : known->text;
}

bool is_as_meant(std::string_view word) {
  const HostWord* known = find_host_word(word);
  return known != nullptr && known->as_meant;
}

EndExplanation explain_end(const TraceEvent& end, const NameDirectory& names) {
  VPCLAB_CHECK(end.kind == EventKind::kConsumed, "only an end at a host is explained");
  const std::string host = label(end.tap.element, names);
  const std::string_view text = end_text(end.outcome);
  EndExplanation made;
  made.code = end_code(end.outcome);
  made.sentence = host + ' ' + std::string(text.empty() ? "took it" : text);
  made.details.push_back(Detail{"element", host});
  return made;
}

}  // namespace vpclab::trace
