// api/value_sink.h - whoever wants to see a request or a response as a tree: JSON text, EC2's XML,
// flat parameters. Generated write_to() members call it in the model's order; it owns nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/api/model.h"
#include "emulator/api/timestamp.h"

namespace vpclab::api {

/// Within a structure each value is announced by key(); within a list values follow one another.
/// The outermost structure has no key.
class ValueSink {
 public:
  virtual ~ValueSink() = default;

  virtual void begin_structure() = 0;
  virtual void end_structure() = 0;
  virtual void begin_list() = 0;
  virtual void end_list() = 0;
  virtual void key(const MemberModel& member) = 0;
  /// `kind` tells text from raw bytes (Kind::kBlob), which most forms write as base64.
  virtual void string(std::string_view value, Kind kind) = 0;
  virtual void integer(std::int64_t value) = 0;
  virtual void boolean(bool value) = 0;
  virtual void timestamp(Timestamp value) = 0;
};

inline void write_value(ValueSink& sink, const MemberModel& member, const std::string& value) {
  sink.string(value, member.kind);
}

inline void write_value(ValueSink& sink, const MemberModel& /*member*/, std::int64_t value) {
  sink.integer(value);
}

inline void write_value(ValueSink& sink, const MemberModel& /*member*/, bool value) {
  sink.boolean(value);
}

inline void write_value(ValueSink& sink, const MemberModel& /*member*/, Timestamp value) {
  sink.timestamp(value);
}

/// A generated structure, with its brackets.
template <class T>

requires requires(const T& structure, ValueSink& sink) { structure.write_to(sink); }

void write_value(ValueSink& sink, const MemberModel& /*member*/, const T& structure) {
  sink.begin_structure();
  structure.write_to(sink);
  sink.end_structure();
}

/// What is not there is not written.
template <class T>
void write_member(ValueSink& sink, const MemberModel& member, const std::optional<T>& value) {
  if (value.has_value()) {
    sink.key(member);
    write_value(sink, member, *value);
  }
}

/// An empty list is written only where EC2 does so (MemberModel::is_always_listed).
template <class T>
void write_member(ValueSink& sink, const MemberModel& member, const std::vector<T>& values) {
  if (values.empty() && !member.is_always_listed) {
    return;
  }
  sink.key(member);
  sink.begin_list();
  for (const T& value : values) {
    write_value(sink, member, value);
  }
  sink.end_list();
}

}  // namespace vpclab::api
