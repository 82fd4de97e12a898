#include "netstack/base/rng.h"

namespace vpclab::base {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31);
}

}  // namespace

std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return hash;
}

Rng::Rng(std::uint64_t seed, std::string_view name) {
  std::uint64_t state = seed;
  state = splitmix(state) ^ hash_name(name);
  for (std::uint64_t& word : state_) {
    word = splitmix(state);
  }
}

}  // namespace vpclab::base
