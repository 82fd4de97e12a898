#include "emulator/api/encode.h"

namespace vpclab::api {

void encode(const Request& request, ValueSink& sink) {
  sink.begin_structure();
  request.write_to(sink);
  sink.end_structure();
}

void encode(const Response& response, ValueSink& sink) {
  sink.begin_structure();
  response.write_to(sink);
  sink.end_structure();
}

}  // namespace vpclab::api
