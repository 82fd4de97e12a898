// scenario/load_checks.h - how `expect:` of a check is read. Internal to load_checks.cc and
// load_expectations.cc; resolves no name.
#pragma once

#include <vector>

#include "emulator/scenario/loader.h"

namespace vpclab::scenario {

// Each complains by itself.
void read_expectation(Loader& loader, const Node& node, DigExpectation& expect);
void read_expectation(Loader& loader, const Node& node, PingExpectation& expect);
void read_expectation(Loader& loader, const Node& node, TracerouteExpectation& expect);
/// `error:` and `message:`, and every other key is a path into the response.
void read_expectation(Loader& loader, const Node& node, ApiExpectation& expect);

void list_expectation_keys(std::vector<KeyTable>& tables);

}  // namespace vpclab::scenario
