// SPDX-License-Identifier: Apache-2.0
// The reference engine (npm's @cedar-policy/cedar-wasm): what it answers to a case.
//
// The package takes and gives JavaScript values by way of JSON.stringify and JSON.parse, which
// would round longs past 2^53. While it is called, both let through texts as they are: `Raw` going
// in, and, where asked for, the answer's text coming out.
'use strict';

const {arrayJson, json, objectJson, uidJson} = require('./text.js');

// Of a set given as text, so many policies are compared in JSON as well.
const kMostPoliciesInJson = 5;
const kPackage = '@cedar-policy/cedar-wasm/nodejs';

class Raw {
  constructor(text) {
    this.text = text;
  }
}

const stringify = JSON.stringify;
const parse = JSON.parse;

class Reference {
  constructor() {
    this.load();
  }

  load() {
    delete require.cache[require.resolve(kPackage)];
    this.wasm = require(kPackage);
    // For asking whether a request is valid.
    this.call('preparsePolicySet', 'none', new Raw('{}'));
  }

  // An answer as a JavaScript value. Some refusals come as exceptions; after a trap (which is a
  // WebAssembly.RuntimeError) the instance cannot be used any more, and the case not be compared.
  call(name, ...texts) {
    return this.within((value) => parse(value), name, texts);
  }

  callRaw(name, ...texts) {
    return this.within((value) => value, name, texts);
  }

  within(reader, name, texts) {
    JSON.stringify = (value, ...rest) =>
      value instanceof Raw ? value.text : stringify(value, ...rest);
    JSON.parse = reader;
    try {
      return this.wasm[name](...texts);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) {
        this.load();
        throw new Trap(`${name}: ${error.message}`);
      }
      return {type: 'failure', errors: [{message: String(error.message ?? error)}]};
    } finally {
      JSON.stringify = stringify;
      JSON.parse = parse;
    }
  }

  version() {
    return this.wasm.getCedarVersion();
  }

  // The JSON form of a policy or template, exact; null when it cannot be read.
  policyJson(text) {
    const isTemplate = /\?(principal|resource)/.test(text);
    for (const name of isTemplate
      ? ['templateToJson', 'policyToJson']
      : ['policyToJson', 'templateToJson']) {
      const found = jsonMember(this.callRaw(name, text));
      if (found !== null) return found;
    }
    return null;
  }

  schemaJson(text) {
    return jsonMember(this.callRaw('schemaToJson', text));
  }

  // What the engine is given besides the case, to compare its own forms with: the schema in its
  // other form, policies and templates in JSON; null for what cannot be read.
  aids(one) {
    if (one.kind !== 'decide') return {};
    const some = one.as_json
      ? one.policies
      : one.forms
        ? one.policies.slice(0, kMostPoliciesInJson)
        : [];
    const aids = {
      policies: some.map((text) => this.policyJson(text)),
      templates:
        one.as_json || one.forms ? one.templates.map(({text}) => this.policyJson(text)) : [],
    };
    if (one.forms && one.schema !== null) {
      const {form, text} = one.schema;
      aids.schema = form === 'text' ? this.schemaJson(text) : this.schemaText(text);
    }
    return aids;
  }

  schemaText(json) {
    const said = this.call('schemaToText', new Raw(json));
    return said.type === 'success' ? said.text : null;
  }

  answer(one, aids) {
    return one.kind === 'decide'
      ? this.decide(one, aids)
      : {items: one.items.map((item) => this.read(one, item))};
  }

  decide(one, aids) {
    const answer = {
      json_forms: [...aids.policies, ...aids.templates].map((form) => form !== null),
    };
    if (aids.schema !== undefined) answer.schema_forms = aids.schema !== null;
    const schema =
      one.schema === null
        ? null
        : one.schema.form === 'text'
          ? json(one.schema.text)
          : one.schema.text;
    const schemaRead =
      schema !== null && this.succeeds('preparseSchema', 'schema', new Raw(schema));
    if (schema !== null) answer.schema = verdict(schemaRead);
    const policies = policySetJson(one, aids);
    const policiesRead = this.succeeds('preparsePolicySet', 'policies', new Raw(policies));
    answer.policies = verdict(policiesRead);
    if (schemaRead && policiesRead) this.validate(schema, policies, answer);
    const typed = one.typed && schemaRead;
    const entities = arrayJson(one.entities);
    const entitiesRead = this.succeeds(
      'checkParseEntities',
      new Raw(objectJson([['entities', entities], ...(typed ? [['schema', schema]] : [])])),
    );
    answer.entities = verdict(entitiesRead);
    answer.requests = one.requests.map((request) =>
      this.request(request, {
        typed,
        schemaRead,
        policiesRead,
        entities: entitiesRead ? entities : null,
      }),
    );
    return answer;
  }

  validate(schema, policies, answer) {
    const said = this.call(
      'validate',
      new Raw(
        objectJson([
          ['validationSettings', '{"mode":"strict"}'],
          ['schema', schema],
          ['policies', policies],
        ]),
      ),
    );
    if (said.type !== 'success') throw new Error(`validate: ${stringify(said)}`);
    answer.invalid = sortedOnce(said.validationErrors.map((error) => error.policyId));
    answer.warnings = sortedOnce(
      said.validationWarnings.map(
        ({policyId, error}) => `${policyId} ${kindOfWarning(error.message, policyId)}`,
      ),
    );
    answer.only_strict = [];
  }

  request(request, {typed, schemaRead, policiesRead, entities}) {
    const members = (more) => new Raw(`{${request.trim().slice(1, -1)}${more}}`);
    const answer = {};
    if (schemaRead && typed) {
      const said = this.call(
        'statefulIsAuthorized',
        members(
          ',"preparsedSchemaName":"schema","validateRequest":true,"preparsedPolicySetId":"none","entities":[]',
        ),
      );
      answer.valid = said.type === 'success';
      if (!answer.valid) return answer;
    }
    if (!policiesRead || entities === null) return answer;
    const schema = typed ? ',"preparsedSchemaName":"schema"' : '';
    const said = this.call(
      'statefulIsAuthorized',
      members(
        `${schema},"validateRequest":false,"preparsedPolicySetId":"policies","entities":${entities}`,
      ),
    );
    answer.read = said.type === 'success';
    if (!answer.read) return answer;
    answer.decision = said.response.decision;
    answer.reasons = sortedOnce(said.response.diagnostics.reason);
    answer.errors = sortedOnce(said.response.diagnostics.errors.map((error) => error.policyId));
    return answer;
  }

  policySetJson(one) {
    return policySetJson(one, this.aids(one));
  }

  read(one, {what, text}) {
    switch (what) {
      case 'policy':
        return verdict(
          this.succeeds(
            'checkParsePolicySet',
            new Raw(objectJson([['staticPolicies', json(text)]])),
          ),
        );
      case 'template':
        return verdict(
          this.succeeds(
            'checkParsePolicySet',
            new Raw(objectJson([['templates', objectJson([['t', json(text)]])]])),
          ),
        );
      case 'policy_json':
        return verdict(
          jsonMember(this.callRaw('policyToJson', new Raw(text))) !== null ||
            jsonMember(this.callRaw('templateToJson', new Raw(text))) !== null,
        );
      case 'schema':
        return verdict(this.succeeds('checkParseSchema', text));
      case 'schema_json':
        return verdict(this.succeeds('checkParseSchema', new Raw(text)));
      default:
        return verdict(
          this.succeeds(
            'checkParseEntities',
            new Raw(
              objectJson([
                ['entities', text],
                ...(one.schema === null ? [] : [['schema', json(one.schema)]]),
              ]),
            ),
          ),
        );
    }
  }

  succeeds(...call) {
    return this.call(...call).type === 'success';
  }
}

