// SPDX-License-Identifier: Apache-2.0
// Policies for a schema, as texts. Expressions are made for a type wanted, so that evaluation goes
// deep; now and then another type is slipped in.
'use strict';

const words = require('./vocabulary.js');
const {ancestorsOfAction, keyOf, resolved} = require('./schema.js');
const {isIdentifier, quoted, uid} = require('./text.js');

const kBool = {kind: 'Bool'};
const kLong = {kind: 'Long'};
const kString = {kind: 'String'};
const extension = (name) => ({kind: 'Extension', name});
const kNoAttributes = {kind: 'Record', attributes: []};

// How far paths over attributes go, and how many are remembered for a kind of request.
const kPathLength = 3;
const kMostPaths = 300;

class PolicyMaker {
  // `data` draws the ids; `slips` is how often a type is not the one wanted.
  constructor(random, schema, data, {slips}) {
    this.random = random;
    this.schema = schema;
    this.data = data;
    this.slips = slips;
    this.pathsOf = new Map();
  }

  // The text of one policy; with `slots`, of a template.
  policy({slots = false} = {}) {
    const {random} = this;
    const usable = this.schema.actions.filter((one) => one.applies !== null);
    this.action = random.pick(usable.length > 0 ? usable : this.schema.actions);
    const applies = this.action.applies;
    const any = random.pick(this.schema.entities).full;
    this.principal = applies === null ? any : random.pick(applies.principals);
    this.resource = applies === null ? any : random.pick(applies.resources);
    this.context =
      applies === null || applies.context === null ? kNoAttributes : resolved(applies.context);
    this.paths = this.allPaths();
    const which = slots
      ? random.weighted([
          [2, 'principal'],
          [2, 'resource'],
          [1, 'both'],
        ])
      : '';
    const head = [
      this.scope('principal', this.principal, which === 'principal' || which === 'both'),
      this.actionScope(),
      this.scope('resource', this.resource, which === 'resource' || which === 'both'),
    ];
    const clauses = [];
    for (
      let i = random.weighted([
        [2, 0],
        [8, 1],
        [2, 2],
        [1, 3],
      ]);
      i > 0;
      --i
    ) {
      clauses.push(
        `${random.chance(0.75) ? 'when' : 'unless'} {${this.bool(random.between(0, 5))}}`,
      );
    }
    const effect = random.chance(0.65) ? 'permit' : 'forbid';
    const comma = random.chance(0.03) ? ',' : '';
    return `${this.annotations()}${effect}(${head.join(', ')}${comma})${clauses.map((one) => '\n' + one).join('')};`;
  }

  annotations() {
    const {random} = this;
    const all = ['@id("one")', '@advice("a \\"b\\"")', '@x', '@if("a")', '@é("b")'];
    return random.chance(0.15)
      ? random.some(all.slice(0, random.chance(0.02) ? 5 : 4), 0.4).join('\n') + '\n'
      : '';
  }

  uid(typeName) {
    return uid(this.data.uidOf(typeName), this.random);
  }

  // A type that an entity of `typeName` may be in, itself included.
  groupOf(typeName) {
    const {random} = this;
    let now = typeName;
    while (random.chance(0.6)) {
      const type = this.schema.entities.find((one) => one.full === now);
      if (type === undefined || type.parents.length === 0) break;
      now = random.pick(type.parents);
    }
    return random.chance(0.05) ? random.pick(this.schema.entities).full : now;
  }

  scope(variable, typeName, slot) {
    const {random} = this;
    const type = random.chance(0.03) ? random.pick(this.schema.entities).full : typeName;
    const kind = random.weighted([
      [slot ? 0 : 5, 'any'],
      [2, '=='],
      [2, 'in'],
      [slot ? 0 : 3, 'is'],
      [1, 'isIn'],
    ]);
    const filled = (name) => (slot ? `?${variable}` : this.uid(name));
    switch (kind) {
      case 'any':
        return variable;
      case '==':
        return `${variable} == ${filled(type)}`;
      case 'in':
        return `${variable} in ${filled(this.groupOf(type))}`;
      case 'is':
        return `${variable} is ${type}`;
      default:
        return `${variable} is ${type} in ${filled(this.groupOf(type))}`;
    }
  }

  actionScope() {
    const {random} = this;
    const named = (one) => uid(random.chance(0.01) ? {type: one.type, id: 'nobody'} : one, random);
    const group = () => random.pick(ancestorsOfAction(this.schema, this.action));
    switch (
      random.weighted([
        [3, 'any'],
        [4, '=='],
        [2, 'in'],
        [2, 'list'],
      ])
    ) {
      case 'any':
        return 'action';
      case '==':
        return `action == ${named(this.action)}`;
      case 'in':
        return `action in ${named(group())}`;
      default: {
        const list = [
          ...random.some(this.schema.actions, 0.3),
          ...(random.chance(0.95) ? [group()] : []),
        ];
        return `action in [${random.shuffled(list).map(named).join(', ')}]`;
      }
    }
  }

