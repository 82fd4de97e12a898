// scenario/quota_ceilings.h - how far AWS itself raises quotas (aws-semantics section 1). A
// scenario may go beyond: networks are measured and taught here that AWS would not have; it is told
// so.
#pragma once

#include "emulator/scenario/diagnostic.h"
#include "emulator/scenario/model.h"

namespace vpclab::scenario {

/// Warns of each quota that was set higher than AWS raises it for anybody, where it was set.
/// `quotas: lifted` says by itself that AWS's do not count.
void warn_of_ceilings(const Scenario& scenario, Diagnostics& diagnostics);

}  // namespace vpclab::scenario
