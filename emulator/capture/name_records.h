// capture/name_records.h - which addresses of a capture already have a name record. An address that
// two hosts use, or none that has a name, gets no record: a wrong name is worse than a number.
#pragma once

#include <cstddef>
#include <unordered_set>

#include "emulator/capture/encoder.h"
#include "emulator/capture/output.h"
#include "emulator/trace/name_directory.h"
#include "netstack/base/bytes.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::capture {

class NameRecords {
 public:
  /// Addresses looked up before no more are: memory stays bounded under an address scan.
  static constexpr std::size_t kMaxAddresses = 65'536;

  /// Writes records for the addresses of `frame` (IPv4 or ARP over Ethernet) that are new.
  void add(Bytes frame, const trace::NameDirectory& names, Encoder& encoder, Output& output);

 private:
  void add(wire::Ipv4Address address, const trace::NameDirectory& names, Encoder& encoder,
           Output& output);

  std::unordered_set<wire::Ipv4Address> seen_;
};

}  // namespace vpclab::capture
