// tests/oracle/build.h - builds what a test case wishes for, twice: in a World by EC2 requests, and
// in the oracle's own model by the rules. Sends packets and compares every trip. Keeps the lines
// that reproduce it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/trace/fate_counter.h"
#include "emulator/world/world.h"
#include "tests/oracle/case.h"
#include "tests/oracle/evaluate.h"
#include "tests/oracle/model.h"
#include "tests/oracle/observe.h"
#include "tests/oracle/recording.h"

namespace vpclab::oracle {

/// The account that has EC2-Classic (CLC-7).
inline constexpr std::string_view kClassicAccount = "333333333333";

/// Words with a blank or something else between them.
[[nodiscard]] std::string in_one_line(const std::vector<std::string>& words,
                                      std::string_view between);

/// How much of everything a run saw: a run that sees little proves little.
struct Tally {
  std::uint64_t wishes = 0;
  std::uint64_t granted = 0;
  std::uint64_t trips = 0;
  std::uint64_t delivered = 0;
  std::uint64_t tracked = 0;
  std::uint64_t crossed = 0;
  std::uint64_t linked = 0;
  std::uint64_t natted = 0;
  std::uint64_t cut = 0;        // on their way
  std::uint64_t fragments = 0;  // sent as such
  std::map<std::string, std::uint64_t> drops;
};

/// Changes what the oracle says, so that it is wrong: for tests of what happens then.
using Fault = std::function<void(Fate&)>;

class Lab {
 public:
  explicit Lab(Tally& tally, Fault fault = {});
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;
  ~Lab();

  /// Plays a case and says what went wrong first, with all that is needed to see it again; empty:
  /// nothing.
  [[nodiscard]] std::string play(const Case& wished);

  /// What was played, as a scenario's text that checks what the oracle says.
  [[nodiscard]] std::string scenario(std::string_view name);

 private:
  /// A packet to be sent, from an interface (or, if that is empty, from a host of the internet).
  struct Shot {
    std::string from;
    Packet packet;
    std::size_t pieces = 1;   // in which the guest sends it
    bool last_first = false;  // those in reverse order
  };

  void grant(const Wish& wish);
  void grant_network(const Wish& wish);
  void grant_policy(const Wish& wish);
  void grant_host(const Wish& wish);
  void grant_peering(const Wish& wish);
  void grant_classic(const Wish& wish);

  // build_network.cc
  void make_vpc(const Wish& wish);
  void add_cidr(const Wish& wish);
  void make_subnet(const Wish& wish);
  void use_table(const Wish& wish);
  void leave_table(const Wish& wish);
  void set_main_table(const Wish& wish);
  void make_route(const Wish& wish);
  void put_route(Table& table, const Cidr& destination, const std::string& target);
  void drop_route(const Wish& wish);

  // build_special_routes.cc
  void replace_local(const Wish& wish);
  void make_gateway_table(const Wish& wish);
  void make_prefix_list(const Wish& wish);
  void route_list(const Wish& wish);
  [[nodiscard]] std::vector<std::string> interfaces_of(const std::string& vpc) const;
  void attach_gateway(const Wish& wish);
  void detach_gateway(const Wish& wish);
  [[nodiscard]] std::vector<Cidr> destinations() const;
  [[nodiscard]] std::vector<std::string> targets(const Vpc& vpc) const;

  // build_policy.cc
  void make_group(const Wish& wish);
  void add_group_rule(const Wish& wish);
  void drop_group_rule(const Wish& wish);
  void make_acl(const Wish& wish);
  void add_acl_entry(const Wish& wish);
  void drop_acl_entry(const Wish& wish);
  void use_acl(const Wish& wish);
  void write_entry(Acl& acl, const AclEntry& entry);
  void put_group_rule(Group& group, const GroupRule& rule);
  void choose_peer(GroupRule& rule, const Group& group, std::uint32_t choice) const;

  // build_hosts.cc
  void launch(const Wish& wish);
  void add_interface(const Wish& wish);
  void detach_interface(const Wish& wish);
  void add_secondary(const Wish& wish);
  void set_check(const Wish& wish);
  void set_forward(const Wish& wish);
  void set_groups(const Wish& wish);
  void associate_elastic(const Wish& wish);
  void disassociate_elastic(const Wish& wish);
  void stop(const Wish& wish);
  void start(const Wish& wish);
  void reboot(const Wish& wish);
  void terminate(const Wish& wish);
  void make_nat(const Wish& wish);
  void delete_nat(const Wish& wish);
  void use_nat(const Wish& wish);
  void learn_publics();
  [[nodiscard]] bool belongs_to_nat(const Elastic& elastic) const;
  [[nodiscard]] std::uint32_t free_address(const Subnet& subnet, std::uint32_t choice) const;
  [[nodiscard]] std::vector<std::string> some_groups(const std::string& vpc,
                                                     std::uint32_t choice) const;
  void doubt(const Instance& instance);

