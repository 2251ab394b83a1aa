import { type ReactNode, useEffect, useState } from 'react';
import { messageOf } from '../../src/session/fleet-error.ts';
import { parsePhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { sessionNameProblem } from '../../src/session/session-name.ts';
import { useDo, useStatusLine, useView } from '../hooks/contexts.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import { editField, emptyField, type Field, fieldOf, insertText } from '../paint/field.ts';
import {
  type FirstRunPart,
  type FirstRunState,
  firstRunLines,
  firstRunParts,
  needsKey,
  stepOf,
} from '../view-models/first-run.ts';
import { settingProblem } from '../view-models/settings.ts';
import { Lines } from '../widgets/lines.tsx';

const providers = ['openai', 'gemini', 'echo', 'none'] as const;
const isText = (part: FirstRunPart): part is 'zone' | 'key' | 'name' | 'phone' =>
  part !== 'language' && part !== 'provider';

/** Four steps to the first answered message; each can be skipped. */
export const FirstRun = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const status = useStatusLine();
  const [state, setState] = useState<FirstRunState>(() => ({
    focus: 'language',
    zone: fieldOf(Intl.DateTimeFormat().resolvedOptions().timeZone),
    provider: 'openai',
    key: emptyField,
    name: emptyField,
    phone: emptyField,
    problem: null,
    busy: false,
    keyTest: null,
    working: null,
    browser: null,
  }));
  /** Parts whose answer was confirmed with enter: only those are written as settings of the fleet. */
  const [confirmed, setConfirmed] = useState<ReadonlySet<FirstRunPart>>(new Set());
  useEffect(() => {
    let alive = true;
    act.operations.browser().then(
      (text) => alive && setState((before) => ({ ...before, browser: { ok: true, text } })),
      (error: unknown) =>
        alive && setState((before) => ({ ...before, browser: { ok: false, text: plainText(messageOf(error)) } })),
    );
    return () => {
      alive = false;
    };
  }, [act]);
  const focus = state.focus;

  const problemOf = (part: FirstRunPart): string | null => {
    switch (part) {
      case 'zone':
        return settingProblem('timing_config.timeZone', state.zone.text, t);
      case 'name':
        if (state.name.text === '') return t.firstRun.nameNeeded;
        if (view.snapshot.sessions.some(({ name }) => name === state.name.text)) return t.create.taken(state.name.text);
        return sessionNameProblem(state.name.text);
      case 'phone':
        return state.phone.text !== '' && parsePhone(state.phone.text) === null ? t.dialog.badPhone : null;
      default:
        return null;
    }
  };
  const goTo = (part: FirstRunPart) => setState((before) => ({ ...before, focus: part, problem: null }));
  const step = (by: 1 | -1) => {
    const at = firstRunParts.indexOf(focus) + by;
    const next = firstRunParts[at];
    if (next === 'key' && !needsKey(state.provider)) goTo(by === 1 ? 'name' : 'provider');
    else if (next !== undefined) goTo(next);
  };
  /** What was confirmed, as the settings that `zap-fleet init` writes. */
  const settings = (): Readonly<Record<string, string>> => {
    const { provider, key, zone } = state;
    const values: Record<string, string> = {};
    if (confirmed.has('language')) values['FLEET_LANG'] = view.language;
    if (confirmed.has('zone')) values['TZ'] = zone.text;
    if (confirmed.has('provider') && needsKey(provider)) {
      values['AI_SELECTED'] = provider === 'openai' ? 'GPT' : 'GEMINI';
      if (confirmed.has('key') && key.text !== '')
        values[provider === 'openai' ? 'OPENAI_KEY' : 'GEMINI_KEY'] = key.text;
    }
    return values;
  };
  const working = (work: 'test' | 'save', what: () => Promise<void>) => {
    setState((before) => ({ ...before, busy: true, working: work, problem: null }));
    what().then(
      () => setState((before) => ({ ...before, busy: false, working: null })),
      (error: unknown) =>
        setState((before) => ({ ...before, busy: false, working: null, problem: plainText(messageOf(error)) })),
    );
  };
  const save = async (): Promise<void> => {
    const values = settings();
    if (Object.keys(values).length > 0) await act.operations.saveSettings(values);
  };
  /** Tab: the next step, whatever this one says. */
  const skip = () => {
    const next = firstRunParts.find(
      (part) => stepOf[part] > stepOf[focus] && (part !== 'key' || needsKey(state.provider)),
    );
    if (next !== undefined) goTo(next);
    else
      working('save', async () => {
        await save();
        act.back();
      });
  };
  const finish = () => {
    const bad = (['zone', 'name', 'phone'] as const).find((part) => problemOf(part) !== null);
    if (bad !== undefined) {
      setState((before) => ({ ...before, focus: bad, problem: problemOf(bad) }));
      return;
    }
    const name = state.name.text;
    const phone = parsePhone(state.phone.text);
    working('save', async () => {
      await save();
      const { row } = await act.request('create', {
        name,
        ai: state.provider,
        actor: 'you',
        ...(phone === null ? {} : { phone }),
      });
      await act.request('setConfig', { name, key: 'timing_config.timeZone', value: state.zone.text, actor: 'you' });
      act.back();
      act.go({ screen: 'session', id: row.id, tab: 1 });
      act.run(t.verb.start, name, async () => {
        await act.request('start', { name, id: row.id, actor: 'you' });
        return null;
      });
    });
  };
  /** One call with the key; what the service refuses is said, and a second enter goes on all the same. */
  const testKey = () => {
    const key = state.key.text;
    const provider = state.provider === 'gemini' ? 'gemini' : 'openai';
    setState((before) => ({ ...before, busy: true, working: 'test', problem: null }));
    act.operations.testAiKey(provider, key).then(
      (test) =>
        setState((before) => ({
          ...before,
          busy: false,
          working: null,
          keyTest: { key, test },
          problem: test.ok ? null : t.firstRun.keyRefused(plainText(test.reason ?? '')),
          focus: test.ok ? 'name' : 'key',
        })),
      (error: unknown) =>
        setState((before) => ({ ...before, busy: false, working: null, problem: plainText(messageOf(error)) })),
    );
  };
  const next = () => {
    const problem = problemOf(focus);
    if (problem !== null) {
      setState((before) => ({ ...before, problem }));
      return;
    }
    setConfirmed((before) => new Set([...before, focus]));
    if (focus === 'phone') finish();
    else if (focus === 'key' && state.key.text !== '' && state.keyTest?.key !== state.key.text) testKey();
    else step(1);
  };
  const edit = (change: (field: Field) => Field) => {
    if (isText(focus)) setState((before) => ({ ...before, [focus]: change(before[focus]), problem: null }));
  };
  const choose = (by: 1 | -1) => {
    if (focus === 'language') act.prefer({ language: view.language === 'en' ? 'pt-BR' : 'en' });
    else
      setState((before) => ({
        ...before,
        provider:
          providers[(providers.indexOf(before.provider as (typeof providers)[number]) + by + 4) % 4] ?? 'openai',
      }));
  };
  const text = isText(focus);
  useKeyLayer({
    priority: layer.field,
    guarded: true,
    ...(text ? { insert: (typed: string) => edit((field) => insertText(field, typed, 400)) } : {}),
    press: (key) => {
      if (key.name === 'ctrl+c' || key.name === 'ctrl+z' || key.name === 'ctrl+l') return false;
      if (state.busy) return true;
      if (key.name === 'esc') act.back();
      else if (key.name === 'enter' || key.name === 'down') next();
      else if (key.name === 'tab') skip();
      else if (key.name === 'shift+tab' || key.name === 'up') step(-1);
      else if (text) edit((field) => editField(field, key) ?? field);
      else if (key.name === 'space' || key.name === 'right' || key.name === 'l') choose(1);
      else if (key.name === 'left' || key.name === 'h') choose(-1);
      else return false;
      return true;
    },
  });
  return <Lines lines={firstRunLines(view, state, status)} theme={view.theme} />;
};
