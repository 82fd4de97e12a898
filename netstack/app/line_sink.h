// app/line_sink.h - where a program's lines go. Programs make values; the text classes make lines
// of them; whoever runs the program decides what becomes of the lines.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "netstack/base/sim_time.h"

namespace vpclab::app {

enum class Stream : std::uint8_t { kOutput, kError };

/// Takes one line, without its line feed, at the time at which it is complete.
using LineSink = std::function<void(SimTime now, Stream stream, std::string_view line)>;

}  // namespace vpclab::app
