import { describe, expect, it } from 'vitest';
import { keyInRead } from '../../../components/actions/keymap.ts';
import { createKeyRouter } from '../../../components/keys/key-layers.ts';
import type { KeyPress } from '../../../components/keys/key-name.ts';
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

describe('several keys in one read', () => {
  /** A screen, and the field that `:` opens above it; it is drawn when the test says so. */
  const drawnLater = () => {
    const router = createKeyRouter(() => now, keyInRead);
    const got: string[] = [];
    const draws: (() => void)[] = [];
    const end = router.drawBetween((then) => draws.push(then));
    const open: (() => void)[] = [];
    const field = {
      current: {
        priority: 80,
        insert: (text: string) => got.push(`text ${text}`),
        press: ({ name }: KeyPress) => {
          got.push(`field ${name}`);
          if (name === 'enter') open.push(() => close?.());
          return true;
        },
      },
    };
    let close: (() => void) | null = null;
    router.add({
      current: {
        priority: 20,
        press: ({ name }: KeyPress) => {
          got.push(name);
          if (name === ':')
            open.push(() => {
              close = router.add(field);
            });
          return true;
        },
      },
    });
    const draw = () => {
      for (const one of open.splice(0)) one();
      for (const then of draws.splice(0)) then();
    };
    return { router, got, draw, draws, end };
  };

  it('go into the field that the first of them opens, and behind its enter they only move', () => {
    const { router, got, draw, draws } = drawnLater();
    router.read('jk:chats\rxG', noKey);
    expect(got.splice(0, 2)).toEqual(['j', 'k']);
    expect(got).toEqual([':']);
    // What is read meanwhile waits for its turn.
    router.read('j', noKey);
    router.paste('k');
    for (let n = 0; n < 6 && draws.length > 0; n += 1) draw();
    // What stands behind the enter is a key of the table: it may be a paste, so it moves and does nothing.
    expect(got).toEqual([':', 'text chats', 'field enter', 'G', 'j', 'k']);
    router.read('x', noKey);
    expect(got.at(-1)).toBe('x');
  });

  it('are forgotten with the screen that they were typed at', () => {
    const { router, got, draw, end } = drawnLater();
    router.read(':ab', noKey);
    end();
    draw();
    router.read('x', noKey);
    expect(got).toEqual([':', 'field x']);
  });
});

describe('keys', () => {
  it('have names', () => {
    expect(keyName('j', noKey)).toBe('j');
    expect(keyName('\r', { ...noKey, return: true })).toBe('enter');
    expect(keyName('', { ...noKey, tab: true, shift: true })).toBe('shift+tab');
    expect(keyName('u', { ...noKey, ctrl: true })).toBe('ctrl+u');
    expect(keyName('s', { ...noKey, meta: true })).toBe('');
  });
  it('go to the topmost layer that wants them; several in one read too, and a paste runs moves only', () => {
    const router = createKeyRouter(() => now, keyInRead);
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
    router.read('Sjy: k\r', noKey);
    expect(got.splice(0)).toEqual(['screen:j', 'screen:j', 'screen:j', 'screen:k']);
    router.paste('kS');
    router.read('[I', noKey);
    router.read(`j${'S'.repeat(64)}k`, noKey);
    expect(got.splice(0)).toEqual(['screen:k', 'screen:j', 'screen:k']);
    const close = router.add(layer('dialog', 100, true));
    router.read('Sjy', noKey);
    router.read(':y', noKey);
    expect(got.splice(0)).toEqual(['dialog:j']);
    close();
    const inserted: string[] = [];
    const field = {
      current: { priority: 80, press: () => true, insert: (text: string) => inserted.push(text), guarded: true },
    };
    router.add(field);
    router.paste('S y\nD');
    router.read('padaria\rS', noKey);
    router.read('a\tb', noKey);
    router.read(`${'c'.repeat(70)}\n`, noKey);
    expect(inserted).toEqual(['S y\nD', 'padaria', 'a', 'b', 'c'.repeat(70)]);
    expect(got.splice(0)).toEqual([]);
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
