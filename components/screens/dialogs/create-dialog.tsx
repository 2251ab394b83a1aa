import { type ReactNode, useState } from 'react';
import { nameFromLabel } from '../../../src/session/name-from-label.ts';
import { parsePhone } from '../../../src/session/phone.ts';
import { type AiProviderName, aiProviders } from '../../../src/session/session-config.ts';
import { useDo, useView } from '../../hooks/contexts.ts';
import { layer, useKeyLayer } from '../../hooks/use-keys.ts';
import { editField, emptyField, type Field, insertText } from '../../paint/field.ts';
import { formBox } from '../../view-models/dialogs/form-box.ts';
import { Overlay } from '../../widgets/overlay.tsx';

const order = ['name', 'label', 'phone', 'ai', 'start'] as const;

/** A new session: its name is checked while it is typed. */
export const CreateDialog = (): ReactNode => {
  const view = useView();
  const act = useDo();
  const { t } = view;
  const [focus, setFocus] = useState(0);
  const [texts, setTexts] = useState<Readonly<Record<'name' | 'label' | 'phone', Field>>>({
    name: emptyField,
    label: emptyField,
    phone: emptyField,
  });
  const [ai, setAi] = useState<AiProviderName | null>(null);
  const [start, setStart] = useState(true);
  const focused = order[focus] ?? 'name';

  const isTaken = (wanted: string) => view.snapshot.sessions.some(({ name }) => name === wanted);
  const named = nameFromLabel(texts.name.text, isTaken);
  const nameProblem =
    texts.name.text === ''
      ? null
      : named === null
        ? t.create.badName(texts.name.text)
        : isTaken(named.name)
          ? t.create.taken(named.name)
          : null;
  const phoneProblem = texts.phone.text === '' ? null : t.dialog.badPhone(texts.phone.text);
  const problem = nameProblem ?? phoneProblem;

  const submit = () => {
    const name = texts.name.text;
    if (name === '' || problem !== null) return;
    act.closeDialog();
    act.run(t.verb.create, texts.label.text.trim() || name, async () => {
      const phone = parsePhone(texts.phone.text);
      const { row } = await act.request('create', {
        name,
        start,
        actor: 'you',
        ...(texts.label.text.trim() === '' ? {} : { label: texts.label.text.trim() }),
        ...(phone === null ? {} : { phone }),
        ...(ai === null ? {} : { ai }),
      });
      if (start) act.go({ screen: 'session', id: row.id, tab: 1 });
      return null;
    });
  };

  const cycle = () => {
    if (focused === 'start') setStart((on) => !on);
    if (focused === 'ai')
      setAi((before) => {
        const at = before === null ? -1 : aiProviders.indexOf(before);
        return aiProviders[at + 1] ?? null;
      });
  };

  useKeyLayer({
    priority: layer.dialog,
    guarded: true,
    insert: (text) => {
      if (focused === 'name' || focused === 'label' || focused === 'phone')
        setTexts((before) => ({ ...before, [focused]: insertText(before[focused], text, 200) }));
    },
    press: (key) => {
      if (key.name === 'ctrl+c') return false;
      if (key.name === 'esc') act.closeDialog();
      // No guard: what is typed here at once is meant for here, and without a name enter makes nothing.
      else if (key.name === 'enter') submit();
      else if (key.name === 'tab' || key.name === 'down') setFocus((at) => (at + 1) % order.length);
      else if (key.name === 'shift+tab' || key.name === 'up') setFocus((at) => (at + order.length - 1) % order.length);
      else if (focused === 'ai' || focused === 'start') {
        if (key.name === 'space' || key.name === 'left' || key.name === 'right') cycle();
      } else setTexts((before) => ({ ...before, [focused]: editField(before[focused], key) ?? before[focused] }));
      return true;
    },
  });

  const note = (name: 'label' | 'phone') =>
    texts[name].text === '' && focused !== name ? t.dialog.createOptional : '';
  const fields = [
    {
      label: t.dialog.createName,
      value: texts.name.text,
      field: texts.name,
      note: named?.label == null ? '' : named.name,
    },
    { label: t.dialog.createLabel, value: texts.label.text, field: texts.label, note: note('label') },
    { label: t.dialog.createPhone, value: texts.phone.text, field: texts.phone, note: note('phone') },
    {
      label: t.dialog.createAi,
      value: ai === null ? t.create.fleetDefault : t.dialog.provider[ai],
      note: '',
      choice: true,
    },
    { label: t.dialog.createStart, value: start ? '[x]' : '[ ]', note: '', choice: true },
  ];
  return (
    <Overlay
      lines={formBox(view, t.dialog.createTitle, fields, focus, problem, t.dialog.createKeys)}
      theme={view.theme}
      columns={view.columns}
      rows={view.rows}
    />
  );
};
