#include "tests/oracle/build.h"

#include <algorithm>

#include <fmt/format.h>

#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "emulator/control/control_plane.h"

namespace vpclab::oracle {
namespace {

world::WorldOptions options() {
  world::WorldOptions made;
  made.control.quotas = control::Quotas::lifted();
  made.control.classic_accounts = {std::string(kClassicAccount)};
  return made;
}

/// After a packet: what it causes has happened, and no timeout of a whole number of seconds falls
/// together with another packet.
constexpr double kAfterPacket = 1.037;

}  // namespace

std::string in_one_line(const std::vector<std::string>& words, std::string_view between) {
  return fmt::format("{}", fmt::join(words, between));
}

Lab::Lab(Tally& tally, Fault fault)
    : tally_(tally),
      fault_(std::move(fault)),
      oracle_(network_),
      world_(options()),
      observer_([this](const Trip& trip) { judge(trip); }),
      made_in_(world_.control_now().time_since_epoch()) {
  network_.cloud_ranges = {Cidr::parse("203.0.113.128/25"), Cidr::parse("198.18.0.0/15")};
  network_.outsiders = {{"8.8.8.8", parse_address("8.8.8.8")},
                        {"1.1.1.1", parse_address("1.1.1.1")},
                        {"outside", parse_address("198.51.100.10")}};
  world_.trace().add(fates_);
  world_.trace().add(observer_);
}

Lab::~Lab() {
  world_.trace().remove(observer_);
  world_.trace().remove(fates_);
}

std::string Lab::play(const Case& wished) {
  for (const Wish& wish : wished.wishes) {
    ++tally_.wishes;
    const std::size_t before = script_.size();
    grant(wish);
    tally_.granted += script_.size() != before ? 1U : 0U;
    if (!fates_.violations().empty()) {
      find_fault("conservation: " + fates_.violations().front());
    }
    if (!finding_.empty()) {
      return finding_ + "\n--- to see it again:\n" + script_;
    }
  }
  return {};
}

void Lab::grant(const Wish& wish) {
  switch (wish.kind) {
    case WishKind::kWait:
      return wait(wish);
    case WishKind::kSend:
      return send(wish);
    case WishKind::kSendAgain:
      return send_again(wish);
    case WishKind::kSendFromOutside:
      return send_from_outside(wish);
    case WishKind::kSendFromClassic:
      return send_from_classic(wish);
    default:
      break;
  }
  if (wish.kind <= WishKind::kDetachGateway) {
    grant_network(wish);
  } else if (wish.kind <= WishKind::kUseAcl) {
    grant_policy(wish);
  } else if (wish.kind <= WishKind::kTerminate) {
    grant_host(wish);
  } else if (wish.kind <= WishKind::kPeeringOption) {
    grant_peering(wish);
  } else {
    grant_classic(wish);
  }
}

bool Lab::call(const Vpc& as, const std::string& line, const std::string& id) {
  return call(as.account, as.region, line, id);
}

bool Lab::call(const std::string& account, const std::string& region, const std::string& line,
               const std::string& id) {
  say(fmt::format("[{} {}] aws {}{}", account, region, line, id.empty() ? "" : "   # " + id));
  const auto command = api::parse_cli_line(line);
  if (!command) {
    find_fault("not a line of the AWS CLI: " + line + ": " + command.error().message);
    return false;
  }
  const auto request = api::decode(command->action, command->params);
  if (!request) {
    find_fault("not decoded: " + line + ": " + request.error().message);
    return false;
  }
  recording_.add_call(account + "/" + region, line, id, run_time());
  const control::Declared declared{.name = {}, .id = id};
  const control::Caller caller{account, region};
  const api::Reply reply = world_.call(caller, *request, id.empty() ? nullptr : &declared);
  if (!reply) {
    find_fault(fmt::format("refused, though legal: {}: {}: {}", line,
                           std::string(reply.error().code), reply.error().message));
    return false;
  }
  settle();
  return true;
}

void Lab::settle() {
  if (!begun_) {
    return world_.settle();
  }
  busy_ = true;
  while (const auto next = world_.control().next_settling_transition()) {
    world_.simulator().run_until(*next);
  }
  busy_ = false;
}

void Lab::begin() {
  if (!begun_) {
    world_.settle();
    made_in_ = world_.control_now().time_since_epoch() - made_in_;
    world_.begin();
    begun_ = true;
  }
}

void Lab::run_for(double seconds) {
  world_.simulator().run_until(
      world_.simulator().now() +
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds)));
}

void Lab::wait(const Wish& wish) {
  begin();
  const double seconds = std::vector<double>{7.3, 41.1, 77.7, 211.3}[wish.a % 4];
  say(fmt::format("# wait {} s", seconds));
  run_for(seconds);
}

void Lab::find_fault(const std::string& finding) {
  if (finding_.empty()) {
    finding_ = finding;
  }
}

std::string Lab::next_id(const std::string& prefix) {
  return fmt::format("{}-{:08x}", prefix, ++made_);
}

const control::Inventory& Lab::inventory() { return world_.control().inventory(); }

void Lab::fire(const Shot& wanted) {
  Shot shot = wanted;
  if (shot.from.rfind("eni-", 0) == 0) {
    shot.packet.ttl = shot.packet.ttl == 0 ? 64 : shot.packet.ttl;
  } else {
    shot.pieces = 1;  // a host's stack sees to that itself
  }
  shot.packet.identification = ++identifications_ % 65'536;
  begin();
  say(fmt::format("# packet from {}: {}{}", shot.from.empty() ? "the internet" : shot.from,
                  text(shot.packet),
                  shot.pieces == 1 ? std::string()
                                   : fmt::format(" in {} pieces{}", shot.pieces,
                                                 shot.last_first ? ", the last first" : "")));
  record(shot);
  sent_ = shot.packet;
  if (shot.from.empty() || shot.from.rfind("i-", 0) == 0) {
    fire_by_stack(shot);
  } else {
    fire_from_guest(shot);
  }
  run_for(kAfterPacket);
  end_shot();
}

}  // namespace vpclab::oracle
