import type { render } from 'ink';
import { type ComponentType, createElement, type ReactNode, useSyncExternalStore } from 'react';
import type { AppProps } from '../../../components/app/app.tsx';
import type { Theme } from '../../../components/paint/theme.ts';
import type { Language } from '../../../src/words/language.ts';

/** What a dashboard that is open is shown in: changed without a key, so that an open dialog stays as it is. */

export interface Look {
  readonly theme: Theme;
  readonly language: Language;
}

const dark: Theme = { colors: '256', background: 'dark', glyphs: 'full' };

/** 24 bits of colour differ from the 256 only by the table of src/look/colors.ts. */
export const looks = {
  dark: { theme: dark, language: 'en' },
  'pt-BR': { theme: dark, language: 'pt-BR' },
  light: { theme: { ...dark, background: 'light' }, language: 'en' },
  'in 16': { theme: { ...dark, colors: '16' }, language: 'en' },
  'no colour': { theme: { ...dark, colors: 'none' }, language: 'en' },
  ascii: { theme: { ...dark, colors: 'none', glyphs: 'ascii' }, language: 'en' },
} as const satisfies Readonly<Record<string, Look>>;

let look: Look = looks.dark;
const listeners = new Set<() => void>();

export const showIn = (next: Look): void => {
  look = next;
  for (const listener of listeners) listener();
};

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

interface Mount {
  readonly render: typeof render;
  readonly createElement: typeof createElement;
  readonly App: ComponentType<AppProps>;
}

let RealApp: ComponentType<AppProps> | null = null;

const AppInLook = (props: AppProps): ReactNode => {
  const { theme, language } = useSyncExternalStore(subscribe, () => look);
  if (RealApp === null) return null;
  return createElement(RealApp, { ...props, language, look: { ...props.look, theme, wanted: undefined } });
};

/** `components/app/mount.ts`, whose app listens to `showIn`. */
export const mountInLooks = (mount: Mount): Mount => {
  RealApp = mount.App;
  return { ...mount, App: AppInLook };
};
