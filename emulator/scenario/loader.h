// scenario/loader.h - what the parts of the loader share: where values go, which names there are.
// Internal to load*.cc and references.cc.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/scenario/diagnostic.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/names.h"
#include "emulator/scenario/reader.h"
#include "emulator/scenario/rule_text.h"
#include "emulator/scenario/yaml.h"

namespace vpclab::scenario {

class Loader {
 public:
  Loader(Scenario& scenario, NameTable& names, Diagnostics& diagnostics)
      : scenario_(scenario), names_(names), reader_(diagnostics) {}

  [[nodiscard]] Reader& reader() { return reader_; }

  [[nodiscard]] Scenario& scenario() { return scenario_; }

  [[nodiscard]] NameTable& names() { return names_; }

  // Fills a member from a node; what does not fit is complained about and left as it was.
  void set(const Node& node, Text& out);

  void set(const Node& node, std::optional<Text>& out) { out = reader_.text(node); }

  void set(const Node& node, std::vector<Text>& out) { out = reader_.texts(node); }

  void set(const Node& node, std::optional<Flag>& out) { out = reader_.flag(node); }

  void set(const Node& node, std::vector<Tag>& out);

  /// `true` gives a name of its own ("vpc-1.igw"), `false` none; a text names what is declared.
  void set_flag_or_name(const Node& node, const std::string& implied, std::optional<Text>& out);

  /// All names, while a hint would still be shown.
  [[nodiscard]] std::vector<std::string_view> names_for_hint() {
    return reader_.diagnostics().has_room() ? names_.all() : std::vector<std::string_view>();
  }

  /// Takes the name of a resource; false after a complaint about its form or a second use.
  bool declare(const Node& key, const std::string& name, NameKind kind);

  /// Adds a name that comes with another one ("vpc-1.main").
  void imply(const std::string& name, NameKind kind, const Mark& mark);

  /// Sets the explicit id, which a name in the form of an id is too, and checks its kind.
  void settle_id(Resource& resource, NameKind kind);

  /// Remembers what the steps of the run are called.
  void note_step_names();

  [[nodiscard]] bool is_step_name(std::string_view name) const {
    return step_names_.find(name) != step_names_.end();
  }

  /// The mark of a part of a scalar's text.
  [[nodiscard]] static Mark part_of(const Node& node, std::size_t offset, std::size_t length);

