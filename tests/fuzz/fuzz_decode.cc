// api::decode on arbitrary parameters: two bytes choose the action, then lines `Name=value`.
// Laws: nothing crashes; what decodes is written back to parameters that decode to the same
// request; every request has a JSON text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "emulator/api/action.h"
#include "emulator/api/decode.h"
#include "emulator/api/json_text.h"
#include "netstack/base/check.h"

namespace vpclab::api {
namespace {

ParamMap read_lines(std::string_view text) {
  ParamMap params;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t equals = std::min(line.find('='), line.size());
    params.set(std::string(line.substr(0, equals)),
               std::string(line.substr(std::min(equals + 1, line.size()))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return params;
}

void check(std::string_view action, const ParamMap& params) {
  const Decoded<Request> request = decode(action, params);
  if (!request) {
    VPCLAB_CHECK(!request.error().code.empty(), "a refusal has a code");
    return;
  }
  const Decoded<Request> again = decode(action_name(*request), to_params(*request));
  VPCLAB_CHECK(again.has_value() && *again == *request, "a request reads back");
  static_cast<void>(to_cli_json(*request));
}

}  // namespace
}  // namespace vpclab::api

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::string text(data + 2, data + size);
  const auto actions = vpclab::api::actions();
  const std::size_t index = static_cast<std::size_t>(data[0]) * 256 + data[1];
  vpclab::api::check(actions[index % actions.size()].name, vpclab::api::read_lines(text));
  return 0;
}
