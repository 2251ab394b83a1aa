import type { FleetParts } from '../../orchestrator/door/fleet-parts.ts';
import type { MethodParams } from '../../orchestrator/door/handlers.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import {
  baseOf,
  type CanarySettings,
  canaryTime,
  shareBounds,
  usualShare,
  waitsForPerson,
} from '../../session/canary.ts';
import { parseRollBackRule, readableRules } from '../../session/canary-rules.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import type { Milliseconds } from '../../session/units.ts';
import { isRunElsewhere } from '../../session/verdict.ts';
import type { NewCanary } from '../../store/canary-store.ts';
import { changedSession, changeOf, type Purpose } from '../rehearsal/changed-session.ts';

/** What a canary is begun with, checked before anything is stored. Throws `usage`, `refused-by-state`, `no-such-session`. */

type Asked = MethodParams<'canaryStart'>;
type BeginParts = Pick<FleetParts, 'book' | 'store' | 'now'>;

/** Settings that one turn can have and another not; hours and pauses are the session's. */
const turnSettings: ReadonlySet<string> = new Set([
  'ai_config.provider',
  'ai_config.api',
  'ai_config.baseUrl',
  'ai_config.model',
  'ai_config.temperature',
  'ai_config.maxTokens',
  'ai_config.historyTokens',
  'ai_config.handover',
  'timing_config.split',
  'timing_config.partLength',
  'timing_config.maxParts',
]);

const canarying: Purpose = {
  settings: turnSettings,
  refused: (key) => `${key} cannot be tried on a part of the chats. What can: ${[...turnSettings].join(', ')}.`,
  noAi: (name) => `${name} has no AI (ai_config.provider is none): there is nothing to try.`,
};

const shareOf = ({ share, label }: Asked): number | null => {
  if (label !== undefined) {
    if (share !== undefined)
      throw new FleetError(
        'usage',
        'say a share of the chats or a label, not both: of a label one session is tried whole.',
      );
    return null;
  }
  const given = share ?? usualShare;
  if (Number.isInteger(given) && given >= shareBounds.least && given <= shareBounds.most) return given;
  throw new FleetError(
    'usage',
    `a share is a whole number from ${shareBounds.least} to ${shareBounds.most} percent: both sides need chats. Example: --share 20%`,
  );
};

const timeOf = ({ forMs }: Asked): Milliseconds => {
  const given = forMs ?? canaryTime.usualMs;
  if (Number.isFinite(given) && given >= canaryTime.leastMs && given <= canaryTime.mostMs) return Math.round(given);
  throw new FleetError('usage', 'a canary runs from one minute to 30 days. Example: --for 24h');
};

const rulesOf = ({ rules = [] }: Asked): readonly string[] =>
  rules.map((text) => {
    if (parseRollBackRule(text) !== null) return text.replace(/\s+/g, '');
    throw new FleetError('usage', `"${plainText(text)}" is no rule. What can be read: ${readableRules}.`);
  });

/** The other sessions of the label, none of which is tried itself. */
const peersOf = ({ book, store }: BeginParts, { stored }: ManagedSession, given: string): readonly string[] => {
  const label = plainText(given).trim();
  if (stored.label !== label)
    throw new FleetError(
      'usage',
      `the label of ${stored.name} is ${stored.label === '' ? 'empty' : `"${plainText(stored.label)}"`}, not "${label}".`,
    );
  const peers = book.all().filter((each) => each.stored.label === label && each.stored.id !== stored.id);
  if (peers.length === 0)
    throw new FleetError(
      'refused-by-state',
      `"${label}" has one session only: there is none to compare with. On a share of its chats: zap-fleet canary ${stored.name} --share 20%`,
    );
  for (const peer of peers)
    if (store.canaries.running(peer.stored.id) !== null)
      throw new FleetError('refused-by-state', `${peer.stored.name} has a canary of its own. End that one first.`);
  return peers.map((peer) => peer.stored.id);
};

const refuseBusy = ({ store }: BeginParts, { stored }: ManagedSession): void => {
  const { name, id } = stored;
  const newest = store.canaries.newest(id);
  if (newest?.state === 'running')
    throw new FleetError(
      'refused-by-state',
      `a canary of ${name} runs already. See it: zap-fleet canary ${name}. End it: zap-fleet canary ${name} --roll-back`,
    );
  if (newest?.state === 'over' && waitsForPerson(newest))
    throw new FleetError(
      'refused-by-state',
      `the last canary of ${name} waits for you. Decide first: zap-fleet canary ${name} --promote, or --roll-back`,
    );
  const other = store.canaries.allRunning().find(({ peers }) => peers.includes(id));
  if (other !== undefined)
    throw new FleetError(
      'refused-by-state',
      `the canary of ${other.sessionName} is compared with ${name}: it would not be any more. End that one first.`,
    );
};

/** Its values as they are checked, by their paths. */
const settingsOf = (changed: ReturnType<typeof changedSession>, keys: readonly string[]): CanarySettings =>
  Object.fromEntries(
    keys.map((key) => {
      const [group, field = ''] = key.split('.');
      const part = group === 'timing_config' ? changed.timing : changed.ai;
      return [key, (part as unknown as Readonly<Record<string, unknown>>)[field]];
    }),
  );

export const newCanaryOf = (parts: BeginParts, session: ManagedSession, asked: Asked): NewCanary => {
  const { store, now } = parts;
  // As it stands in the store: the master may not have seen yet what a worker or Supabase has just changed.
  const stored = store.sessions.byId(session.stored.id) ?? session.stored;
  const share = shareOf(asked);
  const runs = timeOf(asked);
  const rules = rulesOf(asked);
  const change = changeOf(stored, asked, store.sessions, canarying);
  const changed = changedSession(stored, change, store.sessions, canarying);
  const keys = Object.keys(change.settings).concat(change.model === null ? [] : ['ai_config.model']);
  const settings = settingsOf(changed, [...new Set(keys)]);

  const current = stored.instructionsVersion;
  if (asked.baseVersion !== undefined && asked.baseVersion !== current)
    throw new FleetError(
      'refused-by-state',
      `the instructions of ${stored.name} are version ${current ?? 0} now; they were rehearsed against version ${asked.baseVersion ?? 0}. Rehearse again.`,
    );
  const currentText = current === null ? '' : (store.sessions.instructions(stored.id, current)?.text ?? '');
  const isSameText = change.instructions === null || change.instructions === currentText;
  if (
    isSameText &&
    JSON.stringify(settings) ===
      JSON.stringify(settingsOf({ ...stored.config, instructions: '' }, Object.keys(settings)))
  )
    throw new FleetError('usage', `this is what ${stored.name} does already: there is nothing to try.`);
  if (isRunElsewhere(session.reasonCode))
    throw new FleetError('refused-by-state', `${stored.name} runs on another server: begin its canary there.`);
  refuseBusy(parts, session);
  const peers = asked.label === undefined ? [] : peersOf(parts, session, asked.label);

  return {
    sessionId: stored.id,
    sessionName: stored.name,
    label: asked.label === undefined ? null : stored.label,
    peers,
    share,
    version: isSameText ? null : (asked.version ?? null),
    instructions: isSameText || asked.version !== undefined ? null : change.instructions,
    settings,
    baseVersion: current,
    base: baseOf(stored, settings),
    rules,
    endsAt: now() + runs,
    startedBy: asked.actor ?? 'you',
  };
};
