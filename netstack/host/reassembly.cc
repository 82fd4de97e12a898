#include "netstack/host/reassembly.h"

#include <algorithm>
#include <utility>

namespace vpclab::host {
namespace {

constexpr std::size_t kMaxDatagram = 65'535;

}  // namespace

Reassembler::Datagram* Reassembler::find_or_make(SimTime now, const wire::Ipv4Header& header) {
  for (std::size_t i = 0; i < used_; ++i) {
    Datagram& datagram = datagrams_[i];
    if (datagram.has(header)) {
      return &datagram;
    }
  }
  if (used_ == datagrams_max_) {
    return nullptr;
  }
  if (used_ == datagrams_.size()) {
    datagrams_.emplace_back();
  }
  Datagram& made = datagrams_[used_++];
  made.source = header.source;
  made.destination = header.destination;
  made.identification = header.identification;
  made.protocol = header.protocol;
  made.spoilt = false;
  made.total = 0;
  made.received = 0;
  made.expires = now + kTimeout;
  return &made;
}

bool Reassembler::same_bytes(const Fragment& held, const Fragment& fragment) const {
  if (fragment.offset < held.offset || fragment.offset + fragment.size > held.offset + held.size) {
    return false;
  }
  const Bytes before =
      pool_.bytes(held.packet)
          .subspan(held.payload_at + (fragment.offset - held.offset), fragment.size);
  const Bytes now = pool_.bytes(fragment.packet).subspan(fragment.payload_at, fragment.size);
  return std::equal(before.begin(), before.end(), now.begin());
}

Reassembler::Verdict Reassembler::add(SimTime now, const wire::Ipv4Header& header,
                                      const Fragment& fragment) {
  released_.clear();
  const std::uint32_t end = std::uint32_t{fragment.offset} + fragment.size;
  if (fragment.size == 0 || (header.more_fragments && fragment.size % 8 != 0) ||
      header.header_size() + end > kMaxDatagram) {
    return Verdict::kImpossible;
  }
  if (bytes_ + fragment.size + kFragmentOverhead > bytes_max_) {
    return Verdict::kOverflow;
  }
  Datagram* datagram = find_or_make(now, header);
  if (datagram == nullptr) {
    return Verdict::kOverflow;
  }
  if (datagram->spoilt) {
    return Verdict::kOverlap;
  }
  std::vector<Fragment>& held = datagram->fragments;
  const auto after =
      std::lower_bound(held.begin(), held.end(), fragment.offset,
                       [](const Fragment& a, std::uint16_t offset) { return a.offset < offset; });
  const bool overlaps_after = after != held.end() && after->offset < end;
  const bool overlaps_before =
      after != held.begin() && std::prev(after)->offset + std::prev(after)->size > fragment.offset;
  const std::uint32_t last_end =
      held.empty() ? 0 : std::uint32_t{held.back().offset} + held.back().size;
  const bool contradicts_end =
      (datagram->total != 0 &&
       (end > datagram->total || (!header.more_fragments && end != datagram->total))) ||
      (!header.more_fragments && end < last_end);
  // The datagram takes the first fragment's header, which may be longer than this one's.
  const Fragment& first = after == held.begin() ? fragment : held.front();
  const bool too_long = first.offset == 0 &&
                        first.payload_at - first.header_at + std::max(end, last_end) > kMaxDatagram;
  if (!contradicts_end && ((overlaps_after && same_bytes(*after, fragment)) ||
                           (overlaps_before && same_bytes(*std::prev(after), fragment)))) {
    return Verdict::kDuplicate;
  }
  if (overlaps_after || overlaps_before || contradicts_end || too_long) {
    datagram->spoilt = true;
    release(*datagram);
    return Verdict::kOverlap;
  }
  held.insert(after, fragment);
  bytes_ += fragment.size + kFragmentOverhead;
  datagram->received += fragment.size;
  if (!header.more_fragments) {
    datagram->total = end;
  }
  if (datagram->received != datagram->total) {
    return Verdict::kWaiting;
  }
  release(*datagram);
  remove(*datagram);
  return Verdict::kComplete;
}

bool Reassembler::expire(SimTime now) {
  released_.clear();
  for (std::size_t i = 0; i < used_; ++i) {
    if (datagrams_[i].expires <= now) {
      release(datagrams_[i]);
      remove(datagrams_[i]);
      return true;
    }
  }
  return false;
}

bool Reassembler::give_up_longest(const wire::Ipv4Header& header) {
  released_.clear();
  Datagram* longest = nullptr;
  for (std::size_t i = 0; i < used_; ++i) {
    Datagram& datagram = datagrams_[i];
    if ((longest == nullptr || datagram.expires < longest->expires) && !datagram.has(header)) {
      longest = &datagram;
    }
  }
  if (longest == nullptr) {
    return false;
  }
  release(*longest);
  remove(*longest);
  return true;
}

SimTime Reassembler::next_timer() const {
  SimTime next = kNever;
  for (std::size_t i = 0; i < used_; ++i) {
    next = std::min(next, datagrams_[i].expires);
  }
  return next;
}

void Reassembler::release(Datagram& datagram) {
  // A swap, so that both vectors keep their memory for the next datagrams.
  released_.swap(datagram.fragments);
  datagram.fragments.clear();
  for (const Fragment& fragment : released_) {
    bytes_ -= fragment.size + kFragmentOverhead;
  }
}

void Reassembler::remove(Datagram& datagram) {
  --used_;
  std::swap(datagram, datagrams_[used_]);
}

}  // namespace vpclab::host
