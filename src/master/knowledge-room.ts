import { createKnowledgeReads, type MeaningReads, noSuchFile } from '../orchestrator/door/knowledge-methods.ts';
import { createBeat } from '../pace/beat.ts';
import { createQueue } from '../pace/queue.ts';
import { inSlices } from '../pace/slices.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import {
  type KnowledgeFile,
  type KnowledgeKind,
  knowledgeBounds,
  knowledgeKindOf,
  knowledgeKinds,
  knowledgeName,
} from '../session/knowledge.ts';
import { plainText } from '../session/plain-text.ts';
import type { Milliseconds } from '../session/units.ts';
import { createKnowledgeStore, type KnowledgeStore, type NewFile } from '../store/knowledge-store.ts';
import { createMeaningAsker } from './knowledge/ask-meaning.ts';
import { startEmbedding } from './knowledge/embed-process.ts';
import type { MeaningParts } from './knowledge/make-vectors.ts';
import { createMeaningJob } from './knowledge/meaning-job.ts';
import { createMeaningKeeper, type MeaningKeeper } from './knowledge/meaning-keeper.ts';
import { readInProcess } from './knowledge/reader-process.ts';
import type { Room } from './room.ts';
import { createUploads } from './uploads.ts';

/** What sessions know from files: how they come in, are read by a process of their own, and take the place of former ones. */

export type KnowledgeRoom = Room<
  | 'knowledge'
  | 'knowledgeFile'
  | 'knowledgeSearch'
  | 'knowledgeGaps'
  | 'knowledgeUpload'
  | 'knowledgeAdd'
  | 'knowledgeRemove'
>;

const sweepEvery: Milliseconds = 3_600_000;
/** A session may be set to compare meaning at any moment, and by anybody. */
const lookEvery: Milliseconds = 10_000;

/** Throws `usage`. */
const namedFile = (given: string): { readonly file: string; readonly kind: KnowledgeKind } => {
  const file = knowledgeName(given);
  if (file === null)
    throw new FleetError('usage', `${JSON.stringify(plainText(given.slice(0, 120)))} is no name of a file.`);
  const kind = knowledgeKindOf(file);
  if (kind === null)
    throw new FleetError(
      'usage',
      `${plainText(file)} is none of the files that are read: ${knowledgeKinds.join(', ')}.`,
    );
  return { file, kind };
};

/** What is not known any more, and then its words in the index. */
const sweep = async (knowledge: KnowledgeStore, signal: AbortSignal): Promise<void> => {
  let erased = 0;
  for await (const did of inSlices((atMost) => knowledge.sweep(atMost), { signal })) erased += did;
  if (erased === 0) return;
  let isFirst = true;
  const step = (): number => {
    const more = knowledge.tidy(isFirst);
    isFirst = false;
    return more ? 1 : 0;
  };
  for await (const _ of inSlices(step, { signal, maxSize: 1 })) signal.throwIfAborted();
};

/** What is found by meaning for whoever looks: one process at a time, however many ask. */
const meaningReads = (parts: MeaningParts, keeper: MeaningKeeper, embed: typeof startEmbedding): MeaningReads => {
  const searches = createQueue();

  return {
    isMaking: keeper.isMaking,
    meant: (session, text) =>
      searches.run(async () => {
        const asker = createMeaningAsker(parts, session.stored, embed);
        try {
          return await asker.ask(text);
        } finally {
          await asker.end();
        }
      }),
  };
};

export const createKnowledgeRoom = (
  parts: MeaningParts,
  read: typeof readInProcess = readInProcess,
  embed: typeof startEmbedding = startEmbedding,
): KnowledgeRoom => {
  const { book, jobs, log, now, paths, store } = parts;
  const knowledge = createKnowledgeStore(store.database);
  const uploads = createUploads(paths, now, {
    directory: '.knowledge-arriving',
    mostBytes: knowledgeBounds.fileBytes,
    advice: 'Part it.',
  });
  const ending = new AbortController();
  /** One file after the other: two of one name, and the memory of their readers. */
  const queue = createQueue();

  const beat = createBeat({
    look: () => queue.run(() => sweep(knowledge, ending.signal)),
    everyMs: sweepEvery,
    firstMs: 0,
    withinMs: sweepEvery,
    onProblem: (error) => {
      if (!ending.signal.aborted) log.warn('what is not known any more was not erased', { error: messageOf(error) });
    },
    unref: true,
  });

  jobs.serve(createMeaningJob(parts, embed));
  const keeper = createMeaningKeeper(parts);
  const keeping = createBeat({
    look: keeper.look,
    everyMs: lookEvery,
    withinMs: lookEvery,
    onProblem: (error) => log.warn('vectors of knowledge were not looked after', { error: messageOf(error) }),
    unref: true,
  });

  const arrive = async (file: NewFile, path: string): Promise<KnowledgeFile> => {
    const { passages, characters } = await read({ path, name: file.name, kind: file.kind }, { signal: ending.signal });
    knowledge.checkRoom(file.sessionId, file.name, passages.length);
    const key = knowledge.begin(file, now());
    try {
      let written = 0;
      const write = (atMost: number): number => {
        const some = passages.slice(written, written + atMost);
        if (some.length > 0) knowledge.write(key, written + 1, some);
        written += some.length;
        return some.length;
      };
      for await (const did of inSlices(write, { signal: ending.signal })) log.debug('passages are written', { did });
      return knowledge.replace(key, { characters, passages: passages.length });
    } catch (error) {
      knowledge.abandon(key);
      throw error;
    }
  };

  // Before any room begins: what comes to a session as it starts (bundles/belongings/) is not given up again.
  knowledge.abandonAll();

  return {
    methods: {
      ...createKnowledgeReads(parts, meaningReads(parts, keeper, embed)),

      knowledgeUpload: ({ name, upload, part }) => {
        book.get(name);
        return uploads.add(upload, part);
      },

      knowledgeAdd: async ({ name, file: given, upload, actor = 'you' }) => {
        try {
          const session = book.get(name);
          const { file, kind } = namedFile(given);
          const { path, bytes } = uploads.get(upload);
          const { id } = session.stored;
          const added = await queue.run(() => arrive({ sessionId: id, name: file, kind, bytes, actor }, path));
          book.reload(session);
          book.record(session, {
            level: 'info',
            kind: 'knowledge-added',
            text: `it knows ${plainText(added.name)}, version ${added.version}: ${added.passages} passages`,
            actor,
            evidence: { file: plainText(added.name), version: added.version, passages: added.passages },
          });
          return { file: added };
        } finally {
          uploads.drop(upload);
          // The text of the version before is erased in its own time, and vectors of the new one are made in theirs.
          void beat.look();
          void keeping.look();
        }
      },

      knowledgeRemove: ({ name, file, actor = 'you' }) => {
        const session = book.get(name);
        const known = file.normalize('NFC');
        if (!knowledge.remove(session.stored.id, known)) throw noSuchFile(name, file);
        book.reload(session);
        book.record(session, {
          level: 'info',
          kind: 'knowledge-removed',
          text: `it does not know ${plainText(known)} any more`,
          actor,
          evidence: { file: plainText(known) },
        });
        void beat.look();
        return { removed: true };
      },
    },
    begin: () => {
      uploads.clear();
      beat.begin();
      keeping.begin();
    },
    close: async () => {
      ending.abort(new FleetError('unavailable', 'the master ends. Try again in a moment.'));
      keeper.close();
      await Promise.all([beat.close(), keeping.close()]);
    },
  };
};
