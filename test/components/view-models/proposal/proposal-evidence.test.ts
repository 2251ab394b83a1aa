import { describe, expect, it } from 'vitest';
import { lineWidth } from '../../../../components/paint/line.ts';
import { evidenceWidth } from '../../../../components/view-models/proposal/proposal-evidence.ts';
import {
  changeLines,
  changeSteps,
  changesBody,
  panesOf,
} from '../../../../components/view-models/proposal/proposal-lines.ts';
import type { Proposal } from '../../../../src/session/proposal.ts';
import { exampleProposal } from '../../support/example-proposal.ts';
import { plain, viewAt } from '../../support/view.ts';

const shown = exampleProposal('barbearia-do-ze');
const textAt = (columns: number, rows: number, of: Proposal = shown, language: 'en' | 'pt-BR' = 'en'): string => {
  const view = viewAt(columns, rows, { language });
  return plain(changesBody(view, of, changeLines(view, of), 0, rows - 9)).join('\n');
};

describe('what a person weighs beside the edits of a proposal', () => {
  it('is in a wide window: what people said, how its rehearsal went, the worst answer, what it is', () => {
    const text = textAt(120, 40);
    expect(text).toMatch(/1 customer +Vocês abrem no domingo\?/);
    expect(text).toMatch(/person +Corte e barba juntos R\$ 65\. Quer marcar\?/);
    expect(text).toMatch(/worse +▆+ +1/);
    expect(text).toContain('6 of 48');
    expect(text).toMatch(/Read this answer first ─+ ✕ worse/);
    expect(text).toContain('promises "vou reservar"');
    expect(text).toMatch(/changes +prompt v3/);
    expect(text).not.toContain('\u001b');
  });

  it('counts the cases that had their turn alike in its tabs and its box, those that could not be asked among them', () => {
    for (const [asked, failed] of [
      [5, 1],
      [0, 3],
      [7, 0],
    ] as const) {
      if (shown.rehearsal === null) throw new Error('the example has a rehearsal');
      const of = { ...shown, rehearsal: { ...shown.rehearsal, asked, failed } };
      const tried = asked + failed;
      expect(panesOf(viewAt(120, 40), of).at(-1)?.count).toBe(`${tried}/48`);
      expect(textAt(120, 40, of)).toContain(`${tried} of 48`);
      const told = new RegExp(`${failed} could not be asked`);
      if (failed > 0) expect(textAt(120, 40, of)).toMatch(told);
      else expect(textAt(120, 40, of)).not.toMatch(/could not be asked/);
    }
  });

  it('masks what lessons hold in the language of the screen', () => {
    expect(textAt(120, 40)).toContain('Abrimos sim, [name]!');
    expect(textAt(120, 40, shown, 'pt-BR')).toContain('Abrimos sim, [nome]!');
  });

  it('leaves room for the edits alone where there is no room for both', () => {
    for (const [columns, rows] of [
      [99, 40],
      [120, 29],
      [80, 24],
      [40, 12],
    ] as const) {
      expect(evidenceWidth(viewAt(columns, rows))).toBe(0);
      expect(textAt(columns, rows)).not.toContain('Read this answer first');
      expect(textAt(columns, rows)).not.toContain('customer');
    }
  });

  it('keeps every row inside its window, no box cut, whatever was said', () => {
    const long = 'palavra '.repeat(80);
    const cases = shown.cases.map((one) => ({ ...one, question: long, old: { ...one.old, text: long } }));
    const lessons = shown.lessons.map((one) => ({
      ...one,
      lesson: one.lesson === null ? null : { ...one.lesson, question: long, owner: long },
    }));
    for (const [columns, rows] of [
      [100, 30],
      [120, 40],
      [200, 50],
    ] as const) {
      const view = viewAt(columns, rows);
      const of = { ...shown, cases, lessons };
      const lines = changesBody(view, of, changeLines(view, of), 0, rows - 9);
      expect(Math.max(...lines.map(lineWidth))).toBeLessThanOrEqual(columns - 1);
      const text = plain(lines).join('\n');
      expect(text.match(/╭/g)?.length).toBe(text.match(/╰/g)?.length);
      // What is left out of a text ends with an ellipsis.
      expect(text).toContain('palavra …');
    }
  });

  it('does not say that nothing could be rehearsed of what is not made yet, or of nothing', () => {
    const made = { ...shown.proposal, state: 'asking' as const };
    const asking = { ...shown, proposal: made, changes: [], rehearsal: null, cases: [] };
    expect(textAt(120, 40, asking)).toContain('It is being made');
    expect(textAt(120, 40, asking)).not.toContain('could be rehearsed');
    const nothing = { ...asking, proposal: { ...made, state: 'nothing' as const, edits: 0 } };
    expect(textAt(120, 40, nothing)).not.toContain('Its rehearsal');
  });

  it('does not let the judge say what went wrong with it', () => {
    const text = textAt(200, 50);
    expect(text).toContain('the judge: responde o que foi perguntado');
    expect(text).toContain('the judge wrote prose instead of a verdict');
    expect(text).not.toContain('the judge: the judge');
  });

  it('scrolls through the edits alone, and says that they go on', () => {
    for (const [columns, rows, height] of [
      [120, 40, 20],
      [100, 30, 12],
      [80, 24, 8],
    ] as const) {
      const view = viewAt(columns, rows);
      const all = changeLines(view, shown);
      const steps = changeSteps(all, height);
      const first = plain(changesBody(view, shown, all, 0, height));
      const last = plain(changesBody(view, shown, all, steps - 1, height));
      expect(first).toHaveLength(height);
      expect(first.join('\n')).toContain(`j k 1-${height - 1}/${all.length}`);
      expect(last.join('\n')).toContain(`j k ${steps}-${all.length}/${all.length}`);
      expect(last.join('\n')).not.toContain('─ 1 of 2');
      expect(first.join('\n').includes('Its rehearsal')).toBe(evidenceWidth(view) > 0);
      expect(last.join('\n').includes('Its rehearsal')).toBe(evidenceWidth(view) > 0);
    }
  });

  it('says nothing of rows where all are seen', () => {
    const view = viewAt(120, 40);
    expect(changeSteps(changeLines(view, shown), 31)).toBe(1);
    expect(plain(changesBody(view, shown, changeLines(view, shown), 0, 31)).join('\n')).not.toContain('j k');
  });
});
