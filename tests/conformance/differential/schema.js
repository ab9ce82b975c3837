// SPDX-License-Identifier: Apache-2.0
// Schemas: a model that policies, entities and requests are then made for, and its two texts.
//
// A type is {kind}: 'Bool', 'Long', 'String', 'Extension' (name), 'Entity' (name), 'Set' (element),
// 'Record' (attributes: [{name, type, required}]), or 'Common' (definition), which `resolved` sees
// through.
'use strict';

const words = require('./vocabulary.js');
const {isIdentifier, json, objectJson, arrayJson, quoted} = require('./text.js');

const resolved = (type) => (type.kind === 'Common' ? resolved(type.definition.type) : type);

const qualified = (namespace, name) => (namespace === '' ? name : `${namespace}::${name}`);

// Whether two types are the same once common types are seen through.
const keyOf = (type) => {
  const seen = resolved(type);
  switch (seen.kind) {
    case 'Extension':
    case 'Entity':
      return `${seen.kind} ${seen.name}`;
    case 'Set':
      return `Set<${keyOf(seen.element)}>`;
    case 'Record':
      return `{${[...seen.attributes]
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((one) => `${json(one.name)}${one.required ? '' : '?'}:${keyOf(one.type)}`)}}`;
    default:
      return seen.kind;
  }
};

class SchemaMaker {
  constructor(random) {
    this.random = random;
    this.schema = {namespaces: [], commons: [], entities: [], actions: [], annotated: false};
  }

  make() {
    const {random, schema} = this;
    schema.annotated = random.chance(0.2);
    schema.namespaces = random.shuffled(words.namespaces).slice(
      0,
      random.weighted([
        [6, 1],
        [2, 2],
        [1, 3],
      ]),
    );
    this.declareEntities();
    this.declareCommons();
    for (const entity of schema.entities) this.fillEntity(entity);
    this.declareActions();
    return schema;
  }

  declareEntities() {
    const {random, schema} = this;
    for (let i = random.between(2, 5); i > 0; --i) {
      const namespace = random.pick(schema.namespaces);
      const name = random.pick(words.types);
      const full = qualified(namespace, name);
      // What a namespace declares may not hide what stands outside all of them.
      if (schema.entities.some((one) => one.full === full || one.name === name)) continue;
      const ids = random.chance(0.12)
        ? random.shuffled(words.ids).slice(0, random.between(1, 4))
        : null;
      schema.entities.push({namespace, name, full, ids, parents: [], attributes: null, tags: null});
    }
    schema.entities.forEach((entity, i) => {
      if (entity.ids !== null) return;
      // Mostly upwards; types may be in themselves and in each other.
      entity.parents = random
        .some(
          schema.entities.filter((_, j) => j >= i || random.chance(0.1)),
          0.35,
        )
        .map((one) => one.full);
    });
  }

  declareCommons() {
    const {random, schema} = this;
    for (let i = random.below(4); i > 0; --i) {
      const namespace = random.pick(schema.namespaces);
      const name = random.pick(words.commonTypes);
      if (schema.commons.some((one) => one.name === name)) continue;
      const type = random.chance(0.6) ? this.record(2) : this.type(2);
      schema.commons.push({namespace, name, full: qualified(namespace, name), type});
    }
  }

  fillEntity(entity) {
    if (entity.ids !== null) return;
    const {random} = this;
    if (random.chance(0.9)) entity.attributes = this.recordOrCommon(2);
    if (random.chance(0.3)) entity.tags = this.type(2);
  }

  declareActions() {
    const {random, schema} = this;
    for (let i = random.between(1, 4); i > 0; --i) {
      const namespace = random.pick(schema.namespaces);
      const id = random.pick(words.actions);
      const type = qualified(namespace, 'Action');
      if (schema.actions.some((one) => one.type === type && one.id === id)) continue;
      // A group stands before its members here; the texts shuffle them.
      const parents = random
        .some(schema.actions, 0.25)
        .map((one) => ({type: one.type, id: one.id}));
      const action = {namespace, type, id, parents, applies: null};
      if (random.chance(0.85)) {
        const full = schema.entities.map((one) => one.full);
        const some = () =>
          random.shuffled(full).slice(
            0,
            random.weighted([
              [6, 1],
              [3, 2],
              [1, 3],
            ]),
          );
        action.applies = {
          principals: some(),
          resources: some(),
          context: random.chance(0.8) ? this.recordOrCommon(2) : null,
        };
      }
      schema.actions.push(action);
    }
  }

  recordOrCommon(depth) {
    const commons = this.schema.commons.filter((one) => resolved(one.type).kind === 'Record');
    if (commons.length > 0 && this.random.chance(0.25)) {
      return {kind: 'Common', definition: this.random.pick(commons)};
    }
    return this.record(depth);
  }

