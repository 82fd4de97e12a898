#include "netstack/app/dig.h"

#include <utility>

#include "netstack/base/check.h"

namespace vpclab::app {

Dig::Dig(DigOptions options, std::vector<wire::Ipv4Address> name_servers, DigListener* listener)
    : options_(std::move(options)),
      name_servers_(std::move(name_servers)),
      listener_(listener),
      exchange_(*this) {}

void Dig::start(SimTime now, host::HostStack& stack) {
  VPCLAB_CHECK(state_ == State::kNotStarted, "a dig is started once");
  state_ = State::kRunning;
  DnsExchangeOptions asked;
  asked.servers = options_.server ? std::vector{*options_.server} : name_servers_;
  asked.port = options_.port;
  asked.timeout = options_.timeout;
  asked.rounds = options_.tries;
  asked.recursion_desired = options_.recursion_desired;
  asked.edns_size = options_.edns_size;
  exchange_.start(now, stack, options_.question, asked);
}

void Dig::interrupt() {
  if (is_running()) {
    exchange_.cancel();
    state_ = State::kStopped;
  }
}

Dig::State Dig::state() const {
  return state_ == State::kRunning && !exchange_.is_running() ? State::kStopped : state_;
}

void Dig::on_failed_try(SimTime now, const DnsTry& failed) {
  if (listener_ != nullptr) {
    listener_->on_failed_try(now, *this, failed);
  }
}

void Dig::on_exchange_end(SimTime now) {
  state_ = exchange_.response() ? State::kAnswered : State::kNoAnswer;
  if (listener_ != nullptr) {
    listener_->on_end(now, *this);
  }
}

}  // namespace vpclab::app
