import type { EpochMs } from '../../../src/session/units.ts';
import type { LinkState, WhatsAppEvent } from '../whatsapp-client.ts';
import { fakePairingCode, fakeQrPayload } from './fake-codes.ts';
import type { Script } from './scenario.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Timers } from './timers.ts';

/** The codes that a simulated phone shows, one after the other, and the person who comes to use one where the script has one. */
export interface PhoneCodes {
  showQr(): void;
  /** Counts attempts anew. */
  restart(kind: 'qr' | 'code'): void;
  stop(): void;
  /** A phone is linked: the next codes begin from the first one, and need a person of their own. */
  linked(): void;
}

export const createPhoneCodes = (options: {
  readonly script: Script;
  readonly random: SeededRandom;
  readonly timers: Timers;
  readonly emit: (event: WhatsAppEvent) => void;
  readonly now: () => EpochMs;
  readonly linkState: () => LinkState;
  readonly enterState: (state: 'qr' | 'code') => void;
  readonly onScan: () => void;
  readonly onCodeEntered: () => void;
}): PhoneCodes => {
  const { script, random, timers, emit, now } = options;
  let attempt = 0;
  let isPersonScheduled = false;
  let cancelCode = (): void => undefined;

  const schedulePerson = (afterMs: Script['scanAfterMs'], act: () => void): void => {
    if (afterMs === null || isPersonScheduled) return;
    isPersonScheduled = true;
    timers.after(random.between(afterMs), act);
  };

  const showQr = (): void => {
    attempt += 1;
    if (options.linkState() !== 'qr') options.enterState('qr');
    emit({ type: 'qr', payload: fakeQrPayload(random), attempt, expiresAt: now() + script.qrMs });
    cancelCode = timers.after(script.qrMs, showQr);
    schedulePerson(script.scanAfterMs, options.onScan);
  };
  const showCode = (): void => {
    attempt += 1;
    if (options.linkState() !== 'code') options.enterState('code');
    emit({ type: 'code', code: fakePairingCode(random), attempt, expiresAt: now() + script.codeMs });
    cancelCode = timers.after(script.codeMs, showCode);
    schedulePerson(script.enterCodeAfterMs, options.onCodeEntered);
  };

  const linked = (): void => {
    cancelCode();
    attempt = 0;
    isPersonScheduled = false;
  };

  return {
    showQr,
    restart: (kind) => {
      linked();
      if (kind === 'qr') showQr();
      else showCode();
    },
    stop: () => cancelCode(),
    linked,
  };
};
