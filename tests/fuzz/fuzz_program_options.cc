// Command lines of ping, traceroute and dig. Laws: no crash; a refused line has a sentence, an exit
// status other than 0, and names a word that exists (or the end).
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "netstack/app/dig_options.h"
#include "netstack/app/ping_options.h"
#include "netstack/app/traceroute_options.h"

namespace {

template <class Command>
void judge(const tl::expected<Command, vpclab::app::UsageError>& command,
           const std::vector<std::string>& words) {
  if (!command && (command.error().message.empty() || command.error().word > words.size() ||
                   command.error().exit_status == 0)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == ' ') {
      words.emplace_back();
    } else {
      words.back().push_back(static_cast<char>(data[i]));
    }
  }
  judge(vpclab::app::parse_ping(words), words);
  judge(vpclab::app::parse_traceroute(words), words);
  judge(vpclab::app::parse_dig(words), words);
  return 0;
}