  // build_peering.cc
  void request_peering(const Wish& wish);
  void answer_peering(const Wish& wish, bool accept);
  void delete_peering(const Wish& wish);
  void set_peering_option(const Wish& wish);
  void connect(const Wish& wish);

  // build_classic.cc
  void enable_links(const Wish& wish);
  void disable_links(const Wish& wish);
  void make_classic_group(const Wish& wish);
  void launch_classic(const Wish& wish);
  void link(const Wish& wish);
  void unlink(const Wish& wish);
  void stop_classic(const Wish& wish);
  void start_classic(const Wish& wish);
  void learn_classic(ClassicInstance& instance);
  [[nodiscard]] bool has_route_in_ten(const std::string& vpc) const;

  // send.cc
  void send(const Wish& wish);
  void send_again(const Wish& wish);
  void send_from_outside(const Wish& wish);
  void wait(const Wish& wish);
  void fire(const Shot& shot);
  void fire_from_guest(const Shot& shot);
  void fire_by_stack(const Shot& shot);
  void transmit(node::Eni& eni, std::span<const std::uint8_t> bytes);
  void send_from_classic(const Wish& wish);
  [[nodiscard]] std::uint32_t choose_near(const Interface& from, std::uint32_t which) const;
  [[nodiscard]] std::uint32_t choose_destination(std::uint32_t choice, std::uint32_t which) const;

  // record.cc
  void record(const Shot& shot);
  void predict_reply();
  [[nodiscard]] Fate ask_oracle(const std::string& from, const Packet& packet, Seconds now,
                                const Witness& witness);
  [[nodiscard]] std::string why_untold(const Shot& shot) const;
  [[nodiscard]] bool is_asked_by_arp(const Interface& from, std::uint32_t destination) const;
  [[nodiscard]] std::optional<Recording::Time> run_time();

  // judge.cc
  void judge(const Trip& trip);
  void count_trip(const Trip& trip, const Fate& fate);
  void expect_answers(const Trip& trip, const Fate& fate);
  void expect_of_appliance(const Interface& at, const Packet& packet);
  void check_answer(const Trip& trip);
  void check_guest(const Trip& trip);
  [[nodiscard]] bool is_passed_on(const Trip& trip) const;
  void end_shot();

  // build.cc
  /// Calls as the owner of a VPC. False, and a finding, if it is refused.
  bool call(const Vpc& as, const std::string& line, const std::string& id = {});
  bool call(const std::string& account, const std::string& region, const std::string& line,
            const std::string& id = {});
  /// Lets time pass until nothing is under way.
  void settle();
  void begin();
  void run_for(double seconds);

  void say(const std::string& line) { script_ += line + "\n"; }

  void find_fault(const std::string& finding);
  [[nodiscard]] std::string next_id(const std::string& prefix);

  [[nodiscard]] const Vpc& vpc_of(const std::string& id) const { return *find(network_.vpcs, id); }

  [[nodiscard]] const control::Inventory& inventory();

  /// The a-th of a list, or null if it is empty.
  template <class T>
  [[nodiscard]] static T* pick(std::vector<T>& list, std::uint32_t a) {
    return list.empty() ? nullptr : &list[a % list.size()];
  }

  template <class T>
  [[nodiscard]] static const T* pick(const std::vector<T>& list, std::uint32_t a) {
    return list.empty() ? nullptr : &list[a % list.size()];
  }

  Tally& tally_;
  Fault fault_;
  Network network_;
  Oracle oracle_;
  world::World world_;
  trace::FateCounter fates_;
  Observer observer_;
  bool begun_ = false;
  bool busy_ = false;  // the world is ahead of the model
  std::uint32_t made_ = 0;
  int identifications_ = 0;  // of the datagrams that were sent
  std::vector<Shot> shots_;
  Packet sent_;                  // the last one
  std::vector<Answer> answers_;  // that the last packet must cause
  bool answers_are_open_ = false;
  std::map<std::uint64_t, Packet> arrived_;  // at guests since the last packet was sent, by number
  Recording recording_;
  Recording::Time made_in_{};  // how long the network took to be made
  std::string script_;
  std::string finding_;
};

}  // namespace vpclab::oracle
