import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Questions of one-shot commands on the terminal; null when nobody can be asked. */
export const askOnTerminal = async (
  question: string,
  streams: { readonly stdin: NodeJS.ReadStream; readonly stdout: NodeJS.WriteStream },
  options: { readonly hidden?: boolean; readonly signal?: AbortSignal } = {},
): Promise<string | null> => {
  const { stdin, stdout } = streams;
  if (!stdin.isTTY) return null;
  // What is typed for a secret is not echoed: the reader writes into nothing.
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: stdin, output: options.hidden === true ? sink : stdout, terminal: true });
  try {
    if (options.hidden === true) stdout.write(question);
    const answer = await reader.question(
      options.hidden === true ? '' : question,
      options.signal === undefined ? {} : { signal: options.signal },
    );
    if (options.hidden === true) stdout.write('\n');
    return answer;
  } finally {
    reader.close();
  }
};
