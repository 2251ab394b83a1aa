import type {
  Answered,
  Open,
  Opened,
  ProposedOrNot,
  startRehearsing,
} from '../../../src/master/rehearsal/rehearse-process.ts';
import type { ToRehearse } from '../../../src/protocol/rehearse.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import type { ProposedEdit } from '../../../src/session/proposal.ts';

/** The process of a rehearsal as far as the master can tell, played by a test: what it is asked waits until the test answers. */

type Question = Exclude<ToRehearse, { kind: 'open' }>;
type Reply = Answered | ProposedOrNot;
type Problem = Extract<Reply, { kind: 'problem' }>;

export interface AskedQuestion {
  readonly open: Open;
  readonly question: Question;
  readonly text: string;
  /** Answers it; gives nothing to a master that has let go of the process. */
  settle(reply: Reply): void;
  fail(error: unknown): void;
}

const opened: Opened = {
  kind: 'opened',
  price: { model: 'm', inputPerMillion: 1, outputPerMillion: 1, isKnown: true },
  judgePrice: null,
  judgeVersion: 1,
};
const calls = [{ model: 'm', inputTokens: 10, outputTokens: 5, costUsd: 0.001 }];

export const saying = ({ question: { row } }: AskedQuestion, text: string): Answered => ({
  kind: 'answer',
  row,
  calls,
  answer: {
    kind: 'words',
    text,
    filtered: [],
    isCut: false,
    findings: [],
    oldFindings: [],
    model: 'm',
    inputTokens: 10,
    outputTokens: 5,
    costUsd: 0.001,
    tookMs: 1,
    isSameHistory: true,
    verdict: 'same',
    verdictReason: 'equal',
    judged: null,
    judgeCostUsd: 0,
  },
});
export const proposing = ({ question: { row } }: AskedQuestion, edits: readonly ProposedEdit[]): ProposedOrNot => ({
  kind: 'proposed',
  row,
  edits: edits.map((edit) => ({ ...edit })),
  calls,
});
export const refusing = (
  { question: { row } }: AskedQuestion,
  scope: Problem['scope'] = 'one',
  reason = 'refused',
): Problem => ({ kind: 'problem', row, scope, reason, calls });
export const died = (): FleetError => new FleetError('failed', 'the process of the rehearsal ended.');

/** `onAsked` hears each question as it comes. */
export const createPlayedProcess = (onAsked: (asked: AskedQuestion) => void = () => undefined) => {
  const waiting: AskedQuestion[] = [];
  const asked: AskedQuestion[] = [];
  let atOnce = 0;
  let most = 0;

  const start: typeof startRehearsing = async (open) => {
    const own = new Set<AskedQuestion>();
    const hold = <T extends Reply>(question: Question): Promise<T> => {
      const { promise, resolve, reject } = Promise.withResolvers<Reply>();
      const one: AskedQuestion = { open, question, text: JSON.stringify(question), settle: resolve, fail: reject };
      asked.push(one);
      own.add(one);
      waiting.push(one);
      atOnce += 1;
      most = Math.max(most, atOnce);
      promise
        .catch(() => undefined)
        .finally(() => {
          atOnce -= 1;
          own.delete(one);
          if (waiting.includes(one)) waiting.splice(waiting.indexOf(one), 1);
        });
      onAsked(one);
      return promise as Promise<T>;
    };
    return {
      pid: 0,
      opened,
      ask: (question) => hold<Answered>(question),
      propose: (question) => hold<ProposedOrNot>(question),
      end: async () => {
        for (const one of own) one.fail(new FleetError('refused-by-state', 'this rehearsal has ended.'));
      },
    };
  };
  return { start, waiting, asked, most: () => most };
};
