import { dollarSign } from '../figures.ts';
import { accessSentences } from './access-sentences.ts';
import { bundleSentences } from './bundle-sentences.ts';
import { canarySentences } from './canary-sentences.ts';
import { doctorSentences } from './doctor-sentences.ts';
import { errorSentences } from './error-sentences.ts';
import { fileSentences } from './file-sentences.ts';
import { groupSentences } from './group-sentences.ts';
import { helpSentences } from './help-sentences.ts';
import { hookSentences } from './hook-sentences.ts';
import { keepingSentences } from './keeping-sentences.ts';
import { knowledgeSentences } from './knowledge-sentences.ts';
import { moveSentences } from './move-sentences.ts';
import { nodeSentences } from './node-sentences.ts';
import { outputSentences } from './output-sentences.ts';
import { probeSentences } from './probe-sentences.ts';
import { processSentences } from './process-sentences.ts';
import { proposalSentences } from './proposal-sentences.ts';
import { reasonSentences } from './reason-sentences.ts';
import { rehearsalSentences } from './rehearsal-sentences.ts';
import type { Sentences } from './sentences.ts';
import { shownSentences } from './shown-sentences.ts';
import { talkSentences } from './talk-sentences.ts';
import { toolSentences } from './tool-sentences.ts';

/**
 * Whatever the program says in English, in Portuguese. Who finds out says one English sentence (the log and the API keep it); whoever
 * shows it to a person who reads Portuguese passes it through here. A sentence that no table knows stays as it is.
 */

interface Rule {
  readonly pattern: RegExp;
  readonly words: string;
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A full stop at the end belongs to no sentence: it is put back as it was. */
const ruleOf = ([english, portuguese]: Sentences[number]): Rule => {
  const holes = english.replace(/\.$/, '').split('{}').map(escapePattern).join('(.+?)');
  return { pattern: new RegExp(`^${holes}(\\.?)$`, 's'), words: portuguese.replace(/\.$/, '') };
};

interface Rules {
  readonly whole: ReadonlyMap<string, string>;
  readonly holed: readonly Rule[];
}

/** Where two say the same, the later one counts. */
export const allSentences: Sentences = [
  ...reasonSentences,
  ...shownSentences,
  ...errorSentences,
  ...keepingSentences,
  ...processSentences,
  ...outputSentences,
  ...doctorSentences,
  ...helpSentences,
  ...talkSentences,
  ...nodeSentences,
  ...groupSentences,
  ...bundleSentences,
  ...moveSentences,
  ...rehearsalSentences,
  ...proposalSentences,
  ...canarySentences,
  ...knowledgeSentences,
  ...fileSentences,
  ...probeSentences,
  ...toolSentences,
  ...hookSentences,
  ...accessSentences,
];

let known: Rules | null = null;

/** Made when the first sentence is asked for: an English program needs none. The longest pattern is the most special one. */
const rules = (): Rules => {
  if (known === null) {
    const all = allSentences;
    known = {
      whole: new Map(all.filter(([english]) => !english.includes('{}'))),
      holed: all
        .filter(([english]) => english.includes('{}'))
        .sort(([a], [b]) => b.length - a.length)
        .map(ruleOf),
    };
  }
  return known;
};

/**
 * A figure that fills a hole: `$0.07`, `1,204`, `1.2 s`, `3.4G`. Anything else with digits is a name, an address or a version, and stays.
 */
const figureInPortuguese = (text: string): string | null => {
  const [, sign = '', whole = '', point, tail = ''] =
    /^(\$|US\$ )?(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?( ?(?:s|min|h|%|[KMGT]i?B?))?$/.exec(text) ?? [];
  if (whole === '' || (sign === '' && tail === '' && !whole.includes(','))) return null;
  const figure = `${whole.replaceAll(',', '.')}${point?.replace('.', ',') ?? ''}`;
  return `${sign === '' ? '' : dollarSign['pt-BR']}${figure}${tail}`;
};

const filled = (words: string, holes: readonly string[]): string => {
  let next = 0;
  return words.replace(/\{(\d*)\}/g, (_, number: string) => {
    const at = number === '' ? next++ : Number(number) - 1;
    return holes[at] ?? '';
  });
};

/** Sentences within sentences: a reason inside of what failed. Deeper is nobody's words. */
const deepest = 3;

const oneSentence = (text: string, depth: number): string | null => {
  const whole = rules().whole.get(text) ?? rules().whole.get(`${text}.`);
  if (whole !== undefined) return text.endsWith('.') || !whole.endsWith('.') ? whole : whole.slice(0, -1);
  const bare = text.endsWith('.') ? rules().whole.get(text.slice(0, -1)) : undefined;
  if (bare !== undefined) return `${bare}.`;

  for (const { pattern, words } of rules().holed) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const holes = found.slice(1, -1).map((hole) => translated(hole, depth + 1));
    return `${filled(words, holes)}${found.at(-1) ?? ''}`;
  }
  return null;
};

const sentenceEnd = /(?<=[.?!])(?<!\be\.g\.)\s+(?=[A-Z(])/;

const translated = (text: string, depth: number): string => {
  if (text === '') return text;
  const figure = depth === 0 ? null : figureInPortuguese(text);
  if (figure !== null) return figure;
  if (depth > deepest) return text;
  const found = oneSentence(text, depth);
  if (found !== null) return found;

  const sentences = text.split(sentenceEnd);
  if (sentences.length > 1) return sentences.map((sentence) => translated(sentence, depth)).join(' ');
  // `padaria-joao: what happened`, `zap-fleet: what happened`.
  const named = /^([^\s:]{1,60}): (.+)$/s.exec(text);
  return named === null ? text : `${named[1]}: ${translated(named[2] ?? '', depth + 1)}`;
};

/** A screen says the same lines with every paint. */
const mostKept = 500;
const kept = new Map<string, string>();

/** One line or several, each by itself. */
export const inPortuguese = (text: string): string => {
  const before = kept.get(text);
  if (before !== undefined) return before;

  const said = text
    .split('\n')
    .map((line) => translated(line, 0))
    .join('\n');
  if (kept.size >= mostKept) kept.clear();
  kept.set(text, said);
  return said;
};
