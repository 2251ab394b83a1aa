import { describe, expect, it } from 'vitest';
import { onlyMoves } from '../../../components/actions/keymap.ts';
import { createKeyRouter, type KeyPress } from '../../../components/keys/key-layers.ts';
import { type KeyReport, keyName } from '../../../components/keys/key-name.ts';
import { now } from '../support/fake-fleet.ts';

const noKey: KeyReport = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
};

describe('keys', () => {
  it('have names', () => {
    expect(keyName('j', noKey)).toBe('j');
    expect(keyName('\r', { ...noKey, return: true })).toBe('enter');
    expect(keyName('', { ...noKey, tab: true, shift: true })).toBe('shift+tab');
    expect(keyName('u', { ...noKey, ctrl: true })).toBe('ctrl+u');
    expect(keyName('s', { ...noKey, meta: true })).toBe('');
  });
  it('go to the topmost layer that wants them; a paste runs moves only', () => {
    const router = createKeyRouter(() => now, onlyMoves);
    const got: string[] = [];
    const layer = (name: string, priority: number, takes: boolean) => ({
      current: {
        priority,
        press: ({ name: key }: KeyPress) => {
          got.push(`${name}:${key}`);
          return takes;
        },
      },
    });
    router.add(layer('screen', 20, true));
    const remove = router.add(layer('dialog', 100, false));
    router.read('S', noKey);
    expect(got.splice(0)).toEqual(['dialog:S', 'screen:S']);
    remove();
    router.read('jjSDx', noKey);
    router.paste('kS');
    router.read('[I', noKey);
    expect(got.splice(0)).toEqual(['screen:j', 'screen:j', 'screen:k']);
    const inserted: string[] = [];
    const field = {
      current: { priority: 80, press: () => true, insert: (text: string) => inserted.push(text), guarded: true },
    };
    router.add(field);
    router.paste('S y\nD');
    router.read('padaria\r', noKey);
    expect(inserted).toEqual(['S y\nD', 'padaria']);
    const mouse: unknown[] = [];
    router.onMouse((press) => mouse.push(press));
    const report = (button: number, row: number, isDown: boolean) => router.mouse({ button, column: 4, row, isDown });
    report(0, 8, true);
    report(0, 8, false);
    report(32, 9, true);
    // The right button, and what some terminals send of a wheel that was let go.
    report(2, 9, true);
    report(65, 9, false);
    report(65, 9, true);
    expect(mouse).toEqual([
      { kind: 'press', column: 4, row: 8 },
      { kind: 'release', column: 4, row: 8 },
      { kind: 'drag', column: 4, row: 9 },
      { kind: 'wheel-down', column: 4, row: 9 },
    ]);
    // While a field is open the mouse types nothing into it.
    got.splice(0);
    router.tap('3');
    expect(got).toEqual([]);
  });
});
