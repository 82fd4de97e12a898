// control/key_pair.h - key pairs by name (INST-5) and the EC2 actions on them. The key material is
// an opaque text: nobody logs in with it.
#pragma once

#include <string>

#include "emulator/api/ids.h"
#include "emulator/control/owner.h"
#include "netstack/base/sim_time.h"

namespace vpclab::control {

struct KeyPair {
  api::KeyPairId id;
  OwnerIndex owner{};
  SimTime created{};
  std::string name;
  std::string type;  // "rsa", "ed25519"
  std::string fingerprint;
};

}  // namespace vpclab::control