  // What can be reached from the variables: [{text, guards, type}]. `guards` are `has` tests that
  // have to hold on the way.
  allPaths() {
    const key = `${this.action.type} ${this.action.id} ${this.principal} ${this.resource}`;
    const known = this.pathsOf.get(key);
    if (known !== undefined) return known;
    const paths = [
      {text: 'principal', guards: [], type: {kind: 'Entity', name: this.principal}, length: 0},
      {text: 'resource', guards: [], type: {kind: 'Entity', name: this.resource}, length: 0},
      {text: 'context', guards: [], type: this.context, length: 0},
    ];
    for (const path of paths) {
      if (path.length >= kPathLength) continue;
      for (const one of this.attributesOf(path.type)) {
        if (paths.length >= kMostPaths) break;
        const has = `${path.text} has ${isIdentifier(one.name) ? one.name : quoted(one.name)}`;
        const text = isIdentifier(one.name)
          ? `${path.text}.${one.name}`
          : `${path.text}[${quoted(one.name)}]`;
        const guards = one.required ? path.guards : [...path.guards, has];
        paths.push({text, guards, type: resolved(one.type), length: path.length + 1});
      }
    }
    for (const path of paths) path.key = keyOf(path.type);
    this.pathsOf.set(key, paths);
    return paths;
  }

  attributesOf(type) {
    const seen = resolved(type);
    if (seen.kind === 'Record') return seen.attributes;
    if (seen.kind !== 'Entity') return [];
    const entity = this.schema.entities.find((one) => one.full === seen.name);
    return entity === undefined || entity.attributes === null
      ? []
      : resolved(entity.attributes).attributes;
  }

  someType() {
    const {random} = this;
    if (random.chance(0.6)) return random.pick(this.paths).type;
    return random.pick([
      kBool,
      kLong,
      kString,
      extension('decimal'),
      extension('ipaddr'),
      extension('datetime'),
      extension('duration'),
      {kind: 'Entity', name: random.pick(this.schema.entities).full},
      {kind: 'Set', element: random.pick([kLong, kString, kBool, extension('decimal')])},
      {kind: 'Record', attributes: [{name: 'a', type: kLong, required: true}]},
    ]);
  }

  expression(wanted, depth) {
    const {random} = this;
    const type = resolved(random.chance(this.slips) ? this.someType() : wanted);
    if (type.kind === 'Bool') return this.bool(depth);
    if (depth <= 0 || random.chance(0.45)) return this.reached(type) ?? this.made(type, depth);
    if (random.chance(0.1)) {
      return `(if ${this.bool(depth - 1)} then ${this.expression(type, depth - 1)} else ${this.expression(type, depth - 1)})`;
    }
    if (random.chance(0.08)) {
      const tag = this.tagOf(type, depth - 1);
      if (tag !== null)
        return `(if ${tag.guard} then ${tag.text} else ${this.expression(type, depth - 1)})`;
    }
    return this.made(type, depth);
  }

  // A path of that type, with its guards unless they are left out.
  reached(type) {
    const {random} = this;
    const key = keyOf(type);
    const fit = this.paths.filter((path) => path.key === key);
    if (fit.length === 0 || random.chance(0.1)) return null;
    const path = random.pick(fit);
    if (path.guards.length === 0 || random.chance(0.08)) return path.text;
    if (type.kind === 'Bool') return `(${path.guards.join(' && ')} && ${path.text})`;
    return `(if ${path.guards.join(' && ')} then ${path.text} else ${this.made(type, 0)})`;
  }

  tagOf(type, depth) {
    const key = keyOf(type);
    const fit = this.paths.filter((path) => {
      if (path.type.kind !== 'Entity') return false;
      const entity = this.schema.entities.find((one) => one.full === path.type.name);
      return entity !== undefined && entity.tags !== null && keyOf(entity.tags) === key;
    });
    if (fit.length === 0) return null;
    const path = this.random.pick(fit);
    const name = this.random.chance(0.8)
      ? quoted(this.random.pick(words.strings.slice(0, 6)))
      : this.expression(kString, depth);
    const guard = [...path.guards, `${path.text}.hasTag(${name})`].join(' && ');
    return {guard, text: `${path.text}.getTag(${name})`};
  }

