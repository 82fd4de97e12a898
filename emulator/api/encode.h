// api/encode.h - walks a request or a response for a ValueSink (JSON text, XML, parameters).
#pragma once

#include "emulator/api/envelope.h"
#include "emulator/api/value_sink.h"

namespace vpclab::api {

/// begin_structure, the members in the model's order, end_structure.
void encode(const Request& request, ValueSink& sink);
void encode(const Response& response, ValueSink& sink);

}  // namespace vpclab::api
