import process from 'node:process';
import type { Milliseconds } from '../session/units.ts';
import type { Language } from '../words/language.ts';
import { progressOn } from './progress-line.ts';

const beat: Milliseconds = 100;

const words = (language: Language, seconds: string): string =>
  language === 'en'
    ? `zap-fleet: starting the fleet, ${seconds} s`
    : `zap-fleet: iniciando a frota, ${seconds.replace('.', ',')} s`;

/** Says on `stream` that the fleet is being started, and for how long by now; `end` takes the line away. */
export const startingLine = (
  language: Language,
  stream: Pick<NodeJS.WriteStream, 'write' | 'isTTY'> = process.stderr,
): { readonly begin: () => void; readonly end: () => void } => {
  const progress = progressOn(stream);
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;

  return {
    begin: () => {
      // Once the dashboard has the screen, nothing else writes on it.
      if (timer !== null || isOver) return;
      const begun = process.uptime();
      const show = (): void => progress(words(language, (process.uptime() - begun).toFixed(1)));
      show();
      timer = setInterval(show, beat);
    },
    end: () => {
      isOver = true;
      if (timer === null) return;
      clearInterval(timer);
      timer = null;
      progress(null);
    },
  };
};
