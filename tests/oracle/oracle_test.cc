// The emulator beside an independent oracle, on random networks, changes and packets.
//   VPCLAB_ORACLE_NETWORKS  how many (default 1,000, under a sanitizer 150)
//   VPCLAB_ORACLE_SEED      of the first; the others follow
//   VPCLAB_ORACLE_FAILURES  where a failure is kept as a scenario (default: failures/ where it is
//                           built)
//   VPCLAB_ORACLE_ALL       do not stop at the first difference: count them by kind, and show the
//                           shortest of each
#include <cstdlib>
#include <iostream>
#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/oracle/build.h"
#include "tests/oracle/failure.h"
#include "tests/oracle/generate.h"

namespace vpclab::oracle {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kNetworks = 150;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr std::uint64_t kNetworks = 150;
#else
constexpr std::uint64_t kNetworks = 1'000;
#endif
#else
constexpr std::uint64_t kNetworks = 1'000;
#endif

std::uint64_t environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// What a difference is about: the two ends, without addresses and ids.
std::string kind_of(const std::string& finding) {
  static const std::regex kNames("[a-z]+-[0-9a-f]{8,17}|[0-9.]+|\\{.*?\\}");
  const std::size_t begin = finding.rfind("packet", 0) == 0 ? finding.find('\n') + 1 : 0;
  const std::size_t end = begin == 0 ? std::min<std::size_t>(finding.find('\n'), 60)
                                     : finding.find("  the emulator's way", begin);
  return std::regex_replace(finding.substr(begin, end - begin), kNames, "");
}

/// Differences by kind.
class Collection {
 public:
  void add(const std::string& finding) {
    std::pair<int, std::string>& known = kinds_[kind_of(finding)];
    ++known.first;
    if (known.second.empty() || finding.size() < known.second.size()) {
      known.second = finding;
    }
  }

  void print() const {
    for (const auto& [kind, known] : kinds_) {
      std::cout << "==== " << known.first << " times, the shortest:\n" << known.second << "\n";
    }
  }

 private:
  std::map<std::string, std::pair<int, std::string>> kinds_;
};

/// Keeps the smallest case that failed as a scenario; says where, and what that shows.
std::string keep(const Search& failed) {
  Tally ignored;
  Lab lab(ignored);
  static_cast<void>(lab.play(failed.smallest));
  return keep_failure(fmt::format("oracle-{}", failed.seed), lab);
}

/// What is compared is worth it: of every hundred networks so many trips end well, cross a peering
/// connection, a link or a NAT gateway, meet a flow that is known, and so many kinds of ends are
/// met. An empty generator would agree with everything.
void expect_substance(const Tally& tally, std::uint64_t networks) {
  constexpr std::uint64_t kEnough = 100;  // networks; fewer are somebody's search for one fault
  if (networks < kEnough) {
    return;
  }
  const std::uint64_t hundreds = networks / kEnough;
  EXPECT_GE(tally.granted * 2, tally.wishes);
  EXPECT_GE(tally.trips, 500 * hundreds);
  EXPECT_GE(tally.delivered, 100 * hundreds);
  EXPECT_GE(tally.crossed, 10 * hundreds);
  EXPECT_GE(tally.tracked, 10 * hundreds);
  EXPECT_GE(tally.linked, hundreds);
  EXPECT_GE(tally.natted, hundreds);
  EXPECT_GE(tally.drops.size(), 10U);
}

TEST(Oracle, AgreesWithTheEmulatorOnRandomNetworks) {
  const std::uint64_t seed = environment("VPCLAB_ORACLE_SEED", 1);
  const auto networks = static_cast<int>(environment("VPCLAB_ORACLE_NETWORKS", kNetworks));
  const bool all = std::getenv("VPCLAB_ORACLE_ALL") != nullptr;
  ASSERT_GT(networks, 0);
  Tally tally;
  Collection differences;

  const Search result = search(seed, networks, [&](const Case& drawn, bool shrinking) {
    Tally ignored;
    Lab lab(shrinking ? ignored : tally);
    std::string finding = lab.play(drawn);
    if (!finding.empty() && all) {
      differences.add(finding);
      return std::string();
    }
    return finding;
  });

  const std::string kept = result.finding.empty() ? std::string() : keep(result);
  differences.print();
  EXPECT_TRUE(result.finding.empty())
      << "VPCLAB_ORACLE_SEED=" << result.seed << " VPCLAB_ORACLE_NETWORKS=1\n"
      << kept << "\n"
      << result.finding;
  std::cout << "seed " << seed << ": " << result.cases << " networks, " << tally.granted << " of "
            << tally.wishes << " wishes, " << tally.trips << " trips, " << tally.delivered
            << " delivered, " << tally.crossed << " over peering connections, " << tally.linked
            << " by ClassicLink, " << tally.natted << " times by NAT gateways, " << tally.cut
            << " cut on their way, " << tally.fragments << " sent as fragments, " << tally.tracked
            << " times tracked\n";
  for (const auto& [reason, count] : tally.drops) {
    std::cout << "  " << reason << " " << count << "\n";
  }
  if (result.finding.empty()) {
    expect_substance(tally, static_cast<std::uint64_t>(networks));
  }
}

/// A way to be wrong: the networks in which it shows are not rare.
struct Wrong {
  const char* what;
  void (*change)(Fate&);
};

const Wrong kWrongs[] = {
    {"a TTL",
     [](Fate& fate) { fate.packet.ttl -= fate.delivered && fate.packet.ttl == 64 ? 1 : 0; }},
    {"a size", [](Fate& fate) { fate.packet.size += fate.packet.size == 4000 ? 8 : 0; }},
    {"a piece less",
     [](Fate& fate) {
       if (!fate.pieces.empty()) {
         fate.pieces.pop_back();
       }
     }},
    {"another place for what is too big",
     [](Fate& fate) { fate.place += fate.reason == "MTU_DF" ? "0" : ""; }},
    {"another reason for fragments",
     [](Fate& fate) { fate.reason = fate.reason == "NAT_FRAGMENT" ? "NAT_PROTO" : fate.reason; }},
    {"nobody is told", [](Fate& fate) { fate.answer.reset(); }},
    {"another is told",
     [](Fate& fate) {
       if (fate.answer) {
         ++fate.answer->destination;
       }
     }},
};

TEST(Oracle, NoticesWhateverDiffers) {
  for (const Wrong& wrong : kWrongs) {
    bool noticed = false;
    static_cast<void>(search(1, 400, [&](const Case& drawn, bool /*shrinking*/) {
      if (!noticed) {
        Tally ignored;
        Lab lab(ignored, wrong.change);
        noticed = !lab.play(drawn).empty();
      }
      return std::string();
    }));
    EXPECT_TRUE(noticed) << wrong.what;
  }
}

}  // namespace
}  // namespace vpclab::oracle
