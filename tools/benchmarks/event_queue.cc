// event_queue KIND PENDING OPERATIONS - the hold operation (take the next event, push one a random
// link's delay later) at a constant number of pending events. KIND is radix (the engine's queue),
// priority-queue (std::priority_queue) or 4-ary (a 4-ary heap); all keep the same total order of
// (time, port, arrival), for which the heaps carry a sequence number. Prints one line of JSON.
#include "emulator/engine/event_queue.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <queue>
#include <string_view>
#include <vector>

#include "netstack/base/rng.h"

namespace {

using vpclab::Duration;
using vpclab::SimTime;
using vpclab::engine::Event;
using vpclab::engine::EventQueue;
using vpclab::engine::PortId;
using vpclab::wire::PacketHandle;

struct Numbered {
  Event event;
  std::uint64_t arrival = 0;

  [[nodiscard]] bool before(const Numbered& other) const {
    if (event.at != other.event.at) {
      return event.at < other.event.at;
    }
    return event.port != other.event.port ? event.port < other.event.port : arrival < other.arrival;
  }
};

struct Later {
  bool operator()(const Numbered& a, const Numbered& b) const { return b.before(a); }
};

class StdPriorityQueue {
 public:
  void push(const Event& event) { events_.push(Numbered{event, arrivals_++}); }

  Event pop() {
    const Event first = events_.top().event;
    events_.pop();
    return first;
  }

 private:
  std::priority_queue<Numbered, std::vector<Numbered>, Later> events_;
  std::uint64_t arrivals_ = 0;
};

class FourAryHeap {
 public:
  void push(const Event& event) {
    const Numbered pushed{event, arrivals_++};
    std::size_t place = events_.size();
    events_.push_back(pushed);
    while (place > 0 && pushed.before(events_[(place - 1) / 4])) {
      events_[place] = events_[(place - 1) / 4];
      place = (place - 1) / 4;
    }
    events_[place] = pushed;
  }

  Event pop() {
    const Event first = events_.front().event;
    const Numbered moved = events_.back();
    events_.pop_back();
    std::size_t place = 0;
    for (std::size_t child = 1; child < events_.size(); child = place * 4 + 1) {
      const std::size_t end = std::min(child + 4, events_.size());
      std::size_t least = child;
      for (std::size_t i = child + 1; i < end; ++i) {
        if (events_[i].before(events_[least])) {
          least = i;
        }
      }
      if (!events_[least].before(moved)) {
        break;
      }
      events_[place] = events_[least];
      place = least;
    }
    if (!events_.empty()) {
      events_[place] = moved;
    }
    return first;
  }

 private:
  std::vector<Numbered> events_;
  std::uint64_t arrivals_ = 0;
};

/// One event in eight is a timer of about a second, the others cross a link: 50 to 150 us.
Duration draw_delay(vpclab::base::Rng& rng) {
  const std::uint64_t drawn = rng.next();
  const std::uint64_t fraction = drawn >> 40;  // 24 bits
  const std::uint64_t nanoseconds = (drawn & 7) == 0
                                        ? 950'000'000 + ((fraction * 100'000'000) >> 24)
                                        : 50'000 + ((fraction * 100'000) >> 24);
  return Duration(static_cast<std::int64_t>(nanoseconds));
}

template <class Queue>
int hold(std::uint64_t pending, std::uint64_t operations) {
  Queue queue;
  vpclab::base::Rng rng(1, "benchmark/event-queue");
  for (std::uint64_t i = 0; i < pending; ++i) {
    queue.push(Event{SimTime{} + draw_delay(rng), PacketHandle{static_cast<std::uint32_t>(i)},
                     PortId{static_cast<std::uint32_t>(rng.next() >> 48)}});
  }
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < operations; ++i) {
    Event event = queue.pop();
    event.at += draw_delay(rng);
    queue.push(event);
  }
  const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::steady_clock::now() - began);
  std::printf("{\"nanoseconds\": %lld, \"packet_hops\": %llu, \"events\": %llu}\n",
              static_cast<long long>(took.count()), static_cast<unsigned long long>(operations),
              static_cast<unsigned long long>(operations));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + 1, argv + argc);
  if (words.size() == 3) {
    const std::uint64_t pending = std::strtoull(argv[2], nullptr, 10);
    const std::uint64_t operations = std::strtoull(argv[3], nullptr, 10);
    if (words[0] == "radix" && pending > 0) {
      return hold<EventQueue>(pending, operations);
    }
    if (words[0] == "priority-queue" && pending > 0) {
      return hold<StdPriorityQueue>(pending, operations);
    }
    if (words[0] == "4-ary" && pending > 0) {
      return hold<FourAryHeap>(pending, operations);
    }
  }
  std::fputs("usage: event_queue radix|priority-queue|4-ary PENDING OPERATIONS\n", stderr);
  return 2;
}
