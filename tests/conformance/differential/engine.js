// SPDX-License-Identifier: Apache-2.0
// This project's engine: the program cedar_differential, kept running.
'use strict';

const {spawn} = require('child_process');
const readline = require('readline');

class Engine {
  constructor(program) {
    this.program = program;
    this.start();
  }

  start() {
    this.waiting = [];
    const child = spawn(this.program, [], {stdio: ['pipe', 'pipe', 'inherit']});
    this.child = child;
    const waiting = this.waiting;
    readline
      .createInterface({input: child.stdout})
      .on('line', (line) => waiting.shift()(JSON.parse(line)));
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      console.error(`${this.program}: ${error.message}`);
      process.exit(2);
    });
    child.on('exit', (code, signal) => {
      for (const answered of waiting.splice(0)) answered({crashed: signal ?? `exit ${code}`});
      if (this.child === child) this.child = null;
    });
  }

  // Its answer to a case; {crashed} when it died of it.
  ask(one) {
    if (this.child === null) this.start();
    const answer = new Promise((resolve) => this.waiting.push(resolve));
    this.child.stdin.write(JSON.stringify(one) + '\n');
    return answer;
  }

  close() {
    if (this.child !== null) this.child.stdin.end();
  }
}

module.exports = {Engine};
