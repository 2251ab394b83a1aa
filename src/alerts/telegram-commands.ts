import { setTimeout as delay } from 'node:timers/promises';
import { plainBackoff } from '../pace/backoff.ts';
import type { Fleet } from '../protocol/door.ts';
import { qrPng } from '../qr/qr-image.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { plainText } from '../session/plain-text.ts';
import type { EpochMs, Milliseconds } from '../session/units.ts';
import { verdictLooks } from '../session/verdict.ts';
import { alertWords } from '../words/alert-words.ts';
import type { Language } from '../words/language.ts';
import type { Telegram } from './telegram.ts';

/** The replies of the configured chat: `status`, `restart NAME`, `qr NAME`. Nobody else's are even read. */

/** What was written while no master ran is not obeyed hours later. */
const freshFor: Milliseconds = 3 * 60_000;
const pauses = { firstMs: 2000, maxMs: 60_000 };
const codeWithin: Milliseconds = 30_000;

/** Carries one command out; what is said back (a picture is sent by itself). */
const runTelegramCommand = async (
  text: string,
  fleet: Fleet,
  telegram: Pick<Telegram, 'photo'>,
  language: Language,
): Promise<string | null> => {
  const words = alertWords[language].commands;
  // In a group a command carries the bot's name: `/status@my_bot`.
  const [first = '', name = ''] = text.trim().split(/\s+/);
  const command = first.toLowerCase().replace(/^\//, '').replace(/@.*$/, '');
  if (command === 'status') {
    const rows = fleet.getSnapshot().sessions;
    const answering = rows.filter((row) => verdictLooks[row.verdict].group === 'answering').length;
    const needy = rows.filter((row) => verdictLooks[row.verdict].group === 'needs_you');
    const lines = needy
      .slice(0, 30)
      .map((row) => alertWords[language].session(plainText(row.name), row.verdict, row.reasonCode));
    return [words.status(answering, rows.length), ...(lines.length === 0 ? [words.nothingWrong] : lines)].join('\n');
  }
  if (command !== 'restart' && command !== 'qr') return words.help;
  const row = fleet.getSnapshot().sessions.find((each) => each.name === name);
  if (row === undefined) return words.noSession(plainText(name.slice(0, 48)));
  if (command === 'restart') {
    await fleet.request('restart', { name, wait: false, actor: 'telegram' });
    return words.restarts(name);
  }
  if (row.state !== 'qr') await fleet.request('newCodes', { name, actor: 'telegram' });
  const { qr } = await fleet.request('code', { name, within: codeWithin });
  if (qr === null) return words.noQr(name);
  await telegram.photo(qrPng(qr.payload), words.qr(name));
  return null;
};

/** Listens until `signal`. The offset is kept, so that no restart runs a command twice. */
export const listenToTelegram = async (options: {
  readonly telegram: Telegram;
  readonly fleet: Fleet;
  readonly language: Language;
  readonly readOffset: () => number;
  readonly writeOffset: (offset: number) => void;
  readonly now: () => EpochMs;
  /** Told when it changes; null: all is well. */
  readonly onProblem: (problem: string | null) => void;
  readonly signal: AbortSignal;
}): Promise<void> => {
  const { telegram, fleet, language, now, signal } = options;
  let failures = 0;
  const answer = async (text: string): Promise<void> => {
    let reply: string | null;
    try {
      reply = await runTelegramCommand(text, fleet, telegram, language);
    } catch (error) {
      reply = error instanceof FleetError ? plainText(error.message) : alertWords[language].commands.failed;
    }
    if (reply !== null) await telegram.say(reply);
  };
  while (!signal.aborted) {
    try {
      for (const update of await telegram.updates(options.readOffset(), signal)) {
        // Before it is run: a command that ends the master must not come again.
        options.writeOffset(update.id + 1);
        if (update.text !== null && now() - update.at < freshFor) await answer(update.text);
      }
      failures = 0;
      options.onProblem(null);
    } catch (error) {
      if (signal.aborted) return;
      options.onProblem(messageOf(error));
      await delay(plainBackoff(failures, pauses), undefined, { signal, ref: false }).catch(() => undefined);
      failures += 1;
    }
  }
};
