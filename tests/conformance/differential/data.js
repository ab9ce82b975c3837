// SPDX-License-Identifier: Apache-2.0
// Entities and requests for a schema, as JSON texts: mostly what it asks for, sometimes not.
'use strict';

const words = require('./vocabulary.js');
const {resolved} = require('./schema.js');
const {arrayJson, json, objectJson, uidJson} = require('./text.js');

class DataMaker {
  // With `typed`, the texts will be read with the schema and may leave escapes out. `spoil` is how
  // often something is not as the schema says.
  constructor(random, schema, {typed, spoil}) {
    this.random = random;
    this.schema = schema;
    this.typed = typed;
    this.spoil = spoil;
    this.pool = words.ids.slice(0, random.between(2, 6));
    if (random.chance(0.15)) this.pool.push(words.odd(random), words.odd(random));
  }

  spoils() {
    return this.spoil > 0 && this.random.chance(this.spoil);
  }

  uidOf(typeName) {
    const type = this.schema.entities.find((one) => one.full === typeName);
    const ids = type !== undefined && type.ids !== null && !this.spoils() ? type.ids : this.pool;
    return {type: typeName, id: this.random.pick(ids)};
  }

  entityValue(typeName) {
    const entity = this.uidOf(typeName);
    const text = uidJson(entity);
    if (this.typed && this.random.chance(0.5)) return text;
    return objectJson([['__entity', text]]);
  }

  // Of an extension type; some are computed by its methods.
  extensionValue(name) {
    const {random} = this;
    const extension = words.extensions[name];
    const literal = json(random.pick(this.spoils() ? extension.bad : extension.good));
    if (this.typed && random.chance(0.4)) return literal;
    const call = (fn, argument) => `{"fn":${json(fn)},"arg":${argument}}`;
    const inside = call(extension.function, literal);
    if (this.typed && random.chance(0.2)) return inside;
    if (name === 'datetime' && random.chance(0.15)) {
      const duration = call('duration', json(random.pick(words.extensions.duration.good)));
      return `{"__extn":{"fn":"offset","args":[{"__extn":${inside}},{"__extn":${duration}}]}}`;
    }
    return `{"__extn":${inside}}`;
  }

  value(given) {
    const {random} = this;
    const type = this.spoils() ? this.otherType() : resolved(given);
    switch (type.kind) {
      case 'Bool':
        return random.pick(['true', 'false']);
      case 'Long':
        return random.pick(words.longs);
      case 'String':
        return json(random.chance(0.05) ? words.odd(random) : random.pick(words.strings));
      case 'Extension':
        return this.extensionValue(type.name);
      case 'Entity':
        return this.entityValue(type.name);
      case 'Set': {
        const items = [];
        for (let i = random.below(4); i > 0; --i) items.push(this.value(type.element));
        return arrayJson(items);
      }
      default:
        return this.record(type);
    }
  }

  otherType() {
    const {random} = this;
    return random.pick([
      {kind: 'Bool'},
      {kind: 'Long'},
      {kind: 'String'},
      {kind: 'Extension', name: 'decimal'},
      {kind: 'Entity', name: random.pick(this.schema.entities).full},
      {kind: 'Set', element: {kind: 'Long'}},
      {kind: 'Record', attributes: []},
    ]);
  }

  record(type) {
    const {random} = this;
    const members = [];
    for (const one of type.attributes) {
      if (one.required ? this.spoils() : random.chance(0.4)) continue;
      members.push([one.name, this.value(one.type)]);
    }
    if (this.spoils()) {
      const name = random.pick(words.attributes);
      if (!members.some((member) => member[0] === name))
        members.push([name, this.value(this.otherType())]);
    }
    return objectJson(random.shuffled(members));
  }

  // Types that an entity may be in, at one step.
  parentsOf(type, index, all) {
    const {random} = this;
    const allowed = all.filter(
      (other, j) =>
        (j > index || (random.chance(0.02) && this.spoils())) && type.parents.includes(other.type),
    );
    const parents = random.some(allowed, 0.5);
    // One that is listed nowhere.
    const elsewhere = type.parents.filter((name) =>
      this.schema.entities.some((one) => one.full === name && one.ids === null),
    );
    if (elsewhere.length > 0 && random.chance(0.15))
      parents.push({type: random.pick(elsewhere), id: 'elsewhere'});
    if (this.spoils()) parents.push(this.uidOf(random.pick(this.schema.entities).full));
    return parents;
  }

  entities() {
    const {random, schema} = this;
    const all = [];
    for (const type of random.shuffled(schema.entities)) {
      const ids = type.ids === null || this.spoils() ? this.pool : type.ids;
      for (const id of random.some(ids, 0.7)) all.push({type: type.full, id});
    }
    const order = random.shuffled(all);
    const texts = order.map((entity, i) => {
      const type = schema.entities.find((one) => one.full === entity.type);
      const attributes = type.attributes === null ? {attributes: []} : resolved(type.attributes);
      const name = uidJson(entity);
      const members = [
        ['uid', random.chance(0.2) ? objectJson([['__entity', name]]) : name],
        ['attrs', this.record(attributes)],
        [
          'parents',
          arrayJson(
            this.parentsOf(type, i, order).map((parent) =>
              random.chance(0.1) ? objectJson([['__entity', uidJson(parent)]]) : uidJson(parent),
            ),
          ),
        ],
      ];
      if (type.tags !== null || this.spoils()) {
        const tagged = type.tags === null ? this.otherType() : type.tags;
        members.push([
          'tags',
          objectJson(
            random.some(words.strings.slice(0, 6), 0.4).map((tag) => [tag, this.value(tagged)]),
          ),
        ]);
      } else if (random.chance(0.2)) {
        members.push(['tags', '{}']);
      }
      return objectJson(members);
    });
    return [
      ...texts,
      ...this.actionEntities(),
      ...(texts.length > 0 && this.spoils() ? [random.pick(texts)] : []),
    ];
  }

  // Actions are entities too: without a schema these are where their groups stand.
  actionEntities() {
    const {random, schema} = this;
    if (this.typed ? !random.chance(0.2) : !random.chance(0.85)) return [];
    return random.some(schema.actions, 0.9).map((action) => {
      const parents = action.parents.filter(() => !this.spoils());
      return objectJson([
        ['uid', uidJson(action)],
        ['attrs', this.spoils() ? '{"a":1}' : '{}'],
        ['parents', arrayJson(parents.map(uidJson))],
      ]);
    });
  }

  request() {
    const {random, schema} = this;
    const usable = schema.actions.filter((one) => one.applies !== null);
    const action = random.pick(usable.length > 0 && !this.spoils() ? usable : schema.actions);
    const applies = action.applies;
    const any = () => random.pick(schema.entities).full;
    const principal = applies === null || this.spoils() ? any() : random.pick(applies.principals);
    const resource = applies === null || this.spoils() ? any() : random.pick(applies.resources);
    const context =
      applies === null || applies.context === null ? {attributes: []} : resolved(applies.context);
    const named = this.spoils() ? {type: action.type, id: 'nobody'} : action;
    return objectJson([
      ['principal', uidJson(this.uidOf(principal))],
      ['action', uidJson(named)],
      ['resource', uidJson(this.uidOf(resource))],
      ['context', this.record(context)],
    ]);
  }
}

module.exports = {DataMaker};
