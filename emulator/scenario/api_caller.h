// scenario/api_caller.h - makes the API calls of steps and checks: names to ids, parameters to a
// request, the call, and the answer as a value. Remembers ids and answers in the book.
#pragma once

#include <optional>
#include <string>

#include "emulator/control/owner.h"
#include "emulator/scenario/id_book.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/outcome.h"
#include "emulator/world/world.h"

namespace vpclab::scenario {

/// What a call is made with beside its parameters.
struct CallOptions {
  std::optional<control::Caller> caller;  ///< nothing: the default, or what the line says
  std::string name;                       ///< of the step; and of what is created
  std::string id;                         ///< explicit, of what is created
};

struct CallResult {
  ApiOutcome outcome;
  std::string command;  ///< as an AWS CLI line
  std::string fault;    ///< why no call was made: a name that stands for nothing now
};

class ApiCaller {
 public:
  /// All outlive the caller.
  ApiCaller(const Scenario& scenario, world::World& world, IdBook& book)
      : scenario_(scenario), world_(world), book_(book) {}

  [[nodiscard]] CallResult call(const ApiStep& step, const CallOptions& options);
  [[nodiscard]] CallResult call(const CliStep& step, const CallOptions& options);

  /// Binds `name` to a new id, with the parts that AWS makes together with it, and tells the world.
  void learn(const std::string& name, const std::string& id);

 private:
  void execute(const control::Caller& caller, const api::Request& request,
               const CallOptions& options, CallResult& result);

  const Scenario& scenario_;
  world::World& world_;
  IdBook& book_;
};

}  // namespace vpclab::scenario
