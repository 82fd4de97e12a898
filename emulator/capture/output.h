// capture/output.h - bytes on their way to a file or a descriptor, gathered in memory. The first
// write error is kept and told at close(); what comes after it is thrown away. Owned by a sink.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "netstack/base/bytes.h"
#include "netstack/base/result.h"

namespace vpclab::capture {

class Output {
 public:
  /// Bytes gathered before they are written.
  static constexpr std::size_t kFlushSize = 256 * 1024;

  /// Creates or empties the file now, so that a wrong path is known at the start. The file is open
  /// only while bytes are written: a run may have more files than descriptors.
  [[nodiscard]] static Result<Output> file(std::string path);

  /// Writes to an open descriptor, which stays the caller's. `name` is for error messages.
  [[nodiscard]] static Output descriptor(int fd, std::string name);

  Output(Output&&) = default;
  Output& operator=(Output&&) = default;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() = default;

  void append(std::string_view text) {
    buffer_.append(text);
    flush_if_full();
  }

  void append(Bytes bytes) {
    buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    flush_if_full();
  }

  /// Bytes that wait in memory.
  [[nodiscard]] std::size_t buffered() const { return buffer_.size(); }

  /// Writes what waits.
  void flush();

  /// Writes what waits and gives its memory back: for one of very many outputs.
  void release();

  /// Writes what waits; the first error of this output's life, if there was one. It says what
  /// happened to what: "cannot write out/x.pcapng: No space left on device".
  [[nodiscard]] Result<void> close();

  /// As close(), and the file's bytes go behind `target`'s, the file itself away.
  [[nodiscard]] Result<void> move_into(Output& target);

  /// The path, or the descriptor's name.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Output(std::string name, int fd) : name_(std::move(name)), fd_(fd) {}

  void flush_if_full() {
    if (buffer_.size() >= kFlushSize) [[unlikely]] {
      flush();
    }
  }

  std::string name_;
  int fd_ = -1;  // -1: a file, opened for each flush
  std::string buffer_;
  std::optional<Error> error_;
};

}  // namespace vpclab::capture
