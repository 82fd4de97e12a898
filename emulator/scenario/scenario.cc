#include "emulator/scenario/scenario.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "emulator/control/control_plane.h"
#include "emulator/scenario/declare.h"
#include "emulator/scenario/epoch.h"
#include "emulator/scenario/id_book.h"
#include "emulator/scenario/load.h"
#include "emulator/scenario/runner.h"
#include "emulator/scenario/settings.h"
#include "emulator/scenario/yaml.h"
#include "emulator/world/world.h"
#include "netstack/base/rng.h"

namespace vpclab::scenario {
namespace {

world::WorldOptions world_options(const Scenario& scenario) {
  world::WorldOptions options;
  options.seed = scenario.seed;
  options.control.quotas = quotas_of(scenario);
  const Settings settings = settings_of(scenario);
  options.control.knobs = settings.control;
  options.fabric.nodes = settings.nodes;
  options.control.classic_accounts.insert(scenario.classic_accounts.begin(),
                                          scenario.classic_accounts.end());
  options.control.epoch = api::Timestamp{*parse_epoch(scenario.epoch) / 1'000'000};
  return options;
}

/// Everything that `stream` holds, a little more than is allowed at most.
std::string read_all(std::istream& stream) {
  std::string text;
  char buffer[65536];
  while (text.size() <= kMaxYamlBytes) {
    stream.read(buffer, sizeof buffer);
    if (stream.gcount() <= 0) {
      break;
    }
    text.append(buffer, static_cast<std::size_t>(stream.gcount()));
  }
  return text;
}

}  // namespace

/// The parts, in the order in which they depend on one another.
struct Session::State {
  State(Source source_read, Scenario scenario_read)
      : source(std::move(source_read)),
        scenario(std::move(scenario_read)),
        epoch_nanoseconds(*parse_epoch(scenario.epoch)),
        world(world_options(scenario)),
        book(scenario, world.control().inventory()),
        runner(scenario, world, book, epoch_nanoseconds) {}

  Source source;
  Scenario scenario;
  std::int64_t epoch_nanoseconds;
  world::World world;
  IdBook book;
  Runner runner;
};

namespace {

/// What is no EC2 resource: hosts of the internet, guests that forward, links with faults.
void furnish(const Scenario& scenario, world::World& world, IdBook& book, Runner& runner,
             Diagnostics& diagnostics) {
  for (const InternetHost& host : scenario.internet_hosts) {
    if (const auto address = wire::Ipv4Address::parse(host.address.value)) {
      world.add_internet_host(host.name.value, *address);
    }
  }
  const auto bind_address = [&world, &book](const std::string& name) {
    if (const node::InternetHost* host = world.internet_host(name)) {
      book.bind(name + ".address", to_string(host->address()));
    }
  };
  bind_address(std::string(kOutsideHost));
  for (const InternetHost& host : scenario.internet_hosts) {
    bind_address(host.name.value);
  }
  for (const Instance& instance : scenario.instances) {
    if (!is_set(instance.ip_forward) && !is_set(instance.masquerade)) {
      continue;
    }
    const std::optional<std::string> id = book.find(instance.name.value);
    const auto parsed = api::InstanceId::parse(id.value_or(std::string()));
    // A name in the form of an id stands for itself, also where nothing was launched.
    node::Instance* guest = parsed.has_value() ? world.instance(*parsed) : nullptr;
    if (guest != nullptr) {
      guest->set_ip_forward(true);
      guest->set_masquerade(is_set(instance.masquerade));
    }
  }
  if (diagnostics.empty()) {
    for (const LinkChange& change : scenario.links) {
      if (const std::string fault = runner.apply({change}); !fault.empty()) {
        diagnostics.add(change.of.mark, fault);
      }
    }
  }
}

}  // namespace

Result<Source> read_source(const std::string& path) {
  Source source{path == "-" ? "<stdin>" : path, {}};
  if (path == "-") {
    source.text = read_all(std::cin);
    return source;
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (file) {
    source.text = read_all(file);
  }
  if (!file.is_open() || file.bad()) {
    return fail("cannot read " + path + ": " + std::strerror(errno == 0 ? EIO : errno));
  }
  return source;
}

Opened open(Source source, const OpenOptions& options) {
  Opened opened;
  NameTable names;
  Scenario scenario = load(source, names, opened.diagnostics);
  if (options.seed.has_value()) {
    scenario.seed = *options.seed;
  }
  auto state = std::make_unique<Session::State>(std::move(source), scenario);
  declare(state->scenario, names, state->world, state->book, opened.diagnostics);
  furnish(state->scenario, state->world, state->book, state->runner, opened.diagnostics);
  if (opened.diagnostics.empty()) {
    opened.session.reset(new Session(std::move(state)));
  }
  return opened;
}

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}

Session::~Session() = default;

const Scenario& Session::scenario() const { return state_->scenario; }

const Source& Session::source() const { return state_->source; }

world::World& Session::world() { return state_->world; }

std::uint64_t Session::seed() const { return state_->scenario.seed; }

std::int64_t Session::epoch_nanoseconds() const { return state_->epoch_nanoseconds; }

std::string Session::content_hash() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::uint64_t hash = base::hash_name(state_->source.text);
  std::string text(16, '0');
  // From the last digit; clang 14 has no reverse_view: NOLINTNEXTLINE(modernize-loop-convert)
  for (auto digit = text.rbegin(); digit != text.rend(); ++digit) {
    *digit = kDigits[hash & 0xfU];
    hash >>= 4U;
  }
  return text;
}

std::string Session::id_of(std::string_view name) const {
  return state_->book.find(name).value_or(std::string());
}

RunOutcome Session::run(const RunOptions& options) { return state_->runner.run(options); }

}  // namespace vpclab::scenario
