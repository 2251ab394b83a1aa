import { describe, expect, it } from 'vitest';
import { chatLine } from '../../../components/view-models/chats/chat-lines.ts';
import { chatWhy, sortChats } from '../../../components/view-models/chats/chats.ts';
import type { Customers } from '../../../components/view-models/customers.ts';
import { waitingBox } from '../../../components/view-models/fleet/boxes/waiting-box.ts';
import { dampCpu } from '../../../components/view-models/fleet/damp.ts';
import { fleetHeader } from '../../../components/view-models/fleet/fleet-header.ts';
import { fleetItems } from '../../../components/view-models/fleet/fleet-items.ts';
import { fleetScreen } from '../../../components/view-models/fleet/fleet-screen.ts';
import { noOrder, settle } from '../../../components/view-models/fleet/order.ts';
import { detailCell, waitingCell } from '../../../components/view-models/session-cells.ts';
import { statusLines } from '../../../components/view-models/session-status.ts';
import type { View } from '../../../components/view-models/view.ts';
import type { SessionRow } from '../../../src/protocol/fleet.ts';
import type { ChatRow } from '../../../src/session/records.ts';
import { exampleChats } from '../support/example-chats.ts';
import { exampleSnapshot, minutes, now, seconds, sessionRow } from '../support/fake-fleet.ts';
import { plain, plainOf, viewAt } from '../support/view.ts';

const silent = (chats: number, since = minutes(14)) => ({
  silent: { chats, today: chats + 1, oldestSince: chats === 0 ? null : now - since },
});
const empty = { reasonCode: 'empty', reason: 'the AI service gave an empty answer' };
const restriction = (scope: 'new' | 'all') => ({
  restriction: { scope, since: now - minutes(20), refused: 4, nextTryAt: now + seconds(90), code: '463' },
});

const rows: readonly SessionRow[] = [
  sessionRow('acai-do-lu', { ...silent(12), ...empty, provider: 'gemini' }),
  sessionRow('barbearia-do-ze', { ...restriction('new') }),
  sessionRow('cafe-da-ana', { ...restriction('all') }),
  sessionRow('doces-da-vo', { asksForPerson: 1 }),
  sessionRow('estudio-mar', { replies: 'draft', drafts: 2 }),
  sessionRow('farmacia-sol', { ...silent(1), ...empty }),
  sessionRow('gesso-forte'),
];
const viewOf = (columns: number, sessions: readonly SessionRow[], language: 'en' | 'pt-BR' = 'en'): View =>
  viewAt(columns, 24, { language, snapshot: { ...exampleSnapshot(), sessions } });

const screen = (view: View): readonly string[] => {
  const { sessions } = view.snapshot;
  const order = settle(noOrder, { sessions, now, sort: 'default', frozen: false, lastKeyAt: null });
  const choice = { filter: '', troubleOnly: false, groupBy: 'state' } as const;
  const items = fleetItems(view, order, choice);
  return plain(
    fleetScreen(view, items, {
      order,
      choice,
      cursorId: null,
      top: 0,
      marks: new Set(),
      damped: dampCpu(new Map(), sessions, now),
      hidden: new Set(),
      sorted: 'name',
      status: null,
    }).lines,
  );
};

const lineOf = (lines: readonly string[], name: string): string => lines.find((line) => line.includes(name)) ?? '';

