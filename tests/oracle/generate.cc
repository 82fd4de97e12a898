#include "tests/oracle/generate.h"

#include <memory>
#include <tuple>

#include <rapidcheck.h>

namespace vpclab::oracle {
namespace {

using Kinds = std::vector<std::pair<std::size_t, WishKind>>;

/// Numbers that a wish reads modulo what there is; small enough to shrink soon.
rc::Gen<std::uint32_t> number() {
  return rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::uint32_t>(0, 4096));
}

rc::Gen<Wish> wish(const rc::Gen<WishKind>& kind) {
  return rc::gen::map(rc::gen::tuple(kind, number(), number(), number(), number()),
                      [](const std::tuple<WishKind, std::uint32_t, std::uint32_t, std::uint32_t,
                                          std::uint32_t>& drawn) {
                        return Wish{std::get<0>(drawn), std::get<1>(drawn), std::get<2>(drawn),
                                    std::get<3>(drawn), std::get<4>(drawn)};
                      });
}

/// Up to `most` wishes of these kinds, whatever the size is.
rc::Gen<std::vector<Wish>> wishes(int most, const rc::Gen<WishKind>& kind) {
  return rc::gen::resize(most, rc::gen::container<std::vector<Wish>>(wish(kind)));
}

/// The same wish some times over: shrinks to fewer.
rc::Gen<std::vector<Wish>> several(int most, WishKind kind) {
  return wishes(most, rc::gen::just(kind));
}

/// What a network begins with: each VPC open enough that many packets arrive.
rc::Gen<std::vector<Wish>> network() {
  using K = WishKind;
  const auto wiring = rc::gen::weightedElement<K>({{2, K::kCidr},
                                                   {4, K::kTable},
                                                   {4, K::kUseTable},
                                                   {1, K::kMainTable},
                                                   {3, K::kGateway},
                                                   {6, K::kPeering},
                                                   {7, K::kAccept},
                                                   {3, K::kEnableLinks}});
  const auto policy = rc::gen::weightedElement<K>({{4, K::kGroup},
                                                   {14, K::kGroupRule},
                                                   {2, K::kDropGroupRule},
                                                   {2, K::kAcl},
                                                   {6, K::kAclEntry},
                                                   {2, K::kUseAcl}});
  const auto hosts = rc::gen::weightedElement<K>({{10, K::kInstance},
                                                  {3, K::kInterface},
                                                  {2, K::kSecondary},
                                                  {4, K::kElastic},
                                                  {3, K::kNat},
                                                  {2, K::kCheck},
                                                  {2, K::kForward},
                                                  {2, K::kGroups},
                                                  {1, K::kStop}});
  const auto classic = rc::gen::weightedElement<K>({{2, K::kClassicGroup},
                                                    {4, K::kClassic},
                                                    {3, K::kEnableLinks},
                                                    {4, K::kLink},
                                                    {4, K::kPeeringOption}});
  const auto routes = rc::gen::weightedElement<K>({{9, K::kRoute}, {1, K::kDropRoute}});
  return rc::gen::map(rc::gen::tuple(several(6, K::kVpc), several(12, K::kSubnet),
                                     wishes(18, wiring), wishes(24, policy), wishes(18, hosts),
                                     wishes(16, routes), wishes(24, classic)),
                      [](const std::tuple<std::vector<Wish>, std::vector<Wish>, std::vector<Wish>,
                                          std::vector<Wish>, std::vector<Wish>, std::vector<Wish>,
                                          std::vector<Wish>>& parts) {
                        std::vector<Wish> all = std::get<0>(parts);
                        const auto append = [&all](const std::vector<Wish>& more) {
                          all.insert(all.end(), more.begin(), more.end());
                        };
                        append(std::get<1>(parts));
                        append(std::get<2>(parts));
                        append(std::get<3>(parts));
                        append(std::get<4>(parts));
                        append(std::get<5>(parts));
                        append(std::get<6>(parts));
                        return all;
                      });
}

/// Packets, and changes between them.
rc::Gen<std::vector<Wish>> life() {
  using K = WishKind;
  const auto kinds = rc::gen::weightedElement<K>({{40, K::kSend},
                                                  {25, K::kSendAgain},
                                                  {8, K::kSendFromOutside},
                                                  {3, K::kWait},
                                                  {4, K::kRoute},
                                                  {3, K::kDropRoute},
                                                  {3, K::kGroupRule},
                                                  {4, K::kDropGroupRule},
                                                  {3, K::kAclEntry},
                                                  {2, K::kDropAclEntry},
                                                  {1, K::kUseAcl},
                                                  {1, K::kUseTable},
                                                  {1, K::kLeaveTable},
                                                  {1, K::kMainTable},
                                                  {2, K::kStop},
                                                  {3, K::kStart},
                                                  {1, K::kReboot},
                                                  {1, K::kTerminate},
                                                  {2, K::kPeering},
                                                  {2, K::kAccept},
                                                  {1, K::kReject},
                                                  {1, K::kDropPeering},
                                                  {2, K::kElastic},
                                                  {1, K::kDropElastic},
                                                  {1, K::kDetachGateway},
                                                  {1, K::kGateway},
                                                  {2, K::kGroups},
                                                  {2, K::kCheck},
                                                  {1, K::kDetachInterface},
                                                  {1, K::kInterface},
                                                  {1, K::kInstance},
                                                  {1, K::kSecondary},
                                                  {1, K::kCidr},
                                                  {8, K::kSendFromClassic},
                                                  {1, K::kEnableLinks},
                                                  {1, K::kDisableLinks},
                                                  {1, K::kClassicGroup},
                                                  {1, K::kClassic},
                                                  {2, K::kLink},
                                                  {1, K::kUnlink},
                                                  {1, K::kStopClassic},
                                                  {1, K::kStartClassic},
                                                  {1, K::kNat},
                                                  {1, K::kDropNat},
                                                  {3, K::kPeeringOption}});
  return wishes(60, kinds);
}

rc::Gen<Case> cases() {
  return rc::gen::map(rc::gen::tuple(network(), life()),
                      [](const std::tuple<std::vector<Wish>, std::vector<Wish>>& parts) {
                        Case made{std::get<0>(parts)};
                        made.wishes.insert(made.wishes.end(), std::get<1>(parts).begin(),
                                           std::get<1>(parts).end());
                        return made;
                      });
}

}  // namespace

Search search(std::uint64_t seed, int count, const Judge& judge) {
  Search result;
  result.seed = seed;
  const rc::Gen<Case> generator = cases();
  for (; result.cases < count; ++result.cases) {
    rc::Random random(seed + static_cast<std::uint64_t>(result.cases));
    auto drawn = generator(random, rc::kNominalSize);
    result.finding = judge(drawn.value(), false);
    if (result.finding.empty()) {
      continue;
    }
    result.seed += static_cast<std::uint64_t>(result.cases);
    for (int tries = 0; tries < 4000;) {  // the first smaller one that fails too, and so on
      auto smaller = drawn.shrinks();
      bool found = false;
      while (auto candidate = smaller.next()) {
        ++tries;
        const std::string finding = judge(candidate->value(), true);
        if (!finding.empty()) {
          result.finding = finding;
          drawn = std::move(*candidate);
          found = true;
          break;
        }
        if (tries >= 4000) {
          break;
        }
      }
      if (!found) {
        break;
      }
    }
    return result;
  }
  return result;
}

}  // namespace vpclab::oracle
