import type { Incident } from '../../../src/protocol/fleet.ts';
import type { FleetEvent, TurnRecord } from '../../../src/session/records.ts';
import { answerEverything } from './answers.ts';
import { eveningChats, eveningDrafts, eveningMessages } from './evening-chats.ts';
import { exampleIncident, pastIncidents } from './example-incidents.ts';
import { exampleTurn } from './example-turns.ts';
import { type FakeFleet, fleetEvent, minutes, now, seconds } from './fake-fleet.ts';

/** The door of a fleet on the evening that the look was drawn with: whatever a picture needs to look as in use. */

/** What happened to a bot, as the master and the worker write it. */
const happened: readonly (readonly [kind: string, level: FleetEvent['level'], text: string, evidence?: object])[] = [
  ['session-connected', 'info', 'connected'],
  ['takeover', 'info', 'the owner took over Beto for 60 min', { chat: 'Beto', minutes: 60 }],
  ['unanswered', 'warn', 'Dona Lúcia got no answer', { chat: 'Dona Lúcia' }],
  ['session-offline', 'warn', 'offline'],
  ['config-changed', 'info', 'ai_config.model changed', { key: 'ai_config.model' }],
  ['instructions-changed', 'info', 'instructions are now version 4', { version: 4 }],
  ['owner-command', 'info', 'owner: !pausar in 王小明', { by: 'owner', command: '!pausar', where: '王小明' }],
  ['step-failed', 'error', 'the browser did not come up', { reason: 'the browser did not come up' }],
  ['restart-asked', 'info', 'restart'],
];

const eveningEvents = (name: string): readonly FleetEvent[] =>
  Array.from({ length: 30 }, (_, index) => {
    const [kind, level, text, evidence] = happened[index % happened.length] ?? happened[0] ?? ['note', 'info', ''];
    return fleetEvent(name, now - minutes(index * index), text, {
      kind,
      level,
      evidence: (evidence ?? null) as FleetEvent['evidence'],
    });
  });

const lines: readonly (readonly [level: string, text: string])[] = [
  ['info', 'message of 21988776655 stored'],
  ['debug', 'quiet time of 21988776655: 12 s left'],
  ['info', 'asked gpt-5.6-luna: 1,840 tokens in, 62 out, 4.1 s'],
  ['info', 'part 1 of 1 sent, 38 characters typed in 2.1 s'],
  [
    'warn',
    'OpenAI is slow: 14 s for the last answer; the next try has 60 s and then the customer is held until it answers',
  ],
  ['error', 'send refused by WhatsApp (463); tried again in 8 s under the same id'],
];

const eveningLog = (name: string | null): readonly string[] =>
  Array.from({ length: 60 }, (_, index) => {
    const [level, msg] = lines[index % lines.length] ?? ['info', ''];
    return JSON.stringify({
      time: new Date(now - seconds(240 - index * 4)).toISOString(),
      level,
      session: name ?? ['barbearia-do-ze', 'loja-centro', 'pizzaria-roma'][index % 3],
      msg,
    });
  });

const customers = [
  'Rafa 🍕',
  'Grupo da pelada ⚽',
  'Dona Lúcia',
  'Beto',
  '王小明（国际部）',
  'محمد السيد',
  'Larissa 🐶',
];

const eveningTurns = (name: string): readonly TurnRecord[] =>
  Array.from({ length: 24 }, (_, index) => ({
    ...exampleTurn(name),
    turnId: 100 - index,
    startedAt: now - minutes(1 + index * 3),
    finishedAt: now - minutes(1 + index * 3) + seconds(18),
    who: customers[index % customers.length] ?? 'Ana',
    inputTokens: 1200 + ((index * 371) % 900),
    outputTokens: 40 + ((index * 53) % 120),
    costUsd: 0.002 + ((index * 7) % 28) / 10_000,
    ...(index % 9 === 4 ? { outcome: 'unanswered', reasonCode: 'empty', reason: 'the AI sent an empty answer' } : {}),
  }));

/** What was begun for a chat that waits: the service refused it, or it was answered with nothing. */
const waitingTurn = (name: string, chatId: string): TurnRecord | null => {
  const chat = eveningChats.find((one) => one.sessionName === name && one.chatId === chatId);
  const since = chat?.silentSince ?? chat?.waitingSince ?? null;
  if (chat === undefined || since === null) return null;

  const refused = chat.silentSince === null;
  const turn = exampleTurn(name);
  const startedAt = since + seconds(15);
  return {
    ...turn,
    chatId,
    startedAt,
    finishedAt: startedAt + seconds(1),
    outcome: refused ? 'interrupted' : 'unanswered',
    reasonCode: refused ? 'quota' : 'empty',
    reason: refused ? 'OpenAI: quota spent' : 'the AI service gave an empty answer',
    steps: turn.steps.slice(0, refused ? 3 : 4),
  };
};

/** The bots of an incident are bots of this fleet. */
const ofThisFleet = (fleet: FakeFleet, incident: Incident): Incident => {
  const ids = fleet
    .getSnapshot()
    .sessions.filter(({ verdict }) => verdict === 'connected' || verdict === 'offline')
    .map(({ id }) => id);
  return {
    ...incident,
    sessionIds: ids.slice(0, incident.sessionIds.length),
    totalSessions: fleet.getSnapshot().sessions.length,
  };
};

export const answerAsInTheEvening = (fleet: FakeFleet): void => {
  answerEverything(fleet);
  const running = fleet.getSnapshot().incidents;
  Object.assign(fleet.answers, {
    chats: ({ name, search = '' }: { name?: string; search?: string }) => ({
      chats: eveningChats.filter(
        (chat) => (name === undefined || chat.sessionName === name) && (chat.name ?? '').includes(search),
      ),
    }),
    messages: ({ chat }: { chat: string }) => ({ messages: eveningMessages(chat) }),
    drafts: ({ name }: { name?: string }) => ({
      drafts: eveningDrafts.filter(({ sessionName }) => name === undefined || sessionName === name),
    }),
    why: ({ name, chat }: { name: string; chat?: string }) => {
      const turn = chat === undefined ? null : waitingTurn(name, chat);
      return { turns: turn === null ? eveningTurns(name) : [turn] };
    },
    events: ({ name }: { name?: string }) => ({ events: eveningEvents(name ?? 'loja-centro') }),
    logs: ({ name, cursor }: { name: string | null; cursor?: string }) => ({
      lines: cursor === undefined ? eveningLog(name) : [],
      cursor: '60',
    }),
    incidents: () => ({
      incidents: [
        ...(running.length > 0 ? running : [ofThisFleet(fleet, exampleIncident())]),
        ...pastIncidents().map((incident) => ofThisFleet(fleet, incident)),
      ],
    }),
  });
};
