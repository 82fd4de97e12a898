// capture/interface_captures.h - one capture file per network interface, each what tcpdump inside
// that instance would show (CAP-1): Wireshark then pairs requests and replies rightly. It never
// holds a packet that was dropped before the guest saw it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "emulator/api/ids.h"
#include "emulator/capture/capture_options.h"
#include "emulator/capture/frame_tools.h"
#include "emulator/capture/name_records.h"
#include "emulator/capture/output.h"
#include "emulator/trace/name_directory.h"
#include "emulator/trace/trace_sink.h"

namespace vpclab::capture {

/// A file that was written.
struct CaptureFile {
  std::string path;
  api::ResourceId interface;  // empty for a file with many taps
  std::uint64_t frames = 0;
};

class InterfaceCaptures final : public trace::TraceSink {
 public:
  /// Writes `directory`/NAME.pcapng, NAME being the instance's name; a second interface of the same
  /// name is NAME.eni-….pcapng. The directory exists. `names` outlives the sink. Fails if the
  /// filter is wrong.
  [[nodiscard]] static Result<std::unique_ptr<InterfaceCaptures>> create(
      std::string directory, CaptureOptions options, const trace::NameDirectory& names);

  /// Begins the interface's file now; without this it begins with its first frame.
  void add_interface(const api::ResourceId& interface);

  void record(const trace::TraceEvent& event) override;

  void note(SimTime at, std::string_view kind, std::string_view text) override;

  /// Writes what waits. The files in the order in which they were begun, or the first error.
  [[nodiscard]] Result<std::vector<CaptureFile>> finish();

 private:
  struct InterfaceFile {
    CaptureFile file;
    Output output;
    NameRecords names;
  };

  InterfaceCaptures(std::string directory, CaptureOptions options, FrameTools tools,
                    const trace::NameDirectory& names);

  /// The interface's file, begun if need be; null if it cannot be written.
  [[nodiscard]] InterfaceFile* file_of(const api::ResourceId& interface);

  [[nodiscard]] std::string path_for(const api::ResourceId& interface);

  /// Writes all that waits when it has become too much in all.
  void bound_memory(std::size_t added);

  std::string directory_;
  CaptureOptions options_;
  BpfFilter filter_;
  std::unique_ptr<Encoder> encoder_;
  const trace::NameDirectory& names_;
  std::unordered_map<api::ResourceId, std::size_t> by_interface_;
  std::unordered_set<std::string> taken_names_;
  std::vector<InterfaceFile> files_;
  std::uint64_t revision_ = 0;  // of the network: whatever is noted may have changed it
  std::size_t waiting_ = 0;     // at least the bytes that wait in all outputs
  std::optional<Error> error_;
};

}  // namespace vpclab::capture
