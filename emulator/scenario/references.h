// scenario/references.h - what the parts of the check of references share: names of the right kind,
// accounts, regions, who has EC2-Classic. Internal to references*.cc; resolves no ids.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "emulator/control/owner.h"
#include "emulator/scenario/loader.h"
#include "emulator/scenario/names.h"

namespace vpclab::scenario {

class ReferenceChecks {
 public:
  explicit ReferenceChecks(Loader& loader)
      : loader_(loader), scenario_(loader.scenario()), names_(loader.names()) {}

 protected:
  [[nodiscard]] Reader& reader() { return loader_.reader(); }

  /// Checks each; what is complained about is broken, so that nothing is built from it, or, if all
  /// was forgiven, faulty.
  template <class Resources, class Checker>
  void each(Resources& resources, Checker checker) {
    for (auto& resource : resources) {
      const std::size_t faults = reader().diagnostics().count();
      const std::size_t grave = reader().grave_faults();
      checker(resource);
      if (reader().diagnostics().count() != faults) {
        resource.faulty = true;
        resource.broken = resource.broken || reader().grave_faults() != grave;
        names_.mark_broken(resource.name.value);
      }
    }
  }

  /// Complains where `name` is not the name of one of `kinds`, nor an id.
  void require(const Text& name, std::span<const NameKind> kinds) {
    require_name(loader_, name, kinds, false);
  }

  void optional(const std::optional<Text>& name, std::span<const NameKind> kinds) {
    if (name.has_value()) {
      require(*name, kinds);
    }
  }

  void all(const std::vector<Text>& names, std::span<const NameKind> kinds) {
    for (const Text& name : names) {
      require(name, kinds);
    }
  }

  /// Leaves out the elements about which `checker` complains.
  template <class Element, class Checker>
  void each_element(std::vector<Element>& elements, Checker checker) {
    std::vector<Element> good;
    good.reserve(elements.size());
    for (Element& element : elements) {
      const std::size_t faults = reader().diagnostics().count();
      const std::size_t grave = reader().grave_faults();
      checker(element);
      if (reader().diagnostics().count() == faults) {
        good.push_back(std::move(element));
      }
      reader().forgive_since(grave);
    }
    elements = std::move(good);
  }

  /// Who has said it first, by what it is said of.
  using Owners = std::map<std::string, Text>;

  /// Whether `name` stands for something of one of `kinds`, or is an id: else it was refused, and
  /// nothing that is said of it counts.
  [[nodiscard]] bool stands_for(const Text& name, std::span<const NameKind> kinds) const;

  /// What EC2 takes one after the other, so that the later would win in silence, is declared once
  /// (RT-3, ACL-1, EIP-6): complains where somebody else than `owner` has said it of `key`.
  void refuse_second(Owners& first, const std::string& key, const Text& owner, const Mark& mark,
                     std::string_view what);

  /// An account by its name becomes its id.
  void owner(std::optional<Text>& account);

  void region(const std::optional<Text>& region);

  /// Complains where an account or region is said of what has its owner from something else.
  void refuse_owner(const std::optional<Text>& account, const std::optional<Text>& region,
                    std::string_view why, std::string_view hint);

  /// Complains at `mark` where there is no EC2-Classic for `place` (CLC-7, CLC-9).
  void require_classic(const control::Caller& place, const Mark& mark);

  Loader& loader_;
  Scenario& scenario_;
  NameTable& names_;
};

/// Network interfaces, instances, elastic IPs.
void check_host_references(Loader& loader);

}  // namespace vpclab::scenario
