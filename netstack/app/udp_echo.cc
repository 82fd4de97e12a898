#include "netstack/app/udp_echo.h"

#include "netstack/host/host_stack.h"

namespace vpclab::app {

UdpEcho::UdpEcho(host::HostStack& stack) : stack_(&stack), socket_(stack) { stack.attach(*this); }

UdpEcho::~UdpEcho() {
  if (stack_ != nullptr) {
    stack_->detach(*this);
  }
}

Result<std::uint16_t> UdpEcho::listen(std::uint16_t port) {
  return socket_.bind(wire::Ipv4Address(), port);
}

void UdpEcho::poll(SimTime now, host::HostStack&) {
  while (const auto datagram = socket_.front()) {
    socket_.send_to(now, datagram->source, datagram->source_port, datagram->data);
    socket_.pop();
    ++answered_;
  }
}

}  // namespace vpclab::app
