import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import type { z } from 'zod';
import type { Milliseconds } from '../session/units.ts';

/** A process of ours beside the master that works for it and speaks with it: tests, rehearsals, loops of a probe. Customers are answered first. */
export interface SideProcess<Message> {
  readonly pid: number | undefined;
  /** Dropped where the process does not listen any more: its end is told. */
  send(message: Message): void;
  /** Lets go of it, and it ends by itself; SIGKILL when it does not. Resolves when it is gone. */
  end(): Promise<void>;
}

export interface SideProcessEvents<Heard> {
  /** What it said, as its schema has it. */
  readonly onMessage: (message: Heard) => void;
  /** It speaks another version of the program. */
  readonly onStranger: () => void;
  /** It could not be started. */
  readonly onError: (error: unknown) => void;
  /** It is gone, and why: the first line of its errors that names one, or how it ended. */
  readonly onExit: (why: string) => void;
}

const endWithin: Milliseconds = 3000;
const mostErrorText = 4000;

const endChild = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;

  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), endWithin);
  await exited;
  clearTimeout(timer);
};

export const startSideProcess = <Sent extends object, Heard>(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  heard: z.ZodType<Heard>,
  { onMessage, onStranger, onError, onExit }: SideProcessEvents<Heard>,
): SideProcess<Sent> => {
  const child = spawn(process.execPath, [...args], {
    cwd: '/',
    env: { ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);

  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < mostErrorText) errors += text;
  });
  child.on('message', (raw) => {
    const message = heard.safeParse(raw);
    if (message.success) onMessage(message.data);
    else onStranger();
  });
  child.once('error', onError);
  child.once('exit', (code, signal) => {
    const why = errors.split('\n').find((line) => /error/i.test(line)) ?? `it ended with ${signal ?? code}`;
    onExit(why.trim());
  });

  return {
    pid: child.pid,
    send: (message) => {
      if (child.connected) child.send(message);
    },
    end: () => endChild(child),
  };
};