describe('customers who got nothing, on the fleet screen', () => {
  it('stand in the row, with why and since when, and the session needs a person', () => {
    const lines = screen(viewOf(120, rows));
    expect(lines[2]).toMatch(/^ {2}5 NEED YOU {2}13 left in silence since 14m +● 2 answering$/);
    expect(lineOf(lines, 'acai-do-lu')).toBe(
      '▌ ▲ acai-do-lu               NOT REPLYING    6d  !12  14m  the AI service gave an empty answer                  x why',
    );
    expect(lineOf(lines, 'barbearia')).toContain(
      'RESTRICTED      6d    –       WhatsApp refuses new people, 4 refused; try in 1:30',
    );
    expect(lineOf(lines, 'cafe-da-ana')).toContain(
      'NOT REPLYING    6d    –       WhatsApp refuses all sends, 4 refused',
    );
    expect(lineOf(lines, 'doces-da-vo')).toMatch(/ASKS PERSON .* 1 customer asks for a person +↵ chats/);
    expect(lineOf(lines, 'estudio-mar')).toMatch(/APPROVE 2 .* 2 drafts to approve +↵ read/);
    expect(lineOf(lines, 'farmacia-sol')).toContain(
      '● farmacia-sol             quiet           6d   !1  14m  1 left in silence 14m',
    );
    expect(lineOf(lines, 'gesso-forte')).toContain('quiet           6d    –       11 98765-4321');
  });

  it('are told what the AI service waits for, and until when', () => {
    const ai = { status: 'warn', code: 'rate-limit', reason: 'slow down', until: now + minutes(48) } as const;
    const waits = sessionRow('horta', { ai });
    expect(lineOf(screen(viewOf(120, [waits])), 'horta')).toContain('slow down, try in 48m');
    expect(lineOf(screen(viewOf(120, [waits], 'pt-BR')), 'horta')).toMatch(/a IA limita .*, tenta em 48m/);
    expect(lineOf(screen(viewOf(80, [waits])), 'horta')).toContain('AI, try in 48m');
    const over = sessionRow('horta', { ai: { ...ai, until: now - seconds(1) } });
    expect(lineOf(screen(viewOf(120, [over])), 'horta')).not.toContain('slow down');
  });

  it('stand in Portuguese in a narrow window', () => {
    const lines = screen(viewOf(80, rows, 'pt-BR'));
    expect(lines[2]).toMatch(/5 PRECISAM DE VOCÊ {2}13 sem resposta 14m/);
    expect(lineOf(lines, 'acai-do-lu')).toContain('NÃO RESPONDE    6d !12  14m 12 sem resposta');
    expect(lineOf(lines, 'barbearia')).toContain('RESTRITA        6d   –      recusa novos, 4x');
    expect(lineOf(lines, 'cafe-da-ana')).toContain('recusa tudo, 4x');
    expect(lineOf(lines, 'doces-da-vo')).toContain('PEDE PESSOA');
    expect(detailCell(rows[0] as SessionRow, viewOf(120, rows, 'pt-BR'), true)).toBe(
      '12 sem resposta há 14m: sem texto: a mensagem ou a resposta da IA veio vazia',
    );
  });

  it.each([
    [{ ...silent(2) }, '!2 14m'],
    [{ ...silent(0) }, '-'],
    [{ ...silent(2), waiting: { chats: 4, oldestSince: now - minutes(9), estimated: false } }, '4 9m !2'],
    [{ ...silent(2), waiting: { chats: 12, oldestSince: now - minutes(27), estimated: true } }, '~12 !2'],
    [{ ...silent(1), state: 'stopped' as const }, '!1 14m'],
  ])('%o is %s in the column of those who wait', (patch, cell) => {
    expect(waitingCell(sessionRow('x', patch), now)).toBe(cell);
  });

  it('nobody waits only when nobody was left, asks for a person, or waits for an approval', () => {
    const header = (row: SessionRow) => plain(fleetHeader(viewOf(120, [row])))[2] ?? '';
    expect(header(sessionRow('a'))).toContain('nobody waits');
    // With these nobody is answered, or nobody new, before anybody has waited too long.
    const refused = [
      restriction('new'),
      restriction('all'),
      { ai: { status: 'bad', code: 'quota', reason: null } } as const,
    ];
    for (const patch of [silent(1), { asksForPerson: 1 }, { drafts: 1 }, ...refused])
      expect(header(sessionRow('a', patch))).not.toContain('nobody waits');
    // A machine without news may have anybody waiting; the wide window's box says no more than the header.
    const lost = { ...sessionRow('a'), verdict: 'unreachable' as const };
    expect(header(lost)).not.toContain('nobody waits');
    const box = (row: SessionRow) => plain(waitingBox(viewOf(200, [row]), null, { width: 44, rows: 6 })).join('\n');
    expect(box(sessionRow('a'))).toContain('nobody waits');
    expect(box(lost)).toContain('1 not known');
    expect(box(lost)).not.toContain('nobody waits');
    expect(header(sessionRow('a', { asksForPerson: 1 }))).toContain('1 customer asks for a person');
    const both = { ...silent(3), waiting: { chats: 15, oldestSince: now - minutes(27), estimated: true } };
    expect(header(sessionRow('a', both))).toContain('~15 waiting 27m, 3 in silence');
    expect(plain(fleetHeader(viewOf(40, [sessionRow('a', both)])))[0]).toMatch(/ ~15 wait 27m !3 +14:41$/);
    expect(plain(fleetHeader(viewOf(40, [sessionRow('a', silent(3))])))[0]).toMatch(/ !3 14m +14:41$/);
  });

  it('come before those who wait less in NEEDS YOU, and first when sorted by who waits', () => {
    const few = sessionRow('b', { state: 'logged_out', waiting: { chats: 2, oldestSince: now, estimated: true } });
    const many = sessionRow('a', silent(5));
    const { ids } = settle(noOrder, { sessions: [few, many], now, sort: 'waiting', frozen: false, lastKeyAt: null });
    expect(ids).toEqual([many.id, few.id]);
  });
});

