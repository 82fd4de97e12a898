#include "emulator/trace/explain_words.h"

namespace vpclab::trace {

std::string join(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      text += i + 1 == parts.size() ? " and " : ", ";
    }
    text += parts[i];
  }
  return text;
}

std::string address_text(const std::optional<wire::Ipv4Address>& address) {
  return address ? to_string(*address) : "an unknown address";
}

std::string_view kind_name(api::ResourceKind kind) {
  switch (kind) {
    case api::ResourceKind::kVpcPeeringConnection:
      return "the peering connection";
    case api::ResourceKind::kInternetGateway:
      return "the internet gateway";
    case api::ResourceKind::kNatGateway:
      return "the NAT gateway";
    case api::ResourceKind::kNetworkInterface:
      return "the network interface";
    case api::ResourceKind::kInstance:
      return "the instance";
    default:
      return "its target";
  }
}

std::string reserved_use(wire::Ipv4Prefix subnet, wire::Ipv4Address address) {
  if (address == subnet.last()) {
    return "the last address of a subnet, which nobody has";
  }
  switch (address.to_host_order() - subnet.first().to_host_order()) {
    case 0:
      return "the network address";
    case 1:
      return "the VPC's router";
    case 2:
      return "DNS, which answers the VPC's own instances where enableDnsSupport is on";
    default:
      return "future use";
  }
}

bool is_shared(const std::optional<wire::Ipv4Address>& address) {
  constexpr std::uint32_t kShared = 0x64400000;  // 100.64.0.0/10
  return address && (address->to_host_order() & 0xffc00000U) == kShared;
}

}  // namespace vpclab::trace
