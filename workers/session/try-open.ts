import type { HomePaths } from '../../src/home/home-paths.ts';
import { FleetError } from '../../src/session/fleet-error.ts';
import type { SessionName } from '../../src/session/session-name.ts';
import type { Secrets, Settings } from '../../src/settings/settings.ts';
import type { StoredSession } from '../../src/store/session-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createServiceMemory } from '../ai/service-memory.ts';
import { aiProviderFor } from './session-ai.ts';
import { workerSecrets } from './session-host.ts';
import { startTalk, type Talk, type TalkShow } from './try-talk.ts';
import type { TryCalls } from './try-tools.ts';

export interface OpenedTalk {
  readonly session: StoredSession;
  readonly instructions: string;
  /** What whoever begins should know first. */
  readonly notes: readonly string[];
  readonly talk: Talk;
}

const whatIsCalled: Readonly<Record<TryCalls['real'], string>> = {
  none: 'none of them is called in this test (--call-tools of zap-fleet try)',
  reads: 'those that only look something up are called for real, the others are not',
  all: 'they are called for real: what they book is booked',
};

/** A talk with exactly this session's AI, key, instructions and rhythm. Throws `no-such-session`, `failed`. */
export const openTalk = (options: {
  readonly paths: HomePaths;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly store: Store;
  readonly name: SessionName;
  readonly show: TalkShow;
  readonly fast: boolean;
  readonly calls?: TryCalls;
  readonly signal: AbortSignal;
}): OpenedTalk => {
  const { paths, settings, store, name } = options;
  const session = store.sessions.get(name);
  if (session === null) throw new FleetError('no-such-session', `there is no session ${name}. See: zap-fleet ls`);

  const version = session.instructionsVersion;
  const instructions = version === null ? '' : (store.sessions.instructions(session.id, version)?.text ?? '');
  const provider = aiProviderFor(session.config.ai, {
    paths,
    sessionId: session.id,
    secrets: workerSecrets(paths, options.secrets),
    settings,
    memory: createServiceMemory(),
  });
  const tools = store.tools.list(session.id).length;
  const unknown = Object.keys(options.calls?.stubs ?? {}).find((tool) => store.tools.get(session.id, tool) === null);
  if (unknown !== undefined)
    throw new FleetError('usage', `${name} has no tool ${unknown}. See: zap-fleet tool ls ${name}`);
  const notes =
    tools === 0
      ? []
      : [
          tools === 1 ? 'one tool is offered to the AI' : `${tools} tools are offered to the AI`,
          whatIsCalled[options.calls?.real ?? 'none'],
        ];
  return { session, instructions, notes, talk: startTalk({ ...options, session, instructions, provider }) };
};
