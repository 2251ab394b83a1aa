import type { Failover } from '../session/failover.ts';
import { plainText } from '../session/plain-text.ts';
import type { Language } from './language.ts';

/** What became of the sessions of a server that is gone, in both languages, said once: for alerts, incidents and banners. */

/** A session of a server that is gone, as far as this is about it. */
export interface LeftSession {
  readonly name: string;
  readonly failover: Failover;
  readonly takenBy: string | null;
  readonly leaseLasts: boolean;
}

/**
 * `moved`: another server has it. `person`: nobody takes it but a person. `lease`: another server takes it when the right of the one that is
 * gone is over. `room`: that is over, and no other server has taken it.
 */
export type LeftKind = 'moved' | 'person' | 'lease' | 'room';

export const leftKind = ({ failover, takenBy, leaseLasts }: LeftSession): LeftKind => {
  if (takenBy !== null) return 'moved';
  if (failover === 'manual') return 'person';
  return leaseLasts ? 'lease' : 'room';
};

interface GoneWords {
  readonly and: (more: number) => string;
  readonly person: (names: string, first: string) => string;
  readonly moved: (names: string) => string;
  readonly lease: (names: string) => string;
  readonly room: (names: string) => string;
  readonly nothing: string;
  readonly on: (name: string, server: string) => string;
}

const words: Readonly<Record<Language, GoneWords>> = {
  en: {
    and: (more) => ` and ${more} more`,
    person: (names, first) =>
      `Needs you: ${names}. When that server is off for good: zap-fleet start ${first} --take-over (if it still lives, both answer until it hears of it).`,
    moved: (names) => `Goes on elsewhere: ${names}.`,
    lease: (names) => `Goes on elsewhere when its lease is over: ${names}.`,
    room: (names) => `No other server has taken ${names} yet: see zap-fleet node ls.`,
    nothing: 'It ran no session.',
    on: (name, server) => `${name} on ${server}`,
  },
  'pt-BR': {
    and: (more) => ` e mais ${more}`,
    person: (names, first) =>
      `Precisa de você: ${names}. Quando esse servidor sumiu de vez: zap-fleet start ${first} --take-over (se ele ainda vive, os dois respondem até ele saber).`,
    moved: (names) => `Segue em outro: ${names}.`,
    lease: (names) => `Segue em outro quando a concessão acabar: ${names}.`,
    room: (names) => `Nenhum outro servidor pegou ${names} ainda: veja zap-fleet node ls.`,
    nothing: 'Não rodava nenhuma sessão.',
    on: (name, server) => `${name} em ${server}`,
  },
};

const mostNames = 8;

/** What became of them, what a person must do first. */
export const leftWords = (sessions: readonly LeftSession[], language: Language): string => {
  const t = words[language];
  const said = (kind: LeftKind, nameOf: (session: LeftSession) => string): string => {
    const names = sessions.filter((session) => leftKind(session) === kind).map(nameOf);
    const shown = names.slice(0, mostNames).join(', ');
    return names.length > mostNames ? `${shown}${t.and(names.length - mostNames)}` : shown;
  };
  const plain = ({ name }: LeftSession): string => plainText(name);

  const person = said('person', plain);
  const first = sessions.find((session) => leftKind(session) === 'person');
  const moved = said('moved', (session) => t.on(plain(session), plainText(session.takenBy ?? '')));
  const lease = said('lease', plain);
  const room = said('room', plain);
  const sentences = [
    ...(person === '' ? [] : [t.person(person, plain(first ?? ({ name: '' } as LeftSession)))]),
    ...(room === '' ? [] : [t.room(room)]),
    ...(lease === '' ? [] : [t.lease(lease)]),
    ...(moved === '' ? [] : [t.moved(moved)]),
  ];
  return sentences.length === 0 ? t.nothing : sentences.join(' ');
};
