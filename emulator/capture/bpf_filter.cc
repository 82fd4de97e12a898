#include "emulator/capture/bpf_filter.h"

#include <pcap/pcap.h>

#include "emulator/capture/capture_options.h"

namespace vpclab::capture {

struct BpfFilter::Program {
  bpf_program code{};

  Program() = default;
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  ~Program() { pcap_freecode(&code); }
};

BpfFilter::BpfFilter() = default;
BpfFilter::BpfFilter(BpfFilter&&) noexcept = default;
BpfFilter& BpfFilter::operator=(BpfFilter&&) noexcept = default;
BpfFilter::~BpfFilter() = default;

Result<BpfFilter> BpfFilter::compile(const std::string& expression) {
  BpfFilter filter;
  if (expression.empty()) {
    return filter;
  }
  const std::unique_ptr<pcap_t, decltype(&pcap_close)> dead(
      pcap_open_dead(DLT_EN10MB, static_cast<int>(kSnapLength)), &pcap_close);
  if (dead == nullptr) {
    return fail("libpcap has no memory for a capture filter");
  }
  filter.program_ = std::make_unique<Program>();
  constexpr int kOptimize = 1;
  if (pcap_compile(dead.get(), &filter.program_->code, expression.c_str(), kOptimize,
                   PCAP_NETMASK_UNKNOWN) != 0) {
    return fail("capture filter '" + expression + "': " + pcap_geterr(dead.get()));
  }
  return filter;
}

bool BpfFilter::run(Bytes frame) const {
  pcap_pkthdr header{};
  header.caplen = static_cast<bpf_u_int32>(frame.size());
  header.len = header.caplen;
  return pcap_offline_filter(&program_->code, &header, frame.data()) != 0;
}

}  // namespace vpclab::capture
