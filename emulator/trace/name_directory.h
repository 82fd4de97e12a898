// trace/name_directory.h - the names that people gave to things. World implements it; sinks and
// reports ask it when they write a sentence.
#pragma once

#include <string>
#include <vector>

#include "emulator/api/ids.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::trace {

class NameDirectory {
 public:
  virtual ~NameDirectory() = default;

  /// The scenario's name or Name tag of a resource ("instance-1", "vpc-1-public"); for an interface
  /// the instance's name; empty if it has none.
  [[nodiscard]] virtual std::string name_of(const api::ResourceId& id) const = 0;

  /// The names of the hosts that own an address, sorted; more than one where VPCs overlap.
  [[nodiscard]] virtual std::vector<std::string> hosts_at(wire::Ipv4Address address) const = 0;
};

}  // namespace vpclab::trace
