#include "netstack/host/fragmentation.h"

#include <algorithm>
#include <cstring>

#include "netstack/wire/ipv4.h"

namespace vpclab::host {
namespace {

/// The options for all fragments but the first: those that say they are to be copied.
wire::Ipv4Options copied_options(const wire::Ipv4Options& options) {
  wire::Ipv4Options copied;
  for (std::size_t at = 0; at < options.size;) {
    const std::uint8_t kind = options.bytes[at];
    if (kind == wire::Ipv4Options::kEnd) {
      break;
    }
    if (kind == wire::Ipv4Options::kNoOperation) {
      ++at;
      continue;
    }
    const std::size_t length = at + 1 < options.size ? options.bytes[at + 1] : 0;
    if (length < 2 || at + length > options.size) {
      break;  // unreadable from here on: nothing more is copied
    }
    if ((kind & wire::Ipv4Options::kCopied) != 0) {
      std::copy_n(options.bytes.begin() + static_cast<std::ptrdiff_t>(at), length,
                  copied.bytes.begin() + copied.size);
      copied.size = static_cast<std::uint8_t>(copied.size + length);
    }
    at += length;
  }
  while (copied.size % 4 != 0) {
    copied.bytes[copied.size++] = wire::Ipv4Options::kEnd;
  }
  return copied;
}

}  // namespace

void fragment(wire::PacketPool& pool, wire::PacketHandle datagram, std::uint16_t mtu,
              std::vector<wire::PacketHandle>& fragments) {
  wire::Ipv4Header header = *wire::Ipv4Header::parse(pool.bytes(datagram));
  const std::size_t payload_at = header.header_size();
  const std::size_t payload_size = header.payload_size();
  const std::uint16_t first_offset = header.fragment_offset;
  const bool more_behind = header.more_fragments;
  const wire::Ipv4Options later_options = copied_options(header.options);
  for (std::size_t done = 0; done < payload_size;) {
    const std::size_t header_size = header.header_size();
    const std::size_t room = (mtu - header_size) & ~std::size_t{7};
    const std::size_t left = payload_size - done;
    const bool is_last = header_size + left <= mtu;
    const std::size_t size = is_last ? left : room;
    header.total_length = static_cast<std::uint16_t>(header_size + size);
    header.fragment_offset = static_cast<std::uint16_t>(first_offset + done);
    header.more_fragments = more_behind || !is_last;
    const wire::PacketHandle piece = pool.allocate(header_size + size);
    const MutableBytes bytes = pool.bytes(piece);
    std::memcpy(bytes.data() + header_size, pool.bytes(datagram).data() + payload_at + done, size);
    header.emit(bytes);
    pool.set_cause(piece, pool.id(datagram));
    fragments.push_back(piece);
    done += size;
    header.options = later_options;
  }
}

}  // namespace vpclab::host
