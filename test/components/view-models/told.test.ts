import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { textsOf } from '../../../components/texts/texts-of.ts';
import { detailCell, reasonOf } from '../../../components/view-models/session-cells.ts';
import { eventText, fill, incidentWords, reasonText } from '../../../components/view-models/told.ts';
import { turnWords } from '../../../components/view-models/turns.ts';
import { concludeIncident } from '../../../src/orchestrator/health/incident-conclusion.ts';
import { workerExits } from '../../../src/protocol/worker-exit.ts';
import { exampleIncident } from '../support/example-incidents.ts';
import { exampleTurn } from '../support/example-turns.ts';
import { sessionRow } from '../support/fake-fleet.ts';
import { viewAt } from '../support/view.ts';

const english = viewAt(120, 40);
const portuguese = viewAt(120, 40, { language: 'pt-BR' });
const event = (kind: string, text: string, evidence: Record<string, unknown> | null) => ({ kind, text, evidence });

test('an event is told in the language of the screen, with its values and its reason', () => {
  const crashed = event('session-offline', 'offline: page crashed', {
    from: 'connected',
    reasonCode: 'page-crashed',
    reason: 'page crashed',
  });
  expect(eventText(crashed, english)).toBe('offline: page crashed');
  expect(eventText(crashed, portuguese)).toBe('sem conexão: a página caiu');
  const heavy = event('health-memory-soft', '800 MB is above the soft limit of 600 MB', {
    memoryBytes: 800 * 2 ** 20,
    limitBytes: 600 * 2 ** 20,
    inFlight: 0,
  });
  expect(eventText(heavy, portuguese)).toBe('800M passam do limite de 600M');
  const budget = event('budget-near', 'nearly spent', { whose: 'fleet', spentUsd: 4.5, budgetUsd: 5 });
  expect(eventText(budget, portuguese)).toBe('orçamento de IA do dia da frota quase gasto: US$ 4,50 de US$ 5,00');
  const asks = { chat: 'Ana', reason: 'the customer wrote "atendente"' };
  const byWords = event('asks-for-person', 'Ana asks for a person', { ...asks, reasonCode: 'handover-words' });
  expect(eventText(byWords, portuguese)).toBe('Ana pede uma pessoa: usou uma palavra de ai_config.handoverWords');
  const byAi = event('asks-for-person', 'Ana asks for a person', { ...asks, reason: 'quer reembolso' });
  expect(eventText(byAi, portuguese)).toBe('Ana pede uma pessoa: quer reembolso');
  const unknownReason = event('send-refused', 'a message to x was refused: odd', { chat: 'Ana', reason: 'odd' });
  expect(eventText(unknownReason, portuguese)).toBe('o WhatsApp recusou uma mensagem para Ana: odd');
});

test('a reason whose code no table has is told by its words', () => {
  const row = (reason: string) =>
    sessionRow('loja-1', { verdict: 'not_replying', state: 'connected', reasonCode: 'of-tomorrow', reason });
  const known = 'replies of this session are paused';
  expect(reasonText(portuguese.t, 'reason', 'of-tomorrow', known)).toBe('as respostas desta sessão estão em pausa');
  expect(reasonText(english.t, 'reason', 'of-tomorrow', known)).toBe(known);
  expect(reasonText(portuguese.t, 'reason', null, 'runs on the server sp-2')).toBe('roda no servidor sp-2');
  expect(reasonText(portuguese.t, 'reason', null, 'words of a service')).toBe('words of a service');
  expect(reasonOf(row(known), portuguese)).toBe('as respostas desta sessão estão em pausa');
});

test('every event that the program records has its words in Portuguese', () => {
  const root = new URL('../../../', import.meta.url);
  const sources = ['src', 'workers'].flatMap((room) =>
    globSync(`${room}/**/*.ts`, { cwd: fileURLToPath(root) }).map((file) => readFileSync(new URL(file, root), 'utf8')),
  );
  // An event stands in the source as one object: its level, its kind and its sentence, a few lines apart.
  const kinds = sources.flatMap((source) =>
    [...source.matchAll(/kind: '([a-z-]+)'/g)]
      .filter(({ index }) => /level: (?!'level')[\s\S]*text: /.test(source.slice(Math.max(0, index - 120), index + 80)))
      .map(([, kind = '']) => kind),
  );

  expect(kinds.length).toBeGreaterThan(20);
  expect(kinds.filter((kind) => !Object.hasOwn(portuguese.t.event, kind))).toEqual([]);
});

