import { describe, expect, it } from 'vitest';
import { handlePhoneEvent } from '../../../workers/session/phone-events.ts';
import type { RuntimeCore } from '../../../workers/session/runtime-core.ts';
import type { MessageChange } from '../../../workers/whatsapp/whatsapp-client.ts';

const change: MessageChange = {
  kind: 'deleted',
  messageId: 'false_5511987654321@c.us_A',
  chatId: '5511987654321@c.us',
  fromMe: false,
  at: Date.parse('2026-11-28T12:00:00Z'),
};

/** As much of a running session as an event about a message touches. */
const runtime = (isVerified: boolean) => {
  const heard: MessageChange[] = [];
  let pokes = 0;
  const core = {
    live: { isVerified, conversation: { onChange: (one: MessageChange) => heard.push(one) } },
    face: {
      pokeActivity: () => {
        pokes += 1;
      },
    },
  } as unknown as RuntimeCore;
  return { core, heard, pokes: () => pokes };
};

describe('what became of a message', () => {
  it('reaches the conversations', () => {
    const { core, heard, pokes } = runtime(true);
    handlePhoneEvent(core, { type: 'change', change });
    expect(heard).toEqual([change]);
    expect(pokes()).toBe(1);
  });

  it('does not before the phone is known to be the right one: it is asked for after that', () => {
    const { core, heard, pokes } = runtime(false);
    handlePhoneEvent(core, { type: 'change', change });
    expect(heard).toEqual([]);
    expect(pokes()).toBe(0);
  });
});
