// SPDX-License-Identifier: Apache-2.0
// Cases: everything in them is text, so that both engines read the same bytes and a shrinker can
// cut it. Two kinds:
//   decide  {kind, schema: {form: 'text' | 'json', text} | null, typed, policies: [text],
//            templates: [{id, text}], links: [{template, id, values: {slot: {type, id}}}],
//            as_json, forms, entities: [JSON text], requests: [JSON text]}
//           `typed`: entities and requests are read with the schema; `as_json`: both engines are
//           given the policies and templates in JSON; `forms`: the engine's other forms of the
//           schema and of some policies are compared with the reference's
//   read    {kind, schema: text | null, items: [{what, text}]}
//           `what`: policy, template, policy_json, schema, schema_json, entities, context
'use strict';

const {DataMaker} = require('./data.js');
const {PolicyMaker} = require('./policies.js');
const {Random} = require('./random.js');
const {makeSchema, schemaJson, schemaText} = require('./schema.js');
const {kPolicyTokens, kSchemaTokens, Mutator, mutateJson} = require('./mutate.js');
const {arrayJson} = require('./text.js');

const times = (count, make) => Array.from({length: count}, (_, i) => make(i));

// Most sets are small; a few are large, which costs the most time.
function policyCount(random) {
  return random.weighted([
    [50, () => random.between(1, 3)],
    [40, () => random.between(4, 10)],
    [6, () => random.between(11, 40)],
    [1, () => random.between(41, 200)],
  ])();
}

function templatesAndLinks(random, policies, data) {
  if (!random.chance(0.4)) return {templates: [], links: []};
  const templates = times(random.between(1, 3), (i) => ({
    id: `t${i}`,
    text: policies.policy({slots: true}),
  }));
  const links = times(random.between(0, 5), (i) => {
    const {id, text} = random.pick(templates);
    const values = {};
    for (const slot of ['principal', 'resource']) {
      const there = text.includes(`?${slot}`);
      if (random.chance(0.01) ? there : !there) continue;
      const type = random.chance(0.9) ? policies[slot] : random.pick(data.schema.entities).full;
      values[`?${slot}`] = data.uidOf(type);
    }
    return {
      template: random.chance(0.01) ? 'nowhere' : id,
      id: random.chance(0.01) ? 'l0' : `l${i}`,
      values,
    };
  });
  return {templates, links};
}

function decideCase(random) {
  const schema = makeSchema(random);
  const typed = random.chance(0.5);
  const spoil = random.weighted([
    [5, 0],
    [3, 0.003],
    [2, 0.03],
  ]);
  const data = new DataMaker(random, schema, {typed, spoil});
  const policies = new PolicyMaker(random, schema, data, {
    slips: random.weighted([
      [6, 0],
      [3, 0.01],
      [2, 0.06],
    ]),
  });
  const form = random.chance(0.7) ? 'text' : 'json';
  return {
    kind: 'decide',
    schema: {form, text: form === 'text' ? schemaText(schema, random) : schemaJson(schema, random)},
    typed,
    as_json: random.chance(0.15),
    forms: random.chance(0.4),
    policies: times(policyCount(random), () => policies.policy()),
    ...templatesAndLinks(random, policies, data),
    entities: data.entities(),
    requests: times(random.between(1, 5), () => data.request()),
  };
}

// `toJson` gives the JSON forms of policies and templates that are then spoiled.
function readCase(random, toJson) {
  const schema = makeSchema(random);
  const data = new DataMaker(random, schema, {typed: true, spoil: 0});
  const policies = new PolicyMaker(random, schema, data, {slips: 0.02});
  const written = schemaText(schema, random);
  const ofPolicies = new Mutator(random, kPolicyTokens);
  const ofSchemas = new Mutator(random, kSchemaTokens);
  const maybe = (text, mutate) =>
    text === null || random.chance(0.1) ? text : mutate(text);
  const makers = {
    policy: () => maybe(policies.policy(), (text) => ofPolicies.text(text)),
    template: () => maybe(policies.policy({slots: true}), (text) => ofPolicies.text(text)),
    policy_json: () =>
      maybe(toJson(policies.policy({slots: random.chance(0.2)})), (text) =>
        mutateJson(random, text),
      ),
    schema: () => maybe(schemaText(schema, random), (text) => ofSchemas.text(text)),
    schema_json: () => maybe(schemaJson(schema, random), (text) => mutateJson(random, text)),
    entities: () => maybe(arrayJson(data.entities()), (text) => mutateJson(random, text)),
  };
  const items = times(random.between(6, 12), () => {
    const what = random.weighted([
      [6, 'policy'],
      [2, 'template'],
      [4, 'policy_json'],
      [3, 'schema'],
      [3, 'schema_json'],
      [4, 'entities'],
    ]);
    return {what, text: makers[what]()};
  }).filter((item) => item.text !== null);
  return {kind: 'read', schema: random.chance(0.5) ? written : null, items};
}

function makeCase(seed, index, toJson) {
  const random = new Random(seed, index);
  return random.chance(0.75) ? decideCase(random) : readCase(random, toJson);
}

module.exports = {makeCase};
