// base/overloaded.h - a visitor made of lambdas, for std::visit.
#pragma once

namespace vpclab {

template <class... Callables>
struct Overloaded : Callables... {
  using Callables::operator()...;
};

template <class... Callables>
Overloaded(Callables...) -> Overloaded<Callables...>;

}  // namespace vpclab
