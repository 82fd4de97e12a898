#include "netstack/app/ping.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "netstack/base/check.h"
#include "netstack/wire/icmpv4.h"

namespace vpclab::app {
namespace {

using host::SendStatus;
using wire::IcmpType;
using wire::IcmpV4Header;

/// iputils puts a struct timeval of a 64-bit little-endian machine in front of the data.
constexpr std::size_t kTimeStampSize = 16;
/// What an unanswered flood waits, and the least interval after a failure.
constexpr Duration kLeastInterval = std::chrono::milliseconds(10);
/// The largest message that fits an IPv4 datagram.
constexpr std::size_t kMessageMax = 65'535 - wire::Ipv4Header::kMinSize;

void store_le64(MutableBytes bytes, std::size_t offset, std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&bytes[offset], &value, sizeof value);
  } else {
    for (std::size_t i = 0; i < sizeof value; ++i) {
      bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
}

}  // namespace

Ping::Ping(const PingOptions& options, wire::Ipv4Address destination, std::string name,
           PingListener* listener)
    : options_(options), destination_(destination), name_(std::move(name)), listener_(listener) {
  VPCLAB_CHECK(options.probes_kept > 0, "a ping keeps the result of one probe at least");
}

Ping::~Ping() { leave(); }

bool Ping::start(SimTime now, host::HostStack& stack) {
  VPCLAB_CHECK(state_ == State::kNotStarted, "a ping is started once");
  std::optional<std::string> reason = reason_to_refuse(stack);
  if (!reason) {
    const std::uint16_t wanted = options_.identifier.value_or(std::uint16_t{0});
    const auto identifier =
        stack.ports().bind(host::PortSpace::kEcho, wire::Ipv4Address(), wanted, *this);
    if (!identifier) {  // the real one would hear the other's replies as well
      reason = wanted == 0 ? "socket: Too many open files"
                           : "identifier " + std::to_string(wanted) + " is in use on this host";
    }
    identifier_ = identifier.value_or(std::uint16_t{0});
  }
  if (reason) {
    state_ = State::kRefused;
    emit(now, PingRefused{*std::move(reason)});
    return false;
  }
  stack.attach(*this);
  stack_ = &stack;
  state_ = State::kRunning;
  started_ = now;
  if (options_.deadline) {
    exit_at_ = now + *options_.deadline;
  }
  data_.resize(std::min<std::size_t>(options_.size, kMessageMax));
  for (std::size_t i = 0; i < data_.size(); ++i) {
    data_[i] = options_.pattern.empty() ? static_cast<std::uint8_t>(i & 0xff)
                                        : options_.pattern[i % options_.pattern.size()];
  }
  const bool names_source = !options_.source.empty();
  emit(now, PingStarted{name_, destination_, names_source ? std::optional(source_) : std::nullopt,
                        device_});
  send_probe(now, stack);
  return true;
}

/// What -I means on this host: an address of its own, or an interface.
std::optional<std::string> Ping::resolve_source(const host::HostStack& stack) {
  const std::string& text = options_.source;
  if (text.empty()) {
    return std::nullopt;
  }
  if (const auto address = wire::Ipv4Address::parse(text)) {
    if (!stack.owns(*address)) {
      return "bind: Cannot assign requested address";
    }
    source_ = *address;
    return std::nullopt;
  }
  const std::optional<std::int64_t> number =
      text.starts_with("eth") ? parse_integer(text.substr(3)) : std::nullopt;
  if (!number || *number < 0 || !stack.has_interface(static_cast<std::size_t>(*number))) {
    return "SO_BINDTODEVICE " + text + ": No such device";
  }
  device_ = text;
  interface_ = static_cast<std::size_t>(*number);
  source_ = stack.interface(*interface_).address;
  return std::nullopt;
}

std::optional<std::string> Ping::reason_to_refuse(const host::HostStack& stack) {
  if (options_.ttl == std::uint8_t{0}) {
    return "cannot set unicast time-to-live: Invalid argument";
  }
  if (std::optional<std::string> reason = resolve_source(stack)) {
    return reason;
  }
  if (!stack.source_for(destination_, interface_)) {
    return "connect: Network is unreachable";
  }
  if (source_.is_loopback() && !stack.owns(destination_)) {
    return "connect: Invalid argument";
  }
  is_broadcast_ = stack.is_broadcast(destination_);
  if (is_broadcast_ && !options_.allow_broadcast) {
    return "Do you want to ping broadcast? Then -b. If not, check your local firewall rules";
  }
  return std::nullopt;
}

void Ping::interrupt(SimTime now) {
  if (is_running()) {
    finish(now);
  }
}

int Ping::exit_status() const {
  if (state_ == State::kRefused) {
    return 2;
  }
  const bool too_few = options_.deadline && statistics_.received < options_.count.value_or(0);
  return statistics_.received == 0 || too_few ? 1 : 0;
}

const PingProbe* Ping::probe(std::uint64_t number) const {
  if (number == 0 || probes_.empty()) {
    return nullptr;
  }
  const std::uint64_t slot = (number - 1) % options_.probes_kept;
  return slot < probes_.size() && probes_[slot].number == number ? &probes_[slot] : nullptr;
}

void Ping::poll(SimTime now, host::HostStack& stack) {
  if (now >= exit_at_) {
    return finish(now);
  }
  if (now >= next_send_) {
    send_probe(now, stack);
  }
}

SimTime Ping::next_deadline() const { return std::min(next_send_, exit_at_); }

void Ping::send_probe(SimTime now, host::HostStack& stack) {
  PingProbe& probe = new_probe(now);
  const auto sequence = static_cast<std::uint16_t>(probe.number);
  host::SendResult result;
  const std::size_t size = IcmpV4Header::kSize + std::size_t{options_.size};
  if (size > kMessageMax) {
    result = {SendStatus::kMessageTooLong, stack.path_mtu(now, destination_), 0};
  } else {
    const wire::PacketHandle message = stack.allocate_message(size);
    const MutableBytes bytes = stack.pool().bytes(message);
    const MutableBytes data = bytes.subspan(IcmpV4Header::kSize);
    std::copy(data_.begin(), data_.end(), data.begin());
    if (data.size() >= kTimeStampSize) {
      const std::int64_t microseconds =
          options_.epoch_seconds * 1'000'000 + to_nanoseconds(now) / 1000;
      store_le64(data, 0, static_cast<std::uint64_t>(microseconds / 1'000'000));
      store_le64(data, 8, static_cast<std::uint64_t>(microseconds % 1'000'000));
    }
    IcmpV4Header::echo(IcmpType::kEchoRequest, identifier_, sequence).emit(bytes);
    host::Outgoing outgoing;
    outgoing.destination = destination_;
    outgoing.source = source_;
    outgoing.interface = interface_;
    outgoing.protocol = wire::IpProtocol::kIcmp;
    outgoing.ttl = options_.ttl.value_or(0);
    outgoing.discovery = options_.discovery;
    outgoing.allow_broadcast = options_.allow_broadcast;
    result = stack.send(now, message, outgoing);
  }
  statistics_.elapsed = now - started_;
  if (result.status == SendStatus::kSent) {
    probe.packet_id = result.packet_id;
  } else {
    note_local_error(now, probe, result);
  }
  if (is_running()) {
    plan_next(now);
    stop_if_done(now);
  }
}

PingProbe& Ping::new_probe(SimTime now) {
  const std::uint64_t number = ++statistics_.transmitted;
  const std::size_t slot = (number - 1) % options_.probes_kept;
  if (slot == probes_.size()) {
    probes_.emplace_back();
  }
  PingProbe& probe = probes_[slot];
  probe = PingProbe{};
  probe.number = number;
  probe.sent = now;
  const auto sequence = static_cast<std::uint16_t>(number);
  const std::size_t word = sequence / 64;
  if (word >= seen_.size()) {
    seen_.resize(word + 1);
  }
  seen_[word] &= ~(std::uint64_t{1} << (sequence % 64));
  return probe;
}

/// The probe that a sequence number belongs to: the latest that had it. Null if its result is gone.
PingProbe* Ping::probe_of(std::uint16_t sequence) {
  const auto behind = static_cast<std::uint16_t>(statistics_.transmitted - sequence);
  if (behind >= statistics_.transmitted) {
    return nullptr;
  }
  const std::uint64_t number = statistics_.transmitted - behind;
  PingProbe& found = probes_[(number - 1) % options_.probes_kept];
  return found.number == number ? &found : nullptr;
}

void Ping::note_local_error(SimTime now, PingProbe& probe, const host::SendResult& result) {
  probe.failed = true;
  probe.answered = now;
  // The real program counts what the kernel reports as an error; a send that fails outright it
  // only mentions, and one of more than 65,535 bytes not even that.
  if (IcmpV4Header::kSize + std::size_t{options_.size} > 65'535) {
    return;
  }
  if (result.status == SendStatus::kMessageTooLong) {
    ++statistics_.errors;
  }
  emit(now, PingLocalError{result.status, result.mtu});
}

void Ping::plan_next(SimTime now) {
  const bool sent_all = options_.count && statistics_.transmitted >= *options_.count;
  if (sent_all && !options_.deadline) {
    next_send_ = kNever;
    if (exit_at_ == kNever) {
      // The last one was sent: how long it is waited for is settled now.
      const Duration twice_slowest =
          std::chrono::microseconds(2 * statistics_.round_trips.max_microseconds());
      exit_at_ = now + (statistics_.received > 0 ? std::max(twice_slowest, options_.interval)
                                                 : options_.linger);
    }
    return;
  }
  next_send_ = now + (options_.interval == Duration::zero() ? kLeastInterval : options_.interval);
}

/// iputils' account of what is under way: a reply acknowledges everything before it.
void Ping::acknowledge(std::uint16_t sequence) {
  const auto transmitted = static_cast<std::uint16_t>(statistics_.transmitted);
  const auto behind = static_cast<std::uint16_t>(transmitted - sequence);
  if (behind > 0x7fff) {
    return;
  }
  statistics_.pipe = std::max(statistics_.pipe, std::uint32_t{behind} + 1);
  const auto ahead = static_cast<std::int16_t>(sequence - acknowledged_);
  if (ahead > 0 || static_cast<std::uint16_t>(transmitted - acknowledged_) > 0x7fff) {
    acknowledged_ = sequence;
  }
}

std::uint64_t Ping::in_flight() const {
  const auto behind = static_cast<std::uint16_t>(statistics_.transmitted - acknowledged_);
  return behind <= 0x7fff ? behind
                          : statistics_.transmitted - statistics_.received - statistics_.errors;
}

host::Taken Ping::deliver(SimTime now, host::HostStack& stack, const host::Delivery& delivery) {
  const Bytes message = std::as_const(stack.pool())
                            .bytes(delivery.packet)
                            .subspan(delivery.message_offset, delivery.message_size);
  const std::uint16_t sequence = IcmpV4Header::parse(message)->sequence();
  const Bytes data = message.subspan(IcmpV4Header::kSize);
  PingProbe* probe = probe_of(sequence);
  acknowledge(sequence);

  PingReply reply{};
  reply.sequence = sequence;
  reply.from = delivery.source;
  reply.ttl = delivery.ttl;
  reply.size = message.size();
  reply.truncated = data.size() < options_.size;
  reply.other_address =
      delivery.source != destination_ && !destination_.is_multicast() && !is_broadcast_;
  reply.data = data;
  if (options_.size >= kTimeStampSize && data.size() >= kTimeStampSize) {
    reply.rtt = probe != nullptr ? now - probe->sent : rtt_by_stamp(now, data);
    statistics_.round_trips.add(*reply.rtt);
  }
  reply.duplicate = was_seen(sequence);
  ++(reply.duplicate ? statistics_.duplicates : statistics_.received);
  if (probe != nullptr && !probe->received) {
    probe->received = true;
    probe->answered = now;
    probe->answer_id = stack.pool().id(delivery.packet);
    probe->from = delivery.source;
    probe->ttl = delivery.ttl;
  } else if (probe != nullptr) {
    ++probe->duplicates;
  }
  check_reply_data(data, reply);
  emit(now, reply);
  if (is_running() && options_.interval == Duration::zero() && next_send_ != kNever &&
      in_flight() == 0) {
    next_send_ = now;
  }
  stop_if_done(now);
  return host::Taken::kDone;
}

/// The round-trip time of a probe whose result is no longer kept: its data say when it was sent.
Duration Ping::rtt_by_stamp(SimTime now, Bytes data) const {
  std::uint64_t seconds = 0;
  std::uint64_t microseconds = 0;
  for (std::size_t i = 8; i-- > 0;) {
    seconds = (seconds << 8) | data[i];
    microseconds = (microseconds << 8) | data[8 + i];
  }
  // Strangers write these bytes: unsigned arithmetic wraps where signed would be undefined.
  const std::uint64_t since_epoch = static_cast<std::uint64_t>(options_.epoch_seconds) * 1'000'000 +
                                    static_cast<std::uint64_t>(to_nanoseconds(now) / 1000);
  const auto elapsed =
      static_cast<std::int64_t>(since_epoch - (seconds * 1'000'000 + microseconds));
  return std::chrono::microseconds(std::clamp<std::int64_t>(elapsed, 0, 86'400'000'000));
}

/// Whether the sequence number was answered before; from now on it was.
bool Ping::was_seen(std::uint16_t sequence) {
  const std::size_t word = sequence / 64;
  if (word >= seen_.size()) {
    seen_.resize(word + 1);
  }
  const std::uint64_t bit = std::uint64_t{1} << (sequence % 64);
  const bool seen = (seen_[word] & bit) != 0;
  seen_[word] |= bit;
  return seen;
}

void Ping::check_reply_data(Bytes data, PingReply& reply) const {
  if (reply.truncated || data_.size() <= kTimeStampSize) {
    return;
  }
  if (std::memcmp(&data_[kTimeStampSize], &data[kTimeStampSize], data_.size() - kTimeStampSize) ==
      0) {
    return;
  }
  const auto wrong =
      std::mismatch(data_.begin() + kTimeStampSize, data_.end(), data.begin() + kTimeStampSize);
  reply.wrong_byte = static_cast<std::size_t>(wrong.first - data_.begin());
  reply.expected_byte = *wrong.first;
}

void Ping::on_error(SimTime now, host::HostStack&, const host::DeliveryError& error) {
  if (error.destination != destination_) {
    return;
  }
  const std::uint16_t sequence = load_be16(error.quoted_message, 6);
  acknowledge(sequence);
  ++statistics_.errors;
  if (PingProbe* probe = probe_of(sequence); probe != nullptr && !probe->received) {
    probe->failed = true;
    probe->answered = now;
    probe->answer_id = error.packet_id;
    probe->from = error.from;
    probe->error_type = error.type;
    probe->error_code = error.code;
    probe->error_rest = error.rest;
  }
  emit(now, PingError{sequence, error.from, error.type, error.code, error.rest});
  stop_if_done(now);
}

void Ping::stop_if_done(SimTime now) {
  if (is_running() &&
      ((options_.count && statistics_.received + statistics_.errors >= *options_.count) ||
       (options_.deadline && statistics_.errors > 0))) {
    finish(now);
  }
}

void Ping::finish(SimTime now) {
  state_ = State::kFinished;
  leave();
  emit(now, PingFinished{name_});
}

void Ping::leave() {
  next_send_ = kNever;
  exit_at_ = kNever;
  if (host::HostStack* stack = std::exchange(stack_, nullptr)) {
    stack->ports().release(host::PortSpace::kEcho, wire::Ipv4Address(), identifier_);
    stack->detach(*this);
  }
}

void Ping::program_stopped() {
  stack_ = nullptr;
  leave();
  if (state_ == State::kRunning) {
    state_ = State::kHostStopped;
  }
}

void Ping::host_stopped() { program_stopped(); }

void Ping::emit(SimTime now, const PingEvent& event) {
  if (listener_ != nullptr) {
    listener_->on_ping(now, *this, event);
  }
}

}  // namespace vpclab::app