  made(type, depth) {
    const {random} = this;
    switch (type.kind) {
      case 'Long':
        return this.long(depth);
      case 'String':
        return quoted(
          random.chance(0.08) ? words.odd(random) : random.pick(words.strings),
          random,
        );
      case 'Extension':
        return this.extension(type.name, depth);
      case 'Entity':
        return this.uid(type.name);
      case 'Set': {
        const items = [];
        for (let i = random.chance(0.06) ? 0 : random.between(1, 3); i > 0; --i) {
          items.push(this.expression(type.element, depth - 1));
        }
        return `[${items.join(', ')}]`;
      }
      case 'Record': {
        const attributes = type.attributes.filter((one) => one.required || random.chance(0.7));
        return `{${attributes
          .map(
            (one) =>
              `${isIdentifier(one.name) ? one.name : quoted(one.name)}: ${this.expression(one.type, depth - 1)}`,
          )
          .join(', ')}}`;
      }
      default:
        return this.bool(depth);
    }
  }

  long(depth) {
    const {random} = this;
    if (depth <= 0 || random.chance(0.3)) return random.pick(words.longs);
    const some = () => this.operand(kLong, depth - 1);
    switch (
      random.weighted([
        [3, '+'],
        [3, '-'],
        [2, '*'],
        [2, 'negate'],
        [2, 'method'],
      ])
    ) {
      case '+':
        return `(${some()} + ${some()})`;
      case '-':
        return `(${some()} - ${some()})`;
      case '*':
        return `(${some()} * ${some()})`;
      case 'negate':
        return `${'-'.repeat(
          random.weighted([
            [8, 1],
            [3, 2],
            [1, 4],
          ]),
        )}${some()}`;
      default: {
        const units = ['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'];
        return `${this.expression(extension('duration'), depth - 1)}.${random.pick(units)}()`;
      }
    }
  }

  extension(name, depth) {
    const {random} = this;
    const sort = words.extensions[name];
    if (depth > 0 && name === 'datetime' && random.chance(0.4)) {
      const from = this.expression(extension(name), depth - 1);
      return random.chance(0.3)
        ? `${from}.toDate()`
        : `${from}.offset(${this.expression(extension('duration'), depth - 1)})`;
    }
    if (depth > 0 && name === 'duration' && random.chance(0.4)) {
      const from = this.expression(extension('datetime'), depth - 1);
      return random.chance(0.4)
        ? `${from}.toTime()`
        : `${from}.durationSince(${this.expression(extension('datetime'), depth - 1)})`;
    }
    if (depth > 0 && random.chance(0.03))
      return `${sort.function}(${this.expression(kString, depth - 1)})`;
    return `${sort.function}(${quoted(random.pick(random.chance(0.03) ? sort.bad : sort.good))})`;
  }

  // As an operand: in parentheses where precedence could tear it apart.
  operand(type, depth) {
    const text = this.expression(type, depth);
    return /^[\w.:]+$/.test(text) || this.random.chance(0.02) ? text : `(${text})`;
  }

  bool(depth) {
    const {random} = this;
    if (depth <= 0) {
      return random.weighted([
        [1, () => random.pick(['true', 'false'])],
        [3, () => this.reached(kBool) ?? 'true'],
        [3, () => this.test(0)],
      ])();
    }
    const deeper = () => this.bool(depth - 1);
    switch (
      random.weighted([
        [4, '&&'],
        [4, '||'],
        [2, '!'],
        [2, 'if'],
        [10, 'test'],
        [1, 'tag'],
        [1, 'chain'],
      ])
    ) {
      case '&&':
        return `(${deeper()} && ${deeper()})`;
      case '||':
        return `(${deeper()} || ${deeper()})`;
      case '!':
        return `${'!'.repeat(
          random.weighted([
            [8, 1],
            [2, 2],
            [1, 3],
          ]),
        )}(${deeper()})`;
      case 'if':
        return `(if ${deeper()} then ${deeper()} else ${deeper()})`;
      case 'chain':
        return `(${[deeper(), deeper(), deeper()].join(random.pick([' && ', ' || ']))})`;
      case 'tag': {
        const tag = this.tagOf(kBool, 1);
        return tag === null ? this.test(depth - 1) : `(${tag.guard} && ${tag.text})`;
      }
      default:
        return this.test(depth - 1);
    }
  }

