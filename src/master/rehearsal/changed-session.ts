import { configChange } from '../../orchestrator/door/config-changes.ts';
import { FleetError } from '../../session/fleet-error.ts';
import { maxInstructions } from '../../session/instructions.ts';
import { plainText } from '../../session/plain-text.ts';
import type { RehearsalChange } from '../../session/rehearsal.ts';
import type { AiConfig, TimingConfig } from '../../session/session-config.ts';
import { isModel } from '../../session/session-config.ts';
import type { SessionStore, StoredSession } from '../../store/session-store.ts';

/** A session as it would be with a change: checked as the change itself is checked when it is made. */

/** Why a change is made, and what of a session may be changed for it. */
export interface Purpose {
  readonly settings: ReadonlySet<string>;
  readonly refused: (key: string) => string;
  readonly noAi: (name: string) => string;
}

/** Of all settings those that change what the AI answers. */
const answerSettings: ReadonlySet<string> = new Set([
  'ai_config.provider',
  'ai_config.api',
  'ai_config.baseUrl',
  'ai_config.model',
  'ai_config.temperature',
  'ai_config.maxTokens',
  'ai_config.historyTokens',
  'ai_config.timeoutMs',
  'ai_config.handover',
  'timing_config.split',
  'timing_config.partLength',
  'timing_config.maxParts',
  'timing_config.timeZone',
  'timing_config.openingHours',
  'timing_config.quietDays',
]);

const rehearsing: Purpose = {
  settings: answerSettings,
  refused: (key) => `${key} does not change what the AI answers: there is nothing to rehearse.`,
  noAi: (name) => `${name} has no AI (ai_config.provider is none): there is nothing to rehearse.`,
};

export interface ChangedSession {
  readonly ai: AiConfig;
  readonly timing: TimingConfig;
  readonly instructions: string;
}

export interface AskedChange {
  readonly instructions?: string | undefined;
  readonly version?: number | undefined;
  readonly model?: string | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

const checkInstructions = (text: string): void => {
  if (text.trim() === '')
    throw new FleetError(
      'usage',
      'these instructions are empty. A session without instructions is made with: zap-fleet prompt NAME ""',
    );
  if (text.length > maxInstructions)
    throw new FleetError(
      'usage',
      `these instructions have ${text.length} characters; at most ${maxInstructions} are taken.`,
    );
};

/** What is asked for as it is kept: texts instead of versions, values as they are checked. Throws `usage`. */
export const changeOf = (
  session: StoredSession,
  asked: AskedChange,
  store: Pick<SessionStore, 'instructions'>,
  purpose: Purpose = rehearsing,
): RehearsalChange => {
  const { name } = session;
  if (asked.instructions !== undefined && asked.version !== undefined)
    throw new FleetError('usage', 'give instructions or a version of them, not both.');
  const version = asked.version === undefined ? null : store.instructions(session.id, asked.version);
  if (asked.version !== undefined && version === null)
    throw new FleetError(
      'usage',
      `there is no version ${asked.version} of these instructions. See: zap-fleet prompt ${name} --history`,
    );

  const instructions = asked.instructions ?? version?.text ?? null;
  if (instructions !== null) checkInstructions(instructions);
  const settings = asked.settings ?? {};
  if (instructions === null && asked.model === undefined && Object.keys(settings).length === 0)
    throw new FleetError(
      'usage',
      'say what to try: --instructions FILE, --prompt-version N, --model MODEL or --setting key=value.',
    );
  const change = { instructions, model: asked.model ?? null, settings };
  changedSession(session, change, store, purpose);
  return change;
};

/** Throws `usage` where the change is not one of this session, `refused-by-state` where it has no AI. */
export const changedSession = (
  session: StoredSession,
  change: RehearsalChange,
  store: Pick<SessionStore, 'instructions'>,
  purpose: Purpose = rehearsing,
): ChangedSession => {
  let changed = session;
  const set = (key: string, value: unknown): void => {
    const { config } = configChange(changed, key, value);
    if (!purpose.settings.has(key)) throw new FleetError('usage', purpose.refused(plainText(key)));
    if (config !== undefined) changed = { ...changed, config };
  };
  for (const [key, value] of Object.entries(change.settings)) set(key, value);
  if (change.model !== null) set('ai_config.model', change.model);

  const { ai, timing } = changed.config;
  if (ai.provider === 'none') throw new FleetError('refused-by-state', purpose.noAi(session.name));
  if (!isModel(ai.provider))
    throw new FleetError(
      'refused-by-state',
      `${session.name} is answered by a webhook, which may act on what it is asked: it is not asked again for a comparison.`,
    );
  const version = session.instructionsVersion;
  const current = version === null ? '' : (store.instructions(session.id, version)?.text ?? '');
  return { ai, timing, instructions: change.instructions ?? current };
};
