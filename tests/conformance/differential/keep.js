// SPDX-License-Identifier: Apache-2.0
// A case that is settled, kept for good: what decides requests, and draws no warning, in the layout
// of the conformance corpora (../README.md), anything else as a line with the reference's answer.
// Both are replayed without node.
'use strict';

const fs = require('fs');
const path = require('path');

const {arrayJson, json, objectJson} = require('./text.js');

function keep(folder, name, one, reference) {
  const aids = reference.aids(one);
  const answer = reference.answer(one, aids);
  const decides =
    one.kind === 'decide' && answer.policies === 'accepted' && answer.entities === 'accepted';
  if (decides && (answer.warnings ?? []).length === 0) {
    const {text, suffix} = policiesFile(one, reference);
    keepForTheRunner(folder, name, one, answer, text, suffix);
  } else {
    const line = JSON.stringify({...one, aids, name, answer});
    fs.appendFileSync(path.join(folder, 'answers.jsonl'), `${line}\n`);
  }
}

function policiesFile(one, reference) {
  if (one.templates.length === 0) return {text: `${one.policies.join('\n')}\n`, suffix: 'cedar'};
  return {text: reference.policySetJson({...one, as_json: true}), suffix: 'policies.json'};
}

function keepForTheRunner(folder, name, one, answer, policies, suffix) {
  const write = (ending, text) => {
    fs.writeFileSync(path.join(folder, `${name}.${ending}`), text);
    return json(`${name}.${ending}`);
  };
  const members = [
    ['policies', write(suffix, policies)],
    ['entities', write('entities.json', `${arrayJson(one.entities)}\n`)],
  ];
  if (one.schema !== null && answer.schema === 'accepted') {
    const ending = one.schema.form === 'text' ? 'cedarschema' : 'schema.json';
    members.push(['schema', write(ending, `${one.schema.text}\n`)]);
    members.push(['shouldValidate', String(answer.invalid.length === 0)]);
  }
  const requests = one.requests.flatMap((request, i) => {
    const {decision, reasons, errors} = answer.requests[i];
    if (decision === undefined) return [];
    return [
      `${request.trim().slice(0, -1)},"decision":${json(decision)},"reason":${arrayJson(reasons.map(json))},` +
        `"errors":${arrayJson(errors.map(json))},"description":${json(`request ${i}`)},"validateRequest":${one.typed}}`,
    ];
  });
  members.push(['requests', arrayJson(requests)]);
  write('json', `${objectJson(members)}\n`);
}

module.exports = {keep};
