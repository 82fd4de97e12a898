// What the steps of `run:` refer to, and whether EC2 would understand their calls.
#include "emulator/scenario/check_steps.h"

#include <algorithm>
#include <array>

#include "emulator/api/action.h"
#include "emulator/api/cli_line.h"
#include "emulator/api/decode.h"
#include "emulator/scenario/created.h"
#include "emulator/scenario/name_kinds.h"
#include "emulator/scenario/parameters.h"
#include "netstack/app/dig_options.h"
#include "netstack/app/traceroute_options.h"
#include "netstack/wire/dns_name.h"
#include "netstack/wire/ipv4_address.h"

namespace vpclab::scenario {
namespace {

constexpr std::array<NameKind, 2> kSenderKinds{NameKind::kInstance, NameKind::kInternetHost};
constexpr std::array<NameKind, 4> kDestinationKinds{NameKind::kInstance, NameKind::kInternetHost,
                                                    NameKind::kNetworkInterface,
                                                    NameKind::kElasticIp};

/// Whether "base.part" is the name of something with a part of that name, or "step.Path" a place in
/// what a step was answered.
bool names_a_part(Loader& loader, std::string_view name) {
  const NameTable& names = loader.names();
  const auto [base, part] = split_name(name);
  if (const NameEntry* entry = names.find(base); entry != nullptr && !part.empty()) {
    const auto parts = parts_of(entry->kind);
    return entry->kind == NameKind::kCreated ||
           std::find(parts.begin(), parts.end(), part) != parts.end();
  }
  const std::size_t dot = name.find('.');
  return dot != std::string_view::npos && loader.is_step_name(name.substr(0, dot));
}

/// The place of a part of a text, where that stands on one line without quotes; else of the whole.
Mark part_of(const Text& text, std::size_t offset, std::size_t length) {
  Mark mark = text.mark;
  if (mark.length == text.value.size()) {
    mark.column += static_cast<std::uint32_t>(offset);
    mark.length = static_cast<std::uint32_t>(std::max<std::size_t>(length, 1));
  }
  return mark;
}

/// What a name could have been meant for: the parts of what it begins with, else every name.
void complain_unknown_name(Loader& loader, const Mark& mark, std::string_view name) {
  const std::string base(split_name(name).first);
  const NameEntry* entry = loader.names().find(base);
  std::vector<std::string> parts;
  if (entry != nullptr) {
    for (const std::string_view part : parts_of(entry->kind)) {
      parts.push_back(base + '.');
      parts.back() += part;
    }
  }
  std::vector<std::string_view> candidates(parts.begin(), parts.end());
  if (candidates.empty()) {
    candidates = loader.names_for_hint();
  }
  loader.reader().complain_unknown(mark, "there is nothing called '" + printable(name, 64) + "'",
                                   name, candidates);
}

/// A host of the internet has an address and no id; false where `name` is none.
bool refuse_host(Loader& loader, const Mark& mark, std::string_view name) {
  const NameEntry* entry = loader.names().find(name);
  if (entry == nullptr || entry->kind != NameKind::kInternetHost) {
    return false;
  }
  const std::string host = printable(name, 64);
  loader.reader().complain(mark, "'" + host + "' is an internet host, which has no id",
                           "write `{" + host + ".address}`");
  return true;
}

/// Whether `{name}` stands for something.
bool is_known(Loader& loader, std::string_view name) {
  return loader.names().find(name) != nullptr || is_id(name) ||
         loader.scenario().accounts.contains(std::string(name)) || names_a_part(loader, name);
}

/// A brace that is opened before a name is closed behind it; false after a complaint. A free text
/// may have other braces: only what stands for something, or is all of the text, was meant for a
/// name.
bool check_closed(Loader& loader, const Text& text) {
  for (const Placeholder& open : find_unclosed(text.value)) {
    if (open.length == text.value.size() || is_known(loader, open.name)) {
      loader.reader().complain(
          part_of(text, open.offset, open.length),
          "'" + printable(text.value.substr(open.offset, open.length), 40) + "' is not closed",
          "write `{" + printable(open.name, 40) + "}`");
      return false;
    }
  }
  return true;
}

/// Whether a part of something can be where packets go to.
bool is_address_part(std::string_view part) {
  static constexpr std::array<std::string_view, 7> kParts{
      "private_ip", "public_ip", "private_dns", "public_dns", "address", "eni", "elastic_ip"};
  return std::find(kParts.begin(), kParts.end(), part) != kParts.end();
}

/// "instance-2.public_ip": the part must be there, and be an address.
void check_address_part(Loader& loader, const Text& who) {
  const auto [base, part] = split_name(who.value);
  if (!names_a_part(loader, who.value)) {
    complain_unknown_name(loader, who.mark, who.value);
  } else if (const NameEntry* entry = loader.names().find(base);
             entry != nullptr && entry->kind != NameKind::kCreated && !is_address_part(part)) {
    loader.reader().complain(who.mark, "'" + printable(who.value, 64) + "' is no address",
                             "the name of a host, or one of its addresses: `NAME.private_ip`");
  }
}

void complain_api(Loader& loader, const Mark& mark, const api::ApiError& error) {
  loader.reader().diagnostics().add(Diagnostic{mark, error.code, error.message, {}});
}

/// What EC2 does not understand in the parameters; what the network makes of them is seen in the
/// run.
std::optional<api::ApiError> decoding_fault(std::string_view action,
                                            const api::ParamMap& parameters) {
  api::Decoded<api::Request> request = api::decode(action, parameters);
  return request.has_value() ? std::nullopt : std::optional(std::move(request.error()));
}

/// The line with as many zeros in place of every `{name}`: braces mean something to the AWS CLI's
/// shorthand, and what a name stands for is not known yet.
std::string without_placeholders(std::string line) {
  for (const Placeholder& placeholder : find_placeholders(line)) {
    std::fill_n(line.begin() + static_cast<long>(placeholder.offset), placeholder.length, '0');
  }
  return line;
}

// In place of a placeholder's braces: characters that mean nothing to the AWS CLI.
constexpr char kOpenMark = '\x01';
constexpr char kCloseMark = '\x02';

std::string with_marked_placeholders(std::string line) {
  for (const Placeholder& placeholder : find_placeholders(line)) {
    line[placeholder.offset] = kOpenMark;
    line[placeholder.offset + placeholder.length - 1] = kCloseMark;
  }
  return line;
}

std::string with_braces(std::string message) {
  std::replace(message.begin(), message.end(), kOpenMark, '{');
  std::replace(message.begin(), message.end(), kCloseMark, '}');
  return message;
}

/// The fault of a line as its author wrote it: the names themselves in place of the zeros.
api::CliError as_written(const std::string& line, api::CliError fault) {
  const auto command = api::parse_cli_line(with_marked_placeholders(line));
  if (!command.has_value() && command.error().column == fault.column) {
    fault.message = with_braces(command.error().message);
    fault.hint = with_braces(command.error().hint);
  }
  return fault;
}

api::ApiError as_written(const std::string& line, api::ApiError fault) {
  const auto command = api::parse_cli_line(with_marked_placeholders(line));
  if (command.has_value()) {
    const auto same = decoding_fault(command->action, command->params);
    if (same.has_value() && same->code == fault.code) {
      fault.message = with_braces(same->message);
    }
  }
  return fault;
}

/// Whether a text can only be meant for the domain name system: `ip-10-1-2-3`, or labels of which
/// the first is not the name of anything here.
bool is_dns_name(Loader& loader, std::string_view text) {
  const std::size_t dot = text.find('.');
  const std::string_view first = text.substr(0, dot);
  if (wire::Ipv4Address::parse(text).has_value() || loader.names().find(text) != nullptr ||
      loader.names().find(first) != nullptr || loader.is_step_name(first) ||
      !wire::DnsName::parse(text).has_value()) {
    return false;
  }
  const bool is_numeric = text.find_first_not_of("0123456789.") == std::string_view::npos;
  return (dot != std::string_view::npos && !is_numeric) || first.starts_with("ip-");
}

void check_program(Loader& loader, ProgramStep& step, const std::string& destination) {
  if (step.to.value.empty()) {
    step.to.value = destination;  // a line's, which only its parser could find
  }
  require_name(loader, step.from, kSenderKinds, true);
  if (step.to.value.find('{') != std::string::npos || !is_dns_name(loader, step.to.value)) {
    check_address(loader, step.to);
  }
}

void complain_usage(Loader& loader, const ProgramStep& step, const app::UsageError& error) {
  loader.reader().complain(step.to.mark.line == 0 ? step.mark : step.to.mark,
                           printable(error.message, 200));
}

/// What the program takes as it is, though hardly as it is meant.
void warn(Loader& loader, const ProgramStep& step, const std::vector<app::UsageWarning>& warnings) {
  for (const app::UsageWarning& warning : warnings) {
    loader.reader().diagnostics().add(Diagnostic{step.to.mark.line == 0 ? step.mark : step.to.mark,
                                                 {},
                                                 printable(warning.message, 200),
                                                 {},
                                                 true});
  }
}

/// A name for what the step creates.
void declare_created(Loader& loader, const Step& step, std::string_view action) {
  if (step.id.has_value() && !takes_id(action)) {
    loader.reader().complain(
        step.id->mark,
        std::string(action) + (creates_something(action) ? " gives what it creates an id of its own"
                                                         : " creates nothing with an id"),
        creates_something(action) ? "remove `id:`; a `name:` stands for it" : "");
  }
  if (!creates_something(action) || !step.name.has_value()) {
    return;
  }
  const std::string& name = step.name->value;
  if (const std::string fault = name_fault(name); !fault.empty()) {
    loader.reader().complain(step.name->mark,
                             "'" + printable(name, 40) + "' cannot be a name: " + fault);
  } else if (const NameEntry* other =
                 loader.names().add(name, NameEntry{NameKind::kCreated, step.name->mark, false})) {
    loader.reader().complain(step.name->mark,
                             "the name '" + name + "' is taken by " + with_article(other->kind) +
                                 " on line " + std::to_string(other->mark.line),
                             "the step's name is also the name of what it creates");
  }
}

/// `--profile` and `--region` of a line of the AWS CLI, as far as they are written out.
void check_line_caller(Loader& loader, const Text& line, const api::CliCommand& command) {
  const auto part = [&line](std::string_view option, const std::string& text) {
    const std::size_t behind = std::min(line.value.find(option), line.value.size());
    const std::size_t offset = text.empty() ? std::string::npos : line.value.find(text, behind);
    return offset == std::string::npos
               ? std::optional<Text>()
               : std::optional(Text{text, part_of(line, offset, text.size())});
  };
  check_caller(loader, part("--profile", command.profile));
  if (const std::optional<Text> region = part("--region", command.region)) {
    require_region(loader, *region);
  }
}

bool is_stopped(const Scenario& scenario, const Step& step) {
  return step.name.has_value() &&
         std::any_of(scenario.run.begin(), scenario.run.end(), [&step](const Step& other) {
           const auto* stop = std::get_if<StopStep>(&other.action);
           return stop != nullptr && stop->step.value == step.name->value;
         });
}

}  // namespace

const api::ActionModel* action_of(const CliStep& line) {
  const auto command = api::parse_cli_line(without_placeholders(line.line.value));
  return command.has_value() ? api::find_action(command->action) : nullptr;
}

const api::ActionModel* action_of(const Step& step) {
  if (const auto* call = std::get_if<ApiStep>(&step.action)) {
    return api::find_action(call->action);
  }
  const auto* line = std::get_if<CliStep>(&step.action);
  return line == nullptr ? nullptr : action_of(*line);
}

void check_api_step(Loader& loader, const ApiStep& step, bool may_fail) {
  const api::ActionModel* action = api::find_action(step.action);
  const std::size_t faults = loader.reader().diagnostics().count();
  const auto resolve = [&loader, may_fail](const std::string& value, const Mark& mark,
                                           bool wants_id) {
    check_placeholders(loader, value, mark, may_fail);
    const bool is_fine = !wants_id || may_fail || value == "local" ||
                         value.find('{') != std::string::npos || is_id(value) ||
                         loader.names().find(value) != nullptr;
    if (!is_fine) {
      const std::vector<std::string_view> all = loader.names_for_hint();
      loader.reader().complain_unknown(
          mark, "'" + printable(value, 64) + "' is neither an id nor the name of anything", value,
          all);
    }
    return value;
  };
  const api::ParamMap parameters =
      flatten(step.parameters, *action->request, loader.reader(), resolve);
  if (!may_fail && loader.reader().diagnostics().count() == faults) {
    if (const auto fault = decoding_fault(step.action, parameters)) {
      complain_api(loader, step.mark, *fault);
    }
  }
}

void check_cli_step(Loader& loader, const CliStep& step, bool may_fail) {
  const bool is_closed = may_fail || check_closed(loader, step.line);
  check_placeholders(loader, step.line.value, step.line.mark, true);
  const auto command = api::parse_cli_line(without_placeholders(step.line.value));
  if (!command.has_value()) {
    if (!is_closed) {
      return;  // the line may be unreadable for want of the brace
    }
    Mark mark = step.line.mark;
    if (mark.length == step.line.value.size()) {
      const std::size_t begin = std::min(command.error().column - 1, step.line.value.size());
      const std::size_t end = std::min(step.line.value.find(' ', begin), step.line.value.size());
      mark.column += static_cast<std::uint32_t>(begin);
      mark.length = static_cast<std::uint32_t>(std::max<std::size_t>(1, end - begin));
    }
    const api::CliError fault = as_written(step.line.value, command.error());
    loader.reader().complain(mark, fault.message, fault.hint);
  } else if (!may_fail) {
    check_line_caller(loader, step.line, *command);
    if (const auto fault = decoding_fault(command->action, command->params)) {
      complain_api(loader, step.line.mark, as_written(step.line.value, *fault));
    }
  }
}

void check_caller(Loader& loader, const std::optional<Text>& as) {
  if (!as.has_value()) {
    return;
  }
  const std::size_t slash = as->value.find('/');
  const std::string account = as->value.substr(0, slash);
  const NameEntry* entry = loader.names().find(as->value);
  const bool is_known = (entry != nullptr && entry->kind == NameKind::kVpc) ||
                        loader.scenario().accounts.contains(account) || is_account_id(account);
  if (!is_known) {
    std::vector<std::string_view> known;
    for (const auto& [name, id] : loader.scenario().accounts) {
      known.emplace_back(name);
    }
    for (const std::string_view vpc : loader.names().of(kVpcKind)) {
      known.push_back(vpc);
    }
    loader.reader().complain_unknown(as->mark, "'" + printable(as->value, 64) + "' is no caller",
                                     as->value, known);
  } else if (slash != std::string::npos) {
    const std::string region = as->value.substr(slash + 1);
    require_region(loader, Text{region, part_of(*as, slash + 1, region.size())});
  }
}

void check_placeholders(Loader& loader, const std::string& text, const Mark& mark,
                        bool may_be_open) {
  if (!may_be_open) {
    check_closed(loader, Text{text, mark});
  }
  for (const Placeholder& placeholder : find_placeholders(text)) {
    const Mark place = part_of(Text{text, mark}, placeholder.offset, placeholder.length);
    if (!refuse_host(loader, place, placeholder.name) && !is_known(loader, placeholder.name)) {
      complain_unknown_name(loader, place, placeholder.name);
    }
  }
}

void check_address(Loader& loader, const Text& who) {
  if (was_not_read(who) || wire::Ipv4Address::parse(who.value).has_value()) {
    return;
  }
  if (who.value.find('{') != std::string::npos) {
    const std::vector<Placeholder> found = find_placeholders(who.value);
    if (found.size() == 1 && found[0].length == who.value.size()) {
      const std::string name(found[0].name);
      const Mark place = part_of(who, 1, name.size());
      if (!refuse_host(loader, place, name)) {
        check_address(loader, Text{name, place});
      }
    } else {
      check_placeholders(loader, who.value, who.mark);
    }
    return;
  }
  const NameTable& names = loader.names();
  const bool is_part =
      names.find(who.value) == nullptr && !is_id(who.value) &&
      (names.find(split_name(who.value).first) != nullptr || names_a_part(loader, who.value));
  if (is_part && who.value.find('.') != std::string::npos) {
    check_address_part(loader, who);
  } else {
    require_name(loader, who, kDestinationKinds, true);
  }
}

std::optional<app::PingOptions> check_ping_step(Loader& loader, PingStep& step, bool is_stopped) {
  const auto command = app::parse_ping(step.words);
  if (!command.has_value()) {
    complain_usage(loader, step, command.error());
    return std::nullopt;
  }
  check_program(loader, step, command->destination);
  warn(loader, step, command->warnings);
  const app::PingOptions& options = command->options;
  if (!options.count.has_value() && !options.deadline.has_value() && !is_stopped) {
    loader.reader().complain(step.mark, "this ping never ends",
                             "give it a count (-c) or a deadline (-w), or add a step `stop: NAME`");
  }
  return options;
}

void check_traceroute_step(Loader& loader, TracerouteStep& step) {
  const auto command = app::parse_traceroute(step.words);
  if (!command.has_value()) {
    complain_usage(loader, step, command.error());
    return;
  }
  check_program(loader, step, command->destination);
  warn(loader, step, command->warnings);
}

void check_dig_step(Loader& loader, const DigStep& step) {
  require_name(loader, step.from, kSenderKinds, true);
  std::vector<std::string> words;
  for (const std::string& word : step.words) {
    if (word.starts_with('@')) {
      check_address(loader,
                    Text{word.substr(1), step.server.line == 0 ? step.to.mark : step.server});
      words.emplace_back("@192.0.2.1");
    } else {
      check_placeholders(loader, word, step.to.mark);
      words.push_back(find_placeholders(word).empty() ? word : "192.0.2.1");
    }
  }
  if (const auto options = app::parse_dig(words); !options.has_value()) {
    complain_usage(loader, step, options.error());
  }
}

namespace {

/// Of a step that was refused in part: whether it names what is there.
void check_names(Loader& loader, Step& step) {
  const auto check = [&loader](ProgramStep& program, const auto& command) {
    if (command.has_value()) {
      check_program(loader, program, command->destination);
    }
  };
  if (auto* ping = std::get_if<PingStep>(&step.action)) {
    check(*ping, app::parse_ping(ping->words));
  } else if (auto* trace = std::get_if<TracerouteStep>(&step.action)) {
    check(*trace, app::parse_traceroute(trace->words));
  }
}

/// Whether a line of the AWS CLI does not say what it calls.
bool is_unreadable(const Step& step, const api::ActionModel* action) {
  return action == nullptr && std::holds_alternative<CliStep>(step.action);
}

/// The names of what broken steps would create are no slips of the pen elsewhere.
void declare_doubtful(Loader& loader, const Step& step, const api::ActionModel* action) {
  const bool is_unknown =
      std::holds_alternative<std::monostate>(step.action) || is_unreadable(step, action);
  if (step.name.has_value() && name_fault(step.name->value).empty() &&
      (is_unknown || (action != nullptr && creates_something(action->name)))) {
    loader.imply(step.name->value, NameKind::kCreated, step.name->mark);
  }
}

void check_step(Loader& loader, Step& step) {
  check_caller(loader, step.as);
  const bool may_fail = step.expect_error.has_value();
  if (auto* ping = std::get_if<PingStep>(&step.action)) {
    check_ping_step(loader, *ping, is_stopped(loader.scenario(), step));
  } else if (auto* trace = std::get_if<TracerouteStep>(&step.action)) {
    check_traceroute_step(loader, *trace);
  } else if (const auto* dig = std::get_if<DigStep>(&step.action)) {
    check_dig_step(loader, *dig);
  } else if (const auto* call = std::get_if<ApiStep>(&step.action)) {
    check_api_step(loader, *call, may_fail);
  } else if (const auto* line = std::get_if<CliStep>(&step.action)) {
    check_cli_step(loader, *line, may_fail);
  } else if (const auto* links = std::get_if<LinkStep>(&step.action)) {
    for (const LinkChange& change : links->changes) {
      require_name(loader, change.of, kLinkKinds, true);
    }
  }
}

}  // namespace

void check_steps(Loader& loader) {
  loader.note_step_names();
  for (const Step& step : loader.scenario().run) {
    const api::ActionModel* action = action_of(step);
    if (!step.broken && !is_unreadable(step, action)) {
      declare_created(loader, step, action == nullptr ? std::string_view() : action->name);
    } else {
      declare_doubtful(loader, step, action);
    }
  }
  for (Step& step : loader.scenario().run) {
    if (step.broken) {
      check_names(loader, step);
    } else {
      check_step(loader, step);
    }
  }
}

}  // namespace vpclab::scenario
