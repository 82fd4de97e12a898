#include "tools/run_captures.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "emulator/control/control_plane.h"
#include "emulator/world/world.h"

namespace vpclab::tools {

RunCaptures::RunCaptures(scenario::Session& session) : session_(session) {}

RunCaptures::~RunCaptures() {
  for (trace::TraceSink* sink : listening_) {
    session_.world().trace().remove(*sink);
  }
}

void RunCaptures::listen(trace::TraceSink& sink) {
  session_.world().trace().add(sink);
  listening_.push_back(&sink);
}

Result<void> RunCaptures::open_interfaces(const std::string& directory,
                                          const capture::CaptureOptions& options) {
  auto captures = capture::InterfaceCaptures::create(directory, options, session_.world());
  if (!captures) {
    return tl::unexpected(captures.error());
  }
  for (const control::NetworkInterface& interface :
       session_.world().control().inventory().network_interfaces) {
    (*captures)->add_interface(interface.id);  // a silent instance has a file, too
  }
  listen(**captures);
  interfaces_.push_back(std::move(*captures));
  return {};
}

Result<void> RunCaptures::open_files(const RunCaptureOptions& options) {
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) {
    return fail("cannot make the directory " + options.directory + ": " + error.message());
  }
  capture::CaptureOptions capture{
      .info = {.version = VPCLAB_VERSION,
               .scenario = session_.scenario().name,
               .scenario_hash = session_.content_hash(),
               .seed = session_.seed(),
               .epoch_nanoseconds = session_.epoch_nanoseconds()},
      .format = capture::CaptureFormat::kPcapng,
      .order = options.order,
      .filter = options.filter,
  };
  if (Result<void> opened = open_interfaces(options.directory, capture); !opened) {
    return opened;
  }
  journey_path_ = options.directory + "/journey.pcapng";
  Result<capture::Output> output = capture::Output::file(journey_path_);
  if (!output) {
    return tl::unexpected(output.error());
  }
  auto journey = capture::JourneyCapture::create(std::move(*output), capture, session_.world());
  if (!journey) {
    return tl::unexpected(journey.error());
  }
  journey_ = std::move(*journey);
  listen(*journey_);
  if (options.also_pcap) {
    capture.format = capture::CaptureFormat::kPcap;
    return open_interfaces(options.directory, capture);
  }
  return {};
}

Result<std::unique_ptr<RunCaptures>> RunCaptures::create(scenario::Session& session,
                                                         const RunCaptureOptions& options) {
  std::unique_ptr<RunCaptures> captures(new RunCaptures(session));
  captures->listen(captures->fingerprint_);
  if (!options.directory.empty()) {
    if (Result<void> opened = captures->open_files(options); !opened) {
      return tl::unexpected(opened.error());
    }
  }
  return captures;
}

Result<std::vector<WrittenCapture>> RunCaptures::finish() {
  std::vector<WrittenCapture> written;
  const auto note = [&written](const std::filesystem::path& path, std::uint64_t packets) {
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(path, error);
    written.push_back({path.filename(), packets, error ? 0 : bytes});
  };
  for (const auto& captures : interfaces_) {
    Result<std::vector<capture::CaptureFile>> files = captures->finish();
    if (!files) {
      return tl::unexpected(files.error());
    }
    for (const capture::CaptureFile& file : *files) {
      note(file.path, file.frames);
    }
  }
  if (journey_ != nullptr) {
    const Result<std::uint64_t> frames = journey_->finish();
    if (!frames) {
      return tl::unexpected(frames.error());
    }
    note(journey_path_, *frames);
  }
  return written;
}

}  // namespace vpclab::tools
