import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { HomePaths } from '../../home/home-paths.ts';
import { sendFilePath, sessionFilesDir } from '../../home/send-files.ts';
import type { Hook } from '../../session/hook.ts';
import { isQuestion } from '../../session/knowledge-words.ts';
import type { SendFile } from '../../session/send-file.ts';
import { hostOf, type Tool, toolBounds } from '../../session/tool.ts';
import type { EpochMs, Milliseconds } from '../../session/units.ts';
import { writeHookSecret } from '../../settings/hook-secrets.ts';
import { writeToolSecret } from '../../settings/tool-secrets.ts';
import { createKnowledgeUses } from '../../store/knowledge/knowledge-uses.ts';
import { createKnowledgeStore, type NewPassage } from '../../store/knowledge-store.ts';
import type { Store } from '../../store/store.ts';
import type { DemoStanding } from './demo-sessions.ts';

/**
 * What some bots of a demo have in their hands: tools, files that they know and send, a hook, and what these did in the demo's last day.
 * Nothing of it is asked while it runs: its bots answer without an AI, and its hooks hear of what does not happen there.
 */

const hourMs: Milliseconds = 3_600_000;
const dayMs: Milliseconds = 86_400_000;

/** Those with customers, whose screens a person opens first. */
const handed: ReadonlySet<string> = new Set(['barbearia-do-ze', 'farmacia-vida', 'loja-centro', 'pizzaria-roma']);

const day = { type: 'string', description: 'o dia, AAAA-MM-DD' };
const parameters = (properties: object, required: readonly string[]) => ({ type: 'object', properties, required });
const usual = {
  timeoutMs: toolBounds.timeoutMs.usual,
  callsPerTurn: toolBounds.callsPerTurn.usual,
  lookupUrl: null,
  allowHosts: [],
};

const tools: readonly Tool[] = [
  {
    ...usual,
    name: 'agenda',
    description: 'Marca ou remarca um horário. Só depois que o cliente confirmou dia e hora.',
    url: 'https://agenda.example/marcar',
    parameters: parameters({ dia: day, hora: { type: 'string' }, nome: { type: 'string' } }, ['dia', 'hora']),
    isIdempotent: false,
    onlyReads: false,
    lookupUrl: 'https://agenda.example/chamadas/{key}',
  },
  {
    ...usual,
    name: 'horarios_livres',
    description: 'Diz os horários livres de um dia. Antes de oferecer qualquer horário.',
    url: 'https://agenda.example/livres',
    parameters: parameters({ dia: day }, ['dia']),
    isIdempotent: true,
    onlyReads: true,
  },
  {
    ...usual,
    name: 'pedido',
    description: 'Diz onde está um pedido, pelo telefone de quem escreve.',
    url: 'https://loja.example/pedidos',
    parameters: parameters({}, []),
    isIdempotent: true,
    onlyReads: true,
  },
];

/** In which of the demo's talks each is called, and what came back. */
const calledBy: readonly { readonly says: string; readonly tool: string; readonly answer: object }[] = [
  { says: 'tem horário amanhã', tool: 'horarios_livres', answer: { livres: ['15:00', '16:30'] } },
  { says: 'preciso remarcar', tool: 'agenda', answer: { marcado: true } },
  { says: 'ainda não chegou', tool: 'pedido', answer: { situacao: 'saiu para entrega' } },
];

interface KnownFile {
  readonly name: string;
  readonly kind: 'csv' | 'md';
  readonly daysAgo: number;
  /** Each with the words of the question that it answers. */
  readonly passages: readonly (NewPassage & { readonly answers: string })[];
}

const knownFiles: readonly KnownFile[] = [
  {
    name: 'perguntas.md',
    kind: 'md',
    daysAgo: 20,
    passages: [
      {
        place: { line: 1, heading: 'Horário' },
        text: 'Vocês abrem hoje? Abrimos de segunda a sábado, das 9h às 18h.',
        answers: 'abrem hoje',
      },
      {
        place: { line: 5, heading: 'Pagamento' },
        text: 'Aceita pix? Aceitamos pix, cartão e dinheiro. A chave do pix é o nosso CNPJ.',
        answers: 'aceita pix',
      },
      {
        place: { line: 9, heading: 'Entrega' },
        text: 'Vocês entregam no centro? Entregamos, por R$ 6, em uns 40 minutos.',
        answers: 'entregam no centro',
      },
      {
        place: { line: 13, heading: 'Endereço' },
        text: 'Qual o endereço de vocês? Ficamos na Rua das Flores, 120, ao lado da praça.',
        answers: 'endereço',
      },
    ],
  },
  {
    name: 'precos.csv',
    kind: 'csv',
    daysAgo: 3,
    passages: [
      {
        place: { row: 1 },
        text: 'item: básico, preço à vista: R$ 48,90, preço no cartão: R$ 52,90',
        answers: 'mandar o preço',
      },
      {
        place: { row: 2 },
        text: 'item: completo, preço à vista: R$ 79,90, preço no cartão: R$ 84,90',
        answers: 'preço é à vista',
      },
    ],
  },
];
/** What no file of theirs answers. */
const askedInVain = ['estoque do tamanho', 'estacionamento'];

