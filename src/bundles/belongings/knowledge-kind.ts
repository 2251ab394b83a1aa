import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { inSlices } from '../../pace/slices.ts';
import {
  type KnowledgeFile,
  knowledgeBounds,
  knowledgeKinds,
  knowledgeName,
  type PassagePlace,
} from '../../session/knowledge.ts';
import { createKnownFiles } from '../../store/knowledge/known-files.ts';
import { createKnowledgeStore, type NewPassage } from '../../store/knowledge-store.ts';
import type { BelongingKind, BelongingSource, BelongingTarget } from './belonging-kind.ts';
import { actorSchema, momentSchema, notUnderstood } from './read-laid-out.ts';
import { stableJson } from './stable-json.ts';

/** What a session knows from files, as passages: a line a file, followed by a line for each of its passages. */

const file = 'knowledge.jsonl';
const passagesAtOnce = 500;
/** A passage is cut at 900 characters; a newer program may cut elsewhere. */
const longestText = 10_000;

const fileSchema = z.object({
  name: z.string().refine((name) => knowledgeName(name) === name),
  kind: z.enum(knowledgeKinds),
  bytes: z.number().int().min(0),
  characters: z.number().int().min(0).max(knowledgeBounds.fileCharacters),
  passages: z.number().int().min(0).max(knowledgeBounds.filePassages),
  addedAt: momentSchema,
  actor: actorSchema,
});
type Header = z.infer<typeof fileSchema>;
const place = z.number().int().min(1).optional();
const lineSchema = z.union([
  z.object({ file: fileSchema }),
  z.object({
    place: z.object({ page: place, line: place, row: place, heading: z.string().max(longestText).optional() }),
    text: z.string().max(longestText),
  }),
]);

/** Without its version, which each store counts for itself. */
const headerOf = ({ version: _, ...header }: KnowledgeFile): Header => header;

const headersOf = ({ store, sessionId }: BelongingSource): readonly Header[] =>
  createKnownFiles(store.database).all(sessionId).map(headerOf);

/** A reader of lines takes these two for ends of lines. */
const oneLine = (value: unknown): string =>
  `${JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`;

const writePassages = async (handle: FileHandle, { store, sessionId }: BelongingSource, name: string) => {
  const known = createKnownFiles(store.database);
  for (let from = 1; ; ) {
    const passages = known.passages(sessionId, name, from, passagesAtOnce);
    const last = passages.at(-1);
    if (last === undefined) return;
    await handle.write(passages.map(({ place: at, text }) => oneLine({ place: at, text })).join(''));
    from = last.n + 1;
  }
};

interface ReadFile {
  readonly header: Header;
  readonly passages: NewPassage[];
}

/** One file at a time: only as much is in memory. Throws `failed`. */
async function* readFiles(path: string): AsyncGenerator<ReadFile> {
  let current: ReadFile | null = null;
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const text of lines) {
      const line = lineSchema.parse(JSON.parse(text));
      if ('file' in line) {
        if (current !== null) yield current;
        current = { header: line.file, passages: [] };
      } else if (current === null || current.passages.length >= current.header.passages)
        throw notUnderstood('the files that it knows');
      else current.passages.push({ place: line.place as PassagePlace, text: line.text });
    }
  } catch (error) {
    throw notUnderstood('the files that it knows', error);
  } finally {
    lines.close();
  }
  if (current !== null) yield current;
}

type Knowledge = ReturnType<typeof createKnowledgeStore>;
type Arrived = Parameters<Knowledge['replaceAll']>[1][number];

/** Written where nobody reads it yet, in slices: customers are answered meanwhile. */
const writeArriving = async (
  knowledge: Knowledge,
  { sessionId, signal }: BelongingTarget,
  { header, passages }: ReadFile,
  onBegun: (arrived: Arrived) => void,
): Promise<void> => {
  const { name, kind, bytes, actor, characters, addedAt } = header;
  const key = knowledge.begin({ sessionId, name, kind, bytes, actor }, addedAt);
  onBegun({ key, size: { characters, passages: passages.length } });
  let written = 0;
  const write = (atMost: number): number => {
    const some = passages.slice(written, written + atMost);
    if (some.length > 0) knowledge.write(key, written + 1, some);
    return some.length;
  };
  for await (const did of inSlices(write, { signal })) written += did;
};

export const knowledgeKind: BelongingKind = {
  name: 'knowledge',

  describe: (source) => {
    const headers = headersOf(source);
    return headers.length === 0 ? null : stableJson(headers);
  },

  layOut: async (source, directory) => {
    const headers = headersOf(source);
    const handle = await open(join(directory, file), 'wx', 0o600);
    try {
      for (const header of headers) {
        await handle.write(oneLine({ file: header }));
        await writePassages(handle, source, header.name);
      }
    } finally {
      await handle.close();
    }
    return { count: headers.length, written: [file], copied: [] };
  },

  prepare: async (target, directory) => {
    const { store, sessionId } = target;
    const knowledge = createKnowledgeStore(store.database);
    const here = new Map(headersOf(target).map((header) => [header.name, stableJson(header)]));
    const kept = new Set<string>();
    const arrived: Arrived[] = [];
    const abandon = (): void => {
      for (const { key } of arrived) knowledge.abandon(key);
    };
    try {
      for await (const read of readFiles(join(directory, file))) {
        const { header, passages } = read;
        const names = kept.size + arrived.length;
        if (passages.length !== header.passages || names >= knowledgeBounds.sessionFiles)
          throw notUnderstood('the files that it knows');
        // What did not change is not written again.
        if (here.get(header.name) === stableJson(header)) kept.add(header.name);
        else await writeArriving(knowledge, target, read, (one) => arrived.push(one));
      }
    } catch (error) {
      abandon();
      throw error;
    }
    return {
      count: kept.size + arrived.length,
      commit: () => knowledge.replaceAll(sessionId, arrived, kept),
      abandon,
    };
  },
};
