// app/stub_resolver.h - names to addresses and back, as glibc's resolver does it for programs: the
// search list and number of dots of resolv.conf(5), then the name servers, by real datagrams. One
// look-up at a time. Owned by a program; attached to its host while it looks something up.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "netstack/app/dns_exchange.h"
#include "netstack/base/sim_time.h"
#include "netstack/host/host_stack.h"
#include "netstack/wire/dns.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::app {

/// What resolv.conf says.
struct ResolverSettings {
  std::vector<wire::Ipv4Address> name_servers;  // three are asked at most
  std::vector<std::string> search;              // domains
};

/// What came of a look-up.
struct HostLookup {
  enum class Status : std::uint8_t {
    kFound,
    kUnknown,    // there is no such name
    kNoAddress,  // the name is there, without an address
    kTryAgain,   // no server has answered, or none could
  };

  Status status = Status::kTryAgain;
  std::vector<wire::Ipv4Address> addresses;
  std::string name;  // of a reverse look-up, without the last dot

  [[nodiscard]] bool found() const { return status == Status::kFound; }
};

/// What the programs print: `Name or service not known`, `Temporary failure in name resolution`, …;
/// empty for kFound.
[[nodiscard]] std::string_view failure_text(HostLookup::Status status);

class StubResolver final : private DnsExchangeListener {
 public:
  using Done = std::function<void(SimTime now, const HostLookup& result)>;

  explicit StubResolver(ResolverSettings settings);

  /// Looks up the address of a name. `done` is called once, later (at once for what cannot be a
  /// name); it may start another look-up.
  /// Pre: idle. The owner of the stack pumps it afterwards.
  void look_up(SimTime now, host::HostStack& stack, std::string_view name, Done done);

  /// Looks up the name of an address; `done` as above.
  void look_up(SimTime now, host::HostStack& stack, wire::Ipv4Address address, Done done);

  /// Forgets what is being looked up.
  void cancel();

  /// Whether nothing is being looked up: also when its host stopped meanwhile, of which nobody is
  /// told.
  [[nodiscard]] bool is_idle() const { return !done_ || !exchange_.is_running(); }

  /// The queries of the last look-up, for who asks what became of them.
  [[nodiscard]] const std::vector<DnsTry>& tries() const { return tries_; }

 private:
  void ask_next(SimTime now);
  void finish(SimTime now, const HostLookup& result);
  void on_failed_try(SimTime now, const DnsTry& failed) override;
  void on_exchange_end(SimTime now) override;

  DnsExchangeOptions options_;
  std::vector<wire::DnsName> search_;
  DnsExchange exchange_;
  host::HostStack* stack_ = nullptr;
  Done done_;
  wire::DnsType type_ = wire::DnsType::kA;
  std::vector<wire::DnsName> candidates_;  // still to be asked, the next one last
  bool name_was_there_ = false;
  std::vector<DnsTry> tries_;
};

}  // namespace vpclab::app
