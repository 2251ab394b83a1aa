'use strict';
// Loaded first by every process of ours (scripts/pack-loader.cjs) and by PM2's daemon (scripts/pm2-parts.cjs). Node waits at its end for V8's own
// threads, and one of them may be waiting for a collection that only the thread which waits for it could make: then the process stays for ever, does
// nothing, and no signal but SIGKILL reaches it (nodejs/node issue 54918, open in Node 24 and 26; one stop of a worker in 300 under load here). So
// whatever ends the process is replaced at the very end by a shell that says nothing but the exit code: for that the kernel waits for no thread.
const { existsSync, readFileSync } = require('node:fs');
const nodeModule = require('node:module');

const shell = '/bin/sh';
/** O_NONBLOCK of Linux. */
const nonBlocking = 0o4000;

/** What is measured is written by Node itself at its end. */
const isMeasured = () =>
  process.env.NODE_V8_COVERAGE !== undefined ||
  /--(cpu-prof|heap-prof|prof\b|trace-event)/.test([...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' '));

const isNonBlocking = (descriptor) => {
  const [, flags = '0'] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1')) ?? [];
  return (Number.parseInt(flags, 8) & nonBlocking) !== 0;
};

/** As Node does: whoever shares our pipes or our terminal goes on with them as they were. */
const giveBack = () => {
  for (const fd of [0, 1, 2].filter(isNonBlocking)) {
    const { Socket } = require('node:net');
    // Our own stream of it may be closed by now; this one is for nothing else.
    new Socket({ fd, readable: fd === 0, writable: fd !== 0, manualStart: true })._handle.setBlocking(true);
  }
  // Whoever has no stream of a terminal has changed none, and would load 12 ms for it.
  const hasTerminal = process.moduleLoadList?.includes('NativeModule tty') !== false;
  if (hasTerminal && require('node:tty').isatty(0) && process.stdin.isRaw) process.stdin.setRawMode(false);
};

/** A thread may not change the directory, and says so; asking `worker_threads` would load it, 2 ms of every command. */
const isThread = () => process.chdir.disabled === true;
const isPossible = () => !isThread() && !isMeasured() && existsSync(shell);

let isSure = false;
/** Makes every end of this process a sure one, whoever asks for it; where it cannot be, it ends as Node does. */
exports.makeExitSure = () => {
  if (isSure || process.platform !== 'linux' || typeof process.execve !== 'function') return;

  isSure = true;
  const exitAsNode = process.reallyExit;
  process.reallyExit = (code) => {
    try {
      if (!isPossible()) return exitAsNode.call(process, code);

      nodeModule.flushCompileCache?.();
      giveBack();
      process.execve(shell, ['sh', '-c', `exit ${Number(code) || 0}`], {});
    } catch {
      // A descriptor that was closed, or a limit of this machine: then as ever.
      exitAsNode.call(process, code);
    }
    return undefined;
  };
  // One that has nothing more to do takes the same way.
  process.once('beforeExit', () => process.exit());
};
