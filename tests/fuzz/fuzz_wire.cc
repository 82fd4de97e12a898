// Every parser of netstack/wire on arbitrary bytes. Laws: nothing crashes; what parses re-emits its
// bytes; an edit keeps a right checksum right.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "netstack/base/check.h"
#include "netstack/base/sim_time.h"
#include "netstack/wire/arp.h"
#include "netstack/wire/edit.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/flow_key.h"
#include "netstack/wire/icmpv4.h"
#include "netstack/wire/ipv4.h"
#include "netstack/wire/ipv4_prefix.h"
#include "netstack/wire/summary.h"
#include "netstack/wire/tcp.h"
#include "netstack/wire/udp.h"

namespace vpclab::wire {
namespace {

using Buffer = std::vector<std::uint8_t>;

/// Equal but for the checksum field at `at`, which may be wrong, or the other form of zero, in
/// what was read.
bool same_but_checksum(Bytes read, Bytes written, std::size_t at) {
  for (std::size_t i = 0; i < read.size(); ++i) {
    if (i != at && i != at + 1 && read[i] != written[i]) {
      return false;
    }
  }
  return read.size() == written.size();
}

void check_text(std::string_view text) {
  if (const auto address = Ipv4Address::parse(text)) {
    VPCLAB_CHECK(to_string(*address) == text, "an address prints as it was read");
  }
  if (const auto prefix = Ipv4Prefix::parse(text)) {
    VPCLAB_CHECK(prefix->host_bits_cleared || to_string(prefix->prefix) == text,
                 "a prefix prints as it was read");
  }
  if (const auto mac = MacAddress::parse(text)) {
    VPCLAB_CHECK(MacAddress::parse(to_string(*mac)) == mac, "a MAC address reads back");
  }
  if (const auto duration = parse_duration(text)) {
    VPCLAB_CHECK(parse_duration(vpclab::to_string(*duration)) == duration, "a duration reads back");
  }
}

void check_ethernet(Bytes bytes) {
  if (const auto header = EthernetHeader::parse(bytes)) {
    Buffer written(bytes.begin(), bytes.end());
    header->emit(written);
    VPCLAB_CHECK(std::equal(written.begin(), written.end(), bytes.begin()), "Ethernet re-emits");
  }
}

void check_arp(Bytes bytes) {
  if (const auto arp = ArpPacket::parse(bytes)) {
    Buffer written(bytes.begin(), bytes.end());
    arp->emit(written);
    VPCLAB_CHECK(std::equal(written.begin(), written.end(), bytes.begin()), "ARP re-emits");
  }
}

void check_icmp(Bytes bytes) {
  if (const auto header = IcmpV4Header::parse(bytes)) {
    Buffer written(bytes.begin(), bytes.end());
    header->emit(written);
    VPCLAB_CHECK(same_but_checksum(bytes, written, 2), "ICMP re-emits");
    VPCLAB_CHECK(icmp_checksum_ok(written), "ICMP's own checksum is right");
  }
}

void check_udp(Bytes bytes, Ipv4Address source, Ipv4Address destination) {
  if (const auto header = UdpHeader::parse(bytes)) {
    static_cast<void>(udp_checksum_ok(bytes, source, destination));
    Buffer written(bytes.begin(), bytes.end());
    header->emit(written, source, destination);
    VPCLAB_CHECK(same_but_checksum(bytes, written, 6), "UDP re-emits");
    VPCLAB_CHECK(udp_checksum_ok(written, source, destination), "UDP's own checksum is right");
  }
}

void check_tcp(Bytes bytes, Ipv4Address source, Ipv4Address destination) {
  if (const auto header = TcpHeader::parse(bytes)) {
    Buffer written(bytes.begin(), bytes.end());
    header->emit(written, source, destination);
    VPCLAB_CHECK(same_but_checksum(bytes, written, 16), "TCP re-emits");
    VPCLAB_CHECK(tcp_checksum_ok(written, source, destination), "TCP's own checksum is right");
  }
}

/// Makes the checksums of a well-formed packet right, so that edits have something to keep.
void mend(MutableBytes packet) {
  const auto header = Ipv4Header::parse(packet);
  header->emit(packet);
  const MutableBytes payload = ipv4_payload(packet);
  if (header->fragment_offset != 0) {
    return;
  }
  if (header->protocol == IpProtocol::kIcmp) {
    if (const auto icmp = IcmpV4Header::parse(payload)) {
      icmp->emit(payload);
    }
  } else if (header->protocol == IpProtocol::kUdp) {
    if (const auto udp = UdpHeader::parse(payload)) {
      udp->emit(payload, header->source, header->destination);
    }
  } else if (header->protocol == IpProtocol::kTcp) {
    if (const auto tcp = TcpHeader::parse(payload)) {
      tcp->emit(payload, header->source, header->destination);
    }
  }
}

void check_sums(Bytes packet) {
  VPCLAB_CHECK(ipv4_checksum_ok(packet), "an edit keeps the header's checksum");
  const auto header = Ipv4Header::parse(packet);
  VPCLAB_CHECK(header.has_value(), "an edit keeps the header well formed");
  const Bytes payload = ipv4_payload(packet);
  if (header->fragment_offset != 0) {
    return;
  }
  if (header->protocol == IpProtocol::kIcmp && IcmpV4Header::parse(payload)) {
    VPCLAB_CHECK(icmp_checksum_ok(payload), "an edit keeps ICMP's checksum");
  } else if (header->protocol == IpProtocol::kUdp && UdpHeader::parse(payload)) {
    VPCLAB_CHECK(udp_checksum_ok(payload, header->source, header->destination),
                 "an edit keeps UDP's checksum");
  } else if (header->protocol == IpProtocol::kTcp && TcpHeader::parse(payload)) {
    VPCLAB_CHECK(tcp_checksum_ok(payload, header->source, header->destination),
                 "an edit keeps TCP's checksum");
  }
}

void check_edits(Bytes bytes) {
  Buffer packet(bytes.begin(), bytes.end());
  mend(packet);
  check_sums(packet);
  if (ipv4_ttl(packet) > 0) {
    decrement_ttl(packet);
    check_sums(packet);
  }
  const Ipv4Address source = ipv4_source(packet);
  const Ipv4Address destination = ipv4_destination(packet);
  rewrite_source(packet, Ipv4Address::of(203, 0, 113, 10));
  check_sums(packet);
  rewrite_destination(packet, source);
  check_sums(packet);
  rewrite_source(packet, destination);
  check_sums(packet);
}

void check_ipv4(Bytes bytes) {
  const auto header = Ipv4Header::parse(bytes);
  VPCLAB_CHECK(header.has_value() == ipv4_well_formed(bytes), "one opinion on well-formed");
  if (!header) {
    return;
  }
  static_cast<void>(flow_key_of(bytes));
  static_cast<void>(quoted_flow_key_of(bytes));
  Buffer written(bytes.begin(), bytes.end());
  header->emit(written);
  VPCLAB_CHECK(same_but_checksum(bytes, written, 10), "IPv4 re-emits");
  VPCLAB_CHECK(ipv4_checksum_ok(written), "IPv4's own checksum is right");
  const Bytes payload = ipv4_payload(bytes);
  check_icmp(payload);
  check_udp(payload, header->source, header->destination);
  check_tcp(payload, header->source, header->destination);
  check_edits(bytes);
}

}  // namespace
}  // namespace vpclab::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vpclab::wire;
  const vpclab::Bytes bytes(data, size);
  check_text(std::string_view(reinterpret_cast<const char*>(data), size));
  check_ethernet(bytes);
  check_arp(bytes);
  check_ipv4(bytes);
  if (size >= EthernetHeader::kSize) {
    check_arp(bytes.subspan(EthernetHeader::kSize));
    check_ipv4(bytes.subspan(EthernetHeader::kSize));
  }
  static_cast<void>(summarize_frame(bytes));
  static_cast<void>(summarize_ipv4(bytes));
  return 0;
}
