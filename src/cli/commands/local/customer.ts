import { once } from 'node:events';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { FleetError } from '../../../session/fleet-error.ts';
import { plainText } from '../../../session/plain-text.ts';
import { erasureSchema, purgeReceipt } from '../../../session/purge-receipt.ts';
import { parseSessionName, type SessionName } from '../../../session/session-name.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, textArgument } from '../command.ts';
import { followJob } from '../follow-job.ts';

/** `export` and `purge`: what a customer, or the law, may ask for. */

/** A reader that is slower than the store is waited for: a long history does not fill the memory. */
const readersTurn = async (context: CommandContext): Promise<void> => {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain', { signal: context.signal });
};

async function* exportLines(context: CommandContext, name: SessionName): AsyncGenerator<string> {
  const { paths } = context.loaded;
  const unknown = new FleetError('no-such-session', `there is no session ${name}. See: zap-fleet ls`);
  if (!existsSync(paths.database)) throw unknown;

  const { openStore } = await import('../../../store/store.ts');
  const store = openStore(paths.database);
  try {
    const stored = store.sessions.get(name);
    // A session that was deleted may have left its history.
    const ids = stored === null ? store.conversations.sessionIdsOfName(name) : [stored.id];
    if (ids.length === 0) throw unknown;

    for (const id of ids) {
      for (const line of store.retention.export(id)) {
        yield JSON.stringify(line);
        await readersTurn(context);
      }
    }
  } finally {
    store.close();
  }
}

/** Conversations as JSON lines, straight from the store: no master is needed. */
export const exportSession: CommandSpec = {
  usage: 'export <name>',
  summary: 'every conversation, message and turn of a session as JSON lines',
  example: 'zap-fleet export padaria-joao > padaria-joao.jsonl',
  run: async (context, [given]) => {
    for await (const line of exportLines(context, parseSessionName(textArgument(given)))) {
      if (context.signal.aborted) return 1;
      context.print(line);
    }
    return 0;
  },
};

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const purge: CommandSpec = {
  usage: 'purge <name> <phone>',
  summary: 'erase one customer from store, logs and turns, with a receipt (no undo)',
  example: 'zap-fleet purge padaria-joao "11 98765-4321"',
  options: [
    { flags: '--yes', help: 'do not ask' },
    { flags: '--backups', help: 'rewrite the backups without them, too' },
    jsonOption,
  ],
  run: async (context, [given, who], options) => {
    const name = parseSessionName(textArgument(given));
    const phone = textArgument(who);
    await context.mustExist(name, { kept: true });
    if (
      !flag(options, 'yes') &&
      !(await context.confirm(plainText(`Erase everything about ${phone} in ${name}? There is no undo.`)))
    )
      throw new FleetError('usage', 'nothing was erased.');
    const fleet = await context.connect();
    const receipt = await followJob(context, fleet, {
      kind: 'purge',
      session: name,
      ask: () => fleet.request('purge', { name, phone, backups: flag(options, 'backups'), actor: 'you' }),
      ofJob: (job) => purgeReceipt({ sessionName: name, at: job.startedAt }, erasureSchema.parse(job.result)),
    });
    if (flag(options, 'json')) {
      const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
      context.print(
        JSON.stringify(
          {
            ...receipt,
            at: iso(receipt.at),
            archives: receipt.archives.map(({ file, expiresAt }) => ({ file, expiresAt: iso(expiresAt) })),
            lastExpiresAt: iso(receipt.lastExpiresAt),
          },
          null,
          2,
        ),
      );
      return 0;
    }
    context.print(
      `Receipt ${receipt.receiptId}, ${dayOf(receipt.at)}: erased in ${name}: ${receipt.conversations} conversations, ${receipt.messages} messages, ${receipt.turns} turns, ${receipt.parts} parts, ${receipt.logLines} log lines.`,
    );
    if (receipt.conversations + receipt.messages + receipt.logLines === 0)
      context.print('Nothing was found: check the number, or give the chat id that zap-fleet export shows.');
    if (receipt.archives.length === 0) context.print('No backup of this fleet holds this customer.');
    else if (receipt.lastExpiresAt !== null)
      context.print(
        `The last backup that removes itself and still holds this customer expires on ${dayOf(receipt.lastExpiresAt)}.`,
      );
    for (const { file, expiresAt } of receipt.archives)
      if (expiresAt === null) context.print(plainText(`Remove by hand, it may hold this customer: ${file}`));
    if (receipt.replica === 'erased') context.print('Erased in Supabase, too.');
    else if (receipt.replica === 'waits')
      context.print('Supabase is away: it is erased there as soon as it is back (see: zap-fleet store status).');
    if (receipt.replica !== 'none')
      context.print('A server that once pulled this session has a copy of its own: run purge there, too.');
    context.print('Not erased: the chat on the phone and at WhatsApp itself, and backups written elsewhere with --to.');
    return 0;
  },
};
