// SPDX-License-Identifier: Apache-2.0
// The human syntax of schemas, by recursive descent. A declaration that cannot be read is reported
// once and skipped up to its `;`.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "cedar/internal/lexer.h"
#include "cedar/internal/schema_syntax.h"

namespace countersign::cedar::internal {
namespace {

using Kind = Token::Kind;

constexpr std::array<std::string_view, 9> kNotCommonTypes = {
    "Bool", "Boolean", "Entity", "Extension", "Long", "Record", "Set", "String", "__cedar"};

bool is_keyword(std::string_view word) { return word != "__cedar" && is_reserved(word); }

class SchemaParser {
 public:
  SchemaParser(const Source& source, base::Issues& issues)
      : source_(source), issues_(issues), tokens_(lex(source, issues)) {}

  SchemaSyntax parse() {
    SchemaSyntax schema;
    NamespaceSyntax outside{.name = "", .at = {1, 1}};
    while (!peek().is(Kind::End)) {
      Annotations annotations = parse_annotations();
      if (peek().is("namespace") && !failed_) {
        parse_namespace(std::move(annotations), schema);
      } else {
        parse_declaration(std::move(annotations), outside);
      }
      if (failed_) skip_declaration(false);
    }
    schema.insert(schema.begin(), std::move(outside));
    return schema;
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
  }
  const Token& take() {
    const Token& token = peek();
    if (!token.is(Kind::End)) ++next_;
    return token;
  }
  bool take_if(Kind kind) {
    if (!peek().is(kind)) return false;
    take();
    return true;
  }
  bool take_if(std::string_view word) {
    if (!peek().is(word)) return false;
    take();
    return true;
  }

  // Reports at `token`, once a declaration: what follows a first mistake is mostly its echo.
  void fail(const Token& token, std::string message, std::string remedy = {}) {
    if (!failed_)
      issues_.push_back(issue_at(source_, token.span, std::move(message), std::move(remedy)));
    failed_ = true;
  }
  void fail_expected(std::string_view what, std::string remedy = {}) {
    fail(peek(), fmt::format("expected {}, found {}", what, described(peek())), std::move(remedy));
  }
  void expect(Kind kind, std::string_view what, std::string remedy = {}) {
    if (!failed_ && !take_if(kind)) fail_expected(what, std::move(remedy));
  }

  // Goes behind the next `;` that closes a declaration, or to the `}` of the namespace around it.
  void skip_declaration(bool in_namespace) {
    failed_ = false;
    int depth = 0;
    while (!peek().is(Kind::End)) {
      if (in_namespace && depth <= 0 && peek().is(Kind::RightBrace)) return;
      const Token& token = take();
      if (token.is(Kind::LeftBrace)) ++depth;
      if (token.is(Kind::RightBrace)) --depth;
      if (token.is(Kind::Semicolon)) return;
    }
  }

  // `what` names the thing for messages: "an entity type's name".
  std::string parse_identifier(std::string_view what) {
    if (failed_) return {};
    const Token& token = peek();
    if (!token.is(Kind::Identifier)) {
      fail_expected(what);
      return {};
    }
    if (is_keyword(token.text)) {
      fail(token, fmt::format("`{}` is reserved and cannot be {}", token.text, what),
           "choose another name");
      return {};
    }
    return std::string(take().text);
  }

  // An identifier that becomes (part of) a type's name.
  std::string parse_type_identifier(std::string_view what) {
    if (!failed_ && peek().is("__cedar"))
      fail(peek(), "`__cedar` is reserved for the language itself", "choose another name");
    return parse_identifier(what);
  }

  NameSyntax parse_path(std::string_view what) {
    NameSyntax path{.text = {}, .at = peek().span.at};
    path.text = parse_identifier(what);
    while (!failed_ && take_if(Kind::DoubleColon)) path.text += "::" + parse_identifier(what);
    return path;
  }

  std::string parse_string(std::string_view what) {
    if (failed_) return {};
    if (!peek().is(Kind::String)) {
      fail_expected(what);
      return {};
    }
    std::optional<std::string> text = unescape(take(), source_, issues_);
    if (!text) failed_ = true;
    return std::move(text).value_or("");
  }

