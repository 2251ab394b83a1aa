import { plainText } from '../../src/session/plain-text.ts';
import { boxed } from '../paint/box.ts';
import { meter } from '../paint/charts/meter.ts';
import { gigas } from '../paint/format.ts';
import { glyph } from '../paint/glyphs.ts';
import { emptyLine, type Line, lineWidth, padEnd, span, wrapText } from '../paint/line.ts';
import type { FirstRunState } from './first-run-steps.ts';
import type { View } from './view.ts';

/** What this machine has for bots, as the first steps tell it. */

/** Null: a master that has just begun has no address yet, and is not shown without one. */
const webOf = ({ snapshot, t: { firstRun } }: View): string | null => {
  const { publicUrl, apiUrl } = snapshot.fleet;
  if (publicUrl !== null) return firstRun.webPublic(plainText(publicUrl));
  if (apiUrl !== null) return firstRun.webLocal(plainText(apiUrl));
  return snapshot.banners.some(({ code }) => code === 'api-port' || code === 'api') ? firstRun.webOff : null;
};

/** Each fact with a sign: good, or what is to be mended. */
export const machineBox = (view: View, browser: FirstRunState['browser']): readonly Line[] => {
  const { firstRun } = view.t;
  const { machine, publicUrl } = view.snapshot.fleet;
  const width = view.columns - 1;
  const labelWidth = 11;
  const textAt = labelWidth + 2;
  const fact = (isOk: boolean, label: string, text: string, before: Line = emptyLine): readonly Line[] => {
    const head: Line = [
      span(isOk ? `${glyph.done} ` : `${glyph.needsYou} `, isOk ? 'ok' : 'warn'),
      span(padEnd(label, labelWidth), 'muted'),
      ...before,
    ];
    const wrapped = wrapText(text, width - 4 - (before.length === 0 ? textAt : lineWidth(head)));
    return wrapped.map((part, index) => (index === 0 ? [...head, span(part)] : [span(' '.repeat(textAt)), span(part)]));
  };
  const isReady = machine !== null && browser?.ok !== false;
  const facts: Line[] = [];
  if (machine !== null) {
    const free = machine.memoryTotal - machine.memoryUsed;
    const bar = width < 60 ? emptyLine : [...meter(machine.memoryUsed / machine.memoryTotal, 14), span('  ')];
    facts.push(
      ...fact(
        true,
        firstRun.memory,
        firstRun.memoryFree(
          gigas(free, view.language),
          gigas(machine.memoryTotal, view.language),
          machine.roomFor,
          machine.roomIsMeasured,
        ),
        bar,
      ),
    );
    if (browser !== null)
      facts.push(...fact(browser.ok, firstRun.browser, browser.ok ? firstRun.browserOk(browser.text) : browser.text));
    facts.push(
      ...fact(true, firstRun.disk, firstRun.diskFree(gigas(machine.diskTotal - machine.diskUsed, view.language))),
    );
  }
  const web = webOf(view);
  if (web !== null) facts.push(...fact(publicUrl !== null, firstRun.web, web));
  return boxed({
    title: [span(firstRun.machine, 'bold')],
    right: machine === null || !isReady ? [] : [span(`${glyph.done} `, 'ok+'), span(firstRun.ready, 'ok')],
    width,
    rows: facts.length + 2,
    content: facts,
  });
};
