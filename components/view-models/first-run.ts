import { plainText } from '../../src/session/plain-text.ts';
import type { AiProviderName } from '../../src/session/session-config.ts';
import type { Field } from '../paint/field.ts';
import { showField } from '../paint/field.ts';
import { gigas } from '../paint/format.ts';
import {
  emptyLine,
  fillRows,
  type Line,
  layout,
  place,
  rightOf,
  textLine,
  textWidth,
  wrapText,
} from '../paint/line.ts';
import type { KeyTest } from './operations.ts';
import { lastColumn, type View } from './view.ts';

/** The first steps: the same questions as `zap-fleet init`, each with an answer that already works. */

export const firstRunParts = ['language', 'zone', 'provider', 'key', 'name', 'phone'] as const;
export type FirstRunPart = (typeof firstRunParts)[number];
export const stepOf: Readonly<Record<FirstRunPart, 1 | 2 | 3 | 4>> = {
  language: 1,
  zone: 1,
  provider: 2,
  key: 3,
  name: 4,
  phone: 4,
};

export interface FirstRunState {
  readonly focus: FirstRunPart;
  readonly zone: Field;
  readonly provider: AiProviderName;
  readonly key: Field;
  readonly name: Field;
  readonly phone: Field;
  readonly problem: string | null;
  readonly busy: boolean;
  /** What the service said to the key that was tested. */
  readonly keyTest: { readonly key: string; readonly test: KeyTest } | null;
  readonly working: 'test' | 'save' | null;
  readonly browser: { readonly ok: boolean; readonly text: string } | null;
}

export const needsKey = (provider: AiProviderName): boolean => provider === 'openai' || provider === 'gemini';

const machineLines = (view: View, browser: FirstRunState['browser']): readonly Line[] => {
  const { firstRun } = view.t;
  const { machine, publicUrl, apiUrl } = view.snapshot.fleet;
  const lines: Line[] = [textLine(` ${firstRun.machine}`)];
  const fact = (label: string, text: string) =>
    lines.push(layout([place(3, label), place(13, text)], view.columns - 1));
  if (machine !== null) {
    const free = gigas(machine.memoryTotal - machine.memoryUsed);
    fact(
      firstRun.memory,
      firstRun.memoryFree(free, gigas(machine.memoryTotal), machine.roomFor, machine.roomIsMeasured),
    );
    if (browser !== null) fact(firstRun.browser, browser.ok ? firstRun.browserOk(browser.text) : `! ${browser.text}`);
    fact(firstRun.disk, firstRun.diskFree(gigas(machine.diskTotal - machine.diskUsed)));
  }
  if (publicUrl !== null) fact(firstRun.web, firstRun.webPublic(plainText(publicUrl)));
  else fact(firstRun.web, apiUrl === null ? firstRun.webOff : firstRun.webLocal(plainText(apiUrl)));
  return lines;
};

const keyNote = (view: View, { working, keyTest, key }: FirstRunState): string => {
  const { firstRun } = view.t;
  if (working === 'test') return firstRun.keyTesting;
  if (keyTest?.test.ok === true && keyTest.key === key.text)
    return firstRun.keyTested((keyTest.test.ms / 1000).toFixed(1));
  return firstRun.keyNote;
};

export const firstRunLines = (view: View, state: FirstRunState, status: Line | null): readonly Line[] => {
  const { t } = view;
  const { firstRun } = t;
  const width = view.columns - 1;
  const step = stepOf[state.focus];
  const on = (part: FirstRunPart) => state.focus === part;
  const show = (part: 'zone' | 'name' | 'phone', room: number) =>
    on(part) ? showField(state[part], room) : plainText(state[part].text);
  const providers = (['openai', 'gemini', 'echo', 'none'] as const)
    .map((id) => `(${state.provider === id ? 'o' : ' '}) ${t.dialog.provider[id]}`)
    .join('  ');
  const key = state.key.text;
  const hidden = on('key') ? showField(state.key, 30, true) : key === '' ? '' : `${'*'.repeat(20)}${key.slice(-4)}`;
  const row = (number: 1 | 2 | 3 | 4, label: string, text: string, note = ''): Line =>
    layout(
      [
        place(1, number === step ? '>' : ''),
        { column: 3, text: String(number), tone: number === step ? 'bold' : 'plain' },
        { column: 6, text: label, tone: number === step ? 'bold' : 'plain', width: 20 },
        { column: Math.min(27, Math.floor(view.columns / 3)), text },
        ...(note === '' ? [] : [rightOf(note, lastColumn(view), 'dim')]),
      ],
      width,
    );
  const languageText = on('language') ? `< ${t.result.language} >` : t.result.language;
  const sections: readonly (readonly Line[])[] = [
    [
      layout(
        [
          place(1, `zap-fleet ${plainText(view.snapshot.fleet.version)}  ${plainText(view.snapshot.fleet.host)}`),
          rightOf(
            `${t.header.master} ${view.lostSince === null ? t.header.ok : t.header.bad}  ${t.header.store} ${view.snapshot.fleet.health.store.status === 'ok' ? t.header.ok : t.header.bad}`,
            lastColumn(view),
          ),
        ],
        width,
      ),
      emptyLine,
    ],
    [...wrapText(firstRun.intro, width - 1), ...wrapText(firstRun.skip, width - 1)].map((text) => textLine(` ${text}`)),
    [
      emptyLine,
      row(1, firstRun.steps[0] ?? '', `${languageText}, ${show('zone', 30)}`, step > 1 ? firstRun.done : ''),
      row(2, firstRun.steps[1] ?? '', providers),
      row(
        3,
        firstRun.steps[2] ?? '',
        needsKey(state.provider) ? hidden : firstRun.noKey,
        needsKey(state.provider) && key !== '' ? keyNote(view, state) : '',
      ),
      row(
        4,
        firstRun.steps[3] ?? '',
        `${t.dialog.createName} ${show('name', 20)}   ${t.dialog.createPhone} ${show('phone', 18)}${state.phone.text === '' && !on('phone') ? `(${t.dialog.createOptional})` : ''}`,
      ),
      ...(state.problem === null
        ? []
        : wrapText(`! ${state.problem}`, width - 6).map((text) => textLine(`      ${text}`, 'bold'))),
    ],
    [emptyLine, ...machineLines(view, state.browser)],
    [
      emptyLine,
      ...[firstRun.client, firstRun.demo]
        .flatMap((text) => wrapText(text, width - 1))
        .map((text) => textLine(` ${text}`)),
    ],
  ];
  const keys =
    state.working === 'save'
      ? firstRun.saving
      : state.busy
        ? firstRun.busy
        : on('language') || on('provider')
          ? firstRun.keysChoice
          : firstRun.keys;
  const right = `? ${t.foot.help.short}  q ${t.foot.quit.short}`;
  const foot: readonly Line[] = [
    layout([place(1, keys)], width),
    layout(
      [
        place(1, firstRun.escape),
        ...(textWidth(firstRun.escape) + textWidth(right) + 4 > width ? [] : [rightOf(right, lastColumn(view))]),
      ],
      width,
    ),
  ];
  const body = sections.flat();
  const room = view.rows - foot.length - (status === null ? 0 : 1);
  return [...fillRows(body, room), ...(status === null ? [] : [status]), ...foot];
};
