import { plainText } from '../../src/session/plain-text.ts';
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
import {
  type FirstRunPart,
  type FirstRunState,
  firstRunProviders,
  isText,
  needsKey,
  stepOf,
} from './first-run-steps.ts';
import { lastColumn, type View } from './view.ts';

/** The first steps: the same questions as `zap-fleet init`, each with an answer that already works. */

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
    return firstRun.keyTested((keyTest.test.ms / 1000).toFixed(1), keyTest.test.api);
  return firstRun.keyNote;
};

const headLine = (view: View): Line => {
  const { header } = view.t;
  const { version, host, health } = view.snapshot.fleet;
  const master = view.lostSince === null ? header.ok : header.bad;
  const store = health.store.status === 'ok' ? header.ok : header.bad;
  return layout(
    [
      place(1, `zap-fleet ${plainText(version)}  ${plainText(host)}`),
      rightOf(`${header.master} ${master}  ${header.store} ${store}`, lastColumn(view)),
    ],
    view.columns - 1,
  );
};

const wrapped = (view: View, texts: readonly string[]): readonly Line[] =>
  texts.flatMap((text) => wrapText(text, view.columns - 2)).map((text) => textLine(` ${text}`));

/** The four steps with what was answered, and what is wrong with the answer. */
const stepLines = (view: View, state: FirstRunState): readonly Line[] => {
  const { t } = view;
  const { firstRun } = t;
  const width = view.columns - 1;
  const step = stepOf[state.focus];
  const on = (part: FirstRunPart) => state.focus === part;
  const show = (part: 'zone' | 'name' | 'phone', room: number) =>
    on(part) ? showField(state[part], room) : plainText(state[part].text);
  const row = (number: 1 | 2 | 3 | 4, text: string, note = ''): Line => {
    const tone = number === step ? 'bold' : 'plain';
    return layout(
      [
        place(1, number === step ? '>' : ''),
        { column: 3, text: String(number), tone },
        { column: 6, text: firstRun.steps[number - 1] ?? '', tone, width: 20 },
        { column: Math.min(27, Math.floor(view.columns / 3)), text },
        ...(note === '' ? [] : [rightOf(note, lastColumn(view), 'muted')]),
      ],
      width,
    );
  };

  const languageText = on('language') ? `< ${t.result.language} >` : t.result.language;
  const providers = firstRunProviders
    .map((id) => `(${state.provider === id ? 'o' : ' '}) ${t.dialog.provider[id]}`)
    .join('  ');
  const key = state.key.text;
  const hidden = on('key') ? showField(state.key, 30, true) : key === '' ? '' : `${'*'.repeat(20)}${key.slice(-4)}`;
  const keyed = needsKey(state.provider);
  const optional = state.phone.text === '' && !on('phone') ? `(${t.dialog.createOptional})` : '';
  return [
    row(1, `${languageText}, ${show('zone', 30)}`, step > 1 ? firstRun.done : ''),
    row(2, providers),
    row(3, keyed ? hidden : firstRun.noKey, keyed && key !== '' ? keyNote(view, state) : ''),
    row(4, `${t.dialog.createName} ${show('name', 20)}   ${t.dialog.createPhone} ${show('phone', 18)}${optional}`),
    ...(state.problem === null
      ? []
      : wrapText(`! ${state.problem}`, width - 6).map((text) => textLine(`      ${text}`, 'bold'))),
  ];
};

const footLines = (view: View, { working, busy, focus }: FirstRunState): readonly Line[] => {
  const { firstRun, foot } = view.t;
  const width = view.columns - 1;
  const keys =
    working === 'save' ? firstRun.saving : busy ? firstRun.busy : isText(focus) ? firstRun.keys : firstRun.keysChoice;
  const right = `? ${foot.help.short}  q ${foot.quit.short}`;
  const fits = textWidth(firstRun.escape) + textWidth(right) + 4 <= width;
  return [
    layout([place(1, keys)], width),
    layout([place(1, firstRun.escape), ...(fits ? [rightOf(right, lastColumn(view))] : [])], width),
  ];
};

export const firstRunLines = (view: View, state: FirstRunState, status: Line | null): readonly Line[] => {
  const { firstRun } = view.t;
  const foot = footLines(view, state);
  const body = [
    headLine(view),
    emptyLine,
    ...wrapped(view, [firstRun.intro, firstRun.skip]),
    emptyLine,
    ...stepLines(view, state),
    emptyLine,
    ...machineLines(view, state.browser),
    emptyLine,
    ...wrapped(view, [firstRun.client, firstRun.demo]),
  ];
  const room = view.rows - foot.length - (status === null ? 0 : 1);
  return [...fillRows(body, room), ...(status === null ? [] : [status]), ...foot];
};
