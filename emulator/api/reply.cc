#include "emulator/api/reply.h"

namespace vpclab::api {

Answer Answer::deferred(Builder builder) {
  Answer answer;
  answer.builder_ = std::move(builder);
  return answer;
}

const Response& Answer::response() {
  if (!response_.has_value()) {
    response_ = builder_();
    builder_ = nullptr;
  }
  return *response_;
}

}  // namespace vpclab::api
