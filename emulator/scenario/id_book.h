// scenario/id_book.h - which id (or address) stands behind a name while a scenario runs: names of
// what was declared or created, the parts that come with them, places in answered calls. Reads the
// control plane, changes nothing.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "emulator/api/ids.h"
#include "emulator/scenario/model.h"

namespace vpclab::control {
class Inventory;
}  // namespace vpclab::control

namespace vpclab::scenario {

class IdBook {
 public:
  /// Both outlive the book.
  IdBook(const Scenario& scenario, const control::Inventory& inventory)
      : scenario_(scenario), inventory_(inventory) {}

  /// From now on `name` is `id`; a later creation under the same name takes its place.
  void bind(const std::string& name, const std::string& id) { ids_[name] = id; }

  /// What a named step was answered, as JSON text.
  void keep_response(const std::string& step, std::string json) {
    responses_[step] = std::move(json);
  }

  /// The text behind a name ("vpc-1.main"), a part ("instance-1.public_ip"), an account's name, or
  /// a place in an answer ("step.Vpc.VpcId"); an id stands for itself. Nothing if there is none
  /// now.
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;

  /// Whether a text means something in the scenario, now or when what it names is there: it holds
  /// `{names}`, or begins with a declared or created one's name.
  [[nodiscard]] bool knows(std::string_view text) const;

  /// `text` with every `{name}` replaced. Nothing, with the first name that has no meaning in
  /// `missing`, if there is one.
  [[nodiscard]] std::optional<std::string> expand(std::string_view text,
                                                  std::string& missing) const;

  /// The address that a program should send to: an address as it is, what a name or part stands
  /// for, the primary private address of an instance or interface - or the public one that belongs
  /// to it, where that is asked for.
  [[nodiscard]] std::optional<std::string> address_of(std::string_view destination,
                                                      bool is_public = false) const;

 private:
  [[nodiscard]] std::optional<std::string> part(const api::ResourceId& id,
                                                std::string_view part) const;

  const Scenario& scenario_;
  const control::Inventory& inventory_;
  std::map<std::string, std::string, std::less<>> ids_;
  std::map<std::string, std::string, std::less<>> responses_;
};

}  // namespace vpclab::scenario
