#include "emulator/scenario/yaml.h"

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

#include <yaml.h>

#include "emulator/scenario/utf8.h"

namespace vpclab::scenario {
namespace {

constexpr std::size_t kMaxKeyBytes = 256;

/// Owns libyaml's parser.
class Parser {
 public:
  explicit Parser(std::string_view text) {
    valid_ = yaml_parser_initialize(&parser_) == 1;
    if (valid_) {
      yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
      const void* bytes = text.data();
      yaml_parser_set_input_string(&parser_, static_cast<const unsigned char*>(bytes), text.size());
    }
  }

  ~Parser() {
    if (valid_) {
      yaml_parser_delete(&parser_);
    }
  }

  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  bool next(yaml_event_t& event) { return valid_ && yaml_parser_parse(&parser_, &event) == 1; }

  [[nodiscard]] const yaml_parser_t& raw() const { return parser_; }

 private:
  yaml_parser_t parser_{};
  bool valid_ = false;
};

/// Owns one event.
class Event {
 public:
  Event() = default;

  ~Event() { yaml_event_delete(&event_); }

  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  [[nodiscard]] yaml_event_type_t type() const { return event_.type; }

  yaml_event_t& raw() { return event_; }

  [[nodiscard]] const yaml_event_t& raw() const { return event_; }

 private:
  yaml_event_t event_{};
};

Mark mark_of(const yaml_mark_t& start, const yaml_mark_t& end) {
  Mark mark;
  mark.line = static_cast<std::uint32_t>(start.line + 1);
  mark.column = static_cast<std::uint32_t>(start.column + 1);
  if (end.line == start.line && end.column > start.column) {
    mark.length = static_cast<std::uint32_t>(end.column - start.column);
  }
  return mark;
}

std::string_view text_of(const yaml_char_t* bytes, std::size_t length) {
  const void* start = bytes;
  return {static_cast<const char*>(start), length};
}

/// What helps where libyaml gives up.
std::string_view hint_for(std::string_view problem) {
  struct Advice {
    std::string_view problem;
    std::string_view hint;
  };

  static constexpr std::array<Advice, 7> kAdvice{{
      {"found character that cannot start any token",
       "indent with spaces, not tabs; quote texts that begin with @, ` or %"},
      {"mapping values are not allowed in this context",
       "check the indentation, and quote texts that hold ': '"},
      {"did not find expected ',' or '}'",
       "inside {…} and […] quote texts that hold commas, braces or brackets"},
      {"did not find expected ',' or ']'",
       "inside {…} and […] quote texts that hold commas, braces or brackets"},
      {"did not find expected key", "check the indentation of this line"},
      {"could not find expected ':'", "a key needs a colon and a space after it"},
      {"found unexpected end of stream", "a quote, brace or bracket is not closed"},
  }};
  for (const Advice& advice : kAdvice) {
    if (problem == advice.problem) {
      return advice.hint;
    }
  }
  return {};
}

class Composer {
 public:
  Composer(std::string_view text, Diagnostics& diagnostics)
      : text_(text), parser_(text), diagnostics_(diagnostics) {}

  std::optional<Node> document() {
    if (!expect(YAML_STREAM_START_EVENT)) {
      return std::nullopt;
    }
    Event start;
    if (!advance(start)) {
      return std::nullopt;
    }
    if (start.type() != YAML_DOCUMENT_START_EVENT) {
      diagnostics_.add({}, "the file is empty", "begin with `schema: 1`");
      return std::nullopt;
    }
    Event first;
    Node root;
    if (!advance(first) || !compose(first, root, 1) || !expect(YAML_DOCUMENT_END_EVENT)) {
      return std::nullopt;
    }
    refuse_second_document();
    return root;
  }

 private:
  /// False: libyaml gave up, and a diagnostic says why.
  bool advance(Event& event) {
    if (parser_.next(event.raw())) {
      return true;
    }
    const yaml_parser_t& raw = parser_.raw();
    const std::string_view problem = raw.problem == nullptr ? "out of memory" : raw.problem;
    std::string message = "this is not YAML: " + std::string(problem);
    if (raw.context != nullptr) {
      message += ' ';
      message += raw.context;
      if (raw.context_mark.line != raw.problem_mark.line) {
        message += " that begins on line " + std::to_string(raw.context_mark.line + 1);
      }
    }
    const Mark mark = raw.error == YAML_READER_ERROR ? mark_at(text_, raw.problem_offset)
                                                     : mark_of(raw.problem_mark, {});
    diagnostics_.add(mark, std::move(message), std::string(hint_for(problem)));
    return false;
  }

  bool expect(yaml_event_type_t type) {
    Event event;
    return advance(event) && event.type() == type;
  }

  void refuse_second_document() {
    Event event;
    if (advance(event) && event.type() == YAML_DOCUMENT_START_EVENT) {
      diagnostics_.add(mark_of(event.raw().start_mark, event.raw().end_mark),
                       "a scenario is one document, and here begins a second",
                       "remove `---` and what follows it, or make it a file of its own");
    }
  }

  void refuse_anchor(const yaml_char_t* anchor, const Mark& mark) {
    if (anchor != nullptr) {
      diagnostics_.add(mark, "anchors (&) are not allowed in a scenario", "write the value out");
    }
  }

