// Helpers of the scenario tests: a text, what is loaded from it, and what is wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "emulator/scenario/diagnostic.h"
#include "emulator/scenario/load.h"
#include "emulator/scenario/names.h"

namespace vpclab::scenario {

struct LoadedText {
  Source source;
  NameTable names;
  Diagnostics diagnostics;
  Scenario scenario;

  [[nodiscard]] std::string faults() const { return diagnostics.render(source); }
};

/// Loads a text; `schema: 1` is put in front of it.
inline LoadedText load_text(std::string_view text) {
  LoadedText loaded{{"test.vpclab.yaml", "schema: 1\n" + std::string(text)}, {}, {}, {}};
  loaded.scenario = load(loaded.source, loaded.names, loaded.diagnostics);
  return loaded;
}

}  // namespace vpclab::scenario
