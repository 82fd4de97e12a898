#include "netstack/socket/udp_socket.h"

#include <algorithm>

#include "netstack/base/check.h"
#include "netstack/wire/udp.h"

namespace vpclab::socket {
namespace {

constexpr std::size_t kErrorsMax = 16;
constexpr std::size_t kDataMax = 65'535 - wire::Ipv4Header::kMinSize - wire::UdpHeader::kSize;

}  // namespace

UdpSocket::UdpSocket(host::HostStack& stack, const UdpOptions& options)
    : stack_(&stack), options_(options) {}

UdpSocket::~UdpSocket() { close(); }

Result<std::uint16_t> UdpSocket::bind(wire::Ipv4Address address, std::uint16_t port) {
  if (stack_ == nullptr || port_ != 0) {
    return fail("Invalid argument");
  }
  if (!address.is_unspecified() && !stack_->owns(address)) {
    return fail("Cannot assign requested address");
  }
  const std::optional<std::uint16_t> bound =
      stack_->ports().bind(host::PortSpace::kUdp, address, port, *this);
  if (!bound) {
    return fail("Address already in use");
  }
  address_ = address;
  port_ = *bound;
  return port_;
}

host::SendResult UdpSocket::send_to(SimTime now, wire::Ipv4Address destination, std::uint16_t port,
                                    Bytes data) {
  if (stack_ == nullptr || (port_ == 0 && !bind(wire::Ipv4Address(), 0))) {
    return {host::SendStatus::kNoSuchSource, 0, 0};
  }
  if (data.size() > kDataMax) {
    return {host::SendStatus::kMessageTooLong, stack_->path_mtu(now, destination), 0};
  }
  host::Outgoing outgoing;
  outgoing.destination = destination;
  outgoing.source = address_;
  outgoing.protocol = wire::IpProtocol::kUdp;
  outgoing.ttl = options_.ttl;
  outgoing.tos = options_.tos;
  outgoing.discovery = options_.discovery;
  outgoing.allow_broadcast = options_.allow_broadcast;
  if (outgoing.source.is_unspecified()) {
    const auto source = stack_->source_for(destination);
    if (!source) {
      return {host::SendStatus::kNoRoute, 0, 0};
    }
    outgoing.source = *source;
  }
  const std::size_t size = wire::UdpHeader::kSize + data.size();
  const wire::PacketHandle message = stack_->allocate_message(size);
  const MutableBytes bytes = stack_->pool().bytes(message);
  std::copy(data.begin(), data.end(), bytes.begin() + wire::UdpHeader::kSize);
  wire::UdpHeader{port_, port, static_cast<std::uint16_t>(size)}.emit(bytes, outgoing.source,
                                                                      destination);
  return stack_->send(now, message, outgoing);
}

std::optional<Datagram> UdpSocket::front() const {
  if (count_ == 0) {
    return std::nullopt;
  }
  const Queued& queued = queue_[first_];
  const host::Delivery& delivery = queued.delivery;
  const Bytes message = std::as_const(stack_->pool())
                            .bytes(delivery.packet)
                            .subspan(delivery.message_offset, delivery.message_size);
  return Datagram{queued.received_at,
                  delivery.source,
                  delivery.destination,
                  load_be16(message, 0),
                  delivery.ttl,
                  delivery.tos,
                  message.subspan(wire::UdpHeader::kSize)};
}

void UdpSocket::pop() {
  VPCLAB_CHECK(count_ > 0, "a datagram is taken from a socket that has one");
  stack_->pool().free(queue_[first_].delivery.packet);
  first_ = (first_ + 1) % queue_.size();
  --count_;
}

std::optional<UdpError> UdpSocket::take_error() {
  if (errors_.empty()) {
    return std::nullopt;
  }
  const UdpError first = errors_.front();
  errors_.erase(errors_.begin());
  return first;
}

SimTime UdpSocket::readable_since() const {
  return count_ == 0 ? kNever : queue_[first_].received_at;
}

void UdpSocket::close() {
  if (stack_ != nullptr) {
    drop_queue();
    if (port_ != 0) {
      stack_->ports().release(host::PortSpace::kUdp, address_, port_);
    }
  }
  port_ = 0;
}

host::Taken UdpSocket::deliver(SimTime now, host::HostStack&, const host::Delivery& delivery) {
  if (count_ == queue_.size()) {
    // Grows to the limit and then stays: has_room() was asked before.
    std::rotate(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(first_), queue_.end());
    first_ = 0;
    queue_.resize(
        std::min<std::size_t>(options_.receive_queue_max, std::max<std::size_t>(4, count_ * 2)));
  }
  queue_[(first_ + count_) % queue_.size()] = Queued{now, delivery};
  ++count_;
  return host::Taken::kKept;
}

void UdpSocket::on_error(SimTime now, host::HostStack&, const host::DeliveryError& error) {
  if (errors_.size() < kErrorsMax) {
    errors_.push_back(UdpError{now, error.from, error.destination,
                               load_be16(error.quoted_message, 2), error.type, error.code,
                               error.rest});
  }
}

void UdpSocket::host_stopped() {
  drop_queue();
  stack_ = nullptr;
  port_ = 0;
}

void UdpSocket::drop_queue() {
  while (count_ > 0) {
    pop();
  }
}

}  // namespace vpclab::socket
