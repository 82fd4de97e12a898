#include "netstack/app/traceroute_text.h"

#include "netstack/wire/icmpv4.h"

namespace vpclab::app {
namespace {

using wire::IcmpType;

std::string unreachable_annotation(std::uint8_t code, std::uint32_t rest) {
  switch (code) {
    case wire::unreachable::kNet:
    case wire::unreachable::kNetUnknown:
    case wire::unreachable::kSourceIsolated:
    case wire::unreachable::kNetTos:
      return "!N";
    case wire::unreachable::kHost:
    case wire::unreachable::kHostUnknown:
    case wire::unreachable::kHostTos:
      return "!H";
    case wire::unreachable::kNetProhibited:
    case wire::unreachable::kHostProhibited:
    case wire::unreachable::kProhibited:
      return "!X";
    case wire::unreachable::kPort:
      return "";
    case wire::unreachable::kProtocol:
      return "!P";
    case wire::unreachable::kFragmentationNeeded:
      return "!F-" + std::to_string(rest & 0xffff);
    case wire::unreachable::kSourceRouteFailed:
      return "!S";
    case wire::unreachable::kPrecedenceViolation:
      return "!V";
    case wire::unreachable::kPrecedenceCutoff:
      return "!C";
    default:
      return "!<" + std::to_string(code) + ">";
  }
}

/// Milliseconds with three decimals, rounded.
std::string milliseconds(Duration duration) {
  const std::int64_t microseconds = (duration.count() + 500) / 1000;
  const std::string fraction = std::to_string(microseconds % 1000);
  return std::to_string(microseconds / 1000) + "." + std::string(3 - fraction.size(), '0') +
         fraction;
}

}  // namespace

std::string annotation_of(const TracerouteProbe& probe) {
  if (probe.error_type == 0) {
    return "";
  }
  switch (static_cast<IcmpType>(probe.error_type)) {
    case IcmpType::kDestinationUnreachable:
      return unreachable_annotation(probe.error_code, probe.error_rest);
    case IcmpType::kTimeExceeded:
      if (probe.error_code == wire::time_exceeded::kInTransit) {
        return "";
      }
      break;
    default:
      break;
  }
  return "!<" + std::to_string(probe.error_type) + "-" + std::to_string(probe.error_code) + ">";
}

void TracerouteText::on_started(SimTime now, const Traceroute& traceroute) {
  const TracerouteOptions& options = traceroute.options();
  sink_(now, Stream::kOutput,
        "traceroute to " + traceroute.name() + " (" + to_string(traceroute.destination()) + "), " +
            std::to_string(options.max_hops) + " hops max, " + std::to_string(options.packet_size) +
            " byte packets");
}

void TracerouteText::on_probe(SimTime now, const Traceroute& traceroute,
                              const TracerouteProbe& probe) {
  if (probe.query == 0) {
    flush(now);
    line_ = (probe.hop < 10 ? " " : "") + std::to_string(probe.hop) + " ";
  }
  if (!probe.answered) {
    line_ += " *";
  } else {
    if (shown_ != probe.from) {
      const std::string address = to_string(probe.from);
      line_ += " " + address + (traceroute.options().numeric ? "" : " (" + address + ")");
      shown_ = probe.from;
    }
    line_ += "  " + milliseconds(probe.answered_at - probe.sent_at) + " ms";
    if (const std::string annotation = annotation_of(probe); !annotation.empty()) {
      line_ += " " + annotation;
    }
  }
  if (probe.query + 1 == traceroute.options().queries) {
    flush(now);
  }
}

void TracerouteText::on_failed(SimTime now, const Traceroute&, const std::string& reason) {
  flush(now);
  sink_(now, Stream::kError, reason);
}

void TracerouteText::on_finished(SimTime now, const Traceroute&) { flush(now); }

void TracerouteText::flush(SimTime now) {
  if (!line_.empty()) {
    sink_(now, Stream::kOutput, line_);
  }
  line_.clear();
  shown_.reset();
}

}  // namespace vpclab::app
