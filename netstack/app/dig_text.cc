#include "netstack/app/dig_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace vpclab::app {
namespace {

using wire::DnsMessage;
using wire::DnsRecord;

constexpr std::string_view kVersion = "9.18-vpclab";

// Where the columns of a line begin, and the width of a tab stop (dig's "style").
constexpr std::size_t kTtlColumn = 24;
constexpr std::size_t kClassColumn = 32;
constexpr std::size_t kTypeColumn = 40;
constexpr std::size_t kDataColumn = 48;
constexpr std::size_t kTab = 8;

/// A line that grows column by column, with tabs as BIND sets them.
class Columns {
 public:
  /// Goes on at `column`, one blank further at least, and adds `text`.
  Columns& add(std::size_t column, std::string_view text) {
    const std::size_t to = std::max(column, at_ + 1);
    const std::size_t tabs = to / kTab - at_ / kTab;
    if (tabs > 0) {
      line_.append(tabs, '\t');
      at_ = to / kTab * kTab;
    }
    line_.append(to - at_, ' ');
    line_ += text;
    at_ = to + text.size();
    return *this;
  }

  Columns& begin(std::string_view text) {
    line_ += text;
    at_ = text.size();
    return *this;
  }

  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  std::string line_;
  std::size_t at_ = 0;
};

std::string class_text(std::uint16_t record_class) {
  return record_class == wire::kDnsInternet ? "IN" : "CLASS" + std::to_string(record_class);
}

std::string failure_line(const Dig& dig, const DnsTry& failed) {
  std::string_view what = "host unreachable";
  if (failed.outcome == DnsTry::Outcome::kTimedOut) {
    what = "timed out";
  } else if (failed.outcome == DnsTry::Outcome::kRefused) {
    what = "connection refused";
  }
  return ";; communications error to " + to_string(failed.server) + "#" +
         std::to_string(dig.options().port) + ": " + std::string(what);
}

void add_head(const Dig& dig, std::vector<std::string>& lines) {
  std::string first = "; <<>> DiG " + std::string(kVersion) + " <<>>";
  for (const std::string& word : dig.options().words) {
    first += ' ' + word;
  }
  lines.emplace_back();
  lines.push_back(first);
  if (dig.options().server) {
    lines.emplace_back("; (1 server found)");
  }
  lines.emplace_back(";; global options: +cmd");
}

std::string flags_text(const DnsMessage& message) {
  std::string text;
  const auto add = [&text](bool set, std::string_view name) {
    if (set) {
      text += ' ' + std::string(name);
    }
  };
  add(message.is_response, "qr");
  add(message.authoritative, "aa");
  add(message.truncated, "tc");
  add(message.recursion_desired, "rd");
  add(message.recursion_available, "ra");
  add(message.authentic_data, "ad");
  add(message.checking_disabled, "cd");
  return text;
}

std::string opcode_text(std::uint8_t opcode) {
  constexpr std::array<std::string_view, 6> kOpcodes{"QUERY",     "IQUERY", "STATUS",
                                                     "RESERVED3", "NOTIFY", "UPDATE"};
  return opcode < kOpcodes.size() ? std::string(kOpcodes[opcode])
                                  : "RESERVED" + std::to_string(opcode);
}

void add_header(const DnsMessage& message, std::vector<std::string>& lines) {
  lines.emplace_back(";; Got answer:");
  lines.push_back(";; ->>HEADER<<- opcode: " + opcode_text(message.opcode) +
                  ", status: " + to_string(message.rcode) + ", id: " + std::to_string(message.id));
  lines.push_back(
      ";; flags:" + flags_text(message) + "; QUERY: " + std::to_string(message.questions.size()) +
      ", ANSWER: " + std::to_string(message.answers.size()) +
      ", AUTHORITY: " + std::to_string(message.authorities.size()) +
      ", ADDITIONAL: " + std::to_string(message.additionals.size() + (message.edns ? 1 : 0)));
  lines.emplace_back();
  if (message.edns) {
    lines.emplace_back(";; OPT PSEUDOSECTION:");
    lines.push_back("; EDNS: version: " + std::to_string(message.edns->version) +
                    ", flags:" + (message.edns->dnssec_ok ? " do" : "") +
                    "; udp: " + std::to_string(message.edns->udp_size));
  }
}

void add_question(const DnsMessage& message, std::vector<std::string>& lines) {
  if (message.questions.empty()) {
    return;
  }
  lines.emplace_back(";; QUESTION SECTION:");
  for (const wire::DnsQuestion& question : message.questions) {
    Columns columns;
    columns.begin(to_string(question.name))
        .add(kClassColumn, class_text(question.record_class))
        .add(kTypeColumn, to_string(question.type));
    lines.push_back(';' + columns.line());
  }
  lines.emplace_back();
}

void add_section(std::string_view title, const std::vector<DnsRecord>& records,
                 std::vector<std::string>& lines) {
  if (records.empty()) {
    return;
  }
  lines.push_back(";; " + std::string(title) + " SECTION:");
  for (const DnsRecord& record : records) {
    lines.push_back(record_line(record));
  }
  lines.emplace_back();
}

/// `Sun Nov 22 00:33:34 UTC 2026`, without the clock or the locale of this machine.
std::string date_text(std::int64_t seconds) {
  using std::chrono::days;
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<days>(moment);
  const std::chrono::year_month_day date(day);
  const std::int64_t of_day = (moment - day).count();
  const auto two = [](std::int64_t value) { return std::to_string(100 + value).substr(1); };
  return std::string(kDays[std::chrono::weekday(day).c_encoding()]) + ' ' +
         std::string(kMonths[static_cast<unsigned>(date.month()) - 1]) + ' ' +
         two(static_cast<unsigned>(date.day())) + ' ' + two(of_day / 3600) + ':' +
         two(of_day / 60 % 60) + ':' + two(of_day % 60) + " UTC " +
         std::to_string(static_cast<int>(date.year()));
}

void add_tail(SimTime now, const Dig& dig, std::vector<std::string>& lines) {
  const DnsTry& last = dig.tries().back();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(last.ended - last.sent).count();
  const std::string server = to_string(last.server);
  lines.push_back(";; Query time: " + std::to_string(milliseconds) + " msec");
  lines.push_back(";; SERVER: " + server + "#" + std::to_string(dig.options().port) + "(" + server +
                  ") (UDP)");
  lines.push_back(";; WHEN: " +
                  date_text(dig.options().epoch_seconds + to_nanoseconds(now) / 1'000'000'000));
  lines.push_back(";; MSG SIZE  rcvd: " + std::to_string(dig.response_size()));
  lines.emplace_back();
}

}  // namespace

std::string record_line(const DnsRecord& record) {
  Columns columns;
  columns.begin(to_string(record.name))
      .add(kTtlColumn, std::to_string(record.ttl))
      .add(kClassColumn, class_text(record.record_class))
      .add(kTypeColumn, to_string(record.type))
      .add(kDataColumn, data_text(record));
  return columns.line();
}

void DigText::on_failed_try(SimTime now, const Dig& dig, const DnsTry& failed) {
  sink_(now, Stream::kOutput, failure_line(dig, failed));
}

void DigText::on_end(SimTime now, const Dig& dig) {
  std::vector<std::string> lines;
  const auto& response = dig.response();
  if (!dig.options().brief) {
    add_head(dig, lines);
  }
  if (!response) {
    lines.emplace_back(";; no servers could be reached");
  } else if (dig.options().brief) {
    for (const DnsRecord& record : response->answers) {
      lines.push_back(data_text(record));
    }
  } else {
    add_header(*response, lines);
    add_question(*response, lines);
    add_section("ANSWER", response->answers, lines);
    add_section("AUTHORITY", response->authorities, lines);
    add_section("ADDITIONAL", response->additionals, lines);
    add_tail(now, dig, lines);
  }
  for (const std::string& line : lines) {
    sink_(now, Stream::kOutput, line);
  }
}

}  // namespace vpclab::app
