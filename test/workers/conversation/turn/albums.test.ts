import { describe, expect, it, test } from 'vitest';
import type { StoredMessage } from '../../../../src/store/message-store.ts';
import { joinAlbums } from '../../../../workers/conversation/turn/albums.ts';
import { connectedPipeline, minute, plainConfig } from '../pipeline-support.ts';

const second = 1000;

const stored = (kind: string, announced?: { pictures?: number; videos?: number }): StoredMessage => ({
  seq: 1,
  conversationId: 1,
  waId: 'false_5511987654321@c.us_A',
  sender: 'customer',
  kind,
  text: '',
  mimeType: null,
  mediaText: null,
  at: 1000,
  storedAt: 1000,
  outcome: 'pending',
  outcomeCode: null,
  pendingSince: 1000,
  heldUntil: null,
  turnId: null,
  facts: announced === undefined ? null : JSON.stringify(announced),
  quoted: null,
  ad: null,
  editedAt: null,
  deletedAt: null,
});

const [text, image, video] = [stored('text'), stored('image'), stored('video')];
const album = (pictures: number, videos = 0): StoredMessage => stored('album', { pictures, videos });

describe('messages with albums among them', () => {
  it.each<[string, readonly StoredMessage[], number, boolean]>([
    ['none', [text, image, image], 3, false],
    ['a whole album', [album(2, 1), image, video, image], 1, false],
    ['text between', [album(2), image, text, image], 2, false],
    ['a picture more than announced', [album(1), image, image], 2, false],
    ['a part of it', [text, album(3), image], 2, true],
    ['nothing of it yet', [album(3)], 1, true],
    ['two albums', [album(1), image, album(1), image], 2, false],
    ['a second one before the first is whole', [album(2), image, album(1), image], 2, true],
    ['one that announces nothing', [album(0), image], 2, false],
    ['one without numbers', [stored('album'), image], 2, false],
    ['a sticker is no part of it', [album(1), stored('sticker')], 2, true],
  ])('%s', (_, messages, count, isAwaited) => {
    const joined = joinAlbums(messages);
    expect([joined.count, joined.waitUntil]).toEqual([count, isAwaited ? 31_000 : 0]);
  });

  it('takes whole albums only', () => {
    const messages = [text, album(2), image, image, text];
    expect(joinAlbums(messages).first(2)).toEqual(messages.slice(0, 4));
    expect(joinAlbums(messages).first(1)).toEqual(messages.slice(0, 1));
  });
});

describe('an album in a chat', () => {
  const hasty = { ...plainConfig(), timing: { ...plainConfig().timing, quietMs: 2 * second, maxMessages: 2 } };

  test('is one turn, however slowly its pictures come and however few messages are joined', async () => {
    const p = await connectedPipeline({ config: hasty });
    p.say('', { kind: 'album', facts: { pictures: 3, videos: 1 } });
    for (const kind of ['image', 'image', 'video', 'image'] as const) {
      await p.clock.advance(5 * second);
      p.say('', { kind });
    }
    await p.clock.advance(minute);
    expect(p.ai.requests.length).toBe(1);
    expect(p.ai.requests[0]?.text.match(/\[\w+/g)).toEqual(['[album', '[image', '[image', '[video', '[image']);
  });

  test('that never becomes whole is answered all the same', async () => {
    const p = await connectedPipeline({ config: hasty });
    p.say('', { kind: 'album', facts: { pictures: 3 } });
    p.say('', { kind: 'image' });
    await p.clock.advance(20 * second);
    expect(p.ai.requests.length).toBe(0);
    await p.clock.advance(minute);
    expect(p.ai.requests.length).toBe(1);
  });
});
