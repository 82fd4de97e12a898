#include "emulator/node/arp_answer.h"

#include "netstack/wire/ethernet.h"

namespace vpclab::node {

void answer_arp_in_place(wire::PacketPool& packets, wire::PacketHandle frame,
                         const wire::ArpPacket& question, wire::MacAddress mac) {
  packets.renew(frame);
  packets.truncate(frame, wire::EthernetHeader::kSize + wire::ArpPacket::kSize);
  const MutableBytes bytes = packets.bytes(frame);
  wire::EthernetHeader{question.sender_mac, mac, wire::EtherType::kArp}.emit(bytes);
  wire::ArpPacket{wire::ArpOperation::kReply, mac, question.target_ip, question.sender_mac,
                  question.sender_ip}
      .emit(bytes.subspan(wire::EthernetHeader::kSize));
}

}  // namespace vpclab::node
