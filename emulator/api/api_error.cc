#include "emulator/api/api_error.h"

#include <utility>

namespace vpclab::api {

namespace {

ApiError error_of(std::string_view code, std::string message) {
  return ApiError{std::string(code), std::move(message)};
}

}  // namespace

tl::unexpected<ApiError> refuse(std::string_view code, std::string message) {
  return tl::unexpected<ApiError>(error_of(code, std::move(message)));
}

std::string cli_message(const ApiError& error, std::string_view action) {
  return "An error occurred (" + error.code + ") when calling the " + std::string(action) +
         " operation: " + error.message;
}

ApiError missing_parameter(std::string_view name) {
  return error_of(code::kMissingParameter,
                  "The request must contain the parameter " + std::string(name));
}

ApiError unknown_parameter(std::string_view name) {
  return error_of(code::kUnknownParameter,
                  "The parameter " + std::string(name) + " is not recognized");
}

ApiError invalid_parameter_value(std::string_view parameter, std::string_view value,
                                 std::string_view why) {
  std::string message =
      "Value (" + std::string(value) + ") for parameter " + std::string(parameter) + " is invalid.";
  if (!why.empty()) {
    message += " " + std::string(why);
  }
  return error_of(code::kInvalidParameterValue, std::move(message));
}

ApiError invalid_action(std::string_view action) {
  return error_of(code::kInvalidAction,
                  "The action " + std::string(action) + " is not valid for this web service.");
}

ApiError unsupported_operation(std::string_view action) {
  return error_of(code::kUnsupportedOperation,
                  "The operation " + std::string(action) + " is not supported.");
}

ApiError dry_run_operation() {
  return error_of(code::kDryRunOperation, "Request would have succeeded, but DryRun flag is set.");
}

}  // namespace vpclab::api
