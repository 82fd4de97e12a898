#include "emulator/capture/journey_capture.h"

#include <utility>

#include "emulator/capture/tap_frame.h"

namespace vpclab::capture {

std::size_t JourneyCapture::TapHash::operator()(const trace::Tap& tap) const noexcept {
  return std::hash<api::ResourceId>{}(tap.element) + static_cast<std::size_t>(tap.side);
}

Result<std::unique_ptr<JourneyCapture>> JourneyCapture::create(Output output,
                                                               CaptureOptions options,
                                                               const trace::NameDirectory& names) {
  auto tools = FrameTools::make(options);
  if (!tools) {
    return tl::unexpected(tools.error());
  }
  return std::unique_ptr<JourneyCapture>(
      new JourneyCapture(std::move(output), std::move(options), std::move(*tools), names));
}

JourneyCapture::JourneyCapture(Output output, CaptureOptions options, FrameTools tools,
                               const trace::NameDirectory& names)
    : output_(std::move(output)),
      options_(std::move(options)),
      filter_(std::move(tools.filter)),
      encoder_(std::move(tools.encoder)),
      names_(names) {
  encoder_->begin(output_, options_.info);
}

std::uint32_t JourneyCapture::interface_of(const trace::Tap& tap) {
  const auto [place, is_new] =
      interfaces_.try_emplace(tap, static_cast<std::uint32_t>(interfaces_.size()));
  if (is_new) {
    encoder_->interface(output_, tap_name(tap), tap_description(tap, names_));
    if (options_.order == FrameOrder::kTap) {
      Result<Output> spool = Output::file(output_.name() + ".tap-" + std::to_string(place->second));
      if (!spool && !error_) {
        error_ = spool.error();
      }
      spools_.push_back(spool ? std::move(*spool) : Output::descriptor(-1, ""));
    }
  }
  return place->second;
}

void JourneyCapture::record(const trace::TraceEvent& event) {
  if (!is_frame(event) || error_) {
    return;
  }
  Frame frame;
  frame.bytes = frame_of(event, scratch_);
  if (!filter_.matches(frame.bytes)) {
    return;
  }
  const std::string comment = comment_of(event, names_);
  frame.interface = interface_of(event.tap);
  frame.time_nanoseconds = timestamp(options_.info, event.at);
  frame.comment = comment;
  frame.direction = event.direction;
  frame.packet = event.packet;
  name_records_.add(frame.bytes, names_, revision_);
  encoder_->frame(spools_.empty() ? output_ : spools_[frame.interface], frame);
  ++frames_;
}

void JourneyCapture::note(SimTime /*at*/, std::string_view /*kind*/, std::string_view /*text*/) {
  ++revision_;
}

Result<std::uint64_t> JourneyCapture::finish() {
  if (interfaces_.empty()) {  // tcpdump refuses a file without an interface
    encoder_->interface(output_, "none", "no packet crossed a tap");
  }
  name_records_.write(*encoder_, output_);
  for (Output& spool : spools_) {
    if (const auto moved = spool.move_into(output_); !moved && !error_) {
      error_ = moved.error();
    }
  }
  spools_.clear();
  if (const auto closed = output_.close(); !closed && !error_) {
    error_ = closed.error();
  }
  if (error_) {
    return tl::unexpected(*error_);
  }
  return frames_;
}

}  // namespace vpclab::capture
