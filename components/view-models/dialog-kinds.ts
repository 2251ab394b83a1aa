import type { SessionRow } from '../../src/protocol/fleet.ts';

/** A dialog is pinned to the sessions that it was opened for: by id, with the revision that was on the screen. */
export interface Target {
  readonly id: string;
  readonly name: string;
  readonly revision: number;
  readonly verdict: SessionRow['verdict'];
}

export const targetOf = (row: SessionRow): Target => ({
  id: row.id,
  name: row.name,
  revision: row.revision,
  verdict: row.verdict,
});

export type Dialog =
  | {
      readonly kind: 'ask';
      readonly title: string;
      readonly lines: readonly string[];
      readonly targets: readonly Target[];
      readonly yes: () => void;
      /** Of its frame; amber where none is given, because a bot stops. */
      readonly tone?: 'accent';
    }
  | { readonly kind: 'name'; readonly action: 'delete' | 'logout'; readonly targets: readonly Target[] }
  /** To which server. */
  | { readonly kind: 'move'; readonly target: Target }
  | { readonly kind: 'create' }
  | { readonly kind: 'pair'; readonly target: Target; readonly phone: string }
  | {
      readonly kind: 'info';
      readonly title: string;
      /** Lines that may be long: they are wrapped. */
      readonly load: () => Promise<readonly string[]>;
      /** What `y` copies, or does: a text that must be made first. */
      readonly copy: string | (() => void) | null;
    }
  | {
      readonly kind: 'text';
      readonly title: string;
      readonly label: string;
      readonly value: string;
      readonly secret: boolean;
      /** What is wrong with the text, or null; asked at every key. */
      readonly check: (text: string) => string | null;
      readonly save: (text: string) => Promise<void>;
      /** Begins when it opens; what it returns ends it, however it closes. */
      readonly whileOpen?: () => () => void;
    }
  | {
      readonly kind: 'prose';
      readonly title: string;
      readonly value: string;
      /** Called once when it closes: the text, or null when it was given up. */
      readonly done: (text: string | null) => void;
    };
