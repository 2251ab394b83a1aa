/** The part of Ink's key report that we read. */
export interface KeyReport {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly meta: boolean;
}

export interface KeyPress {
  /** As `keyName` gives it. */
  readonly name: string;
  /** What a field would insert; empty for keys that are no text. */
  readonly text: string;
}

/** The name of one key press, e.g. `j`, `up`, `ctrl+u`, `shift+tab`, `space`; empty for what we do not bind (alt, function keys). */
export const keyName = (input: string, key: KeyReport): string => {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pgup';
  if (key.pageDown) return 'pgdn';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return || input === '\r' || input === '\n') return 'enter';
  if (key.tab || input === '\t') return key.shift ? 'shift+tab' : 'tab';
  if (key.escape) return 'esc';
  if (key.backspace || key.delete) return key.delete && !key.backspace ? 'delete' : 'backspace';
  if (key.meta) return '';
  if (key.ctrl) return input === '' ? '' : `ctrl+${input}`;
  return input === ' ' ? 'space' : input;
};
