// DNS messages and names. Laws: no crash; what is read is written and read again as the same; what
// is cut to 512 bytes fits, can be read, and says that it was cut; a server that knows nothing says
// so in 512 bytes; texts of names are names.
#include <cstdint>
#include <cstdlib>

#include "netstack/app/dns_server.h"
#include "netstack/wire/dns.h"

namespace {

using vpclab::wire::DnsMessage;
using vpclab::wire::DnsName;
using vpclab::wire::DnsRecord;

void judge(bool law) {
  if (!law) {
    std::abort();
  }
}

/// Data that may hold compressed names are not understood, and not written elsewhere.
bool holds_foreign_data(const std::vector<DnsRecord>& records) {
  for (const DnsRecord& record : records) {
    if (std::holds_alternative<std::vector<std::uint8_t>>(record.data)) {
      return true;
    }
  }
  return false;
}

void judge_message(const DnsMessage& message) {
  const std::vector<std::uint8_t> whole = message.emit();
  const auto again = DnsMessage::parse(whole);
  judge(again.has_value() && (*again == message || again->truncated));
  if (message.questions.size() > 1 || holds_foreign_data(message.additionals)) {
    return;
  }
  const std::vector<std::uint8_t> cut = message.emit(vpclab::wire::kDnsUdpSize);
  const auto read = DnsMessage::parse(cut);
  judge(cut.size() <= vpclab::wire::kDnsUdpSize && read.has_value());
  judge(read->truncated || read->authorities == message.authorities);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto message = DnsMessage::parse({data, size})) {
    judge_message(*message);
  }
  const auto look_up = [](const vpclab::wire::DnsQuestion&) { return vpclab::app::DnsReply{}; };
  judge(vpclab::app::answer_dns({data, size}, look_up).size() <= vpclab::wire::kDnsUdpSize);
  const std::string text(data, data + size);
  if (const auto name = DnsName::parse(text)) {
    const auto again = DnsName::parse(to_string(*name));
    judge(again.has_value() && *again == *name);
    judge(name->labels().size() < DnsName::kMaxSize);
  }
  return 0;
}
