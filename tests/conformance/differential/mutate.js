// SPDX-License-Identifier: Apache-2.0
// Valid texts made a little wrong, or right in another way.
'use strict';

const tree = require('./json_tree.js');

const kTokens =
  /\s+|"(?:[^"\\\n]|\\[^])*"|[A-Za-z_][A-Za-z0-9_]*|[0-9]+|::|==|!=|<=|>=|&&|\|\||\/\/[^\n]*|[^]/gu;

const tokensOf = (text) => text.match(kTokens) ?? [];

// prettier-ignore
const kPolicyTokens = [
  'permit', 'forbid', 'when', 'unless', 'principal', 'action', 'resource', 'context', '?principal',
  '?resource',
  'true', 'false', 'if', 'then', 'else', 'in', 'is', 'like', 'has', '__cedar', '==', '!=', '<',
  '<=', '>', '>=',
  '&&', '||', '!', '+', '-', '*', '/', '%', '(', ')', '[', ']', '{', '}', ',', ';', '.', '::', ':',
  '@', '"a"', '"',
  '"\\q"', '"\\u{110000}"', '"\\u{D800}"', '"\\x80"', '"\\*"', '"\\\'"', '"\\u{}"',
  '"\\u{0000041}"', "'a'", '0', '1',
  '00', '9223372036854775808', '9223372036854775807', '-9223372036854775808', '1.0', '0x1', '1e3',
  'a', 'é', '// c\n',
  '/* c */', '.a', '["a"]', '.contains(1)', '.isEmpty()', '.foo()', '.getTag("a")', 'ip("1.2.3.4")',
  'foo(1)',
  'User::"a"', 'N::User::"a"', '&', '|', '=', '?', '#', '\u00a0', '\f', '\v', '\r', '\u2028',
  '\ufeff', 'principal is User',
  'has a.b', 'has "a"', 'has a."b"', 'like "a*"', '.a()', '-1', '--1', '!!!!!true', '{a: 1, a: 2}',
  '{"a": 1}', '{if: 1}',
  '@a', '@a("b")', '@a("b\\0")', 'template', 'ip', 'decimal("1.0")', 'N::ip("::")', 'isIpv4()',
  '{,}', '[,]', '(,)',
];

// prettier-ignore
const kSchemaTokens = [
  'entity', 'action', 'type', 'namespace', 'in', 'appliesTo', 'principal', 'resource', 'context',
  'tags', 'enum',
  'attributes', 'Set', 'Set<Long>', 'Long', 'String', 'Bool', 'Boolean', 'Record', 'Entity',
  'Extension', 'ipaddr',
  'decimal', 'datetime', 'duration', '__cedar', '__cedar::Long', '__cedar::X', 'User', 'N::User',
  '"a"', 'a', '?', ':',
  ';', ',', '{', '}', '[', ']', '<', '>', '=', '::', '@a', '@a("b")', 'if', 'true', 'is', 'has',
  '// c\n', 'é', '1',
  '{a: Long}', '{a?: Long}', '{"a": Long,}', 'type T = Long;', 'entity Z;', 'entity Z, Y;',
  'action z;', 'action z, "y";',
  'entity User;', 'action view;', 'namespace N {}', 'namespace Q { entity R; }',
  'type Long = String;', 'tags Long',
  'enum ["a"]', 'enum []', 'in [User]', '[]', 'principal: User', 'context: {}', '(', ')', '"', '.',
  '-', 'User::"a"',
  'type Action = Long;', 'entity Action;', '__cedar::ipaddr', 'entity ipaddr;', 'type User = Long;',
  'context: Context',
];

class Mutator {
  constructor(random, pool) {
    this.random = random;
    this.pool = pool;
  }

  text(original) {
    const {random} = this;
    const tokens = tokensOf(original);
    for (
      let i = random.weighted([
        [8, 1],
        [3, 2],
        [1, 4],
      ]);
      i > 0 && tokens.length > 0;
      --i
    )
      this.once(tokens);
    return tokens.join('');
  }

  once(tokens) {
    const {random} = this;
    const visible = [...tokens.keys()].filter((i) => !/^\s/.test(tokens[i]));
    if (visible.length === 0) return;
    const i = random.pick(visible);
    switch (
      random.weighted([
        [4, 'delete'],
        [3, 'replace'],
        [3, 'insert'],
        [2, 'copy'],
        [2, 'swap'],
        [1, 'character'],
        [1, 'range'],
      ])
    ) {
      case 'delete':
        tokens.splice(i, 1);
        break;
      case 'replace':
        tokens[i] = random.pick(this.pool);
        break;
      case 'insert':
        tokens.splice(
          i,
          0,
          random.pick([' ', '']) + random.pick(this.pool) + random.pick([' ', '']),
        );
        break;
      case 'copy':
        tokens.splice(random.pick(visible), 0, tokens[i]);
        break;
      case 'swap': {
        const j = random.pick(visible);
        [tokens[i], tokens[j]] = [tokens[j], tokens[i]];
        break;
      }
      case 'character': {
        const characters = Array.from(tokens[i]);
        characters.splice(
          random.below(characters.length),
          random.below(2),
          random.pick([
            '',
            '"',
            '\\',
            'é',
            '*',
            '\u{1F600}',
            'a',
            '0',
            '\\u{61}',
            '\\0',
            '\\\n  ',
            '\n',
            '\r',
          ]),
        );
        tokens[i] = characters.join('');
        break;
      }
      default:
        tokens.splice(i, random.between(2, 6));
    }
  }
}