  // IDENT or "string".
  std::string parse_name(std::string_view what) {
    if (failed_) return {};
    return peek().is(Kind::String) ? parse_string(what) : parse_identifier(what);
  }

  Annotations parse_annotations() {
    Annotations annotations;
    while (!failed_ && take_if(Kind::At)) {
      const Token& name = peek();
      if (!take_if(Kind::Identifier)) {
        fail_expected("an annotation's name");
        break;
      }
      std::string value;
      if (take_if(Kind::LeftParen)) {
        value = parse_string("an annotation's value in quotes");
        expect(Kind::RightParen, "`)`");
      }
      if (!failed_ && !annotations.emplace(name.text, value).second)
        fail(name, fmt::format("the annotation `@{}` stands here twice", name.text),
             "keep one of them");
    }
    return annotations;
  }

  void parse_namespace(Annotations annotations, SchemaSyntax& schema) {
    NamespaceSyntax space{.name = {}, .at = peek(1).span.at, .annotations = std::move(annotations)};
    take();
    space.name = parse_type_identifier("a namespace's name");
    while (!failed_ && take_if(Kind::DoubleColon))
      space.name += "::" + parse_type_identifier("a namespace's name");
    expect(Kind::LeftBrace, "`{` and the namespace's declarations");
    if (failed_) return;
    while (!peek().is(Kind::RightBrace) && !peek().is(Kind::End)) {
      Annotations of_declaration = parse_annotations();
      if (peek().is("namespace") && !failed_)
        fail(peek(), "a namespace cannot stand inside another",
             fmt::format("write `namespace {}::... {{ ... }}` outside", space.name));
      parse_declaration(std::move(of_declaration), space);
      if (failed_) skip_declaration(true);
    }
    expect(Kind::RightBrace, fmt::format("`}}` at the end of namespace `{}`", space.name));
    schema.push_back(std::move(space));
  }

  void parse_declaration(Annotations annotations, NamespaceSyntax& space) {
    if (failed_) return;
    if (take_if("entity")) {
      parse_entity(std::move(annotations), space);
    } else if (take_if("action")) {
      parse_action(std::move(annotations), space);
    } else if (take_if("type")) {
      parse_common_type(std::move(annotations), space);
    } else {
      fail_declaration();
    }
  }

  void fail_declaration() {
    const std::vector<std::string_view> words = {"entity", "action", "type", "namespace"};
    std::string remedy;
    if (peek().is(Kind::Identifier)) {
      if (const auto meant = base::did_you_mean(peek().text, words))
        remedy = fmt::format("did you mean `{}`?", *meant);
    }
    fail_expected("`entity`, `action`, `type` or `namespace`", std::move(remedy));
  }

  void parse_entity(Annotations annotations, NamespaceSyntax& space) {
    std::vector<std::pair<std::string, base::Position>> names;
    do {
      const base::Position at = peek().span.at;
      names.emplace_back(parse_type_identifier("an entity type's name"), at);
    } while (!failed_ && take_if(Kind::Comma));

    EntityTypeSyntax entity{.name = {}, .at = {}, .annotations = std::move(annotations)};
    entity.attributes.at = names.front().second;
    if (!failed_ && take_if("enum")) {
      entity.ids = parse_ids();
    } else {
      if (!failed_ && take_if("in"))
        entity.parents = parse_types("an entity type, or a list of them in `[ ]`");
      if (!failed_ && (take_if(Kind::Assign) || peek().is(Kind::LeftBrace)))
        entity.attributes = parse_record(1);
      if (!failed_ && take_if("tags")) entity.tags = parse_type(1);
    }
    expect(Kind::Semicolon, "`;` at the end of the entity type's declaration");
    if (failed_) return;
    for (auto& [name, at] : names) {
      entity.name = std::move(name);
      entity.at = at;
      space.entity_types.push_back(entity);
    }
  }

  std::vector<std::string> parse_ids() {
    std::vector<std::string> ids;
    expect(Kind::LeftBracket, "`[` and the ids that the entity type has");
    do {
      ids.push_back(parse_string("an id in quotes"));
    } while (!failed_ && take_if(Kind::Comma));
    expect(Kind::RightBracket, "`,` or `]`");
    return ids;
  }

