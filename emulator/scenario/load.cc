#include "emulator/scenario/load.h"

#include <algorithm>
#include <array>

#include "emulator/scenario/epoch.h"
#include "emulator/scenario/loader.h"
#include "emulator/scenario/quota_ceilings.h"
#include "emulator/scenario/settings.h"

namespace vpclab::scenario {
namespace {

constexpr std::int64_t kSchema = 1;
constexpr std::size_t kLongestName = 100;

void read_schema(Loader& loader, const Node& node, Scenario& /*scenario*/) {
  const auto schema = loader.reader().integer(node, 0, 1'000'000);
  if (schema.has_value() && schema->value != kSchema) {
    loader.reader().complain(node.mark, "this is schema " + std::to_string(schema->value) +
                                            "; this program reads schema 1");
  }
}

void read_epoch(Loader& loader, const Node& node, Scenario& scenario) {
  const std::optional<Text> text = loader.reader().text(node);
  if (text.has_value() && !parse_epoch(text->value).has_value()) {
    loader.reader().complain(node.mark, "'" + printable(text->value, 40) + "' is no date and time",
                             "such as 2024-01-01T00:00:00Z, of the years 1970 to 2100");
  } else if (text.has_value()) {
    scenario.epoch = text->value;
  }
}

/// An account while it is read.
struct AccountEntry {
  std::optional<Text> id;
  std::vector<Text> platforms;
};

/// The platforms of an account, in AWS's words (CLC-7).
void read_platforms(Loader& loader, const Node& node, AccountEntry& account) {
  account.platforms = loader.reader().texts(node);
  bool has_vpc = false;
  for (const Text& platform : account.platforms) {
    has_vpc = has_vpc || platform.value == "VPC";
    if (platform.value != "EC2" && platform.value != "VPC") {
      loader.reader().complain(platform.mark,
                               "there is no platform '" + printable(platform.value, 40) + "'",
                               "EC2 and VPC, or VPC alone");
    }
  }
  if (!has_vpc && !account.platforms.empty()) {
    loader.reader().complain(node.mark, "every account has the platform VPC",
                             "write [EC2, VPC] for one that has EC2-Classic too");
  }
}

constexpr std::array<LoaderField<AccountEntry>, 2> kAccountFields{{
    {"id", true, &store<&AccountEntry::id, AccountEntry>},
    {"platforms", false, &read_platforms},
}};

void read_accounts(Loader& loader, const Node& node, Scenario& scenario) {
  if (!loader.reader().expect_mapping(node, "accounts")) {
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    AccountEntry account;
    const bool is_good = read_mapping(loader, entry.value, entry.key.mark,
                                      "account '" + printable(entry.key.text, 40) + "'",
                                      kAccountFields, account, "id");
    const std::string fault = name_fault(entry.key.text);
    if (!fault.empty()) {
      loader.reader().complain(
          entry.key.mark, "'" + printable(entry.key.text, 40) + "' cannot be a name: " + fault);
    } else if (account.id.has_value() && !is_account_id(account.id->value)) {
      loader.reader().complain(account.id->mark, "an account id has 12 digits",
                               "quote it where it begins with 0");
    } else if (is_good) {
      scenario.accounts.emplace(entry.key.text, account.id->value);
      const bool has_classic =
          std::any_of(account.platforms.begin(), account.platforms.end(),
                      [](const Text& platform) { return platform.value == "EC2"; });
      if (has_classic) {
        scenario.classic_accounts.push_back(account.id->value);
      }
    }
  }
}

void read_quotas(Loader& loader, const Node& node, Scenario& scenario) {
  if (node.is_scalar() && node.text == "lifted") {
    scenario.quotas_lifted = true;
    return;
  }
  if (!loader.reader().expect_mapping(node, "quotas")) {
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    const std::optional<std::uint32_t> most = most_of_quota(entry.key.text);
    const auto value = loader.reader().integer(entry.value, 0, most.value_or(0x7fffffff));
    if (!most.has_value()) {
      loader.reader().complain_unknown(entry.key.mark,
                                       "unknown quota '" + printable(entry.key.text, 64) + "'",
                                       entry.key.text, quota_names());
    } else if (value.has_value()) {
      scenario.quotas.emplace_back(Text{entry.key.text, entry.key.mark}, *value);
    }
  }
}

void read_knobs(Loader& loader, const Node& node, Scenario& scenario) {
  if (!loader.reader().expect_mapping(node, "knobs")) {
    return;
  }
  const std::vector<std::string_view> names = knob_names();
  Settings settings;
  for (const NodeEntry& entry : node.entries) {
    const std::optional<Text> value = loader.reader().text(entry.value);
    if (std::find(names.begin(), names.end(), entry.key.text) == names.end()) {
      loader.reader().complain_unknown(entry.key.mark,
                                       "unknown knob '" + printable(entry.key.text, 64) + "'",
                                       entry.key.text, names);
    } else if (value.has_value()) {
      const std::string fault = set_knob(settings, entry.key.text, value->value);
      if (!fault.empty()) {
        loader.reader().complain(value->mark, fault);
      }
      scenario.knobs.emplace_back(Text{entry.key.text, entry.key.mark}, *value);
    }
  }
}

template <std::string Scenario::*kMember>
void read_word(Loader& loader, const Node& node, Scenario& scenario) {
  if (std::optional<Text> text = loader.reader().text(node)) {
    scenario.*kMember = std::move(text->value);
  }
}

/// Whose everything is that says nothing else. Read after all names under `accounts:`, wherever
/// those stand.
void read_account(Loader& loader, const Node& node) {
  std::optional<Text> account = loader.reader().text(node);
  if (account.has_value() && settle_account(loader, *account)) {
    loader.scenario().account = std::move(account->value);
  }
}

/// The name is also a folder's (`run --out`), so it is made of harmless characters.
bool is_scenario_name(std::string_view name) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  return !name.empty() && name.size() <= kLongestName &&
         kPlain.find(name[0]) != std::string_view::npos &&
         name.find_first_not_of(std::string(kPlain) + "._ -") == std::string_view::npos;
}

void read_name(Loader& loader, const Node& node, Scenario& scenario) {
  const std::optional<Text> name = loader.reader().text(node);
  if (name.has_value() && !is_scenario_name(name->value)) {
    loader.reader().complain(name->mark,
                             "'" + printable(name->value, 40) + "' cannot be a scenario's name",
                             "letters, digits, blanks, '.', '_' and '-', at most " +
                                 std::to_string(kLongestName) + ", a letter or digit first");
  } else if (name.has_value()) {
    scenario.name = name->value;
  }
}

/// Sections are read in an order of their own, after all that stands in this table.
void skip(Loader& /*loader*/, const Node& /*node*/, Scenario& /*scenario*/) {}

constexpr std::array<LoaderField<Scenario>, 28> kScenarioFields{{
    {"schema", true, &read_schema},
    {"name", false, &read_name},
    {"description", false, &read_word<&Scenario::description>},
    {"seed", false,
     [](Loader& loader, const Node& node, Scenario& scenario) {
       if (const auto seed = loader.reader().integer(node, 0, INT64_MAX)) {
         scenario.seed = static_cast<std::uint64_t>(seed->value);
       }
     }},
    {"epoch", false, &read_epoch},
    {"account", false, &skip},
    {"accounts", false, &read_accounts},
    {"region", false, &store<&Scenario::region, Scenario>},
    {"zone", false, &store<&Scenario::zone, Scenario>},
    {"default_vpc", false,
     [](Loader& loader, const Node& node, Scenario& scenario) {
       const std::optional<Flag> flag = loader.reader().flag(node);
       scenario.default_vpc = flag.has_value() && flag->value;
       scenario.default_vpc_mark = node.mark;
     }},
    {"quotas", false, &read_quotas},
    {"knobs", false, &read_knobs},
    {"vpcs", false, &skip},
    {"internet_gateways", false, &skip},
    {"peering_connections", false, &skip},
    {"route_tables", false, &skip},
    {"security_groups", false, &skip},
    {"network_acls", false, &skip},
    {"network_interfaces", false, &skip},
    {"nat_gateways", false, &skip},
    {"prefix_lists", false, &skip},
    {"dhcp_options", false, &skip},
    {"elastic_ips", false, &skip},
    {"instances", false, &skip},
    {"links", false, &skip},
    {"internet", false, &skip},
    {"run", false, &skip},
    {"checks", false, &skip},
}};

/// "vpc-peering" of "scenarios/peering/vpc-peering.vpclab.yaml".
std::string stem_of(std::string_view file) {
  const std::size_t slash = file.rfind('/');
  const std::string_view base = slash == std::string_view::npos ? file : file.substr(slash + 1);
  const std::string_view stem = base.substr(0, base.find('.'));
  return is_scenario_name(stem) ? std::string(stem) : "scenario";
}

void load_sections(Loader& loader, const Node& root) {
  load_network(loader, root);
  const auto with = [&loader, &root](std::string_view key, void (*read)(Loader&, const Node&)) {
    if (const Node* node = root.find(key)) {
      read(loader, *node);
    }
  };
  with("security_groups", &load_security_groups);
  with("network_acls", &load_network_acls);
  with("nat_gateways", &load_nat_gateways);
  with("prefix_lists", &load_prefix_lists);
  with("dhcp_options", &load_dhcp_options);
  with("internet", &load_internet);
  with("run", &load_run);
  with("checks", &load_checks);
  loader.imply(std::string(kOutsideHost), NameKind::kInternetHost,
               Mark{});  // the internet model has it anyhow
  if (const Node* links = root.find("links")) {
    load_links(loader, *links, loader.scenario().links);
  }
}

}  // namespace

Scenario load(const Source& source, NameTable& names, Diagnostics& diagnostics) {
  Scenario scenario;
  scenario.name = stem_of(source.name);
  const std::optional<Node> root = parse_yaml(source.text, diagnostics);
  if (!root.has_value()) {
    return scenario;
  }
  Loader loader(scenario, names, diagnostics);
  if (!loader.reader().expect_mapping(*root, "a scenario")) {
    return scenario;
  }
  read_mapping(loader, *root, root->mark, "the scenario", kScenarioFields, scenario);
  if (const Node* account = root->find("account")) {
    read_account(loader, *account);
  }
  warn_of_ceilings(scenario, diagnostics);
  load_sections(loader, *root);
  check_references(loader);
  return scenario;
}

std::vector<KeyTable> key_tables() {
  std::vector<KeyTable> tables;
  tables.push_back(key_table("scenario", kScenarioFields));
  tables.push_back(key_table("account", kAccountFields));
  list_network_keys(tables);
  list_security_keys(tables);
  list_service_keys(tables);
  list_link_keys(tables);
  list_run_keys(tables);
  list_program_keys(tables);
  list_dig_keys(tables);
  list_check_keys(tables);
  return tables;
}

}  // namespace vpclab::scenario
