// control/client_tokens.h - the ClientTokens that creating calls carried, with what was asked and
// answered: the same request again makes nothing new and gets the same answer, another one with the
// same token is refused. Owned by ControlState; kept as long as a run lasts.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <utility>

#include "emulator/api/envelope.h"
#include "emulator/control/owner.h"

namespace vpclab::control {

class ClientTokens {
 public:
  struct Use {
    api::Request request;
    api::Response response;
  };

  [[nodiscard]] const Use* find(OwnerIndex owner, api::Action action,
                                const std::string& token) const {
    const auto found = uses_.find(Key{owner, action, token});
    return found == uses_.end() ? nullptr : &found->second;
  }

  void put(OwnerIndex owner, api::Action action, const std::string& token, Use use) {
    uses_.insert_or_assign(Key{owner, action, token}, std::move(use));
  }

 private:
  struct Key {
    OwnerIndex owner;
    api::Action action;
    std::string token;

    friend auto operator<=>(const Key&, const Key&) = default;
  };

  std::map<Key, Use> uses_;
};

}  // namespace vpclab::control
