import { describe, expect, it } from 'vitest';
import { aiConfigSchema } from '../../../../src/session/session-config.ts';
import type { StoredMessage } from '../../../../src/store/message-store.ts';
import { fileText } from '../../../../workers/conversation/turn/file-text.ts';
import { hasFixedAnswer, mediaPlan } from '../../../../workers/conversation/turn/media-plan.ts';
import type { MessageFacts } from '../../../../workers/whatsapp/whatsapp-client.ts';

const message = (kind: string, mimeType: string | null, facts: MessageFacts = {}, text = ''): StoredMessage => ({
  seq: 1,
  conversationId: 1,
  waId: 'false_5511987654321@c.us_A',
  sender: 'customer',
  kind,
  text,
  mimeType,
  mediaText: null,
  at: 0,
  storedAt: 0,
  outcome: 'pending',
  outcomeCode: null,
  pendingSince: 0,
  heldUntil: null,
  turnId: null,
  facts: JSON.stringify(facts),
  quoted: null,
  ad: null,
  editedAt: null,
  deletedAt: null,
});
const ai = aiConfigSchema.parse({});

describe('what is done with a file', () => {
  it.each<[string, string, string | null, MessageFacts, string]>([
    ['a voice note', 'audio', 'audio/ogg; codecs=opus', { voiceNote: true }, 'describe audio'],
    ['a picture', 'image', 'image/jpeg', {}, 'describe image'],
    ['a picture to be seen once', 'image', 'image/jpeg', { viewOnce: true }, 'nothing'],
    ['a film', 'video', 'video/mp4', {}, 'nothing'],
    ['a place', 'location', null, {}, 'nothing'],
    ['a PDF', 'document', 'application/pdf', { fileName: 'a.pdf' }, 'describe document'],
    ['a PDF without its type', 'document', 'application/octet-stream', { fileName: 'A.PDF' }, 'describe document'],
    ['a picture sent as a file', 'document', 'image/png', { fileName: 'a.png' }, 'describe image'],
    ['a recording sent as a file', 'document', 'audio/mpeg', { fileName: 'a.mp3' }, 'describe audio'],
    ['a table', 'document', 'text/csv', { fileName: 'a.csv' }, 'text'],
    ['notes without a type', 'document', null, { fileName: 'notas.md' }, 'text'],
    ['a spreadsheet', 'document', 'application/vnd.ms-excel', { fileName: 'a.xls' }, 'unsupported'],
    ['a large PDF', 'document', 'application/pdf', { fileBytes: 11 * 1024 * 1024 }, 'too-large'],
    ['a picture as large', 'image', 'image/jpeg', { fileBytes: 11 * 1024 * 1024 }, 'describe image'],
    ['a large picture', 'image', 'image/jpeg', { fileBytes: 21 * 1024 * 1024 }, 'too-large'],
  ])('%s', (_, kind, mimeType, facts, expected) => {
    const plan = mediaPlan(message(kind, mimeType, facts), ai);
    expect(plan.kind === 'describe' ? `describe ${plan.as}` : plan.kind).toBe(expected);
  });

  it('reads nothing twice, and nothing that the session does not want read', () => {
    expect(mediaPlan({ ...message('audio', 'audio/ogg'), mediaText: 'oi' }, ai).kind).toBe('nothing');
    for (const policy of ['ignore', 'reply'] as const)
      expect(mediaPlan(message('document', 'application/pdf'), { ...ai, document: policy }).kind).toBe('nothing');
  });

  it('answers with the fixed text only where there is nothing else to answer', () => {
    const reply = { ...ai, image: 'reply', mediaReply: 'Só leio textos.' } as const;
    const picture = message('image', 'image/jpeg');
    expect(hasFixedAnswer([picture, picture], reply)).toBe(true);
    expect(hasFixedAnswer([message('image', 'image/jpeg', {}, 'serve?')], reply)).toBe(false);
    expect(hasFixedAnswer([picture, message('location', null)], reply)).toBe(false);
    expect(hasFixedAnswer([picture], { ...reply, mediaReply: ' ' })).toBe(false);
    expect(hasFixedAnswer([picture], ai)).toBe(false);
  });
});

describe('the characters of a file', () => {
  it.each<[string, readonly number[], string | null]>([
    ['UTF-8', [...new TextEncoder().encode('pão; 3 €')], 'pão; 3 €'],
    ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, 0x6f, 0x69], 'oi'],
    ['UTF-16', [0xff, 0xfe, 0x6f, 0, 0xe3, 0], 'oã'],
    ['Windows', [0x70, 0xe3, 0x6f, 0x20, 0x80], 'pão €'],
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0x0d], null],
    ['nothing', [0x20, 0x0a], null],
  ])('%s', (_, bytes, text) => {
    expect(fileText(new Uint8Array(bytes))).toBe(text);
  });

  it('are bounded', () => {
    expect(fileText(new Uint8Array(1_000_000).fill(0x61))?.length).toBe(20_000);
  });
});
