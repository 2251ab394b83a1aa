import { FleetError } from '../../session/fleet-error.ts';
import { plainText } from '../../session/plain-text.ts';
import {
  everyWords,
  fewestEveryMs,
  mostEveryMs,
  mostProbeText,
  type ProbePlan,
  parseEvery,
  parseProbeHours,
  usualEveryMs,
  usualQuestion,
} from '../../session/probe.ts';
import { listObstacle, type ProbeSide, type ProbeTarget } from '../../session/probe-policy.ts';
import { checkExpect } from './expected-answer.ts';

/** What a person may ask for: checked before anything is stored, each refusal one line that says what to do. */

export interface Asked {
  readonly every?: string | undefined;
  readonly hours?: string | undefined;
  readonly say?: string | undefined;
  readonly expect?: string | undefined;
}

export const checkText = (text: string): string => {
  const said = text.trim();
  if (said === '') throw new FleetError('usage', '--say is empty. Example: --say "Vocês abrem hoje?"');
  if (said.length > mostProbeText)
    throw new FleetError('usage', `--say has ${said.length} characters; ${mostProbeText} are the most.`);
  if (said.startsWith('!'))
    throw new FleetError('usage', '--say begins with "!", as commands of the owner do. Ask what a customer would ask.');
  return said;
};

const checkEvery = (text: string | undefined, known: number): number => {
  if (text === undefined) return known;
  const everyMs = parseEvery(text);
  if (everyMs === null)
    throw new FleetError('usage', `--every ${plainText(text).slice(0, 20)} is no time. Example: --every 2h`);
  if (everyMs < fewestEveryMs || everyMs > mostEveryMs)
    throw new FleetError(
      'usage',
      `--every is ${everyWords(fewestEveryMs)} to ${everyWords(mostEveryMs)}: WhatsApp watches for what comes too often. Example: --every 2h`,
    );
  return everyMs;
};

const checkHours = (text: string | undefined, known: Pick<ProbePlan, 'fromMinute' | 'untilMinute'>) => {
  if (text === undefined) return known;
  const hours = parseProbeHours(text);
  if (hours === null)
    throw new FleetError(
      'usage',
      `--hours ${plainText(text).slice(0, 20)} is no span of a day. Example: --hours 08:00-20:00`,
    );
  return hours;
};

/** What is asked, with what was asked before where nothing else is said. */
export const checkAsked = (
  asked: Asked,
  before: ProbePlan | null,
): Pick<ProbePlan, 'everyMs' | 'fromMinute' | 'untilMinute' | 'text' | 'expect'> => {
  const expect = asked.expect ?? before?.expect ?? null;
  if (asked.expect !== undefined && asked.expect !== '') checkExpect(asked.expect);

  return {
    everyMs: checkEvery(asked.every, before?.everyMs ?? usualEveryMs),
    ...checkHours(asked.hours, {
      fromMinute: before?.fromMinute ?? 0,
      untilMinute: before?.untilMinute ?? 0,
    }),
    text: checkText(asked.say ?? before?.text ?? usualQuestion),
    // An empty one takes it away.
    expect: expect === '' ? null : expect,
  };
};

/** What does not pass by itself: refused when it is set. */
export const checkPair = (
  target: ProbeTarget & { readonly engine: string },
  from: ProbeSide & { readonly engine: string },
): void => {
  if (target.engine !== from.engine)
    throw new FleetError(
      'refused-by-state',
      `${target.name} is ${target.engine} and ${from.name} is ${from.engine}: they cannot write to each other.`,
    );
  for (const side of [target, from])
    if (side.node !== null)
      throw new FleetError(
        'refused-by-state',
        `${side.name} runs on ${side.node}: a question can be followed only where both sessions run on one server. Ask from a session there.`,
      );
  if (from.restriction !== null)
    throw new FleetError(
      'refused-by-state',
      `WhatsApp restricts the number of ${from.name}: ask from another session, or when that is over.`,
    );
  const listed = listObstacle(target, from);
  if (listed !== null) throw new FleetError('refused-by-state', `${listed.words}.`);
};
