// SPDX-License-Identifier: Apache-2.0
// Literals: of the policy language and of JSON. A long is a text or a BigInt, never a number.
'use strict';

const kIdentifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const kReserved = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
  '__cedar',
]);

const isIdentifier = (name) => kIdentifier.test(name) && !kReserved.has(name);

// A string literal of the language. With `random`, some characters are written as escapes that need
// none.
function quoted(text, random = null) {
  let out = '"';
  for (const character of text) {
    const code = character.codePointAt(0);
    if (character === '"' || character === '\\') out += '\\' + character;
    else if (character === '\n') out += '\\n';
    else if (character === '\t') out += '\\t';
    else if (character === '\r') out += '\\r';
    else if (character === '\0') out += '\\0';
    else if (random !== null && random.chance(0.02)) out += `\\u{${code.toString(16)}}`;
    else if (random !== null && code < 128 && random.chance(0.02)) {
      out += `\\x${code.toString(16).padStart(2, '0')}`;
    } else out += character;
  }
  return out + '"';
}

const uid = (entity, random = null) => `${entity.type}::${quoted(entity.id, random)}`;

const json = (text) => JSON.stringify(text);

const uidJson = (entity) => `{"type":${json(entity.type)},"id":${json(entity.id)}}`;

// Of [name, JSON text] pairs.
const objectJson = (members) => `{${members.map(([name, value]) => `${json(name)}:${value}`)}}`;

const arrayJson = (items) => `[${items.join(',')}]`;

module.exports = {arrayJson, isIdentifier, json, objectJson, quoted, uid, uidJson};
