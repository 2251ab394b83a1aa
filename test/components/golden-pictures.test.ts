import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerAsInTheEvening } from './support/evening.ts';
import { fakeFleet } from './support/fake-fleet.ts';
import { type Base, type Drawn, expectGolden, goldenNames } from './support/golden-file.ts';
import { looks, showIn } from './support/golden-looks.ts';
import { type Visit, visits } from './support/golden-visits.ts';
import { tooWide } from './support/measured-lines.ts';
import type { Picture } from './support/picture.ts';
import { drawPicture } from './support/picture-svg.ts';
import { openScreen, type Screen } from './support/terminal.ts';

/**
 * Every screen as it was looked at: signs, colours, weights. `UPDATE_GOLDEN=1` writes what is there now, `DRAW_GOLDEN=FOLDER` draws it;
 * look at the difference before it is committed.
 */

vi.mock('../../components/app/mount.ts', async (load) => {
  const { mountInLooks } = await import('./support/golden-looks.ts');
  return mountInLooks(await load());
});

// The first steps tell the zone of the machine.
process.env['TZ'] = 'America/Sao_Paulo';

type LookName = keyof typeof looks;

const derivedLooks: readonly LookName[] = ['pt-BR', 'light', 'in 16', 'no colour', 'ascii'];

vi.mock('../../components/widgets/lines.tsx', async (load) => {
  const { measuredLines } = await import('./support/measured-lines.ts');
  return measuredLines(await load());
});

interface Window {
  readonly columns: number;
  readonly rows: number;
  /** Besides the first one, which is English on a dark background. */
  readonly looks: readonly LookName[];
}

const every: readonly Window[] = [
  { columns: 120, rows: 40, looks: derivedLooks },
  { columns: 200, rows: 50, looks: [] },
  { columns: 100, rows: 30, looks: [] },
  { columns: 80, rows: 24, looks: derivedLooks },
  { columns: 40, rows: 12, looks: [] },
];
const few: readonly Window[] = [
  { columns: 120, rows: 40, looks: [] },
  { columns: 80, rows: 24, looks: derivedLooks },
  { columns: 40, rows: 12, looks: [] },
];

/** What another look may say in its own way; what it does not explain stands row by row. */
const partOf = (look: LookName): Base['part'] =>
  look === 'pt-BR' ? null : look === 'ascii' ? 'styles and signs' : 'styles';

let screen: Screen | null = null;
afterEach(async () => {
  showIn(looks.dark);
  await screen?.close();
  screen = null;
});

const rest = async (shown: Screen): Promise<void> => {
  shown.advance(500);
  vi.advanceTimersByTime(500);
  await shown.press('');
};

const arrive = async (visit: Visit): Promise<Screen> => {
  const fleet = fakeFleet(visit.fleet());
  answerAsInTheEvening(fleet);
  const shown = await openScreen({ fleet, columns: 120, rows: 40, language: null, env: { PATH: '/nowhere' } });
  screen = shown;
  visit.after?.(fleet);
  for (const key of visit.keys) await (key === 'rest' ? rest(shown) : shown.press(key));
  return shown;
};

describe('every screen looks as it did', () => {
  it.each(visits)('$name', async (visit) => {
    const shown = await arrive(visit);
    const drawn: Drawn[] = [];
    const draw = (name: string, from: Base | null): Picture => {
      const picture = shown.picture();
      drawn.push({ name, picture, from });
      expect(tooWide(), name).toEqual([]);
      drawPicture(`${visit.name} ${name}`, picture);
      return picture;
    };

    for (const { columns, rows, looks: others } of visit.few === true ? few : every) {
      showIn(looks.dark);
      await shown.resize(columns, rows);
      await rest(shown);
      const size = `${columns}x${rows}`;
      const picture = draw(`${size} dark`, null);
      for (const look of others) {
        showIn(looks[look]);
        await shown.press('');
        draw(`${size} ${look}`, { name: `${size} dark`, picture, part: partOf(look) });
      }
    }
    expectGolden(visit.name, drawn);
  });

  it('and no picture is left over', () => {
    expect(goldenNames()).toEqual(visits.map(({ name }) => name).sort());
  });
});