test('what cannot be told in Portuguese is told as it was recorded: unknown kinds, older records, erased ones', () => {
  expect(eventText(event('something-new', 'as it was', { chat: 'Ana' }), portuguese)).toBe('as it was');
  expect(eventText(event('takeover', 'the owner took over', null), portuguese)).toBe('the owner took over');
  expect(eventText(event('unanswered', '(erased)', null), portuguese)).toBe('(erased)');
  expect(eventText(event('toString', 'a name of Object', {}), portuguese)).toBe('a name of Object');
});

test('what the AI service refuses is told by its code, and in its own words where the code is unknown', () => {
  const row = sessionRow('otica-visao', {
    verdict: 'not_replying',
    ai: { status: 'bad', code: 'quota', reason: "OpenAI's quota is spent" },
  });
  expect(detailCell(row, english, true)).toBe("OpenAI's quota is spent");
  expect(detailCell(row, portuguese, true)).toBe('cota esgotada');
  const odd = { ...row, ai: { ...row.ai, code: 'odd' } };
  expect(detailCell(odd, portuguese, true)).toBe("OpenAI's quota is spent");
});

test('values from outside are made plain', () => {
  const evil = event('takeover', 'x', { chat: 'Ana\u001b[31m\n\u0007', minutes: 30 });
  expect(eventText(evil, portuguese)).not.toMatch(/[\u0000-\u001f\u007f]/);
});

test('every exit of a worker and every blame has its Portuguese words', () => {
  for (const code of Object.keys(workerExits).filter((exit) => exit !== 'done'))
    expect(fill(textsOf('pt-BR').event, 'worker-died', { code }, 'pt-BR'), code).not.toBe(
      'o processo do robô terminou',
    );
  const checks = (internet: 'ok' | 'fails', whatsapp: 'ok' | 'fails', login: 'ok' | 'fails') =>
    [
      { name: 'internet', result: internet },
      { name: 'whatsapp', result: whatsapp },
      { name: 'login', result: login },
    ] as const;
  for (const seen of [
    concludeIncident(checks('fails', 'fails', 'fails'), ['offline']),
    concludeIncident(checks('ok', 'ok', 'fails'), ['worker-died', 'browser-died']),
    concludeIncident(checks('ok', 'fails', 'fails'), ['offline']),
    concludeIncident(checks('ok', 'ok', 'fails'), ['offline']),
    concludeIncident(checks('ok', 'ok', 'ok'), ['offline']),
    concludeIncident([], []),
  ]) {
    const incident = { ...exampleIncident(), ...seen };
    expect(incidentWords(incident, english)).toEqual({ cause: seen.cause, conclusion: seen.conclusion });
    expect(incidentWords(incident, portuguese).conclusion).toMatch(/servidor|WhatsApp/);
    expect(incidentWords(incident, portuguese).conclusion).not.toBe(seen.conclusion);
  }
});

test('how an answer came about is told step by step in both languages', () => {
  const turn = exampleTurn('padaria-joao');
  const inEnglish = turnWords([turn], english).join('\n');
  expect(inEnglish).toContain('2 messages of Ana joined after 15 s (the chat was quiet).');
  const inPortuguese = turnWords([turn], portuguese).join('\n');
  expect(inPortuguese).toContain('respondida');
  expect(inPortuguese).toContain('2 msg de Ana juntadas após 15s (a conversa ficou quieta).');
  expect(inPortuguese).toContain('Perguntado a openai gpt-5.6-luna com as instruções na versão 3.');
  expect(inPortuguese).toContain('Parte 1 enviada.');
  expect(inPortuguese).not.toMatch(/joined|Asked|Memory given|Answer after|sent\./);
  const held = {
    ...turn,
    outcome: 'held',
    reasonCode: 'closed',
    reason: 'outside opening hours',
    steps: [],
    words: ['Held: …'],
  };
  expect(turnWords([held], portuguese)[0]).toContain('guardada: fora do horário de atendimento');
});
