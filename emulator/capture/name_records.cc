#include "emulator/capture/name_records.h"

#include <string>
#include <vector>

#include "netstack/wire/arp.h"
#include "netstack/wire/ethernet.h"
#include "netstack/wire/ipv4.h"

namespace vpclab::capture {

void NameRecords::add(Bytes frame, const trace::NameDirectory& names, std::uint64_t revision) {
  const auto header = wire::EthernetHeader::parse(frame);
  if (!header) {
    return;
  }
  const Bytes payload = frame.subspan(wire::EthernetHeader::kSize);
  if (header->type == wire::EtherType::kIpv4 && wire::ipv4_well_formed(payload)) {
    add(wire::ipv4_source(payload), names, revision);
    add(wire::ipv4_destination(payload), names, revision);
  } else if (header->type == wire::EtherType::kArp) {
    if (const auto arp = wire::ArpPacket::parse(payload)) {
      add(arp->sender_ip, names, revision);
      add(arp->target_ip, names, revision);
    }
  }
}

void NameRecords::add(wire::Ipv4Address address, const trace::NameDirectory& names,
                      std::uint64_t revision) {
  auto place = owners_.find(address);
  if (place == owners_.end()) {
    if (owners_.size() >= kMaxAddresses) {
      return;
    }
    place = owners_.try_emplace(address).first;
  } else if (place->second.has_changed || place->second.asked_at == revision) {
    return;
  }
  Owner& owner = place->second;
  owner.asked_at = revision;
  const std::vector<std::string> hosts = names.hosts_at(address);
  if (hosts.empty()) {  // nobody yet, or nobody any more: no other host
    return;
  }
  owner.has_changed = hosts.size() > 1 || (!owner.name.empty() && owner.name != hosts.front());
  owner.name = hosts.front();
}

void NameRecords::write(Encoder& encoder, Output& output) const {
  for (const auto& [address, owner] : owners_) {
    if (!owner.has_changed && !owner.name.empty()) {
      encoder.name(output, address, owner.name);
    }
  }
}

}  // namespace vpclab::capture
