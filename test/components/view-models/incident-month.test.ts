import { describe, expect, it } from 'vitest';
import { belowList, monthLines, singlesOf } from '../../../components/view-models/incident-month.ts';
import { incidentBox, incidentsBox } from '../../../components/view-models/incidents.ts';
import type { Incident, SessionRow } from '../../../src/protocol/fleet.ts';
import { exampleFleet } from '../support/example-fleets.ts';
import { exampleIncident } from '../support/example-incidents.ts';
import { days, exampleSnapshot, minutes, now, sessionRow } from '../support/fake-fleet.ts';
import { plain, viewAt } from '../support/view.ts';

const ended = (id: number, startedAt: number, lasted = minutes(6)): Incident => ({
  ...exampleIncident(),
  id,
  startedAt,
  endedAt: startedAt + lasted,
  nextTryAt: null,
});
const view = viewAt(120, 40);
const viewOf = (sessions: readonly SessionRow[]) => viewAt(120, 40, { snapshot: { ...exampleSnapshot(), sessions } });

describe('the month', () => {
  const ofNovember = [ended(12, now - days(3)), ended(11, now - days(5), minutes(14))];

  it('is named in the language of the screen and counts its own incidents only', () => {
    const all = [...ofNovember, ended(4, now - days(25))];
    const english = plain(monthLines(view, all, 44));
    expect(english[0]).toMatch(/^─ November ─+$/);
    expect(english[2]).toBe('2 incidents, 20m in all, longest 14m');
    expect(plain(monthLines(viewAt(120, 40, { language: 'pt-BR' }), all, 44))[0]).toMatch(/^─ Novembro ─+$/);
  });

  it('begins at midnight of the fleet, not of UTC', () => {
    // 31 October 22:30 in São Paulo.
    const lateInOctober = ended(5, Date.UTC(2026, 10, 1, 1, 30));
    expect(plain(monthLines(view, [...ofNovember, lateInOctober], 44))[2]).toMatch(/^2 incidents/);
    expect(plain(monthLines(view, [lateInOctober], 44))[0]).toContain('October');
  });

  it('has its year when it is of another one', () => {
    expect(plain(monthLines(view, [ended(1, now - days(330))], 44))[0]).toContain('December 2025');
  });
});

describe('single bots in trouble', () => {
  const rows = [
    sessionRow('aa', { label: 'Pet Shop Rex', state: 'failed', since: now - minutes(12) }),
    sessionRow('bb', { label: 'Ótica Visão', state: 'logged_out', since: now - minutes(2) }),
    sessionRow('cc', { label: 'Moda Ana' }),
    sessionRow('dd', { label: 'Foto Momento', state: 'logged_out', since: now - minutes(1) }),
  ];
  const running = { ...exampleIncident(), sessionIds: ['id-dd'] };

  it('are those who need a person and are in no running incident, the newest first', () => {
    const labels = (incidents: readonly Incident[]) => singlesOf(viewOf(rows), incidents).map(({ label }) => label);
    expect(labels([running])).toEqual(['Ótica Visão', 'Pet Shop Rex']);
    expect(labels([{ ...running, endedAt: now }])).toEqual(['Foto Momento', 'Ótica Visão', 'Pet Shop Rex']);
  });

  it('stand with their state below the list, or as many as fit and how many more', () => {
    const lines = (room: number) => plain(belowList(viewOf(rows), [running], 44, room));
    expect(lines(20).slice(-4)).toEqual([
      'Single bots in trouble are no incident:',
      expect.stringMatching(/^▲ Ótica Visão +LOGGED OUT {3}2m$/),
      expect.stringMatching(/^✕ Pet Shop Rex +GAVE UP {2}12m$/),
      'they stand in NEEDS YOU on screen 1.',
    ]);
    const month = lines(20).length - 5;
    expect(lines(month + 4).slice(-3)).toEqual([
      'Single bots in trouble are no incident:',
      expect.stringContaining('Ótica Visão'),
      'and 1 more, in NEEDS YOU on screen 1.',
    ]);
    expect(lines(month + 3).join('\n')).not.toContain('Single');
  });

  it('are not there when nobody is in trouble', () => {
    expect(plain(belowList(viewOf([sessionRow('cc')]), [], 44, 30))).toEqual([]);
  });
});

it('what stands below never makes the box higher than it is, in any size and language', () => {
  for (const language of ['en', 'pt-BR'] as const) {
    const snapshot = exampleFleet('bad', 60);
    const shown = viewAt(120, 40, { language, snapshot });
    const incidents = [...snapshot.incidents, ended(12, now - days(3))];
    for (let rows = 4; rows < 40; rows += 1)
      for (const width of [35, 46, 52])
        expect(incidentsBox(shown, incidents, { cursor: 0, top: 0, width, rows, empty: '' })).toHaveLength(rows);
  }
});

it('an incident names as many of its bots as three lines hold, and counts the others', () => {
  const snapshot = exampleFleet('bad', 60);
  const incident = { ...exampleIncident(), sessionIds: snapshot.sessions.slice(0, 30).map(({ id }) => id) };
  const text = plain(incidentBox(viewAt(120, 40, { snapshot }), incident, 70, 30)).join('\n');
  const more = Number(/and (\d+) more/.exec(text)?.[1]);
  const named = snapshot.sessions.slice(0, 30).filter(({ label }) => text.includes(label)).length;
  expect(more).toBeGreaterThan(0);
  // A label that is wrapped over two lines is named, too.
  expect(Math.abs(named + more - 30)).toBeLessThan(3);
  expect(
    plain(incidentBox(viewAt(120, 40, { snapshot }), { ...incident, sessionIds: ['id-veloz'] }, 70, 30)).join('\n'),
  ).not.toContain(' more');
});
