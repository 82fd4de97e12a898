#include "netstack/app/dns_exchange.h"

#include <algorithm>
#include <utility>

#include "netstack/base/check.h"
#include "netstack/base/rng.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/udp.h"

namespace vpclab::app {
namespace {

using host::SendStatus;
using wire::DnsMessage;
using wire::UdpHeader;

constexpr std::uint8_t kPortUnreachable = 3;

/// As good as random to whoever looks, and the same in every run.
std::uint16_t draw_id(SimTime now, wire::Ipv4Address source, std::size_t number) {
  const std::uint64_t seed = static_cast<std::uint64_t>(to_nanoseconds(now)) * 31 + number;
  return static_cast<std::uint16_t>(base::Rng(seed, to_string(source) + "/dns").next() & 0xffff);
}

}  // namespace

DnsExchange::~DnsExchange() { cancel(); }

void DnsExchange::start(SimTime now, host::HostStack& stack, const wire::DnsQuestion& question,
                        const DnsExchangeOptions& options) {
  VPCLAB_CHECK(stack_ == nullptr, "an exchange is started when the one before has ended");
  stack_ = &stack;
  question_ = question;
  options_ = options;
  response_.reset();
  response_size_ = 0;
  tries_.clear();
  stack.attach(*this);
  send_next(now);
}

void DnsExchange::cancel() {
  deadline_ = kNever;
  release_port();
  if (host::HostStack* stack = std::exchange(stack_, nullptr)) {
    stack->detach(*this);
  }
}

void DnsExchange::release_port() {
  if (stack_ != nullptr && port_ != 0) {
    stack_->ports().release(host::PortSpace::kUdp, wire::Ipv4Address(), port_);
  }
  port_ = 0;
}

/// The next server in turn; the end, at the next poll, if all have been asked often enough.
void DnsExchange::send_next(SimTime now) {
  deadline_ = now;
  if (tries_.size() >= options_.servers.size() * options_.rounds) {
    return;
  }
  const wire::Ipv4Address server = options_.servers[tries_.size() % options_.servers.size()];
  tries_.push_back({server, 0, 0, now, kNever, DnsTry::Outcome::kWaiting});
  const host::SendResult result = send_query(now, server);
  if (result.status == SendStatus::kSent) {
    tries_.back().packet_id = result.packet_id;
    deadline_ = now + options_.timeout;
  } else {
    tries_.back().outcome = DnsTry::Outcome::kUnreachable;
    tries_.back().ended = now;
  }
}

/// Each datagram from a port and with an id of its own.
host::SendResult DnsExchange::send_query(SimTime now, wire::Ipv4Address server) {
  release_port();
  const auto source = stack_->source_for(server);
  if (!source) {
    return {SendStatus::kNoRoute, 0, 0};
  }
  const auto port = stack_->ports().bind(host::PortSpace::kUdp, wire::Ipv4Address(), 0, *this);
  if (!port) {
    return {SendStatus::kNoSuchSource, 0, 0};
  }
  port_ = *port;
  id_ = draw_id(now, *source, tries_.size() + port_);
  DnsMessage query;
  query.id = id_;
  query.recursion_desired = options_.recursion_desired;
  query.questions.push_back(question_);
  if (options_.edns_size) {
    query.edns = wire::DnsEdns{*options_.edns_size, 0, 0, false};
  }
  const std::vector<std::uint8_t> data = query.emit();
  const std::size_t size = UdpHeader::kSize + data.size();
  const wire::PacketHandle message = stack_->allocate_message(size);
  const MutableBytes bytes = stack_->pool().bytes(message);
  std::copy(data.begin(), data.end(), bytes.begin() + UdpHeader::kSize);
  UdpHeader{port_, options_.port, static_cast<std::uint16_t>(size)}.emit(bytes, *source, server);
  host::Outgoing outgoing;
  outgoing.destination = server;
  outgoing.source = *source;
  outgoing.protocol = wire::IpProtocol::kUdp;
  return stack_->send(now, message, outgoing);
}

host::Taken DnsExchange::deliver(SimTime now, host::HostStack& stack,
                                 const host::Delivery& delivery) {
  const Bytes message = std::as_const(stack.pool())
                            .bytes(delivery.packet)
                            .subspan(delivery.message_offset, delivery.message_size);
  const Bytes data = message.subspan(UdpHeader::kSize);
  DnsTry& current = tries_.back();
  if (response_ || delivery.source != current.server || load_be16(message, 0) != options_.port) {
    return host::Taken::kDone;
  }
  auto read = DnsMessage::parse(data);
  // RFC 5452 section 9.1: the question comes back (but for a server that could not read it).
  const bool fits = read && read->is_response && read->id == id_ &&
                    (read->questions.empty() ? read->rcode != wire::DnsRcode::kNoError
                                             : read->questions.front() == question_);
  if (fits) {
    response_ = std::move(*read);
    response_size_ = data.size();
    current.outcome = DnsTry::Outcome::kAnswered;
    current.answer_id = stack.pool().id(delivery.packet);
    current.ended = now;
    deadline_ = now;
  }
  return host::Taken::kDone;
}

void DnsExchange::on_error(SimTime now, host::HostStack&, const host::DeliveryError& error) {
  DnsTry& current = tries_.back();
  if (error.destination == current.server && current.outcome == DnsTry::Outcome::kWaiting) {
    const bool nobody_listens =
        error.type == static_cast<std::uint8_t>(wire::IcmpType::kDestinationUnreachable) &&
        error.code == kPortUnreachable;
    current.outcome = nobody_listens ? DnsTry::Outcome::kRefused : DnsTry::Outcome::kUnreachable;
    current.answer_id = error.packet_id;
    current.ended = now;
    deadline_ = now;
  }
}

void DnsExchange::poll(SimTime now, host::HostStack&) {
  if (now < deadline_) {
    return;
  }
  if (response_ || tries_.empty()) {
    return end(now);
  }
  DnsTry& current = tries_.back();
  if (current.outcome == DnsTry::Outcome::kWaiting) {
    current.outcome = DnsTry::Outcome::kTimedOut;
    current.ended = now;
  }
  const DnsTry failed = current;
  const bool was_last = tries_.size() >= options_.servers.size() * options_.rounds;
  listener_.on_failed_try(now, failed);
  if (was_last) {
    return end(now);
  }
  send_next(now);
}

void DnsExchange::end(SimTime now) {
  cancel();
  listener_.on_exchange_end(now);
}

void DnsExchange::program_stopped() {
  stack_ = nullptr;
  port_ = 0;
  deadline_ = kNever;
}

}  // namespace vpclab::app