 private:
  Scenario& scenario_;
  NameTable& names_;
  Reader reader_;
  std::set<std::string, std::less<>> step_names_;
};

/// A field that stores its value in a member.
template <auto kMember, class T>
void store(Loader& loader, const Node& node, T& out) {
  loader.set(node, out.*kMember);
}

template <class T>
using LoaderField = Field<Loader, T>;

/// The fields of a resource: its own, and those that every resource has.
template <class T, std::size_t kCount>
[[nodiscard]] constexpr auto resource_fields(const std::array<LoaderField<T>, kCount>& own) {
  std::array<LoaderField<T>, kCount + 2> all{};
  for (std::size_t i = 0; i < kCount; ++i) {
    all[i] = own[i];
  }
  all[kCount] = {"id", false, &store<&T::id, T>};
  all[kCount + 1] = {"tags", false, &store<&T::tags, T>};
  return all;
}

/// How the entries of a section are read.
struct Section {
  NameKind kind{};
  std::string_view what;       ///< "vpc": messages say "vpc 'vpc-1'"
  std::string_view shorthand;  ///< the key that a scalar stands for
  std::string_view implied;    ///< "main": an entry may be called "VPC.main"; empty: none
  bool goes_on = false;        ///< what is left of an entry without its bad elements is built
};

/// Splits "vpc-1.main" at its last dot; the second part is empty where there is none.
[[nodiscard]] std::pair<std::string_view, std::string_view> split_name(std::string_view name);

// A scenario is a lab, not a data centre: it is read, checked and built within seconds.
inline constexpr std::size_t kMostOfAKind = 10'000;
inline constexpr std::size_t kMostRules = 1'000;  // of a group, list or table: AWS's highest quotas

/// False after a complaint: `node` holds more than `most` of something.
[[nodiscard]] bool holds_at_most(Loader& loader, const Node& node, std::size_t most,
                                 std::string_view what);

/// Reads `name: {…}` entries into `out`. `prefix` stands before each name ("vpc-1.").
template <class T, class Fields>
void read_section(Loader& loader, const Node& node, const Section& section, const Fields& fields,
                  std::vector<T>& out, const std::string& prefix = {}) {
  if (node.is_null() || !loader.reader().expect_mapping(node, section.what)) {
    return;
  }
  if (!holds_at_most(loader, node, kMostOfAKind, "of a kind")) {
    return;
  }
  for (const NodeEntry& entry : node.entries) {
    T resource;
    resource.name = Text{prefix + entry.key.text, entry.key.mark};
    const bool is_implied = !section.implied.empty() && prefix.empty() &&
                            split_name(entry.key.text).second == section.implied;
    const bool is_new = is_implied || loader.declare(entry.key, resource.name.value, section.kind);
    const std::string what =
        std::string(section.what) + " '" + printable(resource.name.value, 64) + "'";
    const std::size_t grave = loader.reader().grave_faults();
    resource.faulty = !read_mapping(loader, entry.value, entry.key.mark, what, fields, resource,
                                    section.shorthand);
    const bool can_go_on = section.goes_on && loader.reader().grave_faults() == grave;
    resource.broken = !is_new || entry.value.refused || (resource.faulty && !can_go_on);
    loader.settle_id(resource, section.kind);
    if (!resource.is_sound() && is_new) {
      loader.names().mark_broken(resource.name.value);
    }
    out.push_back(std::move(resource));
  }
}

// The sections, each in its own file.
void load_network(Loader& loader, const Node& root);
void load_security_groups(Loader& loader, const Node& node);
void load_network_acls(Loader& loader, const Node& node);
void load_nat_gateways(Loader& loader, const Node& node);
void load_prefix_lists(Loader& loader, const Node& node);
void load_dhcp_options(Loader& loader, const Node& node);
void load_links(Loader& loader, const Node& node, std::vector<LinkChange>& out);
void load_internet(Loader& loader, const Node& node);
void load_run(Loader& loader, const Node& node);
void load_checks(Loader& loader, const Node& node);

/// Reads the options of a ping or traceroute: keys, or a line.
[[nodiscard]] std::optional<PingStep> read_ping(Loader& loader, const Node& node,
                                                const std::optional<Text>& from);
[[nodiscard]] std::optional<TracerouteStep> read_traceroute(Loader& loader, const Node& node,
                                                            const std::optional<Text>& from);
[[nodiscard]] std::optional<DigStep> read_dig(Loader& loader, const Node& node,
                                              const std::optional<Text>& from);

/// Whether a name is missing because it could not be read, which was complained about: an empty
/// one that the author wrote has a place.
[[nodiscard]] inline bool was_not_read(const Text& name) {
  return name.value.empty() && name.mark.line == 0;
}

/// Completes short names and complains about names that nothing has.
void check_references(Loader& loader);

/// Complains where `name` is no id and not the name of one of `kinds`; `may_be_created` says that
/// something made by a step of the run will do too.
void require_name(Loader& loader, const Text& name, std::span<const NameKind> kinds,
                  bool may_be_created);

/// Whether `text` has the form of an account id.
[[nodiscard]] bool is_account_id(std::string_view text);

/// An account by its name under `accounts:` becomes its id; false after a complaint: it is neither.
bool settle_account(Loader& loader, Text& account);

/// Complains where there is no region of that name.
void require_region(Loader& loader, const Text& region);

/// Completes and checks what steps and checks refer to, and their calls' parameters.
void check_steps(Loader& loader);
void check_checks(Loader& loader);

// The tables of keys, for key_tables().
void list_network_keys(std::vector<KeyTable>& tables);
void list_security_keys(std::vector<KeyTable>& tables);
void list_service_keys(std::vector<KeyTable>& tables);
void list_link_keys(std::vector<KeyTable>& tables);
void list_run_keys(std::vector<KeyTable>& tables);
void list_program_keys(std::vector<KeyTable>& tables);
void list_dig_keys(std::vector<KeyTable>& tables);
void list_check_keys(std::vector<KeyTable>& tables);

}  // namespace vpclab::scenario
