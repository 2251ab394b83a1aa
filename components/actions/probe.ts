import type { ProbeLook, ProbeLoop } from '../../src/protocol/probe.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { answerTime, probeWords } from '../../src/words/probe-words.ts';
import { saidIn } from '../view-models/told.ts';
import type { View } from '../view-models/view.ts';
import { defineAction } from './core/action.ts';
import { called } from './core/called.ts';
import { namedSessions } from './core/named-sessions.ts';
import { actor, requestOnce } from './core/session-requests.ts';

/** A mystery customer asks a session: one question now, the whole chain but WhatsApp, or who asks it from now on. */

const verbs = ['loop', 'off', 'from'] as const;

const saidLines = (view: View, answer: readonly string[]): readonly string[] =>
  answer.length === 0 ? [] : ['', view.t.overview.probeSaid, ...answer.map((part) => `  ${plainText(part)}`)];

const failure = (view: View, outcome: ProbeLook['outcome'] | ProbeLoop['outcome'], reason: string | null): string => {
  const words = probeWords[view.language];
  const result = outcome === null ? words.underWay : words.outcome[outcome];
  return reason === null ? result : `${result}: ${saidIn(view, plainText(reason))}`;
};

const runLines = (view: View, { outcome, from, answerMs, answer, reason }: ProbeLook): readonly string[] => [
  outcome === 'ok' && answerMs !== null
    ? view.t.overview.probeAnswered(plainText(from), answerTime(answerMs, view.language))
    : failure(view, outcome, reason),
  ...saidLines(view, answer),
];

const loopLines = (view: View, { outcome, answerMs, answer, reason }: ProbeLoop): readonly string[] => [
  outcome === 'ok' && answerMs !== null
    ? view.t.overview.probeLoop(answerTime(answerMs, view.language))
    : failure(view, outcome, reason),
  ...saidLines(view, answer),
];

export const probe = defineAction({
  id: 'probe',
  commands: [
    {
      name: 'probe',
      usage: 'probe [NAME] [loop|off|from OTHER]',
      arguments: ['session', verbs, 'session'],
      run: (args, context) => {
        const { act, view } = context;
        const at = args.findIndex((word) => (verbs as readonly string[]).includes(word));
        const verb = at === -1 ? null : (args[at] as (typeof verbs)[number]);
        const rows = namedSessions(at === -1 ? args : args.slice(0, at), context);
        const row = rows?.[0];
        if (row === undefined) return rows === null;

        const { name } = row;
        if (verb === 'off')
          return requestOnce(act, act.texts().verb.unprobe, called(act, name), () =>
            act.request('probeOff', { name, actor }),
          );
        if (verb === 'from') {
          const from = args[at + 1];
          if (from === undefined) return false;
          return requestOnce(act, act.texts().verb.probe, called(act, name), () =>
            act.request('probeSet', { name, from, actor }),
          );
        }
        act.open({
          kind: 'info',
          title: `${view.t.overview.probe}: ${called(act, name)}`,
          load: async () =>
            verb === 'loop'
              ? loopLines(view, (await act.request('probeLoop', { name })).loop)
              : runLines(view, (await act.request('probeAsk', { name, actor })).run),
          copy: null,
        });
        return true;
      },
    },
  ],
});
