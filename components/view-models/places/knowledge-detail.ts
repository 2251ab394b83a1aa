import type { KnowledgeGap, UsedFile } from '../../../src/session/knowledge.ts';
import { plainText } from '../../../src/session/plain-text.ts';
import { thousands } from '../../../src/words/figures.ts';
import { meter } from '../../paint/charts/meter.ts';
import { age } from '../../paint/format.ts';
import { glyph } from '../../paint/glyphs.ts';
import { withNumbers } from '../../paint/key-line.ts';
import { cut, emptyLine, span } from '../../paint/line.ts';
import { fileTexts } from '../../texts/file-texts.ts';
import { toolTexts } from '../../texts/tool-texts.ts';
import type { View } from '../view.ts';
import { type Detail, factLines, sentence } from './item-detail.ts';
import { sizeText } from './place-lines.ts';

/** What there is to know of a file that answers are given passages of, and of a question that no file answers. */

const meterWidth = 20;

/** `most`: of the file that is used most, beside which this one's use is shown. */
export const knownFileDetail = (file: UsedFile, most: number, view: View): Detail => {
  const { knowledge } = toolTexts(view.language);
  const { fact } = knowledge;
  const words = fileTexts(view.language);
  const count = (n: number): string => thousands(n, view.language);
  return {
    title: [
      span(`${glyph.file} `, 'muted'),
      span(plainText(file.name), 'bold'),
      span(`  ${words.version(file.version)}`, 'muted'),
    ],
    right: [span(words.addedBy(plainText(file.actor), view.calendar.when(file.addedAt, view.now)), 'muted')],
    content: (width) => [
      ...sentence(file.used === 0 ? knowledge.usedNever : knowledge.usedWhat, width, 'plain'),
      emptyLine,
      ...factLines(
        [
          [
            fact.used,
            file.used === 0
              ? [span(glyph.nothing, 'faint')]
              : [
                  ...meter(file.used / Math.max(1, most), meterWidth, 'accent'),
                  span(' '),
                  ...withNumbers(knowledge.usedIn(file.used, count(file.used)), 'muted', 'bold'),
                ],
          ],
          [
            fact.passages,
            withNumbers(knowledge.passagesOf(count(file.passages), count(file.characters)), 'muted', 'bold'),
          ],
          [fact.kind, `${file.kind}  ${sizeText(file.bytes, view)}`, 'muted'],
        ],
        width,
      ),
    ],
  };
};

export const gapDetail = (gap: KnowledgeGap, view: View): Detail => {
  const { knowledge } = toolTexts(view.language);
  const { fact } = knowledge;
  const question = plainText(gap.question.replace(/\s+/g, ' '));
  return {
    title: [span(`${glyph.wantsYou} `, 'warn'), span(cut(question, Math.max(12, view.columns - 30)), 'bold')],
    right: [span(view.calendar.when(gap.at, view.now), 'muted')],
    tone: 'warn',
    content: (width) => [
      ...sentence(knowledge.gapWhat, width),
      emptyLine,
      ...factLines(
        [
          [fact.asked, withNumbers(knowledge.askedTimes(gap.customers, gap.times), 'muted', 'bold')],
          [fact.last, knowledge.ago(age(view.now - gap.at)), 'muted'],
        ],
        width,
      ),
    ],
  };
};
