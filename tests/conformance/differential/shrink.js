// SPDX-License-Identifier: Apache-2.0
// Cuts a case down while the two engines still differ about the same topic.
'use strict';

const tree = require('./json_tree.js');
const {tokensOf} = require('./mutate.js');

const kMostQuestions = 4000;

const replaced = (list, at, item) => [...list.slice(0, at), item, ...list.slice(at + 1)];

class Shrinker {
  // `differs(case)` says, in time, whether the difference is still there.
  constructor(differs) {
    this.differs = differs;
    this.questions = 0;
  }

  async holds(one) {
    if (this.questions >= kMostQuestions) return false;
    ++this.questions;
    return this.differs(one);
  }

  async shrink(one) {
    let before;
    let now = one;
    do {
      before = JSON.stringify(now);
      now = now.kind === 'decide' ? await this.decide(now) : await this.read(now);
    } while (JSON.stringify(now) !== before && this.questions < kMostQuestions);
    return now;
  }

  async decide(one) {
    let now = one;
    for (const part of ['requests', 'links', 'templates', 'policies', 'entities']) {
      now = await this.list(now[part], (list) => ({...now, [part]: list}), now);
    }
    if (now.schema !== null && (await this.holds({...now, schema: null, typed: false}))) {
      now = {...now, schema: null, typed: false};
    }
    for (const flag of ['as_json', 'forms']) {
      if (now[flag] && (await this.holds({...now, [flag]: false}))) now = {...now, [flag]: false};
    }
    for (const part of ['requests', 'entities']) {
      for (let i = 0; i < now[part].length; ++i) {
        now = await this.json(
          now[part][i],
          (text) => ({...now, [part]: replaced(now[part], i, text)}),
          now,
        );
      }
    }
    for (let i = 0; i < now.policies.length; ++i) {
      now = await this.text(
        now.policies[i],
        (text) => ({...now, policies: replaced(now.policies, i, text)}),
        now,
      );
    }
    for (let i = 0; i < now.templates.length; ++i) {
      const put = (text) => ({
        ...now,
        templates: replaced(now.templates, i, {...now.templates[i], text}),
      });
      now = await this.text(now.templates[i].text, put, now);
    }
    if (now.schema === null) return now;
    const put = (text) => ({...now, schema: {...now.schema, text}});
    return now.schema.form === 'text'
      ? this.text(now.schema.text, put, now)
      : this.json(now.schema.text, put, now);
  }

  async read(one) {
    let now = await this.list(one.items, (items) => ({...one, items}), one);
    if (now.schema !== null && (await this.holds({...now, schema: null})))
      now = {...now, schema: null};
    for (let i = 0; i < now.items.length; ++i) {
      const {what} = now.items[i];
      const put = (text) => ({...now, items: replaced(now.items, i, {what, text})});
      const isJson = what === 'entities' || what.endsWith('_json');
      now = isJson
        ? await this.json(now.items[i].text, put, now)
        : await this.text(now.items[i].text, put, now);
    }
    if (now.schema === null) return now;
    return this.text(now.schema, (text) => ({...now, schema: text}), now);
  }

  // Runs of items left out, long ones first. `put` makes the case from what is left.
  async list(items, put, now) {
    let left = items;
    let result = now;
    for (let size = left.length; size >= 1; size = Math.floor(size / 2)) {
      for (let at = 0; at < left.length;) {
        const fewer = [...left.slice(0, at), ...left.slice(at + size)];
        const tried = put(fewer);
        if (await this.holds(tried)) {
          left = fewer;
          result = tried;
        } else {
          at += size;
        }
      }
    }
    return result;
  }

  // A text of the language: groups in brackets replaced by one of their parts, then tokens left
  // out.
  async text(original, put, now) {
    let tokens = tokensOf(original);
    let result = now;
    for (let at = 0; at < tokens.length; ++at) {
      const end = closing(tokens, at);
      if (end === null) continue;
      for (const part of [...partsOf(tokens.slice(at + 1, end)), ['true'], ['0']]) {
        const fewer = [...tokens.slice(0, at), ...part, ...tokens.slice(end + 1)];
        if (fewer.length >= tokens.length) continue;
        const tried = put(fewer.join(''));
        if (!(await this.holds(tried))) continue;
        tokens = fewer;
        result = tried;
        --at;
        break;
      }
    }
    return this.list(tokens, (list) => put(list.join('')), result);
  }

  // A JSON text: members and items left out, values replaced by the least of their kind.
  async json(original, put, now) {
    let result = now;
    let root;
    try {
      root = tree.parse(original);
    } catch {
      return result;
    }
    for (let i = 0; i < tree.nodes(root).length; ++i) {
      const node = tree.nodes(root)[i];
      const list = node.members ?? node.items ?? [];
      for (let at = 0; at < list.length;) {
        // What every request has; without it another difference would be found.
        if (i === 0 && list[at][0] === 'context') {
          ++at;
          continue;
        }
        const [left] = list.splice(at, 1);
        const tried = put(tree.write(root));
        if (await this.holds(tried)) {
          result = tried;
        } else {
          list.splice(at, 0, left);
          ++at;
        }
      }
    }
    return result;
  }
}

const kClosing = {'(': ')', '[': ']', '{': '}'};

// Where the bracket that opens at `at` closes; null when none does.
function closing(tokens, at) {
  if (kClosing[tokens[at]] === undefined) return null;
  let depth = 0;
  for (let i = at; i < tokens.length; ++i) {
    if (kClosing[tokens[i]] !== undefined) ++depth;
    else if (')]}'.includes(tokens[i]) && --depth === 0) return i;
  }
  return null;
}

const kBetween = new Set([
  '&&',
  '||',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '+',
  '-',
  '*',
  ',',
  'then',
  'else',
  'if',
  'in',
  'has',
]);

// What stands between operators, outside of inner brackets; the whole first.
function partsOf(tokens) {
  const parts = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (kClosing[token] !== undefined) ++depth;
    else if (')]}'.includes(token)) --depth;
    if (depth === 0 && kBetween.has(token)) parts.push([]);
    else parts[parts.length - 1].push(token);
  }
  return [tokens, ...(parts.length > 1 ? parts : [])].filter((part) => part.join('').trim() !== '');
}

module.exports = {Shrinker};