  test(depth) {
    const {random} = this;
    const tests = {
      equal: () => {
        const type = this.someType();
        return `(${this.operand(type, depth)} ${random.pick(['==', '!='])} ${this.operand(type, depth)})`;
      },
      order: () => {
        const type = random.pick([kLong, kLong, extension('datetime'), extension('duration')]);
        const operator = random.pick(['<', '<=', '>', '>=']);
        return `(${this.operand(type, depth)} ${operator} ${this.operand(type, depth)})`;
      },
      in: () => this.inTest(depth),
      is: () => this.isTest(depth),
      has: () => this.hasTest(depth),
      like: () => {
        const pattern = random.chance(0.15)
          ? words.oddPattern(random)
          : random.pick(words.patterns);
        return `(${this.operand(kString, depth)} like "${pattern}")`;
      },
      set: () => this.setTest(depth),
      tag: () => {
        const path = random.pick(this.paths.filter((one) => one.type.kind === 'Entity'));
        return `${path.text}.hasTag(${this.expression(kString, depth)})`;
      },
      decimal: () => {
        const method = random.pick([
          'lessThan',
          'lessThanOrEqual',
          'greaterThan',
          'greaterThanOrEqual',
        ]);
        return `${this.primary(extension('decimal'), depth)}.${method}(${this.expression(extension('decimal'), depth)})`;
      },
      ip: () => {
        const address = this.primary(extension('ipaddr'), depth);
        const method = random.pick([
          'isIpv4',
          'isIpv6',
          'isLoopback',
          'isMulticast',
          'isInRange',
          'isInRange',
        ]);
        const argument = method === 'isInRange' ? this.expression(extension('ipaddr'), depth) : '';
        return `${address}.${method}(${argument})`;
      },
    };
    return random.weighted([
      [5, tests.equal],
      [3, tests.order],
      [3, tests.in],
      [2, tests.is],
      [3, tests.has],
      [2, tests.like],
      [3, tests.set],
      [1, tests.tag],
      [2, tests.decimal],
      [2, tests.ip],
    ])();
  }

  // As the receiver of a method.
  primary(type, depth) {
    const text = this.expression(type, depth);
    return text.startsWith('-') ? `(${text})` : text;
  }

  inTest(depth) {
    const {random} = this;
    const entities = this.paths.filter((path) => path.type.kind === 'Entity');
    if (random.chance(0.1)) {
      const groups = random
        .some(ancestorsOfAction(this.schema, this.action), 0.6)
        .map((one) => uid(one));
      return random.chance(0.3) || groups.length !== 1
        ? `(action in [${groups.join(', ')}])`
        : `(action in ${groups[0]})`;
    }
    const path = random.pick(entities);
    const member = path.guards.length === 0 ? path.text : this.operand(path.type, depth);
    const group = {kind: 'Entity', name: this.groupOf(path.type.name)};
    if (random.chance(0.65)) return `(${member} in ${this.operand(group, depth)})`;
    return `(${member} in ${this.expression({kind: 'Set', element: group}, depth)})`;
  }

  isTest(depth) {
    const {random} = this;
    const path = random.pick(this.paths.filter((one) => one.type.kind === 'Entity'));
    const type = random.chance(0.6) ? path.type.name : random.pick(this.schema.entities).full;
    const member = path.guards.length === 0 ? path.text : this.operand(path.type, depth);
    if (random.chance(0.6)) return `(${member} is ${type})`;
    return `(${member} is ${type} in ${this.operand({kind: 'Entity', name: this.groupOf(type)}, depth)})`;
  }

  hasTest(depth) {
    const {random} = this;
    const path = random.pick(
      this.paths.filter((one) => one.type.kind === 'Entity' || one.type.kind === 'Record'),
    );
    const attributes = this.attributesOf(path.type);
    const guard =
      path.guards.length === 0 || random.chance(0.05) ? '' : `${path.guards.join(' && ')} && `;
    if (attributes.length === 0 || random.chance(0.15)) {
      return `(${guard}${path.text} has ${random.pick(words.attributes.filter(isIdentifier))})`;
    }
    const one = random.pick(attributes);
    if (!isIdentifier(one.name)) return `(${guard}${path.text} has ${quoted(one.name)})`;
    const inner = this.attributesOf(one.type).filter((other) => isIdentifier(other.name));
    const further = inner.length > 0 && random.chance(0.6) ? random.pick(inner) : null;
    const names = further === null ? one.name : `${one.name}.${further.name}`;
    const has = `${guard}${path.text} has ${names}`;
    if (further === null || random.chance(0.3)) return `(${has})`;
    const type = resolved(further.type);
    return `(${has} && ${path.text}.${names} == ${this.operand(type, depth)})`;
  }

  setTest(depth) {
    const {random} = this;
    const sets = this.paths.filter((path) => path.type.kind === 'Set');
    const type =
      sets.length > 0 && random.chance(0.8)
        ? random.pick(sets).type
        : {kind: 'Set', element: this.someType()};
    const receiver = this.primary(type, depth);
    switch (
      random.weighted([
        [4, 'contains'],
        [2, 'containsAll'],
        [2, 'containsAny'],
        [1, 'isEmpty'],
      ])
    ) {
      case 'contains':
        return `${receiver}.contains(${this.expression(type.element, depth)})`;
      case 'isEmpty':
        return `${receiver}.isEmpty()`;
      case 'containsAll':
        return `${receiver}.containsAll(${this.expression(type, depth)})`;
      default:
        return `${receiver}.containsAny(${this.expression(type, depth)})`;
    }
  }
}

module.exports = {PolicyMaker};
