// Fragments in and out: any order, duplicates, contradictions, limits, timeouts.
#include "netstack/host/fragmentation.h"
#include "netstack/host/reassembly.h"
#include "tests/host/dialogue.h"

namespace vpclab::host::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using wire::IcmpType;

/// An echo request cut at the given places.
struct Pieces {
  explicit Pieces(std::size_t size, std::vector<std::size_t> cuts, std::uint16_t id = 0x77)
      : payload(echo(IcmpType::kEchoRequest, 7, 1, bytes_of(size - 8))) {
    cuts.push_back(payload.size());
    std::size_t at = 0;
    for (const std::size_t cut : cuts) {
      frames.push_back(piece(at, cut, id));
      at = cut;
    }
  }

  [[nodiscard]] Frame piece(std::size_t from, std::size_t to, std::uint16_t id = 0x77) const {
    Ip ip;
    ip.identification = id;
    ip.offset = static_cast<std::uint16_t>(from);
    ip.more_fragments = to < payload.size();
    return ethernet(ip_packet(ip, Frame(payload.begin() + static_cast<std::ptrdiff_t>(from),
                                        payload.begin() + static_cast<std::ptrdiff_t>(to))));
  }

  Frame payload;
  std::vector<Frame> frames;
};

TEST(Reassembly, TakesFragmentsInEveryOrder) {
  const Pieces pieces(200, {48, 96, 160});
  std::vector<std::size_t> order = {0, 1, 2, 3};
  do {
    Dialogue dialogue;
    dialogue.introduce();
    for (const std::size_t i : order) {
      EXPECT_THAT(dialogue.out(), IsEmpty());
      dialogue.in(pieces.frames[i]);
    }
    EXPECT_THAT(dialogue.out(), ElementsAre(IsIcmp(IcmpType::kEchoReply, 0)));
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kEchoRequest));
    EXPECT_EQ(dialogue.endings.replaced, 4u);      // fragments became
    EXPECT_EQ(dialogue.endings.replacements, 1u);  // one datagram
    EXPECT_EQ(dialogue.pool.live(), 0u);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Reassembly, KeepsDatagramsApart) {
  const Pieces first(80, {40}, 1);
  const Pieces second(80, {40}, 2);
  Dialogue dialogue;
  dialogue.introduce();

  dialogue.in(first.frames[0]);
  dialogue.in(second.frames[1]);
  EXPECT_THAT(dialogue.out(), IsEmpty());
  dialogue.in(first.frames[1]);
  dialogue.in(second.frames[0]);

  EXPECT_THAT(dialogue.out(), SizeIs(2));
}

TEST(Reassembly, IgnoresDuplicates) {
  const Pieces pieces(200, {48, 96});
  Dialogue dialogue;
  dialogue.introduce();

  dialogue.in(pieces.frames[1]);
  dialogue.in(pieces.frames[1]);
  dialogue.in(pieces.piece(56, 88));  // within what is there, with the same bytes
  dialogue.in(pieces.frames[0]);
  dialogue.in(pieces.frames[2]);

  EXPECT_THAT(dialogue.out(), SizeIs(1));
  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kFragmentDuplicate, HostOutcome::kFragmentDuplicate,
                          HostOutcome::kEchoRequest));
}

