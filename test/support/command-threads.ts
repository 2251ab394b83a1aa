import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Ended } from './command-line.ts';

const host = fileURLToPath(new URL('./command-host.mjs', import.meta.url));
const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** Runs commands of the built program where they need no process of their own: in threads of one, for half of the work (docs/decisions/test-time.md). */
export interface CommandThreads {
  /** `withinMs`: after it the command is ended, and its code is -1. */
  run(args: readonly string[], withinMs: number): Promise<Ended>;
  /** Ends the process, and with it whatever still runs. */
  close(): Promise<void>;
}

/** Of the environment, what a process reads once for all of its threads. */
const ofProcess = ['PATH', 'LANG', 'TZ', 'NODE_COMPILE_CACHE'] as const;

/** A thread has neither stdin nor signals nor a terminal, for whoever lives by one of them as a dashboard does, and no umask, which PM2's client sets. */
const livesByProcess = /^(mcp|door|run|master|restore|-f|--follow|--stdio|--daemon|--demo)$|-stdin$/;

export const needsProcess = (args: readonly string[]): boolean =>
  args.length === 0 || args.some((arg) => livesByProcess.test(arg));

/** The process begins with the first command, in `cwd`; what it has of `env` names no home, so that nobody takes it for a part of that fleet. */
export const openCommandThreads = (cwd: string, env: Readonly<Record<string, string>>): CommandThreads => {
  const waiting = new Map<number, { done(ended: Ended): void; failed(error: Error): void }>();
  let last = 0;
  let opened: ChildProcess | undefined;

  const open = (): ChildProcess => {
    const child = fork(host, [], {
      cwd,
      env: Object.fromEntries(ofProcess.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', ({ id, ...ended }: Ended & { readonly id: number }) => {
      waiting.get(id)?.done(ended);
      waiting.delete(id);
    });
    child.once('exit', (code, signal) => {
      for (const { failed } of waiting.values())
        failed(new Error(`the process of the commands ended with ${code ?? signal}`));
      waiting.clear();
    });
    child.unref();
    child.channel?.unref();
    return child;
  };

  return {
    run: (args, withinMs) =>
      new Promise((done, failed) => {
        opened ??= open();
        last += 1;
        waiting.set(last, { done, failed });
        opened.send({ id: last, program, args, env, withinMs });
      }),
    close: async () => {
      const child = opened;
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;

      const exited = new Promise((done) => child.once('exit', done));
      child.ref();
      child.disconnect();
      await exited;
    },
  };
};
