import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { HomePaths } from '../../home/home-paths.ts';
import type { Scene, SharedRules } from '../../protocol/rehearse.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { SessionName } from '../../session/session-name.ts';
import { firstIssue } from '../../words/first-issue.ts';

/**
 * `data/cases/NAME.yaml`: what every rehearsal of a session asks beside the recorded turns, and rules that hold for every answer. Written
 * by people and by `rehearse NAME --case TURN`; what is wrong in it is named by its line.
 */

/** A case as it stands in the file. */
export interface FileCase extends Scene {
  /** Of what it was made; null: a person wrote it. */
  readonly turn: number | null;
  readonly chat: number | null;
  /** Lines of the file, from 1; `end` is the first that is not its own any more. */
  readonly line: number;
  readonly end: number;
}

export interface CaseFile {
  readonly rules: SharedRules;
  readonly cases: readonly FileCase[];
}

const longestFile = 2_000_000;
const mostCases = 500;

const words = z
  .union([z.string().min(1), z.array(z.string().min(1))])
  .transform((one) => (typeof one === 'string' ? [one] : one));
const said = z.union([
  z.strictObject({ customer: z.string() }).transform(({ customer }) => ({ from: 'customer' as const, text: customer })),
  z.strictObject({ bot: z.string() }).transform(({ bot }) => ({ from: 'bot' as const, text: bot })),
]);
const caseSchema = z.strictObject({
  name: z.string().trim().min(1).max(200),
  ask: z.string().min(1).max(60_000),
  history: z.array(said).max(200).default([]),
  expect: words.default([]),
  never: words.default([]),
  longest: z.number().int().min(1).max(100_000).nullable().default(null),
  answer: z.string().max(60_000).optional(),
  turn: z.number().int().nullable().default(null),
  chat: z.number().int().nullable().default(null),
});
const fileSchema = z.strictObject({
  forbidden: words.default([]),
  longest: z.number().int().min(1).max(100_000).nullable().default(null),
  // A list whose last entry was taken out is nothing in YAML.
  cases: z
    .array(z.unknown())
    .max(mostCases)
    .nullish()
    .transform((cases) => cases ?? []),
});

export const casesDirectory = (paths: Pick<HomePaths, 'data'>): string => join(paths.data, 'cases');
export const caseFilePath = (paths: Pick<HomePaths, 'data'>, name: SessionName): string =>
  join(casesDirectory(paths), `${name}.yaml`);

const wrong = (path: string, line: number, what: string): FleetError =>
  new FleetError('usage', `${path}, line ${line}: ${plainText(what)}. Mend it, or move the file away.`);

/** On which line each mapping begins: by its place in the order in which a list holds it. */
interface Read {
  readonly value: unknown;
  readonly lineOf: ReadonlyMap<object, number>;
}

const readYaml = async (path: string, text: string): Promise<Read> => {
  const { load, YAMLException } = await import('js-yaml');
  const lineOf = new Map<object, number>();
  const opened: number[] = [];
  try {
    const value = load(text, {
      listener: (event, state) => {
        if (event === 'open') {
          opened.push(state.line);
          return;
        }
        const line = opened.pop() ?? 0;
        if (typeof state.result === 'object' && state.result !== null && !lineOf.has(state.result))
          lineOf.set(state.result, line);
      },
    });
    return { value, lineOf };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw wrong(path, (error.mark?.line ?? 0) + 1, error.reason);
  }
};

