// tools/run_captures.h - the capture files and the fingerprint of one run: opens them in a
// directory, listens to the run, closes them. The formats are emulator/capture's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "emulator/capture/fingerprint_sink.h"
#include "emulator/capture/interface_captures.h"
#include "emulator/capture/journey_capture.h"
#include "emulator/scenario/scenario.h"

namespace vpclab::tools {

struct RunCaptureOptions {
  std::string directory;  ///< made if it is not there; empty: no files, only the fingerprint
  capture::FrameOrder order = capture::FrameOrder::kTime;
  bool also_pcap = false;  ///< the interfaces' files in the classic format, too
  std::string filter;      ///< BPF
};

/// A capture file that is complete.
struct WrittenCapture {
  std::string name;  ///< in the directory
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
};

class RunCaptures {
 public:
  /// Opens the files and begins to listen. Fails if the directory cannot be made or written, or if
  /// the filter is wrong. `session` outlives the captures.
  [[nodiscard]] static Result<std::unique_ptr<RunCaptures>> create(
      scenario::Session& session, const RunCaptureOptions& options);

  ~RunCaptures();
  RunCaptures(const RunCaptures&) = delete;
  RunCaptures& operator=(const RunCaptures&) = delete;

  /// Closes the files: what is in them, or the first error.
  [[nodiscard]] Result<std::vector<WrittenCapture>> finish();

  [[nodiscard]] std::string fingerprint() const { return fingerprint_.hex(); }

 private:
  explicit RunCaptures(scenario::Session& session);

  [[nodiscard]] Result<void> open_files(const RunCaptureOptions& options);
  [[nodiscard]] Result<void> open_interfaces(const std::string& directory,
                                             const capture::CaptureOptions& options);
  void listen(trace::TraceSink& sink);

  scenario::Session& session_;
  capture::FingerprintSink fingerprint_;
  std::vector<std::unique_ptr<capture::InterfaceCaptures>> interfaces_;
  std::unique_ptr<capture::JourneyCapture> journey_;
  std::string journey_path_;
  std::vector<trace::TraceSink*> listening_;
};

}  // namespace vpclab::tools
