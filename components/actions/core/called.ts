import { plainText } from '../../../src/session/plain-text.ts';
import type { Actions } from './actions.ts';

/** A session as people call it: its label, or its technical name where it has none. */
export const called = (act: Pick<Actions, 'fleet'>, name: string): string => {
  const row = act.fleet.getSnapshot().sessions.find((session) => session.name === name);
  return plainText(row?.label ?? '') || name;
};
