// SPDX-License-Identifier: Apache-2.0
// Where two answers differ, and what came up in the answers that did not.
'use strict';

// [{path, topic, reference, ours}]; the topic is the path without positions, which stays the same
// while a case is cut down; what is missing on one side is a topic of its own.
function differences(reference, ours, one) {
  const found = [];
  const walk = (a, b, path, topic) => {
    if (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.some((item) => typeof item === 'object')
    ) {
      a.forEach((item, i) => walk(item, b[i], `${path}[${i}]`, topic));
    } else if (isObject(a) && isObject(b)) {
      for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
        walk(
          a[name],
          b[name],
          path === '' ? name : `${path}.${name}`,
          topic === '' ? name : `${topic}.${name}`,
        );
      }
    } else if (JSON.stringify(a) !== JSON.stringify(b)) {
      const whole = a === undefined || b === undefined ? `${topic} (missing)` : topic;
      found.push({path, topic: whole, reference: a, ours: b});
    }
  };
  if (one.kind === 'decide') walk(reference, ours, '', '');
  else
    one.items.forEach(
      ({what, text}, i) =>
        isListed(what, text) ||
        walk(reference.items[i], (ours.items ?? [])[i], `items[${i}] ${what}`, `read ${what}`),
    );
  return found;
}

// What src/cedar/README.md lists as refused on purpose in policies in JSON: a method that has no
// receiver, and the one slot where the other belongs.
const kListed = [
  /"((less|greater)Than(OrEqual)?|is(Ipv[46]|Loopback|Multicast|InRange)|offset|durationSince)":\[\]/,
  /"(toDate|toTime|toMilliseconds|toSeconds|toMinutes|toHours|toDays)":\[\]/,
  /"principal":\{[^{}]*("in":\{[^{}]*)?"slot":"\?resource"/,
  /"resource":\{[^{}]*("in":\{[^{}]*)?"slot":"\?principal"/,
];
const isListed = (what, text) =>
  what === 'policy_json' && kListed.some((pattern) => pattern.test(text));

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// How often each kind of answer came up: a comparison of nothing must not pass for agreement.
class Tally {
  constructor(counts = {}) {
    this.counts = counts;
  }

  add(what, count = 1) {
    this.counts[what] = (this.counts[what] ?? 0) + count;
  }

  merge(other) {
    for (const [what, count] of Object.entries(other.counts)) this.add(what, count);
  }

  count(one, answer) {
    this.add(`${one.kind} cases`);
    if (one.kind === 'read') {
      one.items.forEach(({what}, i) => this.add(`${what}: ${answer.items[i]}`));
      return;
    }
    for (const part of ['schema', 'policies', 'entities']) this.add(`${part}: ${answer[part]}`);
    if (answer.invalid !== undefined) {
      const all = one.policies.length + one.templates.length + one.links.length;
      this.add('policies validated: valid', all - answer.invalid.length);
      this.add('policies validated: invalid', answer.invalid.length);
      for (const warning of answer.warnings)
        this.add(`warnings: ${warning.split(' ').pop()}`);
    }
    for (const request of answer.requests) {
      if (request.valid !== undefined)
        this.add(`requests with schema: ${request.valid ? 'valid' : 'invalid'}`);
      if (request.decision === undefined) continue;
      this.add(`decisions: ${request.decision}`);
      if (request.reasons.length > 0) this.add('decisions with reasons');
      if (request.errors.length > 0) this.add('decisions with errors');
    }
  }
}

const kMustComeUp = [
  ...['schema', 'policies', 'entities', 'policy', 'template', 'policy_json', 'schema_json'].flatMap(
    (what) => [`${what}: accepted`, `${what}: refused`],
  ),
  'policies validated: valid',
  'policies validated: invalid',
  ...[
    'impossible',
    'directional_text',
    'directional_name',
    'mixed_script_text',
    'mixed_script_name',
    'confusable_name',
  ].map((kind) => `warnings: ${kind}`),
  'requests with schema: valid',
  'requests with schema: invalid',
  'decisions: allow',
  'decisions: deny',
  'decisions with reasons',
  'decisions with errors',
];

module.exports = {differences, kMustComeUp, Tally};
