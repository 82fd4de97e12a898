// The emulator beside an independent oracle, on random networks, changes and packets.
//   VPCLAB_ORACLE_NETWORKS  how many (default 1,000, under a sanitizer 150)
//   VPCLAB_ORACLE_SEED      of the first; the others follow
//   VPCLAB_ORACLE_ALL       do not stop at the first difference: count them by kind, and show the
//                           shortest of each
#include <cstdlib>
#include <iostream>
#include <regex>

#include <gtest/gtest.h>

#include "tests/oracle/build.h"
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

TEST(Oracle, AgreesWithTheEmulatorOnRandomNetworks) {
  const std::uint64_t seed = environment("VPCLAB_ORACLE_SEED", 1);
  const auto networks = static_cast<int>(environment("VPCLAB_ORACLE_NETWORKS", kNetworks));
  const bool all = std::getenv("VPCLAB_ORACLE_ALL") != nullptr;
  Tally tally;
  Collection differences;

  const Search result = search(seed, networks, [&](const Case& drawn, bool shrinking) {
    Tally ignored;
    Lab lab(shrinking ? ignored : tally);
    const std::string finding = lab.play(drawn);
    if (!finding.empty() && all) {
      differences.add(finding);
      return std::string();
    }
    return finding;
  });

  differences.print();
  EXPECT_TRUE(result.finding.empty())
      << "VPCLAB_ORACLE_SEED=" << result.seed << " VPCLAB_ORACLE_NETWORKS=1\n"
      << result.finding;
  std::cout << "seed " << seed << ": " << result.cases << " networks, " << tally.granted << " of "
            << tally.wishes << " wishes, " << tally.trips << " trips, " << tally.delivered
            << " delivered, " << tally.crossed << " over peering connections, " << tally.linked
            << " by ClassicLink, " << tally.natted << " times by NAT gateways, " << tally.tracked
            << " times tracked\n";
  for (const auto& [reason, count] : tally.drops) {
    std::cout << "  " << reason << " " << count << "\n";
  }
}

}  // namespace
}  // namespace vpclab::oracle
