// app/dig_text.h - a dig's result as the lines that BIND 9.18 prints, but for its version. Keeps
// nothing but where the lines go.
#pragma once

#include <string>
#include <utility>

#include "netstack/app/dig.h"
#include "netstack/app/line_sink.h"

namespace vpclab::app {

class DigText final : public DigListener {
 public:
  explicit DigText(LineSink sink) : sink_(std::move(sink)) {}

  void on_failed_try(SimTime now, const Dig& dig, const DnsTry& failed) override;
  void on_end(SimTime now, const Dig& dig) override;

 private:
  LineSink sink_;
};

/// A record as a line of a zone, in columns: the name, how long it may be kept, IN, A, 8.8.8.8.
[[nodiscard]] std::string record_line(const wire::DnsRecord& record);

}  // namespace vpclab::app
