import process from 'node:process';
import { FleetError } from '../../session/fleet-error.ts';
import { toolBounds } from '../../session/tool.ts';
import { flag, type Options, textOption } from './command.ts';

/** A secret that signs, for commands that take one: never as an argument, which every process of the machine could read. */

export const secretOptions = [
  { flags: '--secret-stdin', help: 'its secret comes on the standard input' },
  { flags: '--secret-env <variable>', help: 'its secret stands in this variable' },
  { flags: '--new-secret', help: 'makes a new secret and shows it once (also where none is given)' },
] as const;

const fromStdin = async (): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8').trim();
};

/** From the input or from a variable; undefined: none was given. Throws `usage`. */
export const secretIn = async (options: Options): Promise<string | undefined> => {
  const variable = textOption(options, 'secretEnv');
  const secret = flag(options, 'secretStdin')
    ? await fromStdin()
    : variable === undefined
      ? undefined
      : (process.env[variable] ?? '').trim();
  const { least, most } = toolBounds.secret;
  if (secret !== undefined && (secret.length < least || secret.length > most))
    throw new FleetError('usage', `the secret must have ${least} to ${most} characters.`);
  return secret;
};
