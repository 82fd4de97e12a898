// The section `run:`: steps, each with one verb and what says when, under which name and as whom.
#include <algorithm>
#include <array>
#include <set>

#include "emulator/api/action.h"
#include "emulator/scenario/created.h"
#include "emulator/scenario/load.h"
#include "emulator/scenario/loader.h"
#include "emulator/scenario/parameters.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kMostSteps = 2'000;

constexpr std::array<std::string_view, 7> kOwnVerbs{"ping", "traceroute", "dig", "wait",
                                                    "stop", "links",      "aws"};

/// A step while it is read: what stands beside its verb.
struct StepKeys {
  Step step;
  std::optional<Text> from;
};

template <std::optional<Text> Step::*kMember>
void store_in_step(Loader& loader, const Node& node, StepKeys& keys) {
  loader.set(node, keys.step.*kMember);
}

constexpr std::array<LoaderField<StepKeys>, 7> kStepFields{{
    {"name", false, &store_in_step<&Step::name>},
    {"at", false,
     [](Loader& loader, const Node& node, StepKeys& keys) {
       keys.step.at = loader.reader().duration(node);
     }},
    {"after", false, &store_in_step<&Step::after>},
    {"from", false, &store<&StepKeys::from, StepKeys>},
    {"as", false, &store_in_step<&Step::as>},
    {"expect_error", false, &store_in_step<&Step::expect_error>},
    {"id", false, &store_in_step<&Step::id>},
}};

const api::ActionModel* action_of(std::string_view key) {
  std::string cli_name(key);
  std::replace(cli_name.begin(), cli_name.end(), '_', '-');
  return api::find_cli_action(cli_name);
}

/// The steps' keys and every action's, for "did you mean".
std::vector<std::string> all_step_keys() {
  std::vector<std::string> keys(kOwnVerbs.begin(), kOwnVerbs.end());
  for (const LoaderField<StepKeys>& field : kStepFields) {
    keys.emplace_back(field.key);
  }
  for (const api::ActionModel& action : api::actions()) {
    keys.push_back(step_key_of(action.cli_name));
  }
  return keys;
}

void complain_unknown_verb(Loader& loader, const Node& key) {
  const std::vector<std::string> keys = all_step_keys();
  const std::vector<std::string_view> views(keys.begin(), keys.end());
  std::string hint = base::suggestion(key.text, views);
  if (hint.empty()) {
    hint = "ping, traceroute, dig, wait, stop, links, aws, or an EC2 action such as create_route";
  }
  loader.reader().complain(key.mark, "unknown step '" + printable(key.text, 64) + "'",
                           std::move(hint));
}

void read_wait(Loader& loader, const Node& node, Step& step) {
  if (node.is_scalar() && node.text == "settled") {
    step.action = WaitStep{};
  } else if (const auto duration = loader.reader().duration(node)) {
    step.action = WaitStep{duration->value};
  }
}

/// A name within `ping: {name: …}` is the step's.
void adopt_inner_name(Loader& loader, const Node& node, Step& step) {
  const Node* name = node.is_mapping() ? node.find("name") : nullptr;
  if (name == nullptr) {
    return;
  }
  if (step.name.has_value()) {
    loader.reader().complain(name->mark, "the step has a name already", "remove one of the two");
    return;
  }
  step.name = loader.reader().text(*name);
}

void read_verb(Loader& loader, const Node& key, const Node& node, StepKeys& keys) {
  Step& step = keys.step;
  if (key.text == "ping" || key.text == "traceroute" || key.text == "dig") {
    adopt_inner_name(loader, node, step);
    if (key.text == "ping") {
      if (std::optional<PingStep> ping = read_ping(loader, node, keys.from)) {
        step.action = std::move(*ping);
      }
    } else if (key.text == "dig") {
      if (std::optional<DigStep> dig = read_dig(loader, node, keys.from)) {
        step.action = std::move(*dig);
      }
    } else if (std::optional<TracerouteStep> trace = read_traceroute(loader, node, keys.from)) {
      step.action = std::move(*trace);
    }
  } else if (key.text == "wait") {
    read_wait(loader, node, step);
  } else if (key.text == "stop") {
    if (std::optional<Text> name = loader.reader().text(node)) {
      step.action = StopStep{std::move(*name)};
    }
  } else if (key.text == "links") {
    LinkStep links;
    load_links(loader, node, links.changes);
    step.action = std::move(links);
  } else if (key.text == "aws") {
    if (std::optional<Text> line = loader.reader().text(node)) {
      step.action = CliStep{std::move(*line)};
    }
  } else if (const api::ActionModel* action = action_of(key.text)) {
    step.action = ApiStep{std::string(action->name), key.mark, to_parameters(node)};
  }
}

bool is_verb(std::string_view key) {
  return std::find(kOwnVerbs.begin(), kOwnVerbs.end(), key) != kOwnVerbs.end() ||
         action_of(key) != nullptr;
}

const LoaderField<StepKeys>* step_field(std::string_view key) {
  const auto* field =
      std::find_if(kStepFields.begin(), kStepFields.end(),
                   [key](const LoaderField<StepKeys>& candidate) { return candidate.key == key; });
  return field == kStepFields.end() ? nullptr : field;
}

bool runs_a_program(const Step& step) {
  return std::holds_alternative<PingStep>(step.action) ||
         std::holds_alternative<TracerouteStep>(step.action) ||
         std::holds_alternative<DigStep>(step.action);
}

