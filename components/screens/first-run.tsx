import { type ReactNode, useState } from 'react';
import { messageOf } from '../../src/session/fleet-error.ts';
import { parsePhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { sessionNameProblem } from '../../src/session/session-name.ts';
import { useDo, useStatusLine, useView } from '../contexts.ts';
import { layer, useKeyLayer } from '../hooks/use-keys.ts';
import {
  type FirstRunPart,
  type FirstRunState,
  firstRunLines,
  firstRunParts,
  needsKey,
  stepOf,
} from '../view-models/first-run.ts';
import { settingProblem } from '../view-models/settings.ts';
import { editField, emptyField, type Field, fieldOf, insertText } from '../widgets/field.ts';
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
  }));
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
  /** Tab: the next step, whatever this one says. */
  const skip = () => {
    const next = firstRunParts.find(
      (part) => stepOf[part] > stepOf[focus] && (part !== 'key' || needsKey(state.provider)),
    );
    if (next === undefined) act.back();
    else goTo(next);
  };
  const finish = () => {
    const bad = (['zone', 'name', 'phone'] as const).find((part) => problemOf(part) !== null);
    if (bad !== undefined) {
      setState((before) => ({ ...before, focus: bad, problem: problemOf(bad) }));
      return;
    }
    const name = state.name.text;
    const phone = parsePhone(state.phone.text);
    setState((before) => ({ ...before, busy: true, problem: null }));
    const work = async () => {
      const { row } = await act.request('create', {
        name,
        ai: state.provider,
        actor: 'you',
        ...(phone === null ? {} : { phone }),
      });
      await act.request('setConfig', { name, key: 'timing_config.timeZone', value: state.zone.text, actor: 'you' });
      if (needsKey(state.provider) && state.key.text !== '')
        await act.request('setConfig', { name, key: 'ai_key', value: state.key.text, actor: 'you' });
      act.back();
      act.go({ screen: 'session', id: row.id, tab: 1 });
      act.run(t.verb.start, name, async () => {
        await act.request('start', { name, id: row.id, actor: 'you' });
        return null;
      });
    };
    work().catch((error: unknown) =>
      setState((before) => ({ ...before, busy: false, problem: plainText(messageOf(error)) })),
    );
  };
  const next = () => {
    const problem = problemOf(focus);
    if (problem !== null) setState((before) => ({ ...before, problem }));
    else if (focus === 'phone') finish();
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