/** The line of a field of a case, where it can be found; else the case's own. */
const lineOfField = (lines: readonly string[], from: number, end: number, field: string | undefined): number => {
  if (field === undefined) return from;
  const begins = (line: string): boolean => {
    const own = line.trim().replace(/^- +/, '').replaceAll(/["']/g, '');
    return own.startsWith(field) && /^\s*:/.test(own.slice(field.length));
  };
  const at = lines.slice(from - 1, end - 1).findIndex(begins);
  return at < 0 ? from : from + at;
};

/** A misspelt name before what is missing because of it. */
const firstProblem = ({ issues }: z.ZodError): { readonly field: string | undefined; readonly text: string } => {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0];
  return {
    field: field === undefined ? undefined : String(field),
    text: firstIssue('', { issues: issue === undefined ? [] : [issue] }),
  };
};

/** The line of a list's entry that is no case at all. */
const lineOfEntry = (lines: readonly string[], entry: unknown): number =>
  Math.max(1, lines.findIndex((line) => line.trim() === `- ${String(entry)}`) + 1);

/** Where a case begins in its list: the line of its dash, or its own. */
const startOf = (lines: readonly string[], line: number): number => {
  for (let at = line; at > Math.max(0, line - 2); at -= 1) if (/^\s*- ?/.test(lines[at - 1] ?? '')) return at;
  return line;
};

/** Behind the last line of a case: what stands at the margin, but for a dash or a comment, is no part of the list any more. */
const endOf = (lines: readonly string[], line: number): number => {
  const margin = lines.findIndex((text, index) => index >= line && /^[^\s#-]/.test(text));
  return margin === -1 ? lines.length + 1 : margin + 1;
};

/** Throws `usage` with path and line. */
export const parseCases = async (path: string, text: string): Promise<CaseFile> => {
  if (text.length > longestFile)
    throw new FleetError('usage', `${path} is longer than ${longestFile} characters: part it.`);
  const { value, lineOf } = await readYaml(path, text);
  const lines = text.split('\n');
  const whole = fileSchema.safeParse(value ?? {});
  if (!whole.success) {
    const { field, text: problem } = firstProblem(whole.error);
    throw wrong(path, lineOfField(lines, 1, lines.length + 1, field), problem);
  }

  const { forbidden, longest, cases } = whole.data;
  const begins = cases.map((one) => {
    const line = typeof one === 'object' && one !== null ? lineOf.get(one) : undefined;
    return line === undefined ? 1 : startOf(lines, line + 1);
  });
  const names = new Map<string, number>();
  return {
    rules: { forbidden, longest },
    cases: cases.map((one, index) => {
      const line = begins[index] ?? 1;
      const end = begins[index + 1] ?? endOf(lines, line);
      if (typeof one !== 'object' || one === null)
        throw wrong(
          path,
          lineOfEntry(lines, one),
          'a case has a name and what is asked. Example: name: price, ask: How much is it?',
        );
      const parsed = caseSchema.safeParse(one);
      if (!parsed.success) {
        const { field, text: problem } = firstProblem(parsed.error);
        throw wrong(path, lineOfField(lines, line, end, field), problem);
      }
      const { name, answer, ...rest } = parsed.data;
      const before = names.get(name);
      if (before !== undefined) throw wrong(path, line, `a case named ${name} stands on line ${before} already`);
      names.set(name, line);
      return { name, ...rest, ...(answer === undefined ? {} : { answer }), line, end };
    }),
  };
};

const noCases: CaseFile = { rules: { forbidden: [], longest: null }, cases: [] };

export const readCases = async (paths: Pick<HomePaths, 'data'>, name: SessionName): Promise<CaseFile> => {
  const path = caseFilePath(paths, name);
  if (!existsSync(path)) return noCases;
  try {
    return await parseCases(path, readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw new FleetError('usage', `${path} cannot be read: ${messageOf(error)}. Mend its permissions.`, {
      cause: error,
    });
  }
};

const writeWhole = (path: string, text: string): void => {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, path);
};

const head = `# Cases of a session: asked in every rehearsal (zap-fleet rehearse NAME), beside what customers wrote.
# expect: words that the answer must have, with alternatives: [domingo, "8h|oito"]; never: words that it must not have.
# Rules for every answer: forbidden: [word, …] and longest: characters.
cases:
`;

/** What is written of a case. */
export interface NewCase {
  readonly name: string;
  readonly ask: string;
  readonly history: Scene['history'];
  readonly answer: string;
  readonly turn: number;
  readonly chat: number;
}

/** Adds a case at the end of the file, and leaves what a person wrote as it is. Throws `usage`, `already-exists`. */
export const addCase = async (paths: Pick<HomePaths, 'data'>, name: SessionName, added: NewCase): Promise<string> => {
  const path = caseFilePath(paths, name);
  const known = await readCases(paths, name);
  const twin = known.cases.find(({ turn }) => turn === added.turn);
  if (twin !== undefined)
    throw new FleetError('already-exists', `turn ${added.turn} is a case already: ${plainText(twin.name)}, in ${path}`);

  const { dump } = await import('js-yaml');
  const names = new Set(known.cases.map((one) => one.name));
  let title = added.name;
  for (let count = 2; names.has(title); count += 1) title = `${added.name} (${count})`;
  const item = dump(
    [
      {
        name: title,
        ask: added.ask,
        ...(added.history.length === 0
          ? {}
          : {
              history: added.history.map(({ from, text }) =>
                from === 'customer' ? { customer: text } : { bot: text },
              ),
            }),
        answer: added.answer,
        expect: [],
        turn: added.turn,
        chat: added.chat,
      },
    ],
    { lineWidth: -1, noRefs: true },
  );
  const block = item
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? line : `  ${line}`))
    .join('\n');

  mkdirSync(casesDirectory(paths), { recursive: true, mode: 0o700 });
  const before = existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : head.trimEnd();
  const isList = /^cases\s*:\s*(?:#.*)?$/m.test(before);
  if (!isList && known.cases.length > 0)
    throw new FleetError('usage', `${path}: write its cases as a list below a line "cases:", then cases can be added.`);
  const text = `${isList ? before : `${before.replace(/^cases\s*:.*$/m, '').trimEnd()}\ncases:`}\n${block}\n`;
  // What could not be read again is not written.
  await parseCases(path, text);
  writeWhole(path, text);
  return title;
};

/** Takes out the cases that were made of turns and are meant; how many there were. Throws `usage` where the file cannot be read. */
export const removeCases = async (
  paths: Pick<HomePaths, 'data'>,
  name: SessionName,
  isMeant: (made: { readonly turn: number | null; readonly chat: number | null }) => boolean,
): Promise<number> => {
  const path = caseFilePath(paths, name);
  const { cases } = await readCases(paths, name);
  const gone = cases.filter(isMeant);
  if (gone.length === 0) return 0;

  const lines = readFileSync(path, 'utf8').split('\n');
  const kept = lines.filter((_, index) => !gone.some(({ line, end }) => index + 1 >= line && index + 1 < end));
  writeWhole(path, `${kept.join('\n').trimEnd()}\n`);
  return gone.length;
};
