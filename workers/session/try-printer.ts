import { plainLines, plainText } from '../../src/session/plain-text.ts';
import type { Milliseconds } from '../../src/session/units.ts';
import type { PacedPart } from '../conversation/limits/pacing.ts';
import type { TextOutput } from './foreground-printer.ts';
import { costWords, type TalkShow } from './try-talk.ts';

const seconds = (ms: Milliseconds): string => `${(ms / 1000).toFixed(1)} s`;
const noteGap = '    ';

/** Shows a talk at the terminal: what is said, and remarks in brackets between. */
export const printTalk = (stdout: TextOutput, say: (text: string) => string): TalkShow => {
  const print = (text: string): void => void stdout.write(`${text}\n`);
  // What a call was made with is nobody's sentence: it is not cut at its own semicolons.
  const partsOf = (text: string): readonly string[] =>
    /^(?:would (?:not )?have )?called /.test(text) ? [text] : text.split('; ');
  const note = (text: string): void => print(`${noteGap}(${partsOf(text).map(say).join('; ')})`);
  const rhythm = ({ waitMs, typingMs }: PacedPart): string =>
    `waits ${seconds(waitMs)}${typingMs > 0 ? `, typing… ${seconds(typingMs)}` : ''}`;

  return {
    note,
    open: (isOpen) => {
      if (!isOpen) note('closed now: a customer would be answered at opening time, or get the away message');
    },
    asking: () => undefined,
    asked: () => undefined,
    failed: (reason, _took, cost) => note(`no answer: ${reason}${cost === null ? '' : `; ${costWords(cost)}`}`),
    filtered: () => undefined,
    split: () => undefined,
    typing: (part) => note(rhythm(part)),
    said: ({ text }) => {
      const [first = '', ...more] = plainLines(text);
      print(`${say('bot')}> ${[first, ...more.map((line) => `     ${line}`)].join('\n')}`);
    },
    ended: ({ model, took, cost, notes }) =>
      note(plainText([`${model} answered in ${seconds(took)}`, costWords(cost), ...notes].join('; '))),
    handedOver: ({ reason, summary }, cost) => {
      note(
        `the AI asks for a person: ${reason}. The chat would pause, the customer be told, and the owner get the summary:`,
      );
      for (const line of plainLines(summary)) if (line !== '') print(`     ${line}`);
      note(costWords(cost));
    },
  };
};
