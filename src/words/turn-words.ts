import { foundBys } from '../session/knowledge.ts';
import { foundWords } from '../session/passage-words.ts';
import { plainText } from '../session/plain-text.ts';
import type { TurnStep } from '../session/turn-step.ts';
import { answerNote } from './answer-notes.ts';

/** The record of one turn in words, one line a step, oldest first. Text from outside is made plain here. */
export interface WordsInput {
  readonly who: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly costUsd: number;
  readonly steps: readonly TurnStep[];
}

type Values = TurnStep['values'];
const secondsOf = (value: Values[string] | undefined): string => {
  const ms = Number(value ?? 0);
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
};
const waitOf = (value: Values[string] | undefined): string => {
  const minutes = Math.max(1, Math.round(Number(value ?? 0) / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
};
const count = (value: Values[string] | undefined, one: string, many: string): string =>
  `${value ?? 0} ${value === 1 ? one : many}`;
const said = (value: Values[string] | undefined): string => plainText(String(value ?? ''));

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Why a turn began; older records hold the words themselves. */
const becauseWords: Readonly<Record<string, string>> = {
  quiet: 'the chat was quiet',
  'max-wait': 'the longest wait was reached',
  'max-messages': 'as many messages as are joined at most',
};
const because = (value: Values[string] | undefined): string => {
  const code = said(value);
  return becauseWords[code] ?? code;
};

const words: Readonly<Record<string, (values: Values, who: string) => string>> = {
  joined: (v, who) =>
    `${count(v['messages'], 'message', 'messages')} of ${who} joined after ${secondsOf(v['waitedMs'])} (${because(v['because'])}).`,
  'media-described': (v) => `The ${said(v['kind'])} was read by the AI service: "${said(v['text'])}".`,
  'media-failed': (v) => `The ${said(v['kind'])} could not be read: ${said(v['reason'])}.`,
  history: (v) =>
    `Memory given: ${count(v['messages'], 'earlier message', 'earlier messages')}${v['summary'] === true ? ' and a summary of older ones' : ''}.`,
  asked: (v) =>
    `Asked ${v['provider'] === v['model'] ? '' : `${said(v['provider'])} `}${said(v['model'])} with instructions ${v['instructions'] === null ? '(none)' : `version ${v['instructions']}`}.`,
  retry: (v) => `${said(v['reason'])}; tried again after ${secondsOf(v['afterMs'])}.`,
  'cheaper-model': (v) => `Near the daily budget: the cheaper model ${said(v['model'])} was used.`,
  canary: (v) =>
    v['arm'] === 'canary' ? 'In a canary: answered with the change.' : 'Beside a canary: answered as published.',
  'canary-ended': () => 'The canary was rolled back before anything was sent: asked again as published.',
  answered: (v) => `Answer after ${secondsOf(v['tookMs'])}: ${v['inputTokens']} tokens in, ${v['outputTokens']} out.`,
  noted: (v) => sentence(answerNote(said(v['what']))),
  filtered: (v) => `Taken out of the answer: ${said(v['what'])}.`,
  'asked-shorter': (v) =>
    `This request was refused (${said(v['reason'])}): asked once more with less of the history${v['material'] === true ? ' and without the files' : ''}.`,
  knowledge: (v) =>
    `Given from ${said(v['file'])}, version ${v['version']}, passage ${v['passage']}${v['page'] === undefined ? '' : `, page ${v['page']}`}${v['row'] === undefined ? '' : `, row ${v['row']}`}${v['line'] === undefined ? '' : `, line ${v['line']}`}${v['heading'] === undefined ? '' : ` (${said(v['heading'])})`}${foundWords(foundBys.find((by) => by === v['by']))}.`,
  'meaning-failed': (v) => `Its files were looked up by words alone: ${said(v['reason'])}.`,
  'knowledge-gap': () => 'Nothing in the files of this session fits what was asked.',
  'knowledge-failed': (v) => `The files of this session could not be looked up: ${said(v['reason'])}.`,
  cut: (v) => `The answer had ${v['characters']} characters: it was cut to ${count(v['parts'], 'part', 'parts')}.`,
  'asks-for-person': (v) => `The AI asked for a person: ${said(v['reason'])}.`,
  'tool-asked': (v) => `The AI calls ${said(v['tool'])} with ${said(v['arguments'])}.`,
  'tool-refused': (v) => `${said(v['tool'])} was not called: ${said(v['reason'])}.`,
  'tool-ok': (v) =>
    `${said(v['tool'])} answered after ${secondsOf(v['tookMs'])} (HTTP ${v['status']}): ${said(v['answer'])}.`,
  'tool-failed': (v) =>
    `${said(v['tool'])} was not carried out, after ${secondsOf(v['tookMs'])}: ${said(v['reason'])}.`,
  'tool-unknown': (v) =>
    `Nobody knows whether ${said(v['tool'])} was carried out, after ${secondsOf(v['tookMs'])}: ${said(v['reason'])}. A person was asked for.`,
  'file-asked': (v) =>
    `The AI sends ${said(v['fileName'])} (${said(v['file'])})${said(v['caption']) === '' ? '' : ` with "${said(v['caption'])}"`}.`,
  'file-refused': (v) => `The AI asked for the file ${said(v['file'])}, which is not sent: ${said(v['reason'])}`,
  'file-failed': (v) =>
    `The file ${said(v['file'])} did not go out: ${said(v['reason'])}. The rest of the answer does.`,
  spoken: (v) => `Spoken by the voice ${said(v['voice'])}.`,
  'voice-failed': (v) => `Not spoken, sent as text: ${said(v['reason'])}.`,
  claimed: (v) => `The answer said "${said(v['what'])}", and nothing was done: not sent, asked again.`,
  'claimed-again': (v) => `It said so again ("${said(v['what'])}"): not sent, a person was asked for.`,
  split: (v) => `Split into ${count(v['parts'], 'part', 'parts')}.`,
  draft: () => 'Watch mode: kept as a draft until a person approves it.',
  'draft-edited': (v) => `Changed by ${said(v['actor'])}.`,
  'draft-approved': (v) => `Approved by ${said(v['actor'])}.`,
  superseded: (v) =>
    `${count(v['messages'], 'newer message', 'newer messages')} came in before anything was sent: asked again with them.`,
  interrupted: () => 'The worker stopped before the answer was stored: the messages were taken up again.',
  refused: (v) => `The AI service refuses until somebody acts: ${said(v['reason'])}.`,
  'no-answer': (v) => `The AI service gave nothing to send: ${said(v['reason'])}.`,
  'part-sent': (v) =>
    `Part ${v['part']} sent${v['afterCrash'] === true ? ' (found after a restart)' : v['late'] === true ? ' (WhatsApp confirmed it late)' : ''}.`,
  'part-refused': (v) => `Part ${v['part']} was refused by WhatsApp: ${said(v['reason'])}.`,
  'part-lookup': (v) =>
    `Part ${v['part']}: ${v['afterCrash'] === true ? 'the worker stopped while it was on its way' : 'WhatsApp did not confirm it'}, looked up by its id: ${v['result'] === 'absent' ? 'not there' : said(v['result'])}.`,
  'part-unknown': (v) =>
    `Part ${v['part']}: given to WhatsApp, which never confirmed it. It may have arrived, so it is not sent again.`,
  'part-failed': (v) => `Part ${v['part']}: WhatsApp took it and failed to deliver it.`,
  'part-restricted': (v) =>
    `Part ${v['part']} waits: WhatsApp takes no messages of this number to ${v['code'] === 'restricted' ? 'anybody' : 'new people'} (${said(v['reason'])}).`,
  'part-waits': (v) => `Part ${v['part']} waits ${waitOf(v['waitMs'])}: ${said(v['reason'])}.`,
  'part-dropped': (v) => `Part ${v['part']} was not sent: ${said(v['reason'])}.`,
};

const endings: Readonly<Record<string, string>> = {
  running: 'Still being answered.',
  sending: 'Being sent.',
  answered: 'Answered',
  drafted: 'Waits as a draft.',
  held: 'Held',
  unanswered: 'Not answered',
  unknown: 'Unknown whether it arrived',
  superseded: 'Replaced by a later turn.',
  interrupted: 'Interrupted.',
};

export const turnWords = (input: WordsInput): readonly string[] => {
  const who = plainText(input.who);
  const lines = input.steps.map((step) => {
    const line = words[step.step];
    return line === undefined ? `${plainText(step.step)}.` : line(step.values, who);
  });
  const ending = endings[input.outcome] ?? plainText(input.outcome);
  const cost = input.costUsd > 0 ? ` Cost: $${input.costUsd.toFixed(4)}.` : '';
  const reason = input.reason === null ? '' : `: ${plainText(input.reason)}`;
  return [...lines, `${ending.replace(/\.$/, '')}${reason}.${cost}`];
};