  // A, or [A, B], or [].
  std::vector<NameSyntax> parse_types(std::string_view what) {
    std::vector<NameSyntax> types;
    if (failed_) return types;
    if (!take_if(Kind::LeftBracket)) {
      types.push_back(parse_path(what));
      return types;
    }
    if (take_if(Kind::RightBracket)) return types;
    do {
      types.push_back(parse_path("an entity type"));
    } while (!failed_ && take_if(Kind::Comma));
    expect(Kind::RightBracket, "`,` or `]`");
    return types;
  }

  void parse_common_type(Annotations annotations, NamespaceSyntax& space) {
    CommonTypeSyntax common{
        .name = {}, .at = peek().span.at, .type = {}, .annotations = std::move(annotations)};
    if (std::find(kNotCommonTypes.begin(), kNotCommonTypes.end(), peek().text) !=
        kNotCommonTypes.end())
      fail(peek(), fmt::format("`{}` is reserved and cannot be a common type's name", peek().text),
           "choose another name");
    common.name = parse_identifier("a common type's name");
    expect(Kind::Assign, "`=` and the type");
    common.type = parse_type(1);
    expect(Kind::Semicolon, "`;` at the end of the common type's declaration");
    if (!failed_) space.common_types.push_back(std::move(common));
  }

  TypeSyntax parse_type(std::uint32_t depth) {
    TypeSyntax type{.kind = TypeSyntax::Kind::Named, .at = peek().span.at};
    if (failed_) return type;
    if (depth > kMostTypeDepth) {
      fail(peek(), fmt::format("types are nested deeper than {} levels here", kMostTypeDepth),
           "give the inner types names with `type NAME = ...;`");
      return type;
    }
    if (peek().is(Kind::LeftBrace)) return parse_record(depth);
    if (peek().is("Set") && peek(1).is(Kind::Less)) {
      take();
      take();
      type.kind = TypeSyntax::Kind::Set;
      type.parts.push_back(parse_type(depth + 1));
      expect(Kind::Greater, "`>`");
      return type;
    }
    type.name = parse_path("a type").text;
    return type;
  }

  TypeSyntax parse_record(std::uint32_t depth) {
    TypeSyntax record{.kind = TypeSyntax::Kind::Record, .at = peek().span.at};
    expect(Kind::LeftBrace, "`{` and the attributes");
    while (!failed_ && !peek().is(Kind::RightBrace)) {
      AttributeSyntax attribute{.name = {}, .at = {}};
      attribute.annotations = parse_annotations();
      attribute.at = peek().span.at;
      attribute.name = parse_name("an attribute's name");
      attribute.required = failed_ || !take_if(Kind::Question);
      expect(Kind::Colon, "`:` and the attribute's type");
      add_attribute(std::move(attribute), parse_type(depth + 1), record);
      if (!failed_ && !take_if(Kind::Comma) && !peek().is(Kind::RightBrace))
        fail_expected("`,` or `}`");
    }
    expect(Kind::RightBrace, "`}`");
    return record;
  }

  // Of two attributes of one name the later one counts, in the place of the first.
  static void add_attribute(AttributeSyntax attribute, TypeSyntax type, TypeSyntax& record) {
    const auto before =
        std::find_if(record.attributes.begin(), record.attributes.end(),
                     [&](const AttributeSyntax& other) { return other.name == attribute.name; });
    const auto at = static_cast<std::size_t>(before - record.attributes.begin());
    if (before == record.attributes.end()) {
      record.attributes.push_back(std::move(attribute));
      record.parts.push_back(std::move(type));
    } else {
      record.attributes[at] = std::move(attribute);
      record.parts[at] = std::move(type);
    }
  }