// prettier-ignore
const kJsonNames = [
  'type', 'id', '__entity', '__extn', '__expr', 'fn', 'arg', 'args', 'uid', 'attrs', 'parents',
  'tags', 'a', 'zz', '',
  'effect', 'principal', 'action', 'resource', 'conditions', 'annotations', 'op', 'entity',
  'entities', 'slot',
  'entity_type', 'in', 'kind', 'body', 'Value', 'Var', 'Slot', 'left', 'right', 'attr', 'pattern',
  '!', 'neg', '==', '&&',
  '||', '<', 'has', 'like', 'is', 'if-then-else', 'Set', 'Record', 'contains', 'isEmpty', 'getTag',
  '.', 'ip', 'isIpv4',
  'entityTypes', 'actions', 'commonTypes', 'memberOfTypes', 'shape', 'memberOf', 'appliesTo',
  'principalTypes',
  'resourceTypes', 'context', 'required', 'attributes', 'element', 'name', 'enum',
  'additionalAttributes',
];

// prettier-ignore
const kJsonScalars = [
  'null', 'true', 'false', '0', '1', '-1', '9223372036854775807', '-9223372036854775808', '1.0',
  '1.5', '1e3', '-0', '""', '"a"', '"User"', '"N::User"', '"permit"', '"forbid"', '"when"',
  '"unless"', '"All"', '"=="',
  '"in"', '"is"', '"?principal"', '"?resource"', '"principal"', '"context"', '"Long"', '"String"',
  '"Boolean"', '"Record"',
  '"Set"', '"Entity"', '"Extension"', '"EntityOrCommon"', '"Bool"', '"ipaddr"', '"decimal"',
  '"Wildcard"', '"User::\\"a\\""',
  '"a b"', '"if"', '"__cedar"', '"__cedar::Long"', '"\\u0000"', '"\\ud83d\\ude00"', '{}', '[]',
  '{"Literal":"a"}', '"ip"',
  '{"__entity":{"type":"User","id":"a"}}', '{"__extn":{"fn":"ip","arg":"::1"}}',
  '{"type":"User","id":"a"}', '{"Value":1}',
  '{"Var":"principal"}', '{"Slot":"?principal"}', '{"type":"Long"}', '"Action"', '"datetime"',
];

// A JSON text with something changed inside. No list takes the place of an object: the reference's
// reader takes some of those for the object's members in a row, by accident of its library.
function mutateJson(random, original) {
  const root = tree.parse(original);
  for (let i = random.chance(0.8) ? 1 : 2; i > 0; --i) mutateNode(random, tree.nodes(root).slice(1));
  return tree.write(root);
}

function mutateNode(random, all) {
  if (all.length === 0) return;
  const node = random.pick(all);
  const other = () =>
    tree.parse(random.chance(0.6) ? random.pick(kJsonScalars) : tree.write(random.pick(all)));
  const inPlaceOf = (old) => {
    const fresh = other();
    return old.kind === 'object' && fresh.kind === 'array' ? tree.parse('null') : fresh;
  };
  if (node.kind === 'object' && node.members.length > 0 && random.chance(0.8)) {
    const at = random.below(node.members.length);
    const [name, value] = node.members[at];
    random.weighted([
      [3, () => node.members.splice(at, 1)],
      [2, () => (node.members[at] = [random.pick(kJsonNames), value])],
      [2, () => node.members.push([random.pick(kJsonNames), other()])],
      [3, () => (node.members[at] = [name, inPlaceOf(value)])],
      [1, () => node.members.push([name, other()])],
    ])();
  } else if (node.kind === 'array' && random.chance(0.8)) {
    const at = random.below(node.items.length + 1);
    if (random.chance(0.5)) node.items.splice(at, 1);
    else node.items.splice(at, 0, other());
  } else {
    const replaced = inPlaceOf(node);
    for (const part of ['members', 'items', 'text']) delete node[part];
    Object.assign(node, replaced);
  }
}

module.exports = {kPolicyTokens, kSchemaTokens, Mutator, mutateJson, tokensOf};