  record(depth) {
    const {random} = this;
    const names = random.shuffled(
      words.attributes.slice(0, random.pick([8, 12, words.attributes.length])),
    );
    if (random.chance(0.05)) names.unshift(words.odd(random));
    const attributes = names
      .slice(
        0,
        random.weighted([
          [1, 0],
          [4, 2],
          [4, 3],
          [1, 6],
        ]),
      )
      .map((name) => ({name, type: this.type(depth - 1), required: random.chance(0.65)}));
    return {kind: 'Record', attributes};
  }

  type(depth) {
    const {random, schema} = this;
    const kind = random.weighted([
      [3, 'Bool'],
      [4, 'Long'],
      [3, 'String'],
      [4, 'Extension'],
      [4, 'Entity'],
      [depth > 0 ? 3 : 0, 'Set'],
      [depth > 0 ? 3 : 0, 'Record'],
      [schema.commons.length > 0 ? 2 : 0, 'Common'],
    ]);
    switch (kind) {
      case 'Extension':
        return {kind, name: random.pick(Object.keys(words.extensions))};
      case 'Entity':
        return {kind, name: random.pick(schema.entities).full};
      case 'Set':
        return {kind, element: this.type(depth - 1)};
      case 'Record':
        return this.record(depth);
      case 'Common':
        return {kind, definition: random.pick(schema.commons)};
      default:
        return {kind};
    }
  }
}

// The human syntax.
class Writer {
  constructor(schema, random) {
    this.schema = schema;
    this.random = random;
  }

  text() {
    const {random, schema} = this;
    return schema.namespaces
      .flatMap((namespace) => {
        const declarations = random.shuffled([
          ...schema.commons
            .filter((one) => one.namespace === namespace)
            .map((one) => this.common(one)),
          ...schema.entities
            .filter((one) => one.namespace === namespace)
            .map((one) => this.entity(one)),
          ...schema.actions
            .filter((one) => one.namespace === namespace)
            .map((one) => this.action(one)),
        ]);
        return namespace === ''
          ? declarations
          : [`${this.annotations()}namespace ${namespace} {\n${declarations.join('\n')}\n}`];
      })
      .join('\n');
  }

  annotations() {
    if (!this.schema.annotated || this.random.chance(0.6)) return '';
    return this.random.pick(['@doc("one")', '@doc("a\\nb") @since("4")', '@x', '@if("é")']) + '\n';
  }

  // A name as seen from a namespace.
  name(full, namespace) {
    const own = namespace === '' ? '' : `${namespace}::`;
    return full.startsWith(own) && !full.slice(own.length).includes('::') && this.random.chance(0.7)
      ? full.slice(own.length)
      : full;
  }

  attributeName(name) {
    return isIdentifier(name) && this.random.chance(0.9) ? name : quoted(name);
  }

  record(type, namespace) {
    const attributes = type.attributes.map(
      (one) =>
        `${this.annotations()}${this.attributeName(one.name)}${one.required ? '' : '?'}: ${this.type(one.type, namespace)}`,
    );
    return `{${attributes.join(', ')}${attributes.length > 0 && this.random.chance(0.1) ? ',' : ''}}`;
  }

  type(type, namespace) {
    switch (type.kind) {
      case 'Common':
        return this.name(type.definition.full, namespace);
      case 'Extension':
        return this.random.chance(0.1) ? `__cedar::${type.name}` : type.name;
      case 'Entity':
        return this.name(type.name, namespace);
      case 'Set':
        return `Set<${this.type(type.element, namespace)}>`;
      case 'Record':
        return this.record(type, namespace);
      default:
        return this.random.chance(0.1) ? `__cedar::${type.kind}` : type.kind;
    }
  }

  common(one) {
    return `${this.annotations()}type ${one.name} = ${this.type(one.type, one.namespace)};`;
  }

  entity(one) {
    const head = `${this.annotations()}entity ${one.name}`;
    if (one.ids !== null) return `${head} enum [${one.ids.map((id) => quoted(id)).join(', ')}];`;
    const parents = one.parents.map((parent) => this.name(parent, one.namespace));
    let text = head;
    if (parents.length === 1 && this.random.chance(0.5)) text += ` in ${parents[0]}`;
    else if (parents.length > 0) text += ` in [${parents.join(', ')}]`;
    if (one.attributes !== null) {
      // Here the human syntax knows no common types.
      text += `${this.random.chance(0.3) ? ' =' : ''} ${this.record(resolved(one.attributes), one.namespace)}`;
    }
    if (one.tags !== null) text += ` tags ${this.type(one.tags, one.namespace)}`;
    return `${text};`;
  }

  actionName(id) {
    return isIdentifier(id) && this.random.chance(0.7) ? id : quoted(id);
  }