describe('customers who got nothing, in their session', () => {
  const customers: Customers = {
    silent: [
      {
        chatId: '1@lid',
        name: null,
        phone: null,
        since: now - minutes(9),
        lastAt: now,
        code: 'empty',
        reason: 'empty answer',
      },
    ],
    asking: [
      {
        chatId: '5511955554444@c.us',
        name: 'Carlos',
        phone: '5511955554444',
        since: now - minutes(5),
        summary: 'Wants to cancel order 4711.\nPaid by card.',
      },
    ],
  };

  it('are named with since when, why, what they want, and what can be done', () => {
    const row = sessionRow('x', { ...silent(1), ...restriction('new'), asksForPerson: 1 });
    const lines = plain(statusLines(row, viewOf(80, rows), customers));
    const from = (start: string, count: number) => {
      const at = lines.findIndex((line) => line.startsWith(start));
      return lines.slice(at, at + count);
    };
    expect(from(' 1 ASKS', 5)).toEqual([
      ' 1 ASKS FOR A PERSON',
      '   Carlos 11 95555-4444  5m',
      '     Wants to cancel order 4711.',
      '     Paid by card.',
      '   answer on the phone; under 2, the chats, P then lets the bot answer again',
    ]);
    expect(from(' 1 LEFT', 3)).toEqual([
      ' 1 LEFT WITHOUT AN ANSWER',
      '   1@lid  9m  empty answer',
      '   answer on the phone; under 2, the chats, X lets one be',
    ]);
    expect(from(' in silence', 1)).toEqual([' in silence      1 now, the first since 14m; 2 today']);
    expect(lines.join('\n')).toContain('what helps: wait, and answer on the phone');
  });

  it('stand first among the chats, with a mark, and x says why', () => {
    const view = viewOf(80, rows);
    const [maria, carlos] = exampleChats('x');
    if (maria === undefined || carlos === undefined) throw new Error('no example chats');
    const left = { ...maria, silentSince: now - minutes(14), silentCode: 'empty', silentReason: 'empty answer' };
    const asks = { ...maria, chatId: 'a', asksForPersonSince: now - minutes(3), handoverSummary: 'Cancel.\nToday.' };
    const quiet = { ...maria, chatId: 'b', lastInboundAt: now };
    const line = (chat: ChatRow) => plainOf(chatLine(chat, view, { width: 79, isCursor: false, withSession: false }));

    expect(sortChats([quiet, left, asks]).map(({ chatId }) => chatId)).toEqual([left.chatId, 'a', 'b']);
    expect(line(left)).toContain('▲ Maria Souza            2m no answer 14m');
    expect(line(asks)).toContain('◆ Maria Souza            2m asks for a person');
    expect(chatWhy(quiet, view)).toEqual([]);
    expect(chatWhy(left, view)).toEqual([
      'no answer since 14:27, 14m: empty answer',
      'answer on the phone, or X: needs no answer',
    ]);
    expect(chatWhy(asks, view)).toEqual([
      'asks for a person since 14:38, 3m',
      '   Cancel.',
      '   Today.',
      'answer on the phone; P lets the bot answer again',
    ]);
    expect(chatWhy(carlos, view)).toEqual([
      'paused by owner: the owner typed on the phone',
      'P lets the bot answer again',
    ]);
    const doubt = 'a text left on the phone right after the first message: a person, or an automatic greeting';
    expect(chatWhy({ ...carlos, pausedReason: doubt }, viewOf(80, rows, 'pt-BR'))[0]).toContain(
      'uma saudação automática',
    );
  });
});
