#include "emulator/trace/trace_event.h"

namespace vpclab::trace {

std::string_view to_string(EventKind kind) {
  switch (kind) {
    case EventKind::kSent:
      return "sent";
    case EventKind::kPassed:
      return "passed";
    case EventKind::kDropped:
      return "dropped";
    case EventKind::kConsumed:
      return "consumed";
    case EventKind::kReplaced:
      return "replaced";
  }
  return "";
}

std::string_view to_string(Tap::Side side) {
  switch (side) {
    case Tap::Side::kGuest:
      return "guest";
    case Tap::Side::kFilter:
      return "filter";
    case Tap::Side::kRouter:
      return "router";
    case Tap::Side::kCrossing:
      return "crossing";
    case Tap::Side::kInside:
      return "inside";
    case Tap::Side::kOutside:
      return "outside";
    case Tap::Side::kInternet:
      return "internet";
    case Tap::Side::kLink:
      return "link";
    case Tap::Side::kClassicLink:
      return "classic-link";
  }
  return "";
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::kOut:
      return "out";
    case Direction::kIn:
      return "in";
  }
  return "";
}

}  // namespace vpclab::trace
