#include "emulator/world/world.h"

#include <algorithm>
#include <utility>

#include "emulator/api/action.h"
#include "emulator/api/decode.h"
#include "emulator/control/compile.h"
#include "emulator/control/control_plane.h"
#include "netstack/base/check.h"
#include "netstack/host/host_stack.h"

namespace vpclab::world {
namespace {

static_assert(control::kMostInterfacesPerInstance < host::kInterfacesMax);

/// How long before the run the control plane's clock starts; what is declared settles meanwhile.
constexpr Duration kPrelude = std::chrono::minutes(10);

control::ControlOptions control_options(const WorldOptions& options) {
  control::ControlOptions made = options.control;
  made.seed = options.seed;
  return made;
}

fabric::FabricOptions fabric_options(const WorldOptions& options) {
  fabric::FabricOptions made = options.fabric;
  made.nodes.seed = options.seed;
  return made;
}

}  // namespace

World::World(const WorldOptions& options)
    : simulator_(packets_),
      clock_(*this),
      control_time_(SimTime{} - kPrelude),
      public_pools_(options.control.public_pools),
      control_(std::make_unique<control::ControlPlane>(control_options(options))) {
  clock_.port = simulator_.add_actor(clock_);  // the first port: changes go before packets (RT-26)
  fabric::PlanSource& plans = *this;
  fabric_ = std::make_unique<fabric::Fabric>(simulator_, trace_, plans, fabric_options(options));
  internet_names_ = {[this](const std::string& name) {
                       const node::InternetHost* host = fabric_->internet().host(name);
                       return host == nullptr ? std::nullopt : std::optional(host->address());
                     },
                     [this](wire::Ipv4Address address) {
                       const node::InternetHost* host = fabric_->internet().host(address);
                       return host == nullptr ? std::string() : host->name();
                     }};
  control_->on_state_change([this](const control::StateChange& change) {
    if (trace_.listening()) {
      trace_.note(change.at, "state",
                  change.resource.text() + " " + std::string(change.from) + " -> " +
                      std::string(change.to));
    }
  });
}

World::~World() = default;

// --- Changing the network ------------------------------------------------------------------------

SimTime World::control_now() const { return has_begun() ? simulator_.now() : control_time_; }

api::Reply World::call(const control::Caller& caller, const api::Request& request,
                       const control::Declared* declared) {
  api::Reply reply = control_->execute(caller, request, control_now(), declared);
  if (trace_.listening()) {
    note_call(caller, request, reply);
  }
  follow_control();
  return reply;
}

void World::settle() {
  VPCLAB_CHECK(!has_begun(), "only what is declared before the run is settled");
  while (const auto next = control_->next_settling_transition()) {
    control_time_ = std::max(control_time_, *next);
    VPCLAB_CHECK(control_time_ <= SimTime{}, "what is declared settles within ten minutes");
    control_->advance(control_time_);
  }
  follow_control();
}

void World::begin() {
  begun_ = true;
  control_->advance(simulator_.now());
  follow_control();
}

void World::ControlClock::act() {
  world.control_->advance(world.simulator_.now());
  world.follow_control();
}

void World::follow_control() {
  if (control_->inventory().any_changed()) {
    fabric_->mark_changed(control_->take_changed());
  }
  fabric_->mark_classic_changed(control_->take_changed_classic());
  if (!has_begun()) {
    return;
  }
  if (const auto next = control_->next_transition()) {
    simulator_.wake_at(clock_.port, std::max(*next, simulator_.now()));
  }
}

void World::note_call(const control::Caller& caller, const api::Request& request,
                      const api::Reply& reply) {
  std::string text(api::action_name(request));
  for (const auto& [name, value] : api::to_params(request)) {
    text.append(" ").append(name).append("=").append(value);
  }
  text += " by " + caller.account + " in " + caller.region;
  if (!reply) {
    text += ": " + std::string(reply.error().code) + ": " + reply.error().message;
  }
  trace_.note(control_now(), "api", text);
}

bool World::impair(const api::ResourceId& element, trace::Direction direction,
                   const link::Impairments& impairments) {
  if (element.kind() == api::ResourceKind::kInstance) {
    const api::InstanceId id(element.digits());
    if (fabric_->classic_instance(id) != nullptr) {
      return fabric_->impair(element, direction, impairments);
    }
    const node::Instance* found = instance(id);
    if (found == nullptr || found->interfaces().empty() || found->interfaces()[0] == nullptr) {
      return false;
    }
    return fabric_->impair(found->interfaces()[0]->id(), direction, impairments);
  }
  return fabric_->impair(element, direction, impairments);
}

std::optional<dataplane::VpcTables> World::compile(const api::VpcId& vpc) {
  return control::compile(control_->inventory(), control_->options().knobs, vpc);
}

bool World::exists(const api::VpcId& vpc) const {
  return control_->inventory().vpcs.find(vpc) != nullptr;
}

dataplane::ClassicTables World::compile_classic(std::uint32_t region) {
  return control::compile_classic(control_->inventory(), region);
}

bool World::is_cloud_address(wire::Ipv4Address address) const {
  return std::any_of(public_pools_.begin(), public_pools_.end(),
                     [&](const wire::Ipv4Prefix& pool) { return pool.contains(address); });
}

// --- Who is there --------------------------------------------------------------------------------

node::Instance* World::instance(const api::InstanceId& id) { return fabric_->instance(id); }

node::InternetHost* World::internet_host(std::string_view name) {
  return fabric_->internet().host(name);
}

node::InternetHost& World::add_internet_host(std::string_view name, wire::Ipv4Address address) {
  return fabric_->internet().add_host(name, address);
}

node::Guest* World::guest(const api::ResourceId& id) {
  if (id.kind() == api::ResourceKind::kInstance) {
    return fabric_->guest(api::InstanceId(id.digits()));
  }
  return fabric_->internet().host(id);
}

}  // namespace vpclab::world