  action(one) {
    let text = `${this.annotations()}action ${this.actionName(one.id)}`;
    const parents = one.parents.map((parent) =>
      parent.type === one.type && this.random.chance(0.7)
        ? this.actionName(parent.id)
        : `${parent.type}::${quoted(parent.id)}`,
    );
    if (parents.length === 1 && this.random.chance(0.5)) text += ` in ${parents[0]}`;
    else if (parents.length > 0) text += ` in [${parents.join(', ')}]`;
    if (one.applies !== null) {
      const list = (names) => {
        const seen = names.map((name) => this.name(name, one.namespace));
        return seen.length === 1 && this.random.chance(0.5) ? seen[0] : `[${seen.join(', ')}]`;
      };
      text += ` appliesTo {principal: ${list(one.applies.principals)}, resource: ${list(one.applies.resources)}`;
      if (one.applies.context !== null)
        text += `, context: ${this.type(one.applies.context, one.namespace)}`;
      text += '}';
    }
    return `${text};`;
  }
}

// The JSON form.
class JsonWriter {
  constructor(schema, random) {
    this.schema = schema;
    this.random = random;
  }

  text() {
    const of = (list, namespace) => list.filter((one) => one.namespace === namespace);
    return objectJson(
      this.schema.namespaces.map((namespace) => {
        const members = [
          [
            'entityTypes',
            objectJson(
              of(this.schema.entities, namespace).map((one) => [one.name, this.entity(one)]),
            ),
          ],
          [
            'actions',
            objectJson(of(this.schema.actions, namespace).map((one) => [one.id, this.action(one)])),
          ],
        ];
        const commons = of(this.schema.commons, namespace);
        if (commons.length > 0) {
          members.push([
            'commonTypes',
            objectJson(commons.map((one) => [one.name, this.type(one.type)])),
          ]);
        }
        return [namespace, objectJson(members)];
      }),
    );
  }

  type(type, more = []) {
    const members = (() => {
      switch (type.kind) {
        case 'Common':
          return this.random.chance(0.5)
            ? [['type', json(type.definition.full)]]
            : [
                ['type', '"EntityOrCommon"'],
                ['name', json(type.definition.full)],
              ];
        case 'Extension':
          return [
            ['type', '"Extension"'],
            ['name', json(type.name)],
          ];
        case 'Entity':
          return [
            ['type', this.random.pick(['"Entity"', '"EntityOrCommon"'])],
            ['name', json(type.name)],
          ];
        case 'Set':
          return [
            ['type', '"Set"'],
            ['element', this.type(type.element)],
          ];
        case 'Record':
          return [
            ['type', '"Record"'],
            [
              'attributes',
              objectJson(
                type.attributes.map((one) => [
                  one.name,
                  this.type(
                    one.type,
                    one.required && this.random.chance(0.5)
                      ? []
                      : [['required', String(one.required)]],
                  ),
                ]),
              ),
            ],
          ];
        case 'Bool':
          return this.random.chance(0.5)
            ? [['type', '"Boolean"']]
            : [
                ['type', '"EntityOrCommon"'],
                ['name', '"Bool"'],
              ];
        default:
          return [['type', json(type.kind)]];
      }
    })();
    return objectJson([...members, ...more]);
  }

  entity(one) {
    if (one.ids !== null) return objectJson([['enum', arrayJson(one.ids.map(json))]]);
    const members = [];
    if (one.parents.length > 0) members.push(['memberOfTypes', arrayJson(one.parents.map(json))]);
    if (one.attributes !== null) members.push(['shape', this.type(one.attributes)]);
    if (one.tags !== null) members.push(['tags', this.type(one.tags)]);
    return objectJson(members);
  }

  action(one) {
    const members = [];
    if (one.parents.length > 0) {
      members.push([
        'memberOf',
        arrayJson(
          one.parents.map((parent) =>
            objectJson(
              parent.type === one.type && this.random.chance(0.5)
                ? [['id', json(parent.id)]]
                : [
                    ['id', json(parent.id)],
                    ['type', json(parent.type)],
                  ],
            ),
          ),
        ),
      ]);
    }
    if (one.applies !== null) {
      const applies = [
        ['principalTypes', arrayJson(one.applies.principals.map(json))],
        ['resourceTypes', arrayJson(one.applies.resources.map(json))],
      ];
      if (one.applies.context !== null) applies.push(['context', this.type(one.applies.context)]);
      members.push(['appliesTo', objectJson(applies)]);
    }
    return objectJson(members);
  }
}

// The action itself and every group it is in.
function ancestorsOfAction(schema, action) {
  const found = [action];
  for (const one of found) {
    for (const parent of one.parents) {
      const group = schema.actions.find(
        (other) => other.type === parent.type && other.id === parent.id,
      );
      if (!found.includes(group)) found.push(group);
    }
  }
  return found;
}

module.exports = {
  ancestorsOfAction,
  keyOf,
  makeSchema: (random) => new SchemaMaker(random).make(),
  resolved,
  schemaJson: (schema, random) => new JsonWriter(schema, random).text(),
  schemaText: (schema, random) => new Writer(schema, random).text(),
};
