// capture/name_records.h - whose the addresses of a capture were, told at its end. An address that
// two hosts have had while it was captured, or that nobody had who has a name, gets no record: a
// wrong name is worse than a number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

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

  /// Notes whose the addresses of `frame` (IPv4 or ARP over Ethernet) are now. `revision` is
  /// another number whenever the network may have changed: names are asked for once in each.
  void add(Bytes frame, const trace::NameDirectory& names, std::uint64_t revision);

  /// A record for each address that one host had all along, in the addresses' order.
  void write(Encoder& encoder, Output& output) const;

 private:
  struct Owner {
    std::string name;  // empty: nobody so far
    bool has_changed = false;
    std::uint64_t asked_at = 0;
  };

  void add(wire::Ipv4Address address, const trace::NameDirectory& names, std::uint64_t revision);

  std::map<wire::Ipv4Address, Owner> owners_;
};

}  // namespace vpclab::capture
