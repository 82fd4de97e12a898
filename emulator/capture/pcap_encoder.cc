#include "emulator/capture/pcap_encoder.h"

#include <cstdio>
#include <utility>

#include <pcap/pcap.h>

namespace vpclab::capture {

/// libpcap writes to a stdio stream; ours leads into the output of the moment.
struct PcapEncoder::Dumper {
  pcap_t* dead = nullptr;
  pcap_dumper_t* dumper = nullptr;
  Output* target = nullptr;  // null while libpcap writes the file header
  std::string file_header;   // the same for every file

  Dumper() = default;
  Dumper(const Dumper&) = delete;
  Dumper& operator=(const Dumper&) = delete;

  ~Dumper() {
    if (dumper != nullptr) {
      pcap_dump_close(dumper);  // closes the stream too
    }
    if (dead != nullptr) {
      pcap_close(dead);
    }
  }

  static ssize_t write(void* cookie, const char* bytes, std::size_t size) {
    auto& self = *static_cast<Dumper*>(cookie);
    if (self.target == nullptr) {
      self.file_header.append(bytes, size);
    } else {
      self.target->append(std::string_view(bytes, size));
    }
    return static_cast<ssize_t>(size);
  }
};

PcapEncoder::PcapEncoder(std::unique_ptr<Dumper> dumper) : dumper_(std::move(dumper)) {}

PcapEncoder::~PcapEncoder() = default;

Result<std::unique_ptr<Encoder>> PcapEncoder::create() {
  auto made = std::make_unique<Dumper>();
  made->dead = pcap_open_dead_with_tstamp_precision(DLT_EN10MB, static_cast<int>(kSnapLength),
                                                    PCAP_TSTAMP_PRECISION_NANO);
  if (made->dead == nullptr) {
    return fail("libpcap has no memory for a capture");
  }
  cookie_io_functions_t functions{};
  functions.write = &Dumper::write;
  std::FILE* stream = fopencookie(made.get(), "w", functions);
  if (stream == nullptr) {
    return fail("no memory for a capture's stream");
  }
  // Unbuffered: each record is in its output before the target changes.
  std::setvbuf(stream, nullptr, _IONBF, 0);
  made->dumper = pcap_dump_fopen(made->dead, stream);
  if (made->dumper == nullptr) {  // libpcap has closed the stream
    return fail(std::string("libpcap: ") + pcap_geterr(made->dead));
  }
  return std::unique_ptr<Encoder>(new PcapEncoder(std::move(made)));
}

void PcapEncoder::begin(Output& output, const CaptureInfo&) { output.append(dumper_->file_header); }

void PcapEncoder::interface(Output&, std::string_view, std::string_view) {}

void PcapEncoder::name(Output&, wire::Ipv4Address, std::string_view) {}

void PcapEncoder::frame(Output& output, const Frame& frame) {
  constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
  pcap_pkthdr header{};
  header.ts.tv_sec = static_cast<time_t>(frame.time_nanoseconds / kNanosecondsPerSecond);
  header.ts.tv_usec = static_cast<suseconds_t>(frame.time_nanoseconds % kNanosecondsPerSecond);
  header.caplen = static_cast<bpf_u_int32>(frame.bytes.size());
  header.len = header.caplen;
  dumper_->target = &output;
  pcap_dump(reinterpret_cast<u_char*>(dumper_->dumper), &header, frame.bytes.data());
  dumper_->target = nullptr;
}

}  // namespace vpclab::capture