TEST(Reassembly, RefusesADatagramWhoseFragmentsContradictEachOther) {  // RFC 5722's policy

  struct Row {
    const char* what;
    std::vector<std::pair<std::size_t, std::size_t>> spans;
    bool other_bytes;
    bool more;
  };

  const Row rows[] = {
      {"the end of the one before", {{0, 48}, {40, 96}}, false, true},
      {"the begin of the one behind", {{48, 96}, {0, 56}}, false, true},
      {"all of another", {{48, 96}, {40, 104}}, false, true},
      {"the same place with other bytes", {{0, 48}, {0, 48}}, true, true},
      {"an end before what is there", {{48, 96}, {8, 40}}, false, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    const Pieces pieces(200, {48, 96});
    Dialogue dialogue;
    dialogue.introduce();
    dialogue.in(pieces.piece(row.spans[0].first, row.spans[0].second));
    Frame second = pieces.piece(row.spans[1].first, row.spans[1].second);
    if (row.other_bytes) {
      second.back() ^= 1;
    }
    if (!row.more) {
      second[20] &= 0xdf;  // the last fragment
      store_be16(second, 24, 0);
      store_be16(second, 24, wire::checksum(Bytes(second).subspan(14, 20)));
    }
    dialogue.in(second);
    EXPECT_THAT(dialogue.endings.take(),
                ElementsAre(HostOutcome::kFragmentOverlap, HostOutcome::kFragmentOverlap));
    // The rest of it is refused too, until its time is over.
    dialogue.in(pieces.frames[0]);
    dialogue.in(pieces.frames[1]);
    dialogue.in(pieces.frames[2]);
    EXPECT_THAT(dialogue.endings.take(), Each(HostOutcome::kFragmentOverlap));
    EXPECT_THAT(dialogue.out(), IsEmpty());
    EXPECT_EQ(dialogue.pool.live(), 0u);
    dialogue.wait(30s);
    EXPECT_THAT(dialogue.out(), IsEmpty());
    for (const Frame& frame : pieces.frames) {
      dialogue.in(frame);
    }
    EXPECT_THAT(dialogue.out(), SizeIs(1));
  }
}

TEST(Reassembly, RefusesAnEndThatContradictsTheEnd) {
  const Pieces longer(200, {48, 96});
  const Pieces shorter(160, {48, 96});
  Dialogue dialogue;

  dialogue.in(longer.frames[2]);
  dialogue.in(shorter.frames[2]);

  EXPECT_THAT(dialogue.endings.take(), Each(HostOutcome::kFragmentOverlap));
}

TEST(Reassembly, GivesUpAfterThirtySecondsAndSaysSoIfItHasTheFirst) {  // SG-27's timeout, RFC 792
  const Pieces pieces(200, {48, 96});
  for (const bool has_first : {true, false}) {
    SCOPED_TRACE(has_first);
    Dialogue dialogue;
    dialogue.introduce();
    dialogue.in(pieces.frames[has_first ? 0 : 1]);
    dialogue.wait(10s);
    dialogue.in(pieces.frames[2]);
    EXPECT_EQ(dialogue.stack.next_deadline(), SimTime(30s));
    dialogue.wait(20s - 1ns);
    EXPECT_THAT(dialogue.endings.take(), IsEmpty());
    dialogue.wait(1ns);

    EXPECT_THAT(dialogue.endings.take(),
                ElementsAre(HostOutcome::kReassemblyTimeout, HostOutcome::kReassemblyTimeout));
    const auto sent = dialogue.out();
    if (has_first) {
      EXPECT_THAT(sent, ElementsAre(IsIcmp(IcmpType::kTimeExceeded, 1)));
    } else {
      EXPECT_THAT(sent, IsEmpty());
    }
    EXPECT_EQ(dialogue.pool.live(), 0u);
    EXPECT_EQ(dialogue.stack.next_deadline(), std::nullopt);
  }
}

TEST(Reassembly, RefusesImpossibleFragments) {
  struct Row {
    const char* what;
    Ip ip;
    std::size_t size;
  };

  const auto with = [](std::uint16_t offset, bool more) {
    Ip ip;
    ip.offset = offset;
    ip.more_fragments = more;
    return ip;
  };
  const Row rows[] = {
      {"not a multiple of eight, and not the last", with(0, true), 13},
      {"nothing in it", with(8, true), 0},
      {"beyond 65,535 bytes", with(65528, false), 16},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Dialogue dialogue;
    dialogue.in(ethernet(ip_packet(row.ip, bytes_of(row.size))));
    EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kMalformed));
    EXPECT_EQ(dialogue.pool.live(), 0u);
  }
}

