#include "emulator/capture/name_records.h"

#include <string>
#include <vector>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::capture {

void NameRecords::add(Bytes frame, const trace::NameDirectory& names, Encoder& encoder,
                      Output& output) {
  const auto header = wire::EthernetHeader::parse(frame);
  if (!header) {
    return;
  }
  const Bytes payload = frame.subspan(wire::EthernetHeader::kSize);
  if (header->type == wire::EtherType::kIpv4 && wire::ipv4_well_formed(payload)) {
    add(wire::ipv4_source(payload), names, encoder, output);
    add(wire::ipv4_destination(payload), names, encoder, output);
  } else if (header->type == wire::EtherType::kArp) {
    if (const auto arp = wire::ArpPacket::parse(payload)) {
      add(arp->sender_ip, names, encoder, output);
      add(arp->target_ip, names, encoder, output);
    }
  }
}

void NameRecords::add(wire::Ipv4Address address, const trace::NameDirectory& names,
                      Encoder& encoder, Output& output) {
  if (seen_.contains(address) || seen_.size() >= kMaxAddresses) {
    return;
  }
  seen_.insert(address);
  const std::vector<std::string> hosts = names.hosts_at(address);
  if (hosts.size() == 1 && !hosts.front().empty()) {
    encoder.name(output, address, hosts.front());
  }
}

}  // namespace vpclab::capture