// Its messages quote any text in the middle: the beginning and the end tell.
function kindOfWarning(message, id) {
  const rest = message.slice(`for policy \`${id}\`, `.length);
  if (rest.startsWith('policy is impossible')) return 'impossible';
  const name = rest.startsWith('identifier ');
  if (!name && !rest.startsWith('string ')) throw new Error(`no kind is known for: ${message}`);
  const what = name ? 'name' : 'text';
  if (rest.endsWith('contains BIDI control characters')) return `directional_${what}`;
  return rest.endsWith('contains mixed scripts') ? `mixed_script_${what}` : 'confusable_name';
}

class Trap extends Error {}

const verdict = (accepted) => (accepted ? 'accepted' : 'refused');
const sortedOnce = (list) => [...new Set(list)].sort();

// The text of the member `json` of an answer's text; null when there is none.
function jsonMember(text) {
  if (typeof text !== 'string') return null;
  const prefix = '{"type":"success","json":';
  if (!text.startsWith(prefix)) return null;
  const end = text.endsWith(',"warnings":[]}')
    ? text.length - ',"warnings":[]}'.length
    : text.length - 1;
  return text.slice(prefix.length, end);
}

// The set as the package takes it: a text and templates as texts, or all of it in JSON.
function policySetJson(one, aids) {
  const policies = one.as_json
    ? objectJson(aids.policies.map((form, i) => [`policy${i}`, form ?? 'null']))
    : json(one.policies.join('\n'));
  const templates = one.templates.map(({id, text}, i) => [
    id,
    one.as_json ? (aids.templates[i] ?? 'null') : json(text),
  ]);
  return objectJson([
    ['staticPolicies', policies],
    ['templates', objectJson(templates)],
    [
      'templateLinks',
      arrayJson(
        one.links.map((link) =>
          objectJson([
            ['templateId', json(link.template)],
            ['newId', json(link.id)],
            [
              'values',
              objectJson(
                Object.entries(link.values).map(([slot, value]) => [slot, uidJson(value)]),
              ),
            ],
          ]),
        ),
      ),
    ],
  ]);
}

module.exports = {Reference, Trap};
