// scenario/response_path.h - do the paths of a check exist in the response of its action? The
// model of the service decides; no response is looked at.
#pragma once

#include "emulator/api/model.h"
#include "emulator/scenario/model.h"
#include "emulator/scenario/reader.h"

namespace vpclab::scenario {

/// Complains where `expected.path` ("Vpcs[0].CidrBlock") names a member that no response of the
/// action has, an element of what is no list, or no element of a list on its way; and where a
/// mapping is expected there, about its keys.
void check_response_path(Reader& reader, const ValueExpectation& expected,
                         const api::StructureModel& response);

}  // namespace vpclab::scenario
