import { describe, expect, it } from 'vitest';
import { parsePreferences } from '../../components/actions/core/preferences.ts';
import { completeCommand } from '../../components/commands/command-run.ts';
import { commands, typedValue } from '../../components/commands/commands.ts';
import { createFrames, isUrgent } from '../../components/hooks/frames.ts';
import { createKeyRouter, type KeyPress } from '../../components/keys/key-layers.ts';
import { type KeyReport, keyName } from '../../components/keys/keymap.ts';
import { editField, emptyField, fieldOf, insertText, showField } from '../../components/paint/field.ts';
import { age, bytesShort, countdown, recentAge, thousands, trend } from '../../components/paint/format.ts';
import { cut, layout, place, plainOf, rightOf, textWidth, wrapText } from '../../components/paint/line.ts';
import { editProse, insertProse, proseOf, proseText, showProse } from '../../components/paint/prose.ts';
import { asciiOnly, paint, themeFrom } from '../../components/paint/theme.ts';
import { editorCommand, editWith } from '../../components/terminal/editor.ts';
import { copyToClipboard, title } from '../../components/terminal/sequences.ts';
import { languageFrom } from '../../components/texts/language.ts';
import { fleetColumns } from '../../components/view-models/columns.ts';
import { dampCpu } from '../../components/view-models/damp.ts';
import { entriesWindow, logEntry, matches, visibleEntries } from '../../components/view-models/entries.ts';
import { settingProblem, settingRows, settingValue } from '../../components/view-models/settings.ts';
import { defaultConfig } from '../../src/session/session-config.ts';
import { exampleSnapshot, fakeFleet, minutes, now, seconds, sessionRow } from './support/fake-fleet.ts';
import { plain, viewAt } from './support/view.ts';

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

describe('numbers and times', () => {
  it('are short and change in steps', () => {
    expect([0, 9, 40, 59].map((n) => age(seconds(n)))).toEqual(['0s', '0s', '40s', '50s']);
    expect([minutes(27), minutes(60 * 19), minutes(60 * 24 * 41)].map(age)).toEqual(['27m', '19h', '41d']);
    expect(recentAge(seconds(9))).toBe('9s');
    expect([seconds(14), seconds(182), minutes(12)].map(countdown)).toEqual(['14s', '3:02', '12m']);
    expect([188 * 2 ** 20, 1.2 * 2 ** 30, 900].map(bytesShort)).toEqual(['188M', '1.2G', '1K']);
    expect(trend([null, 400 * 2 ** 20, 1])).toBe(' #.');
    expect(thousands(18332, 'en')).toBe('18,332');
    expect(thousands(18332, 'pt-BR')).toBe('18.332');
  });
});

