// control/client_tokens.h - the ClientTokens that creating calls carried: the same token with the
// same request makes nothing new and answers what the first call made; with another request it is
// refused. Owned by ControlState; kept as long as a run lasts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "emulator/api/envelope.h"
#include "emulator/api/ids.h"
#include "emulator/control/owner.h"

namespace vpclab::control {

class ClientTokens {
 public:
  struct Use {
    std::uint64_t request = 0;  // a hash of all its parameters but the token
    api::ResourceId made;
  };

  [[nodiscard]] const Use* find(OwnerIndex owner, api::Action action,
                                const std::string& token) const {
    const auto found = uses_.find(Key{owner, action, token});
    return found == uses_.end() ? nullptr : &found->second;
  }

  void put(OwnerIndex owner, api::Action action, const std::string& token, Use use) {
    uses_.insert_or_assign(Key{owner, action, token}, use);
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
