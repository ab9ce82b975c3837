// SPDX-License-Identifier: Apache-2.0
// The differential test: see ../run, which starts this.
'use strict';

const {fork} = require('child_process');
const fs = require('fs');
const path = require('path');

const {makeCase} = require('./cases.js');
const {differences, kMustComeUp, Tally} = require('./compare.js');
const {Engine} = require('./engine.js');
const {keep} = require('./keep.js');
const {Reference, Trap} = require('./reference.js');
const {Shrinker} = require('./shrink.js');

// Of one topic, so many are cut down and shown; the rest are counted.
const kShownOfATopic = 2;
// Below, the rarer answers may not have come up.
const kCasesForEverything = 2000;

function readOptions(given) {
  const options = {
    cases: 20000,
    seed: 20260401,
    jobs: 2,
    engine: null,
    only: null,
    replay: null,
    keep: null,
    shrink: true,
  };
  for (let i = 0; i < given.length; ++i) {
    const name = given[i].replace(/^--/, '');
    if (given[i] === '--no-shrink') options.shrink = false;
    else if (
      !given[i].startsWith('--') ||
      !(name in options) ||
      name === 'shrink' ||
      i + 1 === given.length
    )
      usage(given[i]);
    else if (['engine', 'replay', 'keep'].includes(name)) options[name] = given[++i];
    else if (/^[0-9]+$/.test(given[++i])) options[name] = Number(given[i]);
    else usage(given[i]);
  }
  return options;
}

function usage(wrong) {
  console.error(`differential: \`${wrong}\` is not understood
usage: run [--cases N] [--seed N] [--jobs N] [--only CASE] [--replay FILE [--keep NAME]]
           [--no-shrink]`);
  process.exit(2);
}

class Comparer {
  constructor(options) {
    this.options = options;
    this.reference = new Reference();
    this.engine = new Engine(options.engine);
    this.tally = new Tally();
    this.shown = new Map();
  }

  // The case of that number. A policy at which the reference fails has no form in JSON.
  make(index) {
    return makeCase(this.options.seed, index, (text) => {
      try {
        return this.reference.policyJson(text);
      } catch (error) {
        if (!(error instanceof Trap)) throw error;
        return null;
      }
    });
  }

  // The differences; null when the reference cannot answer.
  async compare(one, tally = null) {
    let ours = null;
    try {
      const aids = this.reference.aids(one);
      ours = this.engine.ask({...one, aids});
      const reference = this.reference.answer(one, aids);
      if (tally !== null) tally.count(one, reference);
      return differences(reference, await ours, one);
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      await ours;
      return null;
    }
  }

  async run(index, one) {
    const found = await this.compare(one, this.tally);
    if (found === null) {
      this.tally.add('cases at which the reference failed');
      return null;
    }
    for (const {topic} of found) {
      this.tally.add(`DIFFERENT: ${topic}`);
      const shown = this.shown.get(topic) ?? 0;
      if (shown >= kShownOfATopic) continue;
      this.shown.set(topic, shown + 1);
      return this.report(index, topic, one);
    }
    return null;
  }

  async report(index, topic, one) {
    const differs = async (tried) =>
      ((await this.compare(tried)) ?? []).some((each) => each.topic === topic);
    const least = this.options.shrink ? await new Shrinker(differs).shrink(one) : one;
    return {index, topic, least, found: await this.compare(least)};
  }
}

