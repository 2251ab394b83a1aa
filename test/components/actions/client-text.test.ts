import { afterEach, describe, expect, it } from 'vitest';
import type { FleetInfo, SessionRow } from '../../../src/protocol/fleet.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { answerEverything } from '../support/answers.ts';
import { exampleSnapshot, fakeFleet, minutes, now, sessionRow } from '../support/fake-fleet.ts';
import { openScreen, type Screen } from '../support/terminal.ts';

let screen: Screen | null = null;
afterEach(async () => {
  await screen?.close();
  screen = null;
});

const loggedOut: Partial<SessionRow> = {
  label: 'Padaria do João',
  state: 'logged_out',
  verdict: 'logged_out',
  phone: null,
};

const show = async (row: Partial<SessionRow>, where: Partial<FleetInfo>): Promise<Screen> => {
  const snapshot = exampleSnapshot();
  const fleet = fakeFleet({
    ...snapshot,
    fleet: { ...snapshot.fleet, ...where },
    sessions: [sessionRow('padaria-joao', row)],
  });
  answerEverything(fleet);
  fleet.answers.link = () => ({
    url: 'https://bots.example.com/link/abc',
    code: 'abc',
    expiresAt: now + minutes(30),
    warning: null,
  });
  screen = await openScreen({ fleet, columns: 120, rows: 40 });
  await screen.waitFor('Padaria do João');
  return screen;
};

const asked = (shown: Screen): readonly string[] =>
  shown.fleet.asked.map(({ method }) => method).filter((method) => method === 'link' || method === 'newCodes');

const text =
  'Hello! The WhatsApp of Padaria do João was disconnected on the phone. Open this link and follow the steps: https://bots.example.com/link/abc';

describe('y where only the phone of the client helps', () => {
  it('asks for a code and a link, and copies a text with the link', async () => {
    const shown = await show(loggedOut, { publicUrl: 'https://bots.example.com' });
    await shown.press('y');
    await shown.waitFor('text for the client copied');
    expect(asked(shown)).toEqual(['newCodes', 'link']);
    expect(shown.written()).toContain(Buffer.from(text).toString('base64'));
  });

  it('does the same from the answer to why', async () => {
    const shown = await show(loggedOut, { publicUrl: 'https://bots.example.com' });
    await shown.press('x');
    await shown.waitFor('y copies a text for the client');
    await shown.press('y');
    await shown.waitFor('text for the client copied');
    expect(shown.written()).toContain(Buffer.from(text).toString('base64'));
  });

  it('says first that no client could open the link', async () => {
    const shown = await show(loggedOut, { publicUrl: null, apiUrl: 'http://127.0.0.1:3000' });
    await shown.press('y');
    await shown.waitFor('PUBLIC_URL is not set');
    expect(asked(shown)).toEqual([]);
    // Keys of its first quarter of a second are dropped.
    shown.advance(300);
    await shown.press('n');
    await shown.waitFor('copies a text for the client');
    expect(asked(shown)).toEqual([]);
  });

  it('asks nothing for a link of a bot that is connected: there is nothing to scan', async () => {
    const shown = await show({ label: 'Padaria do João' }, { publicUrl: null, apiUrl: 'http://127.0.0.1:3000' });
    shown.fleet.answers.link = () => {
      throw new FleetError('refused-by-state', 'padaria-joao is connected already: there is nothing to scan.');
    };
    await shown.press('i');
    await shown.waitFor('is connected already');
    expect(asked(shown)).toEqual(['link']);
  });

  it('copies the row of any other session', async () => {
    const shown = await show({ label: 'Padaria do João' }, { publicUrl: 'https://bots.example.com' });
    await shown.press('y');
    await shown.waitFor('copied');
    expect(asked(shown)).toEqual([]);
  });
});
