import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { allSentences, inPortuguese } from '../../../src/words/portuguese/in-portuguese.ts';
import { hole, type Said, saidIn, saidSentences } from './said-sentences.ts';

const root = resolve(import.meta.dirname, '../../..');
/** What the demo and the simulated phone make up is no word of the program. */
const madeUp = ['workers/whatsapp/simulated/', 'src/cli/demo/'];
/** A code has no blank; a command is typed as it stands. */
const isSentence = ({ text }: Said): boolean => /\s/.test(text) && !/^(?:cat|chmod|install|rm|zap-fleet) /.test(text);
const said = saidSentences(root)
  .filter(({ at }) => !madeUp.some((room) => at.startsWith(room)))
  .filter(isSentence);

const withoutStop = (text: string): string => text.replace(/\.$/, '');
const known = new Set(allSentences.map(([english]) => withoutStop(english)));

/** Said with one of a few words of ours in its hole, each of which the tables have as a sentence of its own. */
const saidByWord = new Set(['draft {} is {}']);

/** What of a text stays English: its sentences that come out as they went in, but for names, commands and values. */
const leftInEnglish = (said: string): readonly string[] => {
  // A value before a new sentence is one itself.
  const text = said.replace(new RegExp(`^((?:${hole}: )?${hole}) (?=[A-Z][a-z]+[ :])`), '$1. ');
  const portuguese = inPortuguese(text);
  return text
    .split(/(?<=[.?!])(?<!e\.g\.)\s+(?=[A-Z(])/)
    .map(withoutStop)
    .filter((sentence) => /[a-z]{3}/.test(sentence.replaceAll(hole, '')) && portuguese.includes(sentence))
    .map((sentence) => sentence.replaceAll(hole, '{}'))
    .filter((sentence) => !known.has(sentence) && !saidByWord.has(sentence));
};

it('knows every error, every sentence of a command, finding and reason that the source can say', () => {
  expect(said.length).toBeGreaterThan(500);
  // A text that begins with a blank or ends in one, or has nothing between two, stands for a value that is never empty.
  const unknown = said
    .filter(({ text }) => !/^ \S|\S $|\S {2}\S|\(\)/.test(text))
    .flatMap(({ at, text }) => leftInEnglish(text).map((sentence) => `${at}  ${sentence}`));
  expect(unknown).toEqual([]);
});

it('would find one that nobody has translated', () => {
  const source =
    "const fail = (name) => { throw new FleetError('failed', 'the ' + name + ' fell over. Try again.'); };";
  const [text = ''] = saidIn('src/x.ts', source).map((each) => each.text);
  expect(leftInEnglish(text)).toEqual(['the {} fell over']);
});