TEST(Reassembly, RefusesADatagramThatTheFirstHeaderMakesTooLong) {
  Ip first;
  first.more_fragments = true;
  first.options = {1, 1, 1, 1};  // the header that the whole would have: 24 bytes
  Ip last;
  last.offset = 65504;  // 20 + 65504 + 11 = 65,535, but 24 + 65504 + 11 is more
  Dialogue dialogue;

  dialogue.in(ethernet(ip_packet(first, bytes_of(8))));
  dialogue.in(ethernet(ip_packet(last, bytes_of(11))));

  EXPECT_THAT(dialogue.endings.take(), Each(HostOutcome::kFragmentOverlap));
  EXPECT_EQ(dialogue.pool.live(), 0u);
}

TEST(Reassembly, RefusesADatagramThatIsTooLongWithItsFirstFragmentsOptions) {
  // Each fragment is possible, and the payload fits with a header of 20 bytes: not with 60.
  Ip first;
  first.options = std::vector<std::uint8_t>(40, 1);
  first.more_fragments = true;
  Ip last;
  last.offset = 65504;
  for (const bool first_comes_first : {true, false}) {
    SCOPED_TRACE(first_comes_first);
    Dialogue dialogue;
    const Frame one = ethernet(ip_packet(first, bytes_of(8)));
    const Frame two = ethernet(ip_packet(last, bytes_of(11)));

    dialogue.in(first_comes_first ? one : two);
    dialogue.in(first_comes_first ? two : one);

    EXPECT_THAT(dialogue.endings.take(),
                ElementsAre(HostOutcome::kFragmentOverlap, HostOutcome::kFragmentOverlap));
    EXPECT_EQ(dialogue.pool.live(), 0u);
  }
}

TEST(Reassembly, BoundsTheDatagramsThatWait) {  // SG-27's limits
  HostOptions options;
  options.reassembly_datagrams_max = 3;
  Dialogue dialogue(options);
  for (std::uint16_t id = 1; id <= 5; ++id) {
    dialogue.in(Pieces(80, {40}, id).frames[0]);
  }

  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kReassemblyLimit, HostOutcome::kReassemblyLimit));
  dialogue.wait(31s);
  dialogue.endings.take();
  dialogue.in(Pieces(80, {40}, 9).frames[0]);
  EXPECT_THAT(dialogue.endings.take(), IsEmpty());  // room again
}

TEST(Reassembly, TakesWholeDatagramsWhateverWasLostBefore) {  // SG-27's limits, as Linux has them
  HostOptions bytes_only;
  bytes_only.reassembly_bytes_max = 20 * (40 + Reassembler::kFragmentOverhead);
  for (const HostOptions& options : {HostOptions{}, bytes_only}) {
    Dialogue dialogue(options);
    dialogue.introduce();
    for (std::uint16_t id = 1; id <= 65; ++id) {  // the rest of these is lost
      dialogue.in(Pieces(80, {40}, id).frames[0]);
      dialogue.wait(1ms);
    }
    dialogue.endings.take();

    const Pieces whole(200, {48, 96, 160}, 100);
    for (const Frame& frame : whole.frames) {
      dialogue.in(frame);
    }

    EXPECT_THAT(dialogue.out(), ElementsAre(IsIcmp(IcmpType::kEchoReply, 0)));
    dialogue.in(Pieces(80, {40}, 65).frames[1]);  // the last of them waits still
    EXPECT_THAT(dialogue.out(), ElementsAre(IsIcmp(IcmpType::kEchoReply, 0)));
  }
}

TEST(Reassembly, GivesUpNoDatagramForItsOwnRest) {
  HostOptions options;
  options.reassembly_bytes_max = 2 * (48 + Reassembler::kFragmentOverhead);
  Dialogue dialogue(options);
  const Pieces large(200, {48, 96, 144}, 1);

  dialogue.in(large.frames[0]);
  dialogue.in(large.frames[1]);
  dialogue.in(large.frames[2]);

  EXPECT_THAT(dialogue.endings.take(), ElementsAre(HostOutcome::kReassemblyLimit));
  EXPECT_EQ(dialogue.pool.live(), 2u);
}

