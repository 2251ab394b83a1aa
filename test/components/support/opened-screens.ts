import { afterEach } from 'vitest';
import { answerEverything } from './answers.ts';
import { fakeFleet } from './fake-fleet.ts';
import { openScreen, type Screen } from './terminal.ts';

/** Dashboards over a fleet that answers everything, each closed before the next one and after its test. `answers`: those of this one. */
export const openedScreens = (columns = 100): ((answers?: Readonly<Record<string, unknown>>) => Promise<Screen>) => {
  let screen: Screen | null = null;
  const close = async (): Promise<void> => {
    await screen?.close();
    screen = null;
  };
  afterEach(close);

  return async (answers = {}) => {
    await close();
    const fleet = fakeFleet();
    answerEverything(fleet);
    Object.assign(fleet.answers, answers);
    screen = await openScreen({ fleet, columns, rows: 40 });
    return screen;
  };
};

/** What one method of the door was asked with. */
export const asked = (shown: Screen, wanted: string) =>
  shown.fleet.asked.filter(({ method }) => method === wanted).map(({ params }) => params);
