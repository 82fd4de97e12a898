// capture/bpf_filter.h - a capture filter in tcpdump's language, compiled by libpcap. It judges
// Ethernet frames; libpcap's types stay in the source file.
#pragma once

#include <memory>
#include <string>

#include "netstack/base/bytes.h"
#include "netstack/base/result.h"

namespace vpclab::capture {

class BpfFilter {
 public:
  /// Compiles `expression`; an empty one takes every frame. The error is libpcap's own message.
  [[nodiscard]] static Result<BpfFilter> compile(const std::string& expression);

  BpfFilter(BpfFilter&&) noexcept;
  BpfFilter& operator=(BpfFilter&&) noexcept;
  BpfFilter(const BpfFilter&) = delete;
  BpfFilter& operator=(const BpfFilter&) = delete;
  ~BpfFilter();

  [[nodiscard]] bool matches(Bytes frame) const { return program_ == nullptr || run(frame); }

 private:
  struct Program;

  BpfFilter();

  [[nodiscard]] bool run(Bytes frame) const;

  std::unique_ptr<Program> program_;  // null takes every frame
};

}  // namespace vpclab::capture
