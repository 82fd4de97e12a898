#include "netstack/app/dns_server.h"

#include <algorithm>
#include <utility>

#include "netstack/host/host_stack.h"

namespace vpclab::app {
namespace {

using wire::DnsMessage;
using wire::DnsRcode;

constexpr std::uint8_t kExtendedBadVersion = 1;  // BADVERS is 16: the upper bits of it

/// All that can be said about a query whose body cannot be read.
std::vector<std::uint8_t> refuse_unreadable(Bytes query) {
  DnsMessage refusal;
  refusal.id = load_be16(query, 0);
  refusal.is_response = true;
  refusal.opcode = static_cast<std::uint8_t>((query[2] >> 3) & 0xf);
  refusal.recursion_desired = (query[2] & 1) != 0;
  refusal.recursion_available = true;
  refusal.rcode = DnsRcode::kFormErr;
  return refusal.emit();
}

DnsMessage answer_message(const DnsMessage& query, const DnsLookup& look_up) {
  if (query.opcode != 0) {
    return answer_to(query, DnsRcode::kNotImp);
  }
  if (query.questions.empty()) {
    return answer_to(query, DnsRcode::kFormErr);
  }
  const wire::DnsQuestion& question = query.questions.front();
  if (question.record_class != wire::kDnsInternet) {
    return answer_to(query, DnsRcode::kRefused);
  }
  DnsReply reply = look_up(question);
  DnsMessage answer = answer_to(query, reply.rcode);
  answer.answers = std::move(reply.answers);
  answer.authorities = std::move(reply.authorities);
  return answer;
}

}  // namespace

std::vector<std::uint8_t> answer_dns(Bytes query, const DnsLookup& look_up) {
  constexpr std::uint8_t kResponseBit = 0x80;
  if (query.size() < DnsMessage::kHeaderSize || (query[2] & kResponseBit) != 0) {
    return {};
  }
  const auto read = DnsMessage::parse(query);
  // Several questions are no query (RFC 9619): repeated in the answer, they could outgrow any
  // limit.
  if (!read || read->questions.size() > 1) {
    return refuse_unreadable(query);
  }
  std::size_t limit = wire::kDnsUdpSize;
  if (!read->edns) {
    return answer_message(*read, look_up).emit(limit);
  }
  limit = std::clamp<std::size_t>(read->edns->udp_size, wire::kDnsUdpSize, kDnsServerSize);
  const bool knows_version = read->edns->version == 0;
  DnsMessage answer =
      knows_version ? answer_message(*read, look_up) : answer_to(*read, DnsRcode::kNoError);
  answer.edns = wire::DnsEdns{static_cast<std::uint16_t>(kDnsServerSize),
                              knows_version ? std::uint8_t{0} : kExtendedBadVersion, 0, false};
  return answer.emit(limit);
}

DnsServer::DnsServer(host::HostStack& stack, DnsLookup look_up)
    : stack_(&stack), socket_(stack), look_up_(std::move(look_up)) {
  stack.attach(*this);
}

DnsServer::~DnsServer() {
  if (stack_ != nullptr) {
    stack_->detach(*this);
  }
}

Result<std::uint16_t> DnsServer::listen() {
  return socket_.bind(wire::Ipv4Address(), wire::kDnsPort);
}

void DnsServer::poll(SimTime now, host::HostStack&) {
  while (const auto datagram = socket_.front()) {
    const std::vector<std::uint8_t> answer = answer_dns(datagram->data, look_up_);
    if (!answer.empty()) {
      socket_.send_to(now, datagram->source, datagram->source_port, answer);
    }
    socket_.pop();
  }
}

}  // namespace vpclab::app