  void refuse_tag(const yaml_char_t* tag, const Mark& mark) {
    if (tag != nullptr) {
      diagnostics_.add(mark, "tags (!) are not allowed in a scenario",
                       "quote a text, and write numbers and true or false without quotes");
    }
  }

  /// Fills `node` from `event` and, for a collection, the events up to its end. False: no YAML, or
  /// beyond a limit.
  bool compose(const Event& event, Node& node, std::size_t depth) {
    const yaml_event_t& raw = event.raw();
    node.mark = mark_of(raw.start_mark, raw.end_mark);
    if (++nodes_ > kMaxYamlNodes) {
      diagnostics_.add(node.mark,
                       "the file holds more than " + std::to_string(kMaxYamlNodes) + " values");
      return false;
    }
    if (depth > kMaxYamlDepth) {
      diagnostics_.add(node.mark,
                       "nested deeper than " + std::to_string(kMaxYamlDepth) + " levels");
      return false;
    }
    switch (event.type()) {
      case YAML_SCALAR_EVENT:
        return compose_scalar(raw, node);
      case YAML_SEQUENCE_START_EVENT:
        return compose_sequence(raw, node, depth);
      case YAML_MAPPING_START_EVENT:
        return compose_mapping(raw, node, depth);
      case YAML_ALIAS_EVENT:
        diagnostics_.add(node.mark, "aliases (*) are not allowed in a scenario",
                         "write the value out, or quote a text that begins with *");
        node.refused = true;
        return true;
      default:
        return false;
    }
  }

  bool compose_scalar(const yaml_event_t& raw, Node& node) {
    const auto& scalar = raw.data.scalar;
    refuse_anchor(scalar.anchor, node.mark);
    refuse_tag(scalar.tag, node.mark);
    node.kind = Node::Kind::kScalar;
    node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
    node.text = text_of(scalar.value, scalar.length);
    return true;
  }

  bool compose_sequence(const yaml_event_t& raw, Node& node, std::size_t depth) {
    refuse_anchor(raw.data.sequence_start.anchor, node.mark);
    refuse_tag(raw.data.sequence_start.tag, node.mark);
    node.kind = Node::Kind::kSequence;
    while (true) {
      Event event;
      if (!advance(event)) {
        return false;
      }
      if (event.type() == YAML_SEQUENCE_END_EVENT) {
        return true;
      }
      if (!compose(event, node.items.emplace_back(), depth + 1)) {
        return false;
      }
    }
  }

  bool compose_mapping(const yaml_event_t& raw, Node& node, std::size_t depth) {
    refuse_anchor(raw.data.mapping_start.anchor, node.mark);
    refuse_tag(raw.data.mapping_start.tag, node.mark);
    node.kind = Node::Kind::kMapping;
    std::unordered_set<std::string> seen;  // asked only, never walked through
    while (true) {
      Event key_event;
      if (!advance(key_event)) {
        return false;
      }
      if (key_event.type() == YAML_MAPPING_END_EVENT) {
        return true;
      }
      NodeEntry entry;
      Event value_event;
      if (!compose(key_event, entry.key, depth + 1) || !advance(value_event) ||
          !compose(value_event, entry.value, depth + 1)) {
        return false;
      }
      if (key_is_good(entry.key) && is_first(entry.key, seen)) {
        node.entries.push_back(std::move(entry));
      }
    }
  }

  bool key_is_good(const Node& key) {
    if (!key.is_scalar()) {
      diagnostics_.add(key.mark, "a key must be a text",
                       "quote a text that begins with { or [, such as \"{name}\"");
      return false;
    }
    if (key.text.size() > kMaxKeyBytes) {
      diagnostics_.add(key.mark,
                       "a key has at most " + std::to_string(kMaxKeyBytes) + " characters");
      return false;
    }
    return true;
  }

  bool is_first(const Node& key, std::unordered_set<std::string>& seen) {
    if (seen.insert(key.text).second) {
      return true;
    }
    diagnostics_.add(key.mark, "the key '" + printable(key.text) + "' stands here twice",
                     "rename or remove one of the two");
    return false;
  }

  std::string_view text_;
  Parser parser_;
  Diagnostics& diagnostics_;
  std::size_t nodes_ = 0;
};

}  // namespace

bool Node::is_null() const {
  return kind == Kind::kScalar && plain && (text.empty() || text == "~" || text == "null");
}

const Node* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [key](const NodeEntry& entry) { return entry.key.text == key; });
  return found == entries.end() ? nullptr : &found->value;
}

std::optional<Node> parse_yaml(std::string_view text, Diagnostics& diagnostics) {
  if (text.size() > kMaxYamlBytes) {
    diagnostics.add({}, "the file is larger than " + std::to_string(kMaxYamlBytes >> 20U) + " MiB");
    return std::nullopt;
  }
  if (const std::optional<std::size_t> bad = find_invalid_utf8(text)) {
    diagnostics.add(mark_at(text, *bad), "this is not UTF-8 text",
                    "save the file in the encoding UTF-8");
    return std::nullopt;
  }
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // as some editors write it
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  return Composer(text, diagnostics).document();
}

}  // namespace vpclab::scenario
