import type { MethodParams } from '../../orchestrator/door/handlers.ts';
import type { ManagedSession } from '../../orchestrator/state/managed-session.ts';
import type { Scene } from '../../protocol/rehearse.ts';
import { FleetError } from '../../session/fleet-error.ts';
import type { RehearsalPlan } from '../../session/rehearsal.ts';
import type { Milliseconds } from '../../session/units.ts';
import type { NewRehearsal } from '../../store/rehearsal-store.ts';
import { budgetLeft } from '../session-costs.ts';
import { sideEnvironment } from '../worker-environment.ts';
import { type FileCase, readCases } from './case-file.ts';
import { changedSession, changeOf } from './changed-session.ts';
import { estimateCost } from './estimate.ts';
import type { RehearsalParts } from './rehearsal-job.ts';
import { startRehearsing } from './rehearse-process.ts';

/** What a rehearsal will ask and cost, before it is begun. */

type Asked = MethodParams<'rehearsePlan'>;

const day: Milliseconds = 86_400_000;
const usualDays = 30;
const usualChats = 50;
/** A rehearsal of more says nothing more, and costs it. */
const mostTurns = 200;

export interface Planned extends Pick<NewRehearsal, 'change' | 'turnIds' | 'scenes' | 'judge' | 'judgeVersion'> {
  readonly plan: RehearsalPlan;
}

const sceneOf = ({ name, ask, history, expect, never, longest, answer }: FileCase): Scene => ({
  name,
  ask,
  history,
  expect,
  never,
  longest,
  ...(answer === undefined ? {} : { answer }),
});

export const createPlanner = (parts: RehearsalParts, start: typeof startRehearsing = startRehearsing) => {
  const { store, paths, now } = parts;

  const lengthsOf = (session: ManagedSession) => {
    const known = new Map<number, number>();
    return (version: number | null): number => {
      if (version === null) return 0;
      const length = known.get(version) ?? store.sessions.instructions(session.stored.id, version)?.text.length ?? 0;
      known.set(version, length);
      return length;
    };
  };

  /**
   * What would be asked and what it costs; the process that will ask is opened for its prices, and shows what cannot begin. `first`: turns
   * that are asked before others.
   */
  const planOf = async (
    session: ManagedSession,
    asked: Asked,
    { first = [], turns: most = mostTurns }: { readonly first?: readonly number[]; readonly turns?: number } = {},
  ): Promise<Planned> => {
    const { stored } = session;
    const change = changeOf(stored, asked, store.sessions);
    const changed = changedSession(stored, change, store.sessions);
    const { cases, rules } = await readCases(paths, stored.name);
    const chosen = store.rehearsals.choose(stored.id, {
      since: now() - (asked.days ?? usualDays) * day,
      chats: asked.chats ?? usualChats,
      turns: most,
      first,
    });
    if (chosen.turns.length + cases.length === 0)
      throw new FleetError(
        'refused-by-state',
        `${stored.name} has no recorded answers of the last ${asked.days ?? usualDays} days and no cases: there is nothing to rehearse.`,
      );

    const child = await start(
      {
        kind: 'open',
        session: { id: stored.id, name: stored.name, label: stored.label },
        ...changed,
        judge: asked.judge ?? null,
        rules: { forbidden: [...rules.forbidden], longest: rules.longest },
      },
      sideEnvironment(parts.config, parts.paths),
    );
    await child.end();
    const { price, judgePrice, judgeVersion } = child.opened;
    const { turns } = chosen;
    return {
      change,
      turnIds: turns.map(({ turnId }) => turnId),
      scenes: cases.map((one) => ({ scene: JSON.stringify(sceneOf(one)), conversationId: one.chat })),
      judge: asked.judge ?? null,
      judgeVersion: asked.judge === undefined ? null : judgeVersion,
      plan: {
        turns: turns.length,
        chats: chosen.chats,
        cases: cases.length,
        leftOut: chosen.leftOut,
        model: price.model,
        judge: asked.judge ?? null,
        estimateUsd: estimateCost({
          turns,
          cases: cases.length,
          price,
          judgePrice,
          instructionsLength: changed.instructions.length,
          lengthOfVersion: lengthsOf(session),
        }),
        isPriceKnown: price.isKnown && (judgePrice?.isKnown ?? true),
        budgetLeftUsd: budgetLeft(parts, stored),
      },
    };
  };

  return planOf;
};
