import { type ChildProcess, spawn } from 'node:child_process';
import { endsWithin } from '../pace/deadline.ts';
import { createLineSplitter } from '../protocol/lines.ts';
import { maxLineBytes } from '../protocol/wire.ts';
import { messageOf } from '../session/fleet-error.ts';
import type { Milliseconds } from '../session/units.ts';
import type { DoorWay, WayEnd } from './door-way.ts';

export interface PipeProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** Why it ended, for a person: `stderr` is the end of what it said, `code` null when it was killed, `missing` when there is no such program. */
  readonly explain: (end: {
    readonly code: number | null;
    readonly stderr: string;
    readonly missing: boolean;
    readonly answered: boolean;
  }) => WayEnd;
}

/** A shell's profile may say something before our program does; more than this and it is no door. */
const mostNoise = 50;
const keptStderr = 4000;
const endWithin: Milliseconds = 1500;

/** Asks it to end, then ends it; resolves when it is gone. */
const endChild = async (child: ChildProcess, gone: Promise<unknown>): Promise<void> => {
  child.stdin?.end();
  if (await endsWithin(gone, endWithin)) return;

  child.kill('SIGTERM');
  if (await endsWithin(gone, endWithin)) return;

  child.kill('SIGKILL');
  await gone;
};

/**
 * Over the pipes of a program that leads to a master, `ssh host zap-fleet door --stdio`. It is in a session of its own: it has no terminal to
 * ask on, and ctrl+c is not its. When this process dies its pipes end, and so does it.
 */
export const pipeWay =
  (program: PipeProgram): DoorWay =>
  ({ onConnect, onMessage, onClose }) => {
    const child = spawn(program.command, [...program.args], { stdio: ['pipe', 'pipe', 'pipe'], detached: true });
    const gone = new Promise<void>((done) => child.once('close', () => done()));
    const splitter = createLineSplitter(maxLineBytes);
    let stderr = '';
    let answered = false;
    let noise = 0;
    let ownReason: string | null = null;
    let closed = false;

    const destroy = (why: string): void => {
      ownReason ??= why;
      void endChild(child, gone);
    };
    const close = (why: WayEnd): void => {
      if (closed) return;
      closed = true;
      onClose(why);
    };
    const take = (line: string): void => {
      if (!answered && !line.startsWith('{')) {
        noise += 1;
        if (noise > mostNoise) destroy('it says something else than a fleet does');
        return;
      }
      answered = true;
      onMessage(line);
    };

    child.once('spawn', onConnect);
    child.stdout.on('data', (chunk: Buffer) => {
      try {
        for (const line of splitter.push(chunk)) take(line);
      } catch (error) {
        destroy(messageOf(error));
      }
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-keptStderr);
    });
    // It ended before it was written to: `close` says why.
    child.stdin.on('error', () => child.stdin.destroy());
    child.once('error', (error: NodeJS.ErrnoException) => {
      if (ownReason !== null) return;
      close(program.explain({ code: null, stderr: messageOf(error), missing: error.code === 'ENOENT', answered }));
    });
    child.once('close', (code) =>
      close(ownReason === null ? program.explain({ code, stderr, missing: false, answered }) : { reason: ownReason }),
    );

    return {
      write: (text) => {
        if (child.stdin.writable) child.stdin.write(`${text}\n`);
      },
      destroy,
      close: () => endChild(child, gone),
    };
  };
