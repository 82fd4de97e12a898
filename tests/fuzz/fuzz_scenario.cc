// load: no text crashes it or takes long, and what it has to say about it can be printed. A text
// that is whole can be lowered.
#include <cstddef>
#include <cstdint>
#include <string>

#include "emulator/scenario/load.h"
#include "emulator/scenario/lower.h"
#include "netstack/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const void* bytes = data;
  const vpclab::scenario::Source source{"fuzz", std::string(static_cast<const char*>(bytes), size)};
  vpclab::scenario::NameTable names;
  vpclab::scenario::Diagnostics diagnostics;
  const vpclab::scenario::Scenario scenario = vpclab::scenario::load(source, names, diagnostics);
  const std::string text = diagnostics.render(source);
  VPCLAB_CHECK(text.empty() == diagnostics.empty(), "a fault that nobody hears of");
  VPCLAB_CHECK(text.find('\x1b') == std::string::npos, "escape sequences reach the terminal");
  static_cast<void>(vpclab::scenario::lower(scenario, names));
  return 0;
}