function show({index, topic, least, found}) {
  const lines = [`\n--- case ${index}: ${topic}`];
  for (const {path, reference, ours} of found) {
    lines.push(
      `    ${path}: the reference says ${JSON.stringify(reference)}, this engine ${JSON.stringify(ours)}`,
    );
  }
  const put = (title, text) =>
    lines.push(`  ${title}:`, ...text.split('\n').map((line) => `    ${line}`));
  if (least.kind === 'decide') {
    if (least.schema !== null) put(`schema (${least.schema.form})`, least.schema.text);
    least.policies.forEach((text, i) =>
      put(`policy${i}${least.as_json ? ', read in JSON' : ''}`, text),
    );
    for (const {id, text} of least.templates) put(`template ${id}`, text);
    for (const link of least.links) put('link', JSON.stringify(link));
    for (const text of least.entities)
      put(`entity${least.typed ? ', read with the schema' : ''}`, text);
    for (const text of least.requests)
      put(`request${least.typed ? ', read with the schema' : ''}`, text);
  } else {
    if (least.schema !== null) put('schema', least.schema);
    for (const {what, text} of least.items) put(what, text);
  }
  lines.push(`  as one line: ${JSON.stringify(least)}`);
  console.log(lines.join('\n'));
}

// One process's share of the cases.
async function work(options) {
  const comparer = new Comparer(options);
  for (let i = options.share; i < options.cases; i += options.jobs) {
    const report = await comparer.run(i, comparer.make(i));
    if (report !== null) process.send({report});
  }
  comparer.engine.close();
  process.send({counts: comparer.tally.counts}, () => process.disconnect());
}

async function some(options, cases) {
  const comparer = new Comparer(options);
  for (const [index, one] of cases(comparer)) {
    const report = await comparer.run(index, one);
    if (report !== null) show(report);
  }
  comparer.engine.close();
  return comparer.tally;
}

function all(options) {
  const tally = new Tally();
  const shares = Array.from(
    {length: options.jobs},
    (_, share) =>
      new Promise((resolve, reject) => {
        let finished = false;
        const child = fork(__filename, [], {
          env: {...process.env, DIFFERENTIAL_SHARE: JSON.stringify({...options, share})},
        });
        child.on('message', ({report, counts}) => {
          if (report !== undefined) return show(report);
          finished = true;
          tally.merge(new Tally(counts));
        });
        child.on('exit', (code) =>
          finished ? resolve() : reject(new Error(`a share of the cases ended with ${code}`)),
        );
      }),
  );
  return Promise.all(shares).then(() => tally);
}

function conclude(tally, options) {
  const different = Object.keys(tally.counts).filter((what) => what.startsWith('DIFFERENT'));
  const missing =
    options.cases >= kCasesForEverything && options.only === null && options.replay === null
      ? kMustComeUp.filter((what) => !(tally.counts[what] > 0))
      : [];
  console.log();
  for (const what of Object.keys(tally.counts).sort())
    console.log(`${String(tally.counts[what]).padStart(9)}  ${what}`);
  for (const what of missing) console.log(`differential: never came up: ${what}`);
  console.log(
    different.length === 0 ? 'differential: no difference' : 'differential: there are differences',
  );
  return different.length === 0 && missing.length === 0 ? 0 : 1;
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.engine === null) usage('no --engine');
  console.log(
    `differential: the reference is ${new Reference().version()}; --seed ${options.seed} --cases ${options.cases}`,
  );
  let tally;
  if (options.replay !== null) {
    const lines = fs
      .readFileSync(options.replay, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const cases = lines.map((line) => JSON.parse(line));
    tally = await some(options, () => cases.map((one, i) => [i, one]));
    if (options.keep !== null) {
      const folder = path.join(__dirname, '..', 'regressions');
      cases.forEach((one, i) =>
        keep(folder, i === 0 ? options.keep : `${options.keep}_${i}`, one, new Reference()),
      );
    }
  } else if (options.only !== null) {
    tally = await some(options, (comparer) => [[options.only, comparer.make(options.only)]]);
  } else {
    tally = await all(options);
  }
  process.exitCode = conclude(tally, options);
}

(process.env.DIFFERENTIAL_SHARE === undefined
  ? main()
  : work(JSON.parse(process.env.DIFFERENTIAL_SHARE))
).catch((error) => {
  console.error(error);
  process.exit(2);
});
