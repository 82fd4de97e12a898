// control/call.h - one request under way: who asks, when, under which declared name, and the state
// that it may change. Made by ControlPlane::execute and given to the action's handle(). A handler
// first checks everything, then stops if `dry_run` is set (API-3), then changes.
#pragma once

#include <string>

#include "emulator/api/api_error.h"
#include "emulator/control/control_state.h"
#include "emulator/control/owner.h"
#include "emulator/control/region.h"
#include "netstack/base/sim_time.h"

namespace vpclab::control {

/// How a scenario calls the resource that a request makes: its id derives from the name, or is the
/// explicit one (which must be free). Both empty: as if there were no Declared.
struct Declared {
  std::string name;
  std::string id;
  /// The address that an instance launched into EC2-Classic starts with, for worked examples: AWS
  /// lets nobody choose it. Empty: drawn (CLC-8).
  std::string private_address{};
};

struct Call {
  ControlState& state;
  const Caller& caller;
  OwnerIndex owner;
  const Region& region;
  SimTime now;
  const Declared* declared = nullptr;
  bool dry_run = false;

  [[nodiscard]] Inventory& inventory() const { return state.inventory; }

  [[nodiscard]] const Quotas& quotas() const { return state.options.quotas; }

  [[nodiscard]] const Knobs& knobs() const { return state.options.knobs; }

  /// A virtual time as EC2 writes it.
  [[nodiscard]] api::Timestamp timestamp(SimTime time) const {
    return {state.options.epoch.unix_milliseconds +
            std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count()};
  }

  /// The id of the resource that the request makes: the declared one, or the next. Call it last,
  /// when nothing can be refused any more, save an explicit id that is malformed or taken.
  template <class T>
  [[nodiscard]] api::ApiResult<typename Table<T>::Id> new_id(const Table<T>& table) const {
    using Id = typename Table<T>::Id;
    constexpr api::ResourceKind kKind = api::ResourceId(Id(IdDigits{0, 0, 17})).kind();
    if (declared != nullptr && !declared->id.empty()) {
      const Result<Id> id = Id::parse(declared->id);
      if (!id.has_value()) {
        return api::refuse(api::code::kInvalidParameterValue, id.error().message);
      }
      if (table.contains(*id)) {
        return api::refuse(api::code::kInvalidParameterValue,
                           "The ID '" + declared->id + "' is already in use.");
      }
      return *id;
    }
    if (declared != nullptr && !declared->name.empty()) {
      const Id id(state.ids.declared(caller, kKind, declared->name));
      if (!table.contains(id)) {
        return id;
      }
    }
    for (;;) {
      const Id id(state.ids.next(caller, owner, kKind));
      if (!table.contains(id)) {
        return id;
      }
    }
  }
};

/// The id of a part of a resource: the count-th of its kind that the resource had, or, should an
/// explicit id have taken that one, a later one.
template <class T>
[[nodiscard]] typename Table<T>::Id part_id(const Table<T>& table, const api::ResourceId& owner,
                                            std::uint32_t count = 0) {
  using Id = typename Table<T>::Id;
  constexpr api::ResourceKind kKind = api::ResourceId(Id(IdDigits{0, 0, 17})).kind();
  Id id(IdSource::part(owner, kKind, count));
  while (table.contains(id)) {
    count += 0x10000;
    id = Id(IdSource::part(owner, kKind, count));
  }
  return id;
}

}  // namespace vpclab::control
