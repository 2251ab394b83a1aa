import type { KnowledgeGap, Passage, UsedFile } from '../../../src/session/knowledge.ts';
import type { ToolLine } from '../../../src/session/tool.ts';
import { days, hours, minutes, now } from './fake-fleet.ts';
// Loaded when they are opened otherwise, which a picture does not wait for.
import '../../../components/screens/knowledge-screen.tsx';
import '../../../components/screens/tools-screen.tsx';
import '../../../components/actions/flows/knowledge-flows.ts';
import '../../../components/actions/flows/tool-flows.ts';

/** Tools in each standing, and files with what was asked in vain. */

const tool = (name: string, more: Partial<ToolLine>): ToolLine => ({
  name,
  description: 'Books a visit on a day and time. Call it when the customer asks for one.',
  url: 'https://agenda.example.com/book',
  parameters: {
    type: 'object',
    properties: {
      day: { type: 'string', description: 'Like 2026-12-01' },
      time: { type: 'string', description: 'Like 15:30, in the zone of the shop' },
      guests: { type: 'integer' },
    },
    required: ['day', 'time'],
  },
  timeoutMs: 10_000,
  callsPerTurn: 3,
  isIdempotent: false,
  onlyReads: false,
  lookupUrl: 'https://agenda.example.com/calls/{key}',
  allowHosts: [],
  hasSecret: true,
  setAt: now - days(9),
  setBy: 'you',
  calls: { ok: 0, failed: 0, unknown: 0 },
  last: null,
  ...more,
});

export const exampleTools: readonly ToolLine[] = [
  tool('agenda', {
    calls: { ok: 41, failed: 2, unknown: 1 },
    last: { at: now - minutes(6), state: 'failed', status: 409, ms: 320, reason: 'HTTP 409: the slot is taken' },
  }),
  tool('horarios_livres', {
    onlyReads: true,
    isIdempotent: true,
    lookupUrl: null,
    calls: { ok: 212, failed: 0, unknown: 0 },
    last: { at: now - minutes(2), state: 'ok', status: 200, ms: 90, reason: null },
  }),
  tool('pedido', {
    url: 'https://n8n.local/webhook/pedido',
    allowHosts: ['n8n.local'],
    lookupUrl: null,
    hasSecret: false,
  }),
];

const file = (name: string, more: Partial<UsedFile>): UsedFile => ({
  name,
  version: 1,
  kind: 'csv',
  bytes: 24_000,
  characters: 23_000,
  passages: 148,
  addedAt: now - days(3),
  actor: 'you',
  used: 0,
  ...more,
});

export const exampleFiles: readonly UsedFile[] = [
  file('precos.csv', { version: 4, used: 181 }),
  file('cardápio.pdf', { kind: 'pdf', bytes: 3_400_000, passages: 62, used: 40, addedAt: now - days(20) }),
  file('entrega.md', { kind: 'md', bytes: 2100, passages: 4, addedAt: now - hours(2) }),
];

export const exampleGaps: readonly KnowledgeGap[] = [
  { question: 'vocês fazem bolo sem glúten?', customers: 7, times: 9, at: now - hours(1) },
  { question: 'tem estacionamento aí perto', customers: 4, times: 4, at: now - hours(26) },
  { question: 'aceitam vale refeição', customers: 1, times: 2, at: now - days(6) },
];

export const examplePassages: readonly Passage[] = [
  { file: 'precos.csv', version: 4, n: 12, place: { row: 12 }, text: 'Produto: Bolo de cenoura\nPreço: R$ 38,00' },
];