  void parse_action(Annotations annotations, NamespaceSyntax& space) {
    std::vector<std::pair<std::string, base::Position>> names;
    do {
      const base::Position at = peek().span.at;
      names.emplace_back(parse_name("an action's name"), at);
    } while (!failed_ && take_if(Kind::Comma));

    ActionSyntax action{.id = {}, .at = {}, .annotations = std::move(annotations)};
    action.context.at = names.front().second;
    if (!failed_ && take_if("in")) action.parents = parse_action_references();
    if (!failed_ && take_if("appliesTo")) parse_applies_to(action);
    if (!failed_ && take_if("attributes")) {
      expect(Kind::LeftBrace, "`{`");
      expect(Kind::RightBrace, "`}`", "actions have no attributes");
    }
    expect(Kind::Semicolon, "`;` at the end of the action's declaration");
    if (failed_) return;
    for (auto& [name, at] : names) {
      action.id = std::move(name);
      action.at = at;
      space.actions.push_back(action);
    }
  }

  std::vector<ActionReference> parse_action_references() {
    std::vector<ActionReference> references;
    const bool list = take_if(Kind::LeftBracket);
    do {
      references.push_back(parse_action_reference());
    } while (list && !failed_ && take_if(Kind::Comma));
    if (list) expect(Kind::RightBracket, "`,` or `]`");
    return references;
  }

  // view, "view", or N::Action::"view".
  ActionReference parse_action_reference() {
    ActionReference reference{.type = {}, .id = {}, .at = peek().span.at};
    if (!peek().is(Kind::Identifier) || !peek(1).is(Kind::DoubleColon)) {
      reference.id = parse_name("an action");
      return reference;
    }
    reference.type = parse_identifier("an action");
    while (!failed_ && take_if(Kind::DoubleColon)) {
      if (peek().is(Kind::String)) {
        reference.id = parse_string("the action's name in quotes");
        return reference;
      }
      reference.type += "::" + parse_identifier("the action's name in quotes");
    }
    if (!failed_) fail_expected("`::` and the action's name in quotes");
    return reference;
  }

  void parse_applies_to(ActionSyntax& action) {
    bool principal = false;
    bool resource = false;
    bool context = false;
    const Token& begin = peek();
    expect(Kind::LeftBrace, "`{` and what the action applies to");
    do {
      if (failed_ || (principal && peek().is(Kind::RightBrace))) break;
      const Token& word = peek();
      if (word.is("principal")) {
        parse_targets(principal, action.principals);
      } else if (word.is("resource")) {
        parse_targets(resource, action.resources);
      } else if (word.is("context")) {
        parse_once(context);
        action.context = peek().is(Kind::LeftBrace) ? parse_record(1) : parse_context_name();
      } else {
        fail_expected("`principal`, `resource` or `context`");
      }
    } while (!failed_ && take_if(Kind::Comma) && !peek().is(Kind::RightBrace));
    expect(Kind::RightBrace, "`,` or `}`");
    if (!failed_ && (!principal || !resource))
      fail(begin,
           fmt::format("`appliesTo` does not name the `{}`", principal ? "resource" : "principal"),
           "say both the `principal` and the `resource` types; an action that applies to nothing "
           "has no `appliesTo`");
  }

  // Takes the keyword and its colon; `seen` tells whether it came before.
  void parse_once(bool& seen) {
    const Token& word = take();
    if (seen) fail(word, fmt::format("`{}` stands here twice", word.text), "keep one of them");
    seen = true;
    expect(Kind::Colon, "`:`");
  }

  void parse_targets(bool& seen, std::vector<NameSyntax>& targets) {
    const Token& word = peek();
    parse_once(seen);
    targets = parse_types("an entity type, or a list of them in `[ ]`");
    if (!failed_ && targets.empty())
      fail(word, fmt::format("`{}` has an empty list", word.text),
           "name at least one entity type, or leave out the whole `appliesTo`");
  }

  TypeSyntax parse_context_name() {
    NameSyntax name = parse_path("a record type");
    return {.kind = TypeSyntax::Kind::Common, .at = name.at, .name = std::move(name.text)};
  }

  const Source& source_;
  base::Issues& issues_;
  std::vector<Token> tokens_;
  std::size_t next_ = 0;
  bool failed_ = false;
};

}  // namespace

SchemaSyntax parse_schema(const Source& source, base::Issues& issues) {
  return SchemaParser(source, issues).parse();
}

}  // namespace countersign::cedar::internal
