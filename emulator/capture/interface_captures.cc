#include "emulator/capture/interface_captures.h"

#include <utility>

#include "emulator/capture/tap_frame.h"

namespace vpclab::capture {
namespace {

/// Bytes that may wait in all outputs together.
constexpr std::size_t kMaxWaiting = 64 * 1024 * 1024;

/// The name as a file name: letters, digits, dots, dashes and underscores stay.
std::string file_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && !text.empty());
    text.push_back(stays ? c : '_');
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<InterfaceCaptures>> InterfaceCaptures::create(
    std::string directory, CaptureOptions options, const trace::NameDirectory& names) {
  auto tools = FrameTools::make(options);
  if (!tools) {
    return tl::unexpected(tools.error());
  }
  return std::unique_ptr<InterfaceCaptures>(
      new InterfaceCaptures(std::move(directory), std::move(options), std::move(*tools), names));
}

InterfaceCaptures::InterfaceCaptures(std::string directory, CaptureOptions options,
                                     FrameTools tools, const trace::NameDirectory& names)
    : directory_(std::move(directory)),
      options_(std::move(options)),
      filter_(std::move(tools.filter)),
      encoder_(std::move(tools.encoder)),
      names_(names),
      taken_names_{"journey"} {}

std::string InterfaceCaptures::path_for(const api::ResourceId& interface) {
  const std::string id = to_string(interface);
  std::string name = file_name(names_.name_of(interface));
  if (name.empty()) {
    name = id;
  }
  if (!taken_names_.insert(name).second) {
    name += "." + id;
    taken_names_.insert(name);
  }
  return directory_ + "/" + name + "." + std::string(to_string(options_.format));
}

InterfaceCaptures::InterfaceFile* InterfaceCaptures::file_of(const api::ResourceId& interface) {
  constexpr std::size_t kUnwritable = ~std::size_t{0};
  const auto [place, is_new] = by_interface_.try_emplace(interface, files_.size());
  if (is_new) {
    std::string path = path_for(interface);
    Result<Output> output = Output::file(path);
    if (!output) {
      place->second = kUnwritable;
      if (!error_) {
        error_ = output.error();
      }
      return nullptr;
    }
    const trace::Tap tap{interface, trace::Tap::Side::kGuest};
    encoder_->begin(*output, options_.info);
    encoder_->interface(*output, tap_name(tap), tap_description(tap, names_));
    files_.push_back(
        InterfaceFile{CaptureFile{std::move(path), interface, 0}, std::move(*output), {}});
  }
  return place->second == kUnwritable ? nullptr : &files_[place->second];
}

void InterfaceCaptures::add_interface(const api::ResourceId& interface) {
  static_cast<void>(file_of(interface));
}

void InterfaceCaptures::record(const trace::TraceEvent& event) {
  if (!is_guest_frame(event) || !filter_.matches(event.bytes)) {
    return;
  }
  InterfaceFile* file = file_of(event.tap.element);
  if (file == nullptr) {
    return;
  }
  const std::size_t before = file->output.buffered();
  file->names.add(event.bytes, names_, revision_);
  Frame frame;
  frame.time_nanoseconds = timestamp(options_.info, event.at);
  frame.bytes = event.bytes;
  frame.direction = event.direction;
  frame.packet = event.packet;
  encoder_->frame(file->output, frame);
  ++file->file.frames;
  const std::size_t after = file->output.buffered();
  bound_memory(after > before ? after - before : 0);
}

void InterfaceCaptures::note(SimTime /*at*/, std::string_view /*kind*/, std::string_view /*text*/) {
  ++revision_;
}

void InterfaceCaptures::bound_memory(std::size_t added) {
  waiting_ += added;
  if (waiting_ > kMaxWaiting) {
    for (InterfaceFile& file : files_) {
      file.output.release();
    }
    waiting_ = 0;
  }
}

Result<std::vector<CaptureFile>> InterfaceCaptures::finish() {
  std::vector<CaptureFile> written;
  for (InterfaceFile& file : files_) {
    file.names.write(*encoder_, file.output);
    if (const auto closed = file.output.close(); !closed && !error_) {
      error_ = closed.error();
    }
    written.push_back(file.file);
  }
  if (error_) {
    return tl::unexpected(*error_);
  }
  return written;
}

}  // namespace vpclab::capture
