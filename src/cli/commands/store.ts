import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { StoreTransfer } from '../../session/records.ts';
import { parseSessionName } from '../../session/session-name.ts';
import { transferSchema } from '../../session/transfer-report.ts';
import { type CommandContext, type CommandSpec, flag, jsonOption, type Options, textArgument } from './command.ts';
import { followJob } from './follow-job.ts';
import { clockTime, printTable } from './printing.ts';

/**
 * `store`: the working store itself (check, repair), and its replica in Supabase: how it stands, filling one side from the other, taking
 * in a session.
 */

/** What is done without the door: it is handed in by the program. */
export interface LocalStoreActions {
  check(context: CommandContext, options: Options): Promise<number>;
  repair(context: CommandContext, options: Options): Promise<number>;
}

const number = (value: number): string => value.toLocaleString('en-US');

const status = async (context: CommandContext, asJson: boolean): Promise<number> => {
  const fleet = await context.look();
  const answer = await fleet.request('storeStatus', {});
  const isStopped = fleet.connection().state === 'lost';
  const rows = fleet.getSnapshot().sessions;
  const elsewhere = rows.flatMap(({ name, node }) => (node === null ? [] : [{ name, node }]));
  const { replica, offered } = answer;
  const isWell = replica?.status === 'ok' && replica.reason === null;
  if (asJson) {
    context.print(JSON.stringify({ ...answer, elsewhere }, null, 2));
    return !answer.configured || isWell ? 0 : 1;
  }
  if (replica === null) {
    context.print(answer.problem ?? 'Supabase is not set up: everything is in the local store alone.');
    if (answer.problem === null)
      context.print('To replicate: set SUPABASE_URL and SUPABASE_SERVICE_ROLE_KEY, then restart (docs/supabase.md).');
    return answer.problem === null ? 0 : 1;
  }
  const waits = replica.waitingRows === 0 ? 'nothing waits' : `${number(replica.waitingRows)} writes wait, none lost`;
  if (isStopped) {
    context.print(`Supabase is set up, and nothing is sent while the fleet is stopped; ${waits}.`);
    return replica.waitingRows === 0 ? 0 : 1;
  }
  context.print(
    replica.status === 'ok'
      ? `Supabase is in step; ${waits}.`
      : `Supabase ${replica.status === 'away' ? 'is away' : 'refuses'} since ${clockTime(replica.since)}; ${waits}.`,
  );
  if (replica.reason !== null) context.print(plainText(replica.reason));
  if (elsewhere.length > 0) {
    context.print('\nOn other servers:');
    context.print(
      printTable(
        ['NAME', 'SERVER'],
        elsewhere.map(({ name, node }) => [name, node]),
      ),
    );
  }
  if (offered.length > 0) {
    context.print('\nIn Supabase and not here (zap-fleet store adopt NAME):');
    context.print(
      printTable(
        ['NAME', 'LABEL', 'PHONE', 'RUNS ON'],
        offered.map((one) => [one.name, one.label, one.phone ?? '', one.runningOn ?? '-']),
      ),
    );
  }
  return isWell ? 0 : 1;
};

const transfer = async (context: CommandContext, action: 'push' | 'pull', asJson: boolean): Promise<number> => {
  const fleet = await context.connect();
  const report: StoreTransfer = await followJob(context, fleet, {
    kind: action === 'push' ? 'store-push' : 'store-pull',
    session: null,
    ask: () => fleet.request(action === 'push' ? 'storePush' : 'storePull', { actor: 'you' }),
    ofJob: ({ result }) => transferSchema.parse(result),
  });
  if (asJson) {
    context.print(JSON.stringify(report, null, 2));
    return report.complete ? 0 : 1;
  }
  context.print(
    printTable(
      ['', 'HERE', 'SUPABASE'],
      report.counts.map(({ what, here, there }) => [what, number(here), number(there)]),
      [1, 2],
    ),
  );
  for (const note of report.notes) context.print(plainText(note));
  if (report.adopted.length > 0)
    context.print(
      `Came here, stopped: ${report.adopted.map(plainText).join(', ')}. Their logins come from Supabase Storage (FLEET_GROUP_KEY), a backup (zap-fleet restore) or a new QR.`,
    );
  context.print(
    report.complete
      ? action === 'push'
        ? 'Complete: Supabase has everything.'
        : 'Complete: this server has everything.'
      : `Not complete. Run it again: zap-fleet store ${action}`,
  );
  return report.complete ? 0 : 1;
};

export const storeCommand = (local: LocalStoreActions): CommandSpec => ({
  usage: 'store <action> [name]',
  completes: [['status', 'check', 'repair', 'push', 'pull', 'adopt'], []],
  summary:
    'the database: check, repair; its replica in Supabase: status, push (fill it), pull (fill this server), adopt NAME',
  example: 'zap-fleet store status',
  options: [
    { flags: '--empty', help: 'repair: begin with an empty database, what is here is kept aside' },
    { flags: '--yes', help: 'do not ask' },
    jsonOption,
  ],
  run: async (context, [given, who], options) => {
    const action = textArgument(given);
    const asJson = flag(options, 'json');
    if (action === 'adopt') {
      const name = parseSessionName(textArgument(who));
      const fleet = await context.connect();
      await fleet.request('storeAdopt', { name, actor: 'you' });
      if (asJson) context.print(JSON.stringify({ adopted: name }));
      else context.print(`${name} is here now, stopped. Start it with: zap-fleet start ${name}`);
      return 0;
    }
    if (who !== undefined) throw new FleetError('usage', `store ${action} takes no name.`);
    if (action === 'check') return local.check(context, options);
    if (action === 'repair') return local.repair(context, options);
    if (action === 'status') return status(context, asJson);
    if (action === 'push' || action === 'pull') return transfer(context, action, asJson);
    throw new FleetError(
      'usage',
      `store takes check, repair, status, push, pull or adopt NAME, not ${JSON.stringify(plainText(action))}.`,
    );
  },
});
