// base/result.h - a value or a reason why there is none. The one place that names tl::expected,
// so that a later move to std::expected is one file.
#pragma once

#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace vpclab {

/// Why a value could not be made: one sentence for a person, without a full stop.
struct Error {
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Result = tl::expected<T, Error>;

/// Shorthand for `return fail("…")` in a function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> fail(std::string message) {
  return tl::unexpected<Error>(Error{std::move(message)});
}

}  // namespace vpclab
