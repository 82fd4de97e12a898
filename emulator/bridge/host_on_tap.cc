#include "emulator/bridge/host_on_tap.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace vpclab::bridge {
namespace {

namespace asio = boost::asio;

// Frames read in one go before timers get their turn.
constexpr int kBatch = 64;

}  // namespace

class HostOnTap::Loop {
 public:
  Loop(Tap tap, host::HostStack& stack)
      : tap_(std::move(tap)),
        stack_(stack),
        readable_(context_, tap_.descriptor()),
        timer_(context_),
        started_(std::chrono::steady_clock::now()) {}

  ~Loop() { readable_.release(); }  // the Tap closes its descriptor itself

  Result<TapCounters> run() {
    wait_for_frames();
    pump();
    context_.run();
    context_.restart();
    if (!error_.message.empty()) {
      return tl::unexpected(error_);
    }
    return counters_;
  }

  void stop() {
    asio::post(context_, [this] {
      timer_.cancel();
      readable_.cancel();
      context_.stop();
    });
  }

  SimTime now() const {
    return SimTime(
        std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - started_));
  }

 private:
  void wait_for_frames() {
    readable_.async_wait(asio::posix::stream_descriptor::wait_read,
                         [this](const boost::system::error_code& error) {
                           if (error) {
                             return;
                           }
                           if (read_batch()) {
                             pump();
                             wait_for_frames();
                           }
                         });
  }

  bool read_batch() {
    for (int i = 0; i < kBatch; ++i) {
      const auto size = tap_.read(buffer_);
      if (!size) {
        return give_up(size.error());
      }
      if (!size->has_value()) {
        return true;
      }
      ++counters_.frames_in;
      wire::PacketPool& pool = stack_.pool();
      const wire::PacketHandle frame = pool.allocate(**size);
      const MutableBytes bytes = pool.bytes(frame);
      std::copy_n(buffer_.begin(), bytes.size(), bytes.begin());
      stack_.receive(now(), 0, frame);
      send_outbound();
    }
    return true;
  }

  void pump() {
    stack_.poll(now());
    send_outbound();
    const auto deadline = stack_.next_deadline();
    if (!deadline) {
      timer_.cancel();
      return;
    }
    timer_.expires_at(started_ + deadline->time_since_epoch());
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) {
        pump();
      }
    });
  }

  void send_outbound() {
    stack_.drain_outbound([this](std::size_t, wire::PacketHandle frame) {
      const auto written = tap_.write(std::as_const(stack_.pool()).bytes(frame));
      stack_.pool().free(frame);
      if (!written) {
        give_up(written.error());
      } else if (*written) {
        ++counters_.frames_out;
      } else {
        ++counters_.frames_refused;
      }
    });
  }

  bool give_up(const Error& error) {
    error_ = error;
    context_.stop();
    return false;
  }

  Tap tap_;
  host::HostStack& stack_;
  asio::io_context context_{1};
  // Keeps run() from returning while neither a frame nor a timer is awaited.
  asio::executor_work_guard<asio::io_context::executor_type> work_ =
      asio::make_work_guard(context_);
  asio::posix::stream_descriptor readable_;
  asio::steady_timer timer_;
  std::chrono::steady_clock::time_point started_;
  std::array<std::uint8_t, wire::PacketPool::kMaxPacketSize> buffer_{};
  TapCounters counters_;
  Error error_;
};

HostOnTap::HostOnTap(Tap tap, host::HostStack& stack)
    : loop_(std::make_unique<Loop>(std::move(tap), stack)) {}

HostOnTap::~HostOnTap() = default;

Result<TapCounters> HostOnTap::run() { return loop_->run(); }

void HostOnTap::stop() { loop_->stop(); }

SimTime HostOnTap::now() const { return loop_->now(); }

}  // namespace vpclab::bridge