/** One page with one line. */
const pdf = (line: string): Buffer => {
  const stream = `BT /F1 24 Tf 72 720 Td (${line}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  return Buffer.from(
    `%PDF-1.4\n${objects.map((body, at) => `${at + 1} 0 obj\n${body}\nendobj\n`).join('')}trailer << /Size 6 /Root 1 0 R >>\n%%EOF\n`,
    'latin1',
  );
};

const sends: readonly (Pick<SendFile, 'name' | 'fileName' | 'description'> & { readonly daysAgo: number })[] = [
  {
    name: 'tabela',
    fileName: 'tabela-de-precos.pdf',
    description: 'A tabela com todos os preços. Quando alguém pede a tabela, o cardápio ou o catálogo.',
    daysAgo: 3,
  },
  {
    name: 'como-chegar',
    fileName: 'como-chegar.pdf',
    description: 'Um mapa até a loja. Quando alguém pergunta como chegar.',
    daysAgo: 41,
  },
];

/** It hears what no bot of a demo does by itself, and nobody can have its address (RFC 2606), nor those of the tools: no demo calls anybody. */
const hook: Hook = {
  name: 'crm',
  url: 'https://crm.example/zap-fleet',
  events: ['customer.handed_over', 'session.qr_needed'],
  allowHosts: [],
};

interface Hands {
  readonly store: Store;
  readonly standing: DemoStanding;
  readonly now: EpochMs;
}

interface PastTurn {
  readonly id: number;
  readonly conversationId: number;
  readonly question: string;
  readonly at: EpochMs;
}

const turnsOf = ({ store, standing: { session } }: Hands): readonly PastTurn[] =>
  store.database.all<PastTurn>(
    'SELECT id, conversation_id AS conversationId, joined_text AS question, started_at AS at FROM turns WHERE session_id = ? ORDER BY id',
    session.id,
  );

const writeTools = ({ store, standing: { session }, now }: Hands, turns: readonly PastTurn[]): void => {
  for (const tool of tools) store.tools.put(session.id, tool, 'you', now - 12 * dayMs);
  for (const { id, conversationId, question, at } of turns) {
    const called = calledBy.find(({ says }) => question.includes(says));
    if (called === undefined) continue;
    const key = `demo-${session.id}-${id}`;
    const call = { key, tool: called.tool, callId: null, signature: null, arguments: '{"dia":"2026-12-01"}' };
    store.toolCalls.ask({ sessionId: session.id, conversationId, turnId: id }, [call], at);
    store.toolCalls.begin(key, at);
    store.toolCalls.end(key, { state: 'ok', status: 200, answer: JSON.stringify(called.answer) }, at + 240);
  }
};

const writeKnowledge = ({ store, standing: { session }, now }: Hands, turns: readonly PastTurn[]): void => {
  const knowledge = createKnowledgeStore(store.database);
  const uses = createKnowledgeUses(store.database);
  const passages = knownFiles.flatMap((file) => {
    const bytes = file.passages.reduce((sum, { text }) => sum + text.length, 0);
    const added = now - file.daysAgo * dayMs;
    const key = knowledge.begin(
      { sessionId: session.id, name: file.name, kind: file.kind, bytes, actor: 'you' },
      added,
    );
    knowledge.write(key, 1, file.passages);
    knowledge.replace(key, { characters: bytes, passages: file.passages.length });
    return file.passages.map(({ answers, ...passage }, at) => ({
      answers,
      found: { ...passage, file: file.name, version: key.version, n: at + 1, share: 1 },
    }));
  });

  for (const { id, question, at } of turns) {
    const given = passages.filter(({ answers }) => question.includes(answers)).map(({ found }) => found);
    const isGap =
      askedInVain.some((words) => question.includes(words)) && isQuestion(question) && !question.includes('\n');
    uses.record({ sessionId: session.id, turnId: id, question }, given, isGap, at);
  }
};

const writeSends = ({ store, standing: { session, demo }, now }: Hands, paths: HomePaths): void => {
  mkdirSync(sessionFilesDir(paths, session.id), { recursive: true, mode: 0o700 });
  for (const { daysAgo, ...file } of sends) {
    const bytes = pdf(`${demo.name}: ${file.name}`);
    const hash = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(sendFilePath(paths, session.id, hash), bytes, { mode: 0o600 });
    const addedAt = now - daysAgo * dayMs;
    const type = { kind: 'document', mimeType: 'application/pdf', isVoice: false } as const;
    store.sendFiles.put(session.id, { ...file, ...type, hash, bytes: bytes.length, addedAt, actor: 'you' }, now);
  }
};

const writeHook = ({ store, standing: { session, demo }, now }: Hands): void => {
  store.hooks.put(session.id, hook, 'you', now - 17 * dayMs);
  store.database.run(
    'UPDATE hooks SET delivered = ?, delivered_at = ? WHERE session_id = ?',
    demo.visits * 3,
    now - 3 * hourMs,
    session.id,
  );
};

/** Without one a tool is called by nobody, and its row would say so. */
const writeSecrets = (paths: HomePaths, sessionId: string): void => {
  const secretFor = (url: string) => ({ host: hostOf(url), secret: randomBytes(24).toString('base64url') });
  for (const { name, url } of tools) writeToolSecret(paths, sessionId, name, secretFor(url));
  writeHookSecret(paths, sessionId, hook.name, secretFor(hook.url));
};

/** Once the past is written. `paths`: where the bytes of files and the secrets lie. */
export const writeDemoHands = (
  store: Store,
  paths: HomePaths,
  standings: readonly DemoStanding[],
  now: EpochMs,
): void => {
  for (const standing of standings.filter(({ demo }) => handed.has(demo.name))) {
    const hands = { store, standing, now };
    const turns = turnsOf(hands);
    store.database.slice(() => {
      writeTools(hands, turns);
      writeKnowledge(hands, turns);
      writeSends(hands, paths);
      writeHook(hands);
    });
    writeSecrets(paths, standing.session.id);
  }
};
