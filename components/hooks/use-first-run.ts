import { useEffect, useState } from 'react';
import { messageOf } from '../../src/session/fleet-error.ts';
import { parsePhone } from '../../src/session/phone.ts';
import { plainText } from '../../src/session/plain-text.ts';
import { called } from '../actions/core/called.ts';
import type { Field } from '../paint/field.ts';
import {
  chooseProvider,
  confirmedSettings,
  type FirstRunPart,
  type FirstRunState,
  firstRunState,
  isText,
  laterPart,
  moveZone,
  neighbourPart,
  partProblem,
  pickZone,
  searchZone,
} from '../view-models/first-run-steps.ts';
import { useDo, useView } from './contexts.ts';

type ChangeState = (change: (before: FirstRunState) => FirstRunState) => void;

export interface FirstRun {
  readonly state: FirstRunState;
  readonly back: () => void;
  /** Enter: the answer holds, on to the next part; on the last one the session is made. */
  readonly confirm: () => void;
  /** Tab: the next step, whatever this one says. */
  readonly skip: () => void;
  readonly edit: (change: (field: Field) => Field) => void;
  readonly choose: (by: 1 | -1) => void;
  /** Up and down in the list of zones; false: there is none now. */
  readonly moveList: (by: number) => boolean;
}

/** Looks once whether a browser is there. */
const useBrowserLook = (setState: ChangeState): void => {
  const act = useDo();
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
  }, [act, setState]);
};

/** What the first run asks the master and the AI service for. */
const useFirstRunWork = (state: FirstRunState, confirmed: ReadonlySet<FirstRunPart>, setState: ChangeState) => {
  const view = useView();
  const act = useDo();
  const failed = (error: unknown) =>
    setState((before) => ({ ...before, busy: false, working: null, problem: plainText(messageOf(error)) }));
  const saving = (work: () => Promise<void>) => {
    setState((before) => ({ ...before, busy: true, working: 'save', problem: null }));
    work().then(() => setState((before) => ({ ...before, busy: false, working: null })), failed);
  };
  const saveSettings = async (): Promise<void> => {
    const values = confirmedSettings(state, confirmed, view.language);
    if (Object.keys(values).length > 0) await act.operations.saveSettings(values);
  };

  const setZone = async (name: string): Promise<void> => {
    await act.request('setConfig', { name, key: 'timing_config.timeZone', value: state.zone, actor: 'you' });
  };

  return {
    leave: () =>
      saving(async () => {
        await saveSettings();
        act.back();
      }),
    createSession: () => {
      const name = state.name.text;
      const phone = parsePhone(state.phone.text);
      saving(async () => {
        await saveSettings();
        const { row } = await act.request('create', {
          name,
          ai: state.provider,
          actor: 'you',
          ...(phone === null ? {} : { phone }),
        });
        await setZone(row.name);
        act.back();
        act.go({ screen: 'session', id: row.id, tab: 1 });
        act.run(view.t.verb.start, called(act, row.name), async () => {
          await act.request('start', { name: row.name, id: row.id, actor: 'you' });
          return null;
        });
      });
    },
    /** One call with the key; what the service refuses is said, and a second enter goes on all the same. */
    testKey: () => {
      const key = state.key.text;
      setState((before) => ({ ...before, busy: true, working: 'test', problem: null }));
      act.operations.testAiKey(state.provider === 'gemini' ? 'gemini' : 'openai', key).then(
        (test) =>
          setState((before) => ({
            ...before,
            busy: false,
            working: null,
            keyTest: { key, test },
            problem: test.ok ? null : view.t.firstRun.keyRefused(plainText(test.reason ?? '')),
            focus: test.ok ? 'name' : 'key',
          })),
        failed,
      );
    },
  };
};

export const useFirstRun = (): FirstRun => {
  const view = useView();
  const act = useDo();
  const [state, setState] = useState(() =>
    firstRunState(view.snapshot.fleet.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
  );
  /** Parts whose answer was confirmed with enter: only those are written as settings of the fleet. */
  const [confirmed, setConfirmed] = useState<ReadonlySet<FirstRunPart>>(new Set());
  useBrowserLook(setState);
  const work = useFirstRunWork(state, confirmed, setState);
  const { focus } = state;

  const goTo = (part: FirstRunPart | null) => {
    if (part !== null) setState((before) => ({ ...before, focus: part, problem: null }));
  };
  const finish = () => {
    const bad = (['zone', 'name', 'phone'] as const).find((part) => partProblem(part, state, view) !== null);
    if (bad === undefined) work.createSession();
    else setState((before) => ({ ...before, focus: bad, problem: partProblem(bad, state, view) }));
  };

  return {
    state,
    back: () => goTo(neighbourPart(state, -1)),
    confirm: () => {
      const problem = partProblem(focus, state, view);
      if (problem !== null) {
        setState((before) => ({ ...before, problem }));
        return;
      }
      setConfirmed((before) => new Set([...before, focus]));
      if (focus === 'zone') setState((before) => pickZone(before, view.language));
      if (focus === 'phone') finish();
      else if (focus === 'key' && state.key.text !== '' && state.keyTest?.key !== state.key.text) work.testKey();
      else goTo(neighbourPart(state, 1));
    },
    skip: () => {
      const later = laterPart(state);
      if (later === null) work.leave();
      else goTo(later);
    },
    edit: (change) => {
      if (focus === 'zone') setState((before) => searchZone(before, change(before.zoneSearch)));
      else if (isText(focus)) setState((before) => ({ ...before, [focus]: change(before[focus]), problem: null }));
    },
    moveList: (by) => {
      if (focus !== 'zone') return false;
      setState((before) => moveZone(before, by));
      return true;
    },
    choose: (by) => {
      if (focus === 'language') act.prefer({ language: view.language === 'en' ? 'pt-BR' : 'en' });
      else setState((before) => chooseProvider(before, by));
    },
  };
};
