import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/**
 * A query that is forgotten lets a mystery customer into a figure. So every query over what was said either leaves probe chats out, is
 * about one chat, message, turn or part that somebody named, or stands here with the reason for which probes belong in it.
 */
const knownReaders: Readonly<Record<string, { readonly queries: number; readonly because: string }>> = {
  'src/store/chat-queries.ts': {
    queries: 8,
    because: 'the list of chats shows them as `probe`; silences and requests for a person are never of one',
  },
  'src/store/guards.ts': { queries: 1, because: 'ids of the newest second, to tell what was erased' },
  'src/store/probe-store.ts': { queries: 1, because: 'it is about probes' },
  'src/store/send-file-store.ts': { queries: 1, because: 'a mystery customer is sent no files' },
  'src/store/session-totals.ts': {
    queries: 4,
    because: 'bounds of row numbers; what lies between is counted without them',
  },
  'src/store/silence-store.ts': { queries: 3, because: 'nobody is left in silence in a probe chat (core/silence.ts)' },
  'src/store/turn-queries.ts': { queries: 2, because: 'of a chat that a person named' },
  'src/store/turn-store.ts': { queries: 2, because: 'turns that are open belong to the pipeline, whoever asked' },
  'src/store/canary-store.ts': { queries: 1, because: 'the side of one chat; a probe chat has none' },
  'src/store/canaries/canary-figures.ts': {
    queries: 2,
    because: 'messages and later turns beside a turn that was chosen without them',
  },
  'src/store/conversations/conversation-identity.ts': {
    queries: 4,
    because: 'by an address or a name; a probe chat has neither number nor LID',
  },
  'src/store/conversations/conversation-pauses.ts': {
    queries: 2,
    because: 'nothing pauses a probe chat or asks for a person in it',
  },
  'src/store/conversations/probe-chats.ts': { queries: 1, because: 'it is the mark' },
  'src/store/integrity/salvage.ts': { queries: 1, because: 'rows whose chat is lost' },
  'src/store/integrity/settle-open.ts': { queries: 3, because: 'whatever was open when a store was lost is settled' },
  'src/store/messages/message-changes.ts': { queries: 1, because: 'a message by its key' },
  'src/store/messages/message-queries.ts': { queries: 2, because: 'what waits is the pipeline’s, whoever asked' },
  'src/store/outbox/open-parts.ts': { queries: 1, because: 'what is to be sent is the pipeline’s, whoever asked' },
  'src/store/outbox/outbox-rows.ts': { queries: 1, because: 'the join of a part with its chat' },
  'src/store/rehearsals/rehearsal-reads.ts': {
    queries: 2,
    because: 'the turns of one rehearsal, which were chosen without them',
  },
  'src/store/replica/batch.ts': { queries: 1, because: 'a chat by its number' },
  'src/store/replica/open-rows.ts': { queries: 5, because: 'whatever is open goes along when a session moves' },
  'src/store/replica/replica-counts.ts': { queries: 1, because: 'a walk over sessions' },
  'src/store/replica/replica-sessions.ts': { queries: 1, because: 'the name of a session' },
  'src/store/retention/erase-customer.ts': { queries: 1, because: 'by the author’s address in groups' },
  'src/store/retention/erase-session.ts': { queries: 1, because: 'whoever erases a session erases its probes' },
  'src/store/retention/erase-told.ts': { queries: 1, because: 'parts by their numbers' },
  'src/store/retention/prune.ts': { queries: 4, because: 'what is old is old' },
};

const tables = /\b(FROM|JOIN|UPDATE)\s+(messages|turns|outbox|conversations|silences)\b/;
const leavesOut = /notOfProbe|probeChatIds|chat_kind = 'person'/;
const namesOne =
  /\b(conversation_id|c\.id|o\.id|m\.id|t\.id|id|seq|turn_id|outbox_id|message_key|message_id|t\.conversation_id)\s*=\s*(\?\d*|:\w+|NEW|OLD)/;
const literals = /`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g;

const sources = ['src', 'workers'].flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('migrations/') && !file.includes('demo/'))
    .map((file) => join(root, file)),
);

test('every query over what was said leaves mystery customers out, or says why not', () => {
  const found: Record<string, number> = {};
  for (const file of sources) {
    const text = readFileSync(file, 'utf8')
      .replace(/^\s*\/\/.*$/gm, '')
      .replace(/\/\*[\s\S]*?\*\//g, '');
    for (const [sql] of text.matchAll(literals)) {
      if (!tables.test(sql) || leavesOut.test(sql) || namesOne.test(sql)) continue;
      found[file] = (found[file] ?? 0) + 1;
    }
  }

  expect(found).toEqual(Object.fromEntries(Object.entries(knownReaders).map(([file, { queries }]) => [file, queries])));
});
