// SPDX-License-Identifier: Apache-2.0
// @cedar-policy/cedar-wasm behind the line protocol of bench/peers/README.md.
//
// The package keeps policies from one call to the next, but has no form for entities that were read
// before: each call takes them as JSON. They are handed over as objects made beforehand; turning
// those into the engine's own is part of what a decision costs there.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const readline = require('node:readline');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');

const kSet = 'policies';

function load(text) {
  const answer = cedar.preparsePolicySet(kSet, { staticPolicies: text });
  if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
}

function open(folder) {
  const read = (name) => readFileSync(join(folder, name), 'utf8');
  const text = read('policies.cedar');
  const entities = JSON.parse(read('entities.json'));
  load(text);
  const calls = read('requests.jsonl')
    .trim()
    .split('\n')
    .map((line) => ({ ...JSON.parse(line), preparsedPolicySetId: kSet, entities }));
  const parts = cedar.policySetTextToParts(text);
  return { text, entities, calls, policies: parts.policies.length, next: 0 };
}

function decide(call) {
  const answer = cedar.statefulIsAuthorized(call);
  if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors));
  return answer.response;
}

function decisions({ calls }, count) {
  const lines = calls.slice(0, count).map((call) => {
    const { decision, diagnostics } = decide(call);
    const reasons = [...diagnostics.reason].sort();
    const errors = diagnostics.errors.map((error) => error.policyId).sort();
    return `${decision} ${reasons.join(' ')} | ${errors.join(' ')}`;
  });
  return [...lines, 'end'].join('\n');
}

function timed(times, work) {
  let sum = 0;
  const begin = process.cpuUsage();
  for (let i = 0; i < times; ++i) sum += work();
  const { user, system } = process.cpuUsage(begin);
  return `took ${(user + system) * 1000} ${sum}`;
}

function decideNext(engine) {
  const { decision } = decide(engine.calls[engine.next]);
  engine.next = (engine.next + 1) % engine.calls.length;
  return decision === 'allow' ? 1 : 0;
}

let current;

function answer(line) {
  const [command, ...rest] = line.split(' ');
  if (command === 'open') {
    current = open(rest.join(' '));
    return `opened ${current.policies} ${current.entities.length} ${current.calls.length}`;
  }
  switch (command) {
    case 'decisions':
      return decisions(current, Number(rest[0]));
    case 'memory':
      // Linear memory only grows, and the package does not say what of it is in use.
      return 'memory - -';
    case 'decide':
      return timed(Number(rest[0]), () => decideNext(current));
    case 'load':
      return timed(Number(rest[0]), () => {
        load(current.text);
        return current.policies;
      });
    default:
      throw new Error(`\`${line}\` is no command`);
  }
}

readline
  .createInterface({ input: process.stdin })
  .on('line', (line) => process.stdout.write(`${answer(line)}\n`));
