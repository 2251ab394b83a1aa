import type { Settings } from './settings.ts';

/** The fleet's time zone: `TZ` where it is one, else the server's. The clock of screens, charts and days. */
export const fleetTimeZone = ({ TZ }: Pick<Settings, 'TZ'>): string => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (TZ === undefined || TZ === '') return own;

  try {
    return new Intl.DateTimeFormat('en', { timeZone: TZ }).resolvedOptions().timeZone;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return own;
  }
};