/// What goes with API calls only, or with programs only.
void check_belongings(Loader& loader, const StepKeys& keys) {
  const Step& step = keys.step;
  const bool is_call =
      std::holds_alternative<ApiStep>(step.action) || std::holds_alternative<CliStep>(step.action);
  const bool is_program = runs_a_program(step);
  if (keys.from.has_value() && !is_program) {
    loader.reader().complain(keys.from->mark, "'from' goes with ping, traceroute and dig only");
  }
  if (is_call) {
    return;
  }
  const auto refuse = [&loader](const std::optional<Text>& value, std::string_view key) {
    if (value.has_value()) {
      loader.reader().complain(value->mark,
                               "'" + std::string(key) + "' goes with EC2 actions only");
    }
  };
  refuse(step.as, "as");
  refuse(step.expect_error, "expect_error");
  refuse(step.id, "id");
}

Step read_step(Loader& loader, const Node& node) {
  StepKeys keys;
  keys.step.mark = node.mark;
  const std::size_t faults = loader.reader().diagnostics().count();
  if (!loader.reader().expect_mapping(node, "a step")) {
    keys.step.broken = true;
    return std::move(keys.step);
  }
  const NodeEntry* verb = nullptr;
  for (const NodeEntry& entry : node.entries) {
    if (const LoaderField<StepKeys>* field = step_field(entry.key.text)) {
      field->read(loader, entry.value, keys);
    } else if (!is_verb(entry.key.text)) {
      complain_unknown_verb(loader, entry.key);
    } else if (verb != nullptr) {
      loader.reader().complain(
          entry.key.mark,
          "a step does one thing, and this one already has '" + verb->key.text + "'",
          "make it a step of its own");
    } else {
      verb = &entry;
    }
  }
  if (verb != nullptr) {
    keys.step.mark = verb->key.mark;
    read_verb(loader, verb->key, verb->value, keys);
  } else if (loader.reader().diagnostics().count() == faults) {
    loader.reader().complain(node.mark, "the step does nothing",
                             "ping, traceroute, dig, wait, stop, links, aws, or an EC2 action such "
                             "as create_route");
  }
  if (!std::holds_alternative<std::monostate>(keys.step.action)) {
    check_belongings(loader, keys);
  }
  keys.step.broken = loader.reader().diagnostics().count() != faults;
  return std::move(keys.step);
}

/// Steps stand in the order of their times; names of steps are used once.
class OrderChecker {
 public:
  explicit OrderChecker(Loader& loader) : loader_(loader) {}

  void check(const Step& step) {
    check_time(step);
    if (step.after.has_value() && !names_.contains(step.after->value)) {
      complain_unknown(*step.after);
    }
    if (const auto* stop = std::get_if<StopStep>(&step.action);
        stop != nullptr && !programs_.contains(stop->step.value)) {
      complain_unknown(stop->step);
    }
    if (step.name.has_value()) {
      take_name(step);
    }
  }

 private:
  void check_time(const Step& step) {
    if (step.at.has_value() && step.after.has_value()) {
      loader_.reader().complain(step.after->mark, "'at' and 'after' exclude each other");
    }
    if (!step.at.has_value()) {
      return;
    }
    if (step.at->value < latest_) {
      loader_.reader().complain(step.at->mark,
                                vpclab::to_string(step.at->value) +
                                    " is earlier than a step before it (" +
                                    vpclab::to_string(latest_) + ")",
                                "steps stand in the order of their times");
    }
    latest_ = std::max(latest_, step.at->value);
  }

  void complain_unknown(const Text& name) {
    const std::vector<std::string_view> known(names_.begin(), names_.end());
    loader_.reader().complain_unknown(
        name.mark, "no step before this one is called '" + printable(name.value, 64) + "'",
        name.value, known);
  }

  void take_name(const Step& step) {
    const std::string& name = step.name->value;
    if (name.starts_with("step ") && name.find_first_not_of("0123456789", 5) == std::string::npos) {
      loader_.reader().complain(step.name->mark,
                                "'" + name +
                                    "' is what a step without a name is "
                                    "called",
                                "give it another name");
    }
    if (!names_.insert(step.name->value).second) {
      loader_.reader().complain(step.name->mark,
                                "another step is called '" + printable(step.name->value, 64) + "'");
    }
    if (runs_a_program(step)) {
      programs_.insert(step.name->value);
    }
  }

  Loader& loader_;
  Duration latest_{};
  std::set<std::string> names_;
  std::set<std::string> programs_;
};

}  // namespace

void load_run(Loader& loader, const Node& node) {
  if (node.is_null() || !loader.reader().expect_sequence(node, "run")) {
    return;
  }
  if (node.items.size() > kMostSteps) {
    loader.reader().complain(node.mark,
                             "a run has at most " + std::to_string(kMostSteps) + " steps");
    return;
  }
  OrderChecker order(loader);
  for (const Node& item : node.items) {
    Step step = read_step(loader, item);
    order.check(step);
    loader.scenario().run.push_back(std::move(step));
  }
}

std::vector<std::string_view> own_step_verbs() { return {kOwnVerbs.begin(), kOwnVerbs.end()}; }

void list_run_keys(std::vector<KeyTable>& tables) {
  KeyTable step = key_table("step", kStepFields);
  step.keys.insert(step.keys.end(), kOwnVerbs.begin(), kOwnVerbs.end());
  tables.push_back(std::move(step));
}

}  // namespace vpclab::scenario
