import type { FleetResults } from '../../src/protocol/fleet-api.ts';
import { plainLines } from '../../src/session/plain-text.ts';
import { age } from '../paint/format.ts';
import { whoOf } from './chats/chats.ts';
import { reasonText } from './told.ts';
import type { View } from './view.ts';

/** Customers of a session whom nobody serves: who got no answer and why, who wants a person and what for, and what can be done. */
export type Customers = FleetResults['silences'];

export interface CustomerPart {
  readonly title: string;
  readonly words: readonly string[];
}

export const customerParts = ({ silent, asking }: Customers, view: View): readonly CustomerPart[] => {
  const { session } = view.t;
  const left = silent.map(
    (chat) =>
      `${whoOf(chat)}  ${age(view.now - chat.since)}  ${reasonText(view.t, 'outcomeReason', chat.code, chat.reason)}`,
  );
  const asks = asking.flatMap((chat) => [
    `${whoOf(chat)}  ${age(view.now - chat.since)}`,
    ...plainLines(chat.summary ?? '').flatMap((text) => (text === '' ? [] : [`  ${text}`])),
  ]);

  return [
    ...(asking.length === 0
      ? []
      : [{ title: session.askingTitle(asking.length), words: [...asks, session.askingHow] }]),
    ...(silent.length === 0 ? [] : [{ title: session.leftTitle(silent.length), words: [...left, session.leftHow] }]),
  ];
};
