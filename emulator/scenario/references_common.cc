// What every part of the check of references asks: whose is it, where is it, was EC2-Classic there?
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "emulator/control/region.h"
#include "emulator/scenario/references.h"
#include "netstack/base/suggest.h"

namespace vpclab::scenario {
namespace {

/// "us-east-1, us-west-1 and eu-west-1"
std::string classic_regions() {
  std::vector<std::string_view> names;
  for (const control::Region& region : control::all_regions()) {
    if (region.had_classic) {
      names.push_back(region.name);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + std::string(names[i]);
  }
  return text;
}

constexpr std::string_view kDigits = "0123456789";

}  // namespace

bool is_account_id(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of(kDigits) == std::string_view::npos;
}

bool settle_account(Loader& loader, Text& account) {
  const std::map<std::string, std::string>& accounts = loader.scenario().accounts;
  if (const auto named = accounts.find(account.value); named != accounts.end()) {
    account.value = named->second;
    return true;
  }
  if (is_account_id(account.value)) {
    return true;
  }
  if (!account.value.empty() && account.value.find_first_not_of(kDigits) == std::string::npos) {
    loader.reader().complain(account.mark, "an account id has 12 digits",
                             "quote it where it begins with 0");
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(accounts.size());
  for (const auto& [name, id] : accounts) {
    names.emplace_back(name);
  }
  const std::string_view meant = base::nearest(account.value, names);
  loader.reader().complain(account.mark, "'" + printable(account.value, 40) + "' is no account",
                           meant.empty() ? "12 digits, or a name given under `accounts:`"
                                         : "did you mean '" + std::string(meant) + "'?");
  return false;
}

void require_region(Loader& loader, const Text& region) {
  if (control::find_region(region.value) != nullptr) {
    return;
  }
  std::vector<std::string_view> known;
  for (const control::Region& other : control::all_regions()) {
    known.push_back(other.name);
  }
  loader.reader().complain_unknown(
      region.mark, "there is no region '" + printable(region.value, 40) + "'", region.value, known);
}

bool ReferenceChecks::stands_for(const Text& name, std::span<const NameKind> kinds) const {
  const NameEntry* entry = names_.find(name.value);
  return entry == nullptr ? is_id(name.value)
                          : std::find(kinds.begin(), kinds.end(), entry->kind) != kinds.end();
}

void ReferenceChecks::refuse_second(Owners& first, const std::string& key, const Text& owner,
                                    const Mark& mark, std::string_view what) {
  const auto [found, is_new] = first.emplace(key, owner);
  if (is_new || found->second.value == owner.value) {
    return;
  }
  const std::size_t grave = reader().grave_faults();
  reader().complain(mark,
                    "'" + printable(key, 64) + "' has " + std::string(what) + " already: '" +
                        found->second.value + "' on line " +
                        std::to_string(found->second.mark.line),
                    "it has exactly one");
  reader().forgive_since(grave);
}

void ReferenceChecks::owner(std::optional<Text>& account) {
  if (account.has_value()) {
    settle_account(loader_, *account);
  }
}

void ReferenceChecks::region(const std::optional<Text>& region) {
  if (region.has_value()) {
    require_region(loader_, *region);
  }
}

void ReferenceChecks::refuse_owner(const std::optional<Text>& account,
                                   const std::optional<Text>& region, std::string_view why,
                                   std::string_view hint) {
  const std::optional<Text>& extra = account.has_value() ? account : region;
  if (extra.has_value()) {
    reader().complain(extra->mark, std::string(why), std::string(hint));
  }
}

void ReferenceChecks::require_classic(const control::Caller& place, const Mark& mark) {
  const control::Region* region = control::find_region(place.region);
  const std::vector<std::string>& accounts = scenario_.classic_accounts;
  if (region != nullptr && !region->had_classic) {
    reader().complain(mark, "there never was an EC2-Classic in " + place.region,
                      "it was in " + classic_regions());
  } else if (is_account_id(place.account) &&
             std::find(accounts.begin(), accounts.end(), place.account) == accounts.end()) {
    reader().complain(mark, "account " + place.account + " has no EC2-Classic",
                      "`accounts: {NAME: {id: \"" + place.account +
                          "\", platforms: [EC2, VPC]}}` gives it the platform");
  }
}

}  // namespace vpclab::scenario
