import { type Backoff, backoffDelay, plainBackoff } from '../../../src/pace/backoff.ts';
import { messageOf } from '../../../src/session/fleet-error.ts';
import { idPart } from '../../../src/session/message-key.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import type { SendFile } from '../../../src/session/send-file.ts';
import { isFilePart, type StoredPart } from '../../../src/store/outbox/outbox-rows.ts';
import type { LookupResult, SendRefusal } from '../../whatsapp/whatsapp-client.ts';
import type { EngineCore } from '../core/engine-core.ts';
import type { Rest } from '../core/rest.ts';
import { addStep, failSent, finishWhenSent, giveUp, neverConfirmed, refusedFor } from './part-ending.ts';
import { liftRestriction, noteRestriction } from './restricted-sends.ts';

/** What became of a part that was given to WhatsApp: told at once, by an ack, or found by its id. It is never sent again on a guess. */

/** A refusal certainly sent nothing: tried again this often, 5 s, 10 s, 20 s … apart. */
const refusalsTaken = 4;
const refusalPace: Backoff = { firstMs: 5000, maxMs: 60_000, jitter: 0.5 };
/** Lookups of one part before its fate counts as unknown; with the pauses below about four minutes. */
const lookupsTaken = 9;
const lookupPace = { firstMs: 2000, maxMs: 60_000 };

/** How it is known that a part went out. */
interface SentBy {
  readonly waId: string;
  readonly ack: number;
  /** WhatsApp told it at once, or it was learnt later. */
  readonly late: boolean;
  /** The part was the careful try of a restricted number. */
  readonly wasTry?: boolean;
}

/** As the chat shows it, also when it was removed since. */
const sentFile = (core: EngineCore, name: string): Pick<SendFile, 'kind' | 'fileName' | 'mimeType'> =>
  core.store.sendFiles.get(core.session.id, name) ?? {
    kind: 'document',
    fileName: name,
    mimeType: 'application/octet-stream',
  };

export const markSent = (core: EngineCore, part: StoredPart, { waId, ack, late, wasTry = false }: SentBy): void =>
  core.store.database.transaction(() => {
    if (core.store.outbox.get(part.id)?.status === 'sent') return;
    liftRestriction(core, part, wasTry);
    const file = part.file === null ? {} : { file: sentFile(core, part.file) };
    if (!core.store.outbox.markSent(part, { waId, ack, ...file }, core.clock.now())) return;
    // "Found after a restart" only when there was one between.
    const afterCrash = part.life !== null && part.life !== core.life;
    addStep(core, part, 'part-sent', { afterCrash, late: late && !afterCrash });
    if (part.turnId !== null) finishWhenSent(core, part.turnId);
  });

/** It certainly did not go out. A restricted number waits; anything else is tried again after a while, and given up after some times. */
export const takeRefusal = (
  core: EngineCore,
  part: StoredPart,
  refusal: { readonly code: SendRefusal; readonly reason: string; readonly wasTry?: boolean },
): void => {
  const { code, reason, wasTry = false } = refusal;
  // A late ack may have proved the refusal wrong.
  const now = core.store.outbox.get(part.id);
  if (now?.status !== 'sending') return;
  if (code === 'over') {
    // Whoever has the number by now sends it, or this worker once it is told that it may.
    core.store.outbox.requeue(part.id, part.notBefore, reason, core.clock.now(), { free: true });
    return;
  }
  // A mystery customer waits for nothing: it asks again another time.
  if (core.store.probes.isProbe(part.conversationId)) {
    giveUp(core, part, refusedFor(reason));
    return;
  }
  if (code === 'restricted' || code === 'restricted-new') {
    noteRestriction(core, part, { code, reason, wasTry });
    return;
  }

  if (code === 'empty' || code === 'file' || now.attempts >= refusalsTaken) {
    giveUp(core, part, refusedFor(reason));
    return;
  }
  const pause = backoffDelay(now.attempts - 1, refusalPace, core.random);
  core.store.database.transaction(() => {
    core.store.outbox.requeue(part.id, core.clock.now() + pause, plainText(reason), core.clock.now());
    addStep(core, part, 'part-refused', { reason: plainText(reason) });
  });
};

/** Neither found nor failed: asked again, until nobody can know. */
const takeNotFound = (core: EngineCore, part: StoredPart, result: Exclude<LookupResult, { kind: 'found' }>): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    if (core.store.outbox.get(part.id)?.status !== 'sending') return;
    const afterCrash = part.life !== core.life;
    const words = plainText(result.kind === 'absent' ? 'absent' : result.reason);
    addStep(core, part, 'part-lookup', { result: words, afterCrash });

    // The page that might still have sent it is gone, and WhatsApp's own store does not know it: it never went out.
    if (result.kind === 'absent' && (afterCrash || result.isPageGone === true)) {
      // One that ends the page each time would end it for every other chat, too.
      if (isFilePart(part) && part.attempts >= refusalsTaken) {
        giveUp(core, part, refusedFor('WhatsApp Web stopped each time it was sent'));
        return;
      }
      const what = afterCrash ? 'the worker stopped' : 'WhatsApp Web was loaded again';
      core.store.outbox.requeue(part.id, now, `${what} before it was sent`, now);
      return;
    }
    core.store.outbox.countLookup(part.id, now);
    if (part.lookups + 1 < lookupsTaken) return;
    giveUp(core, part, neverConfirmed(result.kind === 'absent' ? 'WhatsApp’s own store does not know it' : words));
  });

/** A part that was being sent: asks WhatsApp by its id what became of it. */
export const resolveFate = async (core: EngineCore, part: StoredPart, rest: Rest): Promise<void> => {
  const { messageId } = part;
  if (messageId === null) throw new Error(`part ${part.id} is being sent without an id`);
  // A send of this life may still be on its way: give it time before the first look.
  if (part.lookups > 0 || part.life === core.life) await rest.hard(plainBackoff(part.lookups, lookupPace));
  if (core.link.isStopping || !core.link.isReady) return;
  if (core.store.outbox.get(part.id)?.status !== 'sending') return;

  const result = await core.client
    .lookUp({ chatId: part.chatId, messageId })
    .catch((error: unknown) => ({ kind: 'cannot-tell' as const, reason: messageOf(error) }));
  if (core.link.isStopping) return;

  // What has to be taken up first is known to the page before it is on its way.
  if (result.kind === 'found' && result.ack === 0 && (part.file !== null || part.isSpoken))
    takeNotFound(core, part, { kind: 'cannot-tell', reason: 'WhatsApp has it and did not confirm it yet' });
  else if (result.kind !== 'found') takeNotFound(core, part, result);
  // The phone's page has it as failed.
  else if (result.ack < 0) takeRefusal(core, part, { code: 'error', reason: 'WhatsApp did not take the message' });
  else markSent(core, part, { waId: `true_${part.chatId}_${messageId}`, ack: result.ack, late: true });
};

/** Delivery of a part of ours. A late ack also settles what was refused or unknown; a failure takes back what was sent. */
export const takeAck = (core: EngineCore, id: string, ack: number): void =>
  core.store.database.transaction(() => {
    const now = core.clock.now();
    const part = core.store.outbox.byMessageId(core.session.id, idPart(id));
    if (part === null) return;
    core.store.outbox.setAck(part.id, ack, now);
    core.store.messages.setAckOfPart(part.id, ack, now);

    if (ack >= 1 && part.status !== 'sent' && part.status !== 'dropped') {
      markSent(core, part, { waId: id, ack, late: part.status !== 'sending' });
      core.kick(part.conversationId);
    }
    if (ack === -1 && part.status === 'sent') failSent(core, part);
  });
