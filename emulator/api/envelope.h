// api/envelope.h - Request and Response: any one of the generated structures, as a value. A closed
// set like a std::variant of 115, but one that a compiler finishes within the second: what is
// copied, compared and destroyed is chosen when a value is put in, not by every file that passes
// it.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "emulator/api/generated/action_name.h"
#include "emulator/api/model.h"
#include "netstack/base/check.h"

namespace vpclab::api {

/// What the outermost structure of an action is; generated structures name theirs as `Role`.
struct RequestRole {};

struct ResponseRole {};

/// A generated structure that is an action's request (or response).
template <class T, class Role>
concept OutermostStructure = requires {
  requires std::is_same_v<typename T::Role, Role>;
  T::kAction;
};

/// Holds exactly one structure of its role; a moved-from envelope may only be assigned to or
/// destroyed.
template <class Role>
class Envelope {
 public:
  template <OutermostStructure<Role> T>
  Envelope(T value)  // NOLINT(google-explicit-constructor)
      : box_(std::make_unique<Box<T>>(std::move(value))) {}

  Envelope(const Envelope& other) : box_(other.box_->clone()) {}

  Envelope(Envelope&&) noexcept = default;

  Envelope& operator=(const Envelope& other) {
    box_ = other.box_->clone();
    return *this;
  }

  Envelope& operator=(Envelope&&) noexcept = default;
  ~Envelope() = default;

  /// Which action it belongs to.
  [[nodiscard]] Action action() const { return box_->action; }

  template <OutermostStructure<Role> T>
  [[nodiscard]] bool holds() const {
    return box_->action == T::kAction;
  }

  /// The structure if it is a T, else null.
  template <OutermostStructure<Role> T>
  [[nodiscard]] const T* get_if() const {
    return holds<T>() ? &static_cast<const Box<T>&>(*box_).value : nullptr;
  }

  /// The structure. Pre: it is a T.
  template <OutermostStructure<Role> T>
  [[nodiscard]] const T& get() const {
    VPCLAB_CHECK(holds<T>(), "the envelope holds another action's structure");
    return static_cast<const Box<T>&>(*box_).value;
  }

  template <OutermostStructure<Role> T>
  [[nodiscard]] T& get() {
    VPCLAB_CHECK(holds<T>(), "the envelope holds another action's structure");
    return static_cast<Box<T>&>(*box_).value;
  }

  /// The members, in the model's order, without the outer brackets.
  void write_to(ValueSink& sink) const { box_->write_to(sink); }

  /// The DryRun member (API-3); false where it is absent.
  [[nodiscard]] bool is_dry_run() const { return box_->is_dry_run(); }

  friend bool operator==(const Envelope& left, const Envelope& right) {
    return left.action() == right.action() && left.box_->equals(*right.box_);
  }

 private:
  struct BoxBase {
    explicit BoxBase(Action of) : action(of) {}

    BoxBase(const BoxBase&) = delete;
    BoxBase& operator=(const BoxBase&) = delete;
    virtual ~BoxBase() = default;

    [[nodiscard]] virtual std::unique_ptr<BoxBase> clone() const = 0;
    [[nodiscard]] virtual bool equals(const BoxBase& other) const = 0;
    virtual void write_to(ValueSink& sink) const = 0;
    [[nodiscard]] virtual bool is_dry_run() const = 0;

    const Action action;
  };

  template <class T>
  struct Box final : BoxBase {
    explicit Box(T content) : BoxBase(T::kAction), value(std::move(content)) {}

    std::unique_ptr<BoxBase> clone() const override { return std::make_unique<Box>(value); }

    bool equals(const BoxBase& other) const override {
      return value == static_cast<const Box&>(other).value;
    }

    void write_to(ValueSink& sink) const override { value.write_to(sink); }

    bool is_dry_run() const override {
      if constexpr (requires { value.dry_run; }) {
        return value.dry_run.value_or(false);
      } else {
        return false;
      }
    }

    T value;
  };

  std::unique_ptr<BoxBase> box_;
};

using Request = Envelope<RequestRole>;
using Response = Envelope<ResponseRole>;

}  // namespace vpclab::api
