#include "netstack/app/ping_text.h"

#include <array>
#include <string_view>
#include <vector>

#include "netstack/base/overloaded.h"
#include "netstack/wire/icmpv4.h"

namespace vpclab::app {
namespace {

using wire::IcmpType;

/// `value` thousandths with as many digits behind the point as `digits` says.
std::string decimal(std::int64_t value, std::int64_t unit, std::size_t digits) {
  std::string fraction = std::to_string(value % unit);
  fraction.insert(0, digits - std::min(digits, fraction.size()), '0');
  return std::to_string(value / unit) + "." + fraction;
}

std::string milliseconds(std::int64_t microseconds) { return decimal(microseconds, 1000, 3); }

std::string hex(unsigned value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  if (value >= 16) {
    text.push_back(kDigits[(value >> 4) & 0xf]);
  }
  text.push_back(kDigits[value & 0xf]);
  return text;
}

std::string_view unreachable_text(std::uint8_t code) {
  static constexpr std::array<std::string_view, 16> kTexts = {
      "Destination Net Unreachable",
      "Destination Host Unreachable",
      "Destination Protocol Unreachable",
      "Destination Port Unreachable",
      "",
      "Source Route Failed",
      "Destination Net Unknown",
      "Destination Host Unknown",
      "Source Host Isolated",
      "Destination Net Prohibited",
      "Destination Host Prohibited",
      "Destination Net Unreachable for Type of Service",
      "Destination Host Unreachable for Type of Service",
      "Packet filtered",
      "Precedence Violation",
      "Precedence Cutoff"};
  return code < kTexts.size() ? kTexts[code] : std::string_view();
}

std::string_view send_failure_text(host::SendStatus status) {
  switch (status) {
    case host::SendStatus::kSent:
      return "";
    case host::SendStatus::kMessageTooLong:
      return "Message too long";
    case host::SendStatus::kNoRoute:
      return "Network is unreachable";
    case host::SendStatus::kNoSuchSource:
      return "Cannot assign requested address";
    case host::SendStatus::kBroadcast:
      return "Permission denied";
    case host::SendStatus::kLoopbackSource:
      return "Invalid argument";
  }
  return "";
}

std::string pattern_line(const std::vector<std::uint8_t>& pattern) {
  std::string line = "PATTERN: 0x";
  for (const std::uint8_t byte : pattern) {
    const std::string digits = hex(byte);
    line += (digits.size() == 1 ? "0" : "") + digits;
  }
  return line;
}

std::string header_line(const PingStarted& started, std::uint32_t size) {
  std::string line = "PING " + started.name + " (" + to_string(started.destination) + ") ";
  if (started.source) {
    line += "from " + to_string(*started.source) + " " + started.device + ": ";
  }
  return line + std::to_string(size) + "(" + std::to_string(std::uint64_t{size} + 28) +
         ") bytes of data.";
}

std::string reply_line(const PingReply& reply, const std::string& from) {
  std::string line = std::to_string(reply.size) + " bytes from " + from +
                     ": icmp_seq=" + std::to_string(reply.sequence) +
                     " ttl=" + std::to_string(reply.ttl);
  if (reply.truncated) {
    return line + " (truncated)";
  }
  if (reply.rtt) {
    line += " time=" + round_trip_text(*reply.rtt) + " ms";
  }
  if (reply.duplicate) {
    line += " (DUP!)";
  }
  if (reply.other_address) {
    line += " (DIFFERENT ADDRESS!)";
  }
  return line;
}

/// The dump that follows a reply whose data is not what was sent.
std::vector<std::string> wrong_data_lines(const PingReply& reply, std::uint32_t size) {
  constexpr std::size_t kFirst = 16;
  constexpr std::size_t kPerLine = 32;
  const std::size_t wrong = *reply.wrong_byte;
  std::vector<std::string> lines = {"wrong data byte #" + std::to_string(wrong) + " should be 0x" +
                                    hex(reply.expected_byte) + " but was 0x" +
                                    hex(reply.data[wrong])};
  for (std::size_t i = kFirst; i < size; ++i) {
    if (i % kPerLine == kFirst) {
      lines.push_back("#" + std::to_string(i) + "\t");
    }
    lines.back() += hex(reply.data[i]) + " ";
  }
  return lines;
}

std::string counts_line(const PingStatistics& statistics) {
  std::string line = std::to_string(statistics.transmitted) + " packets transmitted, " +
                     std::to_string(statistics.received) + " received";
  if (statistics.duplicates > 0) {
    line += ", +" + std::to_string(statistics.duplicates) + " duplicates";
  }
  if (statistics.errors > 0) {
    line += ", +" + std::to_string(statistics.errors) + " errors";
  }
  if (statistics.transmitted > 0) {
    const std::uint64_t answered = std::min(statistics.received, statistics.transmitted);
    line += ", " + percent_text(statistics.transmitted - answered, statistics.transmitted) +
            "% packet loss, time " +
            std::to_string((statistics.elapsed.count() + 500'000) / 1'000'000) + "ms";
  }
  return line;
}

std::string times_line(const PingStatistics& statistics, bool as_fast_as_possible) {
  std::string line;
  const RoundTripTimes& times = statistics.round_trips;
  if (statistics.received > 0 && times.count() > 0) {
    line = "rtt min/avg/max/mdev = " + milliseconds(times.min_microseconds()) + "/" +
           milliseconds(times.average_microseconds()) + "/" +
           milliseconds(times.max_microseconds()) + "/" +
           milliseconds(times.deviation_microseconds()) + " ms";
  }
  if (statistics.pipe > 1) {
    line += (line.empty() ? "" : ", ") + std::string("pipe ") + std::to_string(statistics.pipe);
  }
  if (statistics.received > 0 && as_fast_as_possible && statistics.transmitted > 1) {
    const std::int64_t gap =
        statistics.elapsed.count() / 1000 / static_cast<std::int64_t>(statistics.transmitted - 1);
    line += (line.empty() ? "" : ", ") + std::string("ipg/ewma ") + milliseconds(gap) + "/" +
            milliseconds(times.moving_average_microseconds()) + " ms";
  }
  return line;
}

}  // namespace

std::string icmp_error_text(std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
  switch (static_cast<IcmpType>(type)) {
    case IcmpType::kDestinationUnreachable:
      if (code == wire::unreachable::kFragmentationNeeded) {
        return "Frag needed and DF set (mtu = " + std::to_string(rest & 0xffff) + ")";
      }
      if (const std::string_view text = unreachable_text(code); !text.empty()) {
        return std::string(text);
      }
      return "Dest Unreachable, Bad Code: " + std::to_string(code);
    case IcmpType::kTimeExceeded:
      if (code == wire::time_exceeded::kInTransit) {
        return "Time to live exceeded";
      }
      if (code == wire::time_exceeded::kReassembly) {
        return "Frag reassembly time exceeded";
      }
      return "Time exceeded, Bad Code: " + std::to_string(code);
    case IcmpType::kParameterProblem:
      return "Parameter problem: pointer = " + std::to_string(rest >> 24);
    default:
      return "Bad ICMP type: " + std::to_string(type);
  }
}

std::string round_trip_text(Duration rtt) {
  const std::int64_t microseconds = rtt.count() / 1000;
  if (microseconds >= 99'950) {
    return std::to_string((microseconds + 500) / 1000);
  }
  if (microseconds >= 9'995) {
    return decimal((microseconds + 50) / 100, 10, 1);
  }
  if (microseconds >= 1'000) {
    return decimal((microseconds + 5) / 10, 100, 2);
  }
  return milliseconds(microseconds);
}

std::string PingText::host_text(wire::Ipv4Address address) const {
  return host_name_.empty() || address != named_ ? to_string(address)
                                                 : host_name_ + " (" + to_string(address) + ")";
}

void PingText::on_ping(SimTime now, const Ping& ping, const PingEvent& event) {
  const PingOptions& options = ping.options();
  const auto say = [&](const std::string& line) { sink_(now, Stream::kOutput, line); };
  const auto complain = [&](const std::string& line) { sink_(now, Stream::kError, line); };
  std::visit(
      Overloaded{
          [&](const PingStarted& started) {
            if (!options.pattern.empty() && !options.quiet) {
              say(pattern_line(options.pattern));
            }
            if (options.allow_broadcast && ping.pings_broadcast()) {
              complain("WARNING: pinging broadcast address");
            }
            say(header_line(started, options.size));
          },
          [&](const PingRefused& refused) { complain("ping: " + refused.reason); },
          [&](const PingReply& reply) {
            if (options.quiet) {
              return;
            }
            say(reply_line(reply, host_text(reply.from)));
            if (reply.wrong_byte) {
              for (const std::string& line : wrong_data_lines(reply, options.size)) {
                say(line);
              }
            }
          },
          [&](const PingError& error) {
            if (!options.quiet) {
              say("From " + host_text(error.from) + " icmp_seq=" + std::to_string(error.sequence) +
                  " " + icmp_error_text(error.type, error.code, error.rest));
            }
          },
          [&](const PingLocalError& error) {
            if (options.quiet) {
              return;
            }
            complain(error.status == host::SendStatus::kMessageTooLong
                         ? "ping: local error: message too long, mtu=" + std::to_string(error.mtu)
                         : "ping: sendmsg: " + std::string(send_failure_text(error.status)));
          },
          [&](const PingFinished& finished) {
            say("");
            say("--- " + finished.name + " ping statistics ---");
            say(counts_line(ping.statistics()));
            say(times_line(ping.statistics(), options.interval == Duration::zero()));
          },
      },
      event);
}

}  // namespace vpclab::app