describe('lines', () => {
  it('are cut and placed by columns, also with wide and combining characters', () => {
    expect(textWidth('日本e\u0301')).toBe(5);
    expect(cut('floricultura-iris', 15)).toBe('floricultura-i+');
    expect(cut('日本語', 4)).toBe('日+');
    expect(plainOf(layout([place(0, 'abcdef'), place(3, 'XY'), rightOf('end', 12)], 13))).toBe('ab+XY     end');
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapText('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });
  it('are painted in fixed pairs, or plainly', () => {
    const line = [{ text: 'x', tone: 'bad' as const }];
    expect(paint(line, { colors: '256', utf8: true })).toBe('\u001b[38;5;231;48;5;160mx\u001b[0m');
    expect(paint(line, { colors: 'none', utf8: true })).toBe('x');
    expect(paint([{ text: 'NÃO ⏎', tone: 'plain' }], { colors: 'none', utf8: false })).toBe('NAO ?');
    expect(paint([{ text: '##', tone: 'bar' }], { colors: '256', utf8: true })).toContain('  ');
    expect(asciiOnly('código')).toBe('codigo');
  });
  it('follow what the terminal says of itself', () => {
    expect(themeFrom({ TERM: 'xterm-256color', LANG: 'pt_BR.UTF-8' })).toEqual({ colors: '256', utf8: true });
    expect(themeFrom({ TERM: 'xterm', LANG: 'C' })).toEqual({ colors: '16', utf8: false });
    expect(themeFrom({ TERM: 'xterm-256color', NO_COLOR: '1' }).colors).toBe('none');
    expect(themeFrom({ TERM: 'xterm-256color', NO_COLOR: '' }).colors).toBe('256');
    expect(languageFrom('pt_BR.UTF-8')).toBe('pt-BR');
    expect(languageFrom(undefined)).toBe('en');
  });
});

describe('columns', () => {
  it('drop out by priority', () => {
    const ids = (columns: number) => fleetColumns(columns).map(({ id }) => id);
    expect(ids(40)).toEqual(['name', 'state', 'waiting']);
    expect(ids(60)).toEqual(['name', 'state', 'for', 'waiting', 'detail']);
    expect(ids(80)).toEqual(['name', 'state', 'for', 'waiting', 'detail', 'cpu', 'mem']);
    expect(ids(120)).toEqual([
      'name',
      'state',
      'for',
      'waiting',
      'detail',
      'last',
      'inOut',
      'cpu',
      'mem',
      'trend',
      'restarts',
    ]);
    expect(fleetColumns(200, true).map(({ id }) => id)).toContain('node');
    for (let columns = 40; columns < 300; columns += 1)
      for (const column of fleetColumns(columns)) expect(column.start + column.width).toBeLessThan(columns + 1);
  });
});

describe('the field', () => {
  it('edits, masks and shows the part around the cursor', () => {
    let field = insertText(emptyField, 'abc\n\u001b[31m');
    expect(field.text).toBe('abc⏎');
    field = editField(field, { name: 'backspace', text: '' }) ?? field;
    field = editField(field, { name: 'left', text: '' }) ?? field;
    field = editField(field, { name: 'x', text: 'x' }) ?? field;
    expect(showField(field, 20)).toBe('abx_c');
    expect(showField(fieldOf('secret'), 20, true)).toBe('******_');
    expect(showField(fieldOf('a'.repeat(50)), 10)).toBe(`${'a'.repeat(9)}_`);
    expect(editField(field, { name: 'f1', text: '' })).toBeNull();
  });
});

describe('the built-in editor', () => {
  it('edits several lines, takes a paste, and shows the part around the cursor', () => {
    const key = (name: string, text = '') => ({ name, text });
    let prose = insertProse(proseOf('one'), 'a\r\nb\u001b[31m');
    expect(proseText(prose)).toBe('a\nbone');
    prose = editProse(prose, key('backspace')) ?? prose;
    prose = editProse(prose, key('backspace')) ?? prose;
    expect(proseText(prose)).toBe('aone');
    prose = editProse(prose, key('enter')) ?? prose;
    prose = editProse(prose, key('up')) ?? prose;
    prose = editProse(prose, key('end')) ?? prose;
    prose = editProse(prose, key('x', 'x')) ?? prose;
    expect(proseText(prose)).toBe('ax\none');
    prose = editProse(prose, key('delete')) ?? prose;
    expect(proseText(prose)).toBe('axone');
    expect(showProse(prose, 3, 10)).toEqual(['ax_one']);
    expect(showProse(proseOf('1\n2\n3'), 2, 10)).toEqual(['_1', '2']);
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
  it('go to the topmost layer that wants them; a paste runs moves only', () => {
    const router = createKeyRouter(() => now);
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
    router.read('[<0;5;9M', noKey);
    router.read('[<0;5;9m', noKey);
    expect(mouse).toEqual([{ kind: 'press', column: 4, row: 8 }]);
  });
});

describe('frames', () => {
  it('come at once for a state, and not for a number', () => {
    const before = exampleSnapshot();
    const number = { ...before, sessions: before.sessions.map((row) => ({ ...row, receivedLastHour: 99 })) };
    const state = {
      ...before,
      sessions: before.sessions.map((row, index) => (index === 3 ? { ...row, verdict: 'offline' as const } : row)),
    };
    expect(isUrgent(before, number)).toBe(false);
    expect(isUrgent(before, state)).toBe(true);
    expect(isUrgent(before, { ...before, sessions: [...before.sessions, sessionRow('zz')] })).toBe(true);
  });
  it('stop with the dashboard', () => {
    const fleet = fakeFleet();
    const frames = createFrames({ fleet, clock: () => now });
    let seen = 0;
    frames.subscribe(() => {
      seen += 1;
    });
    fleet.lose(now);
    expect(frames.get().lostSince).toBe(now);
    expect(seen).toBe(1);
    frames.close();
    expect(fleet.listeners()).toBe(0);
  });
  it('show a new CPU value at most every two seconds', () => {
    const row = (cpu: number) => [
      sessionRow('aa', {
        resources: {
          cpuPercent: cpu,
          memoryBytes: 1,
          memoryIsPss: true,
          rssBytes: 1,
          processes: 1,
          orphans: 0,
          memoryTrend: [],
        },
      }),
    ];
    const first = dampCpu(new Map(), row(1), now);
    const second = dampCpu(first, row(9), now + 1000);
    expect(second.get('id-aa')?.value).toBe(1);
    expect(dampCpu(second, row(9), now + 2000).get('id-aa')?.value).toBe(9);
  });
});

describe('log lines', () => {
  it('are parsed, filtered, searched and made harmless', () => {
    const entry = logEntry(
      '{"time":"2026-11-22T17:41:00Z","level":"error","session":"aa","msg":"bad\\u001b]52;c;x\\u0007\\nnext","chat":"c1"}',
    );
    expect(entry).toMatchObject({ level: 'error', source: 'aa', text: 'bad⏎next  chat=c1', at: now });
    expect(logEntry('not json \u001b[31m').text).toBe('not json ');
    const entries = [entry, logEntry('{"level":20,"msg":"noise"}')];
    expect(visibleEntries(entries, 'info')).toHaveLength(1);
    expect(matches(entry, 'NEXT')).toBe(true);
    const look = { least: 'debug', search: 'next', wrap: true, shift: 0, withSource: true } as const;
    const rows = entriesWindow(entries, 2, 10, viewAt(80, 24), look);
    expect(plain(rows)[0]).toBe(' 14:41:00 error aa              bad⏎next  chat=c1');
    expect(rows[0]?.some(({ tone }) => tone === 'mark')).toBe(true);
  });
});

describe('settings', () => {
  const { t } = viewAt(80, 24);
  it('are checked by the schemas of the session while they are typed', () => {
    expect(settingProblem('timing_config.quietMs', '3000', t)).toBeNull();
    expect(settingProblem('timing_config.quietMs', '-1', t)).not.toBeNull();
    expect(settingProblem('timing_config.quietMs', 'soon', t)).not.toBeNull();
    expect(settingProblem('timing_config.timeZone', 'Mars/Base', t)).toContain('IANA');
    expect(settingProblem('ai_config.model', '', t)).toBeNull();
    expect(settingProblem('phone', 'nothing', t)).toContain('example');
    expect(settingProblem('filters.allow', '11 98765-4321, x', t)).toContain('phone number');
  });
  it('become the values that the schemas want', () => {
    expect(settingValue('ai_config.model', '')).toBeNull();
    expect(settingValue('ai_config.model', '42')).toBe('42');
    expect(settingValue('timing_config.typing', 'true')).toBe(true);
    expect(settingValue('filters.allow', '11 98765-4321, 21 99876-1234')).toEqual(['11 98765-4321', '21 99876-1234']);
    expect(settingValue('timing_config.openingHours', '[{"days":[1],"from":"08:00","to":"18:00"}]')).toHaveLength(1);
  });
  it('list every setting there is, and never a key', () => {
    const rows = settingRows(
      { row: sessionRow('aa'), config: defaultConfig(), instructions: null, hasOwnAiKey: true },
      viewAt(80, 24),
    );
    const keys = rows.flatMap((row) => (row.kind === 'setting' ? [row.setting.key] : []));
    const config = defaultConfig();
    expect(keys).toHaveLength(
      4 + Object.keys(config.ai).length + Object.keys(config.timing).length + Object.keys(config.filters).length,
    );
    const choices = rows.find((row) => row.kind === 'setting' && row.setting.key === 'ai_config.provider');
    expect(choices?.kind === 'setting' ? choices.setting.choices : null).toEqual(['openai', 'gemini', 'echo', 'none']);
  });
});

describe('the command line', () => {
  it('completes commands and names', () => {
    expect(completeCommand('st', ['loja']).options).toEqual(['start', 'stop']);
    expect(completeCommand('star', ['loja']).text).toBe('start ');
    expect(completeCommand('start lo', ['loja', 'lolo']).text).toBe('start lo');
    expect(completeCommand('start loj', ['loja', 'lolo']).text).toBe('start loja ');
    expect(completeCommand('lang p', []).text).toBe('lang pt-BR ');
  });
  it('has one meaning for every word', () => {
    const words = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(words).size).toBe(words.length);
    expect([typedValue('3000'), typedValue('true'), typedValue('text')]).toEqual([3000, true, 'text']);
  });
});

describe('the edges', () => {
  it('forget preferences that are broken, and keep the rest', () => {
    expect(parsePreferences(null)).toMatchObject({ sort: 'default', language: null, mouse: false });
    expect(parsePreferences({ sort: 'nonsense', language: 'pt-BR', mouse: true })).toMatchObject({
      sort: 'default',
      language: 'pt-BR',
      mouse: true,
    });
    expect(parsePreferences('text')).toMatchObject({ theme: 'auto' });
  });
  it('run the editor that was chosen, on a private file that is removed', async () => {
    expect(editorCommand({ EDITOR: 'ed', VISUAL: '' })).toBe('ed');
    expect(editorCommand({ PATH: '/nowhere' })).toBeNull();
    expect(await editWith('printf more >>', 'text', '.md', process.env)).toBe('textmore');
    expect(await editWith('true', 'text', '.md', process.env)).toBeNull();
    await expect(editWith('false', 'text', '.md', process.env)).rejects.toThrow('nothing was changed');
  });
  it('never let a text end an escape sequence', () => {
    expect(title('a\u0007\u001b]52;x')).toBe('\u001b]2;a\u0007');
    expect(copyToClipboard('hi')).toBe('\u001b]52;c;aGk=\u0007');
  });
});
