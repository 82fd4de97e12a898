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

/// Wishes of these kinds, always so many.
rc::Gen<std::vector<Wish>> some(std::size_t count, const rc::Gen<WishKind>& kind) {
  return rc::gen::container<std::vector<Wish>>(count, wish(kind));
}

rc::Gen<std::vector<Wish>> some(std::size_t count, WishKind kind) {
  return some(count, rc::gen::just(kind));
}

/// One after the other.
rc::Gen<std::vector<Wish>> joined(std::initializer_list<rc::Gen<std::vector<Wish>>> parts) {
  rc::Gen<std::vector<Wish>> all = rc::gen::just(std::vector<Wish>());
  for (const rc::Gen<std::vector<Wish>>& part : parts) {
    all = rc::gen::map(rc::gen::pair(all, part),
                       [](const std::pair<std::vector<Wish>, std::vector<Wish>>& both) {
                         std::vector<Wish> longer = both.first;
                         longer.insert(longer.end(), both.second.begin(), both.second.end());
                         return longer;
                       });
  }
  return all;
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
  const auto routes = rc::gen::weightedElement<K>({{14, K::kRoute},
                                                   {1, K::kDropRoute},
                                                   {1, K::kLocalRoute},
                                                   {2, K::kGatewayTable},
                                                   {2, K::kPrefixList},
                                                   {3, K::kListRoute}});
  return joined({some(2, K::kVpc), wishes(3, rc::gen::just(K::kVpc)), some(4, K::kSubnet),
                 wishes(8, rc::gen::just(K::kSubnet)), some(4, wiring), wishes(18, wiring),
                 some(6, policy), wishes(18, policy), some(5, hosts), wishes(14, hosts),
                 wishes(6, rc::gen::just(K::kConnect)), wishes(4, rc::gen::just(K::kUseNat)),
                 wishes(16, routes), wishes(24, classic)});
}

/// Packets, and changes between them.
rc::Gen<std::vector<Wish>> life() {
  using K = WishKind;
  const auto kinds = rc::gen::weightedElement<K>({{40, K::kSend},
                                                  {2, K::kConnect},
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
                                                  {1, K::kLocalRoute},
                                                  {1, K::kGatewayTable},
                                                  {1, K::kListRoute},
                                                  {1, K::kDropNat},
                                                  {3, K::kPeeringOption}});
  return wishes(60, kinds);
}

rc::Gen<Case> cases() {
  return rc::gen::map(joined({network(), life()}),
                      [](const std::vector<Wish>& all) { return Case{all}; });
}

/// The case without each of its wishes that it fails without, too.
Case without_idle_wishes(Case failing, const Judge& judge, std::string& finding) {
  for (std::size_t i = failing.wishes.size(); i-- > 0;) {
    Case smaller = failing;
    smaller.wishes.erase(smaller.wishes.begin() + static_cast<std::ptrdiff_t>(i));
    const std::string still = judge(smaller, true);
    if (!still.empty()) {
      finding = still;
      failing = smaller;
    }
  }
  return failing;
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
    result.smallest = without_idle_wishes(drawn.value(), judge, result.finding);
    return result;
  }
  return result;
}

}  // namespace vpclab::oracle