TEST(Reassembly, BoundsTheBytesThatWait) {
  HostOptions options;
  options.reassembly_bytes_max = 3 * (48 + Reassembler::kFragmentOverhead);
  Dialogue dialogue(options);
  for (std::uint16_t id = 1; id <= 5; ++id) {
    dialogue.in(Pieces(200, {48, 96}, id).frames[0]);
  }

  EXPECT_THAT(dialogue.endings.take(),
              ElementsAre(HostOutcome::kReassemblyLimit, HostOutcome::kReassemblyLimit));
}

TEST(Fragmentation, CutsEverySizeForEveryMtu) {
  for (const std::size_t mtu : {68U, 576U, 1500U, 9001U}) {
    for (const std::size_t size : {1U, 8U, 48U, 49U, 556U, 557U, 1480U, 1481U, 8981U, 20000U}) {
      SCOPED_TRACE(std::to_string(size) + " through " + std::to_string(mtu));
      wire::PacketPool pool;
      const Frame whole = ip_packet({}, bytes_of(size));
      const PacketHandle datagram = pool.allocate(whole.size());
      std::copy(whole.begin(), whole.end(), pool.bytes(datagram).begin());
      std::vector<PacketHandle> pieces;

      fragment(pool, datagram, static_cast<std::uint16_t>(mtu), pieces);

      Frame together;
      for (const PacketHandle piece : pieces) {
        const Bytes bytes = std::as_const(pool).bytes(piece);
        ASSERT_TRUE(wire::ipv4_well_formed(bytes) && wire::ipv4_checksum_ok(bytes));
        EXPECT_LE(bytes.size(), mtu);
        EXPECT_EQ(wire::ipv4_fragment_offset(bytes), together.size());
        EXPECT_EQ(wire::ipv4_more_fragments(bytes), piece != pieces.back());
        EXPECT_EQ(wire::ipv4_identification(bytes), 0x1234);
        EXPECT_EQ(pool.cause(piece), pool.id(datagram));
        const Bytes payload = wire::ipv4_payload(bytes);
        together.insert(together.end(), payload.begin(), payload.end());
      }
      EXPECT_EQ(together, bytes_of(size));
    }
  }
}

TEST(Fragmentation, CopiesOnlyTheOptionsThatAskForIt) {  // RFC 791 section 3.1
  wire::PacketPool pool;
  Ip ip;
  // Record route stands in the first fragment only, stream id (136) in all.
  ip.options = {7, 3, 4, 136, 4, 0xab, 0xcd, 0};
  const Frame whole = ip_packet(ip, bytes_of(100));
  const PacketHandle datagram = pool.allocate(whole.size());
  std::copy(whole.begin(), whole.end(), pool.bytes(datagram).begin());
  std::vector<PacketHandle> pieces;

  fragment(pool, datagram, 68, pieces);

  ASSERT_THAT(pieces, SizeIs(3));
  EXPECT_EQ(wire::Ipv4Header::parse(pool.bytes(pieces[0]))->options.size, 8);
  const auto second = *wire::Ipv4Header::parse(pool.bytes(pieces[1]));
  ASSERT_EQ(second.options.size, 4);
  EXPECT_EQ(second.options.bytes[0], 136);
  EXPECT_EQ(second.options.bytes[3], 0xcd);
}

TEST(Fragmentation, CutsAFragmentAgain) {
  wire::PacketPool pool;
  Ip ip;
  ip.offset = 1480;
  ip.more_fragments = true;
  const Frame whole = ip_packet(ip, bytes_of(1480));
  const PacketHandle datagram = pool.allocate(whole.size());
  std::copy(whole.begin(), whole.end(), pool.bytes(datagram).begin());
  std::vector<PacketHandle> pieces;

  fragment(pool, datagram, 1000, pieces);

  ASSERT_THAT(pieces, SizeIs(2));
  EXPECT_EQ(wire::ipv4_fragment_offset(pool.bytes(pieces[1])), 1480 + 976);
  EXPECT_TRUE(wire::ipv4_more_fragments(pool.bytes(pieces[1])));  // more lies behind
}

}  // namespace
}  // namespace vpclab::host::testing
