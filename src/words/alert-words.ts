import type { NetworkFault } from '../session/network-fault.ts';
import type { Verdict } from '../session/verdict.ts';
import { incidentWordsIn } from './incident-words.ts';
import type { Language } from './language.ts';

interface AlertWords {
  /** `code`: why customers get no answer; a code that is not known adds nothing. */
  session(name: string, verdict: Verdict, code: string | null): string;
  silent(name: string): string;
  asksForPerson(name: string): string;
  restricted(name: string): string;
  /** A canary rolled itself back. */
  canary(name: string): string;
  /** The network is away; `waiting` sessions wait for it. */
  outage(id: number, fault: NetworkFault, waiting: number): string;
  incident(id: number, cause: string, sessions: number, total: number, conclusion: string): string;
  /** Another server is gone; `left`: what became of its sessions. */
  gone(id: number, server: string, left: string): string;
  /** Told as the end of it. */
  back(id: number, server: string): string;
  problem(title: string): string;
  recovery(title: string, lasted: string): string;
  test(host: string): string;
  digest(count: number): string;
  commands: {
    help: string;
    noSession(name: string): string;
    restarts(name: string): string;
    qr(name: string): string;
    noQr(name: string): string;
    failed: string;
    status(answering: number, total: number): string;
    nothingWrong: string;
  };
}

/** What an alert says of a session in trouble, after its name. */
const troubleEn: Partial<Record<Verdict, string>> = {
  gave_up: 'gave up after repeated crashes; it needs you: zap-fleet logs',
  banned: 'was blocked by WhatsApp',
  logged_out: 'was unlinked on the phone: scan its QR again',
  wrong_number: 'has another number than expected linked; it answers nobody',
  not_replying: 'is connected, but customers get no answer',
  restricted: 'may not write to new people: WhatsApp refuses it',
  asks_for_person: 'has a customer who asks for a person',
  canary: 'has a canary that waits for you: zap-fleet canary',
  drafts: 'has answers that wait for your approval',
  proposal: 'has a change of the instructions that waits for you',
  not_receiving: 'is connected, but nothing arrives',
  offline: 'has been offline for 10 minutes',
  starting: 'has not come up for 10 minutes',
  paused_start: 'waits to be started',
};
const troublePt: Partial<Record<Verdict, string>> = {
  gave_up: 'desistiu depois de várias quedas; precisa de você: zap-fleet logs',
  banned: 'foi bloqueada pelo WhatsApp',
  logged_out: 'foi desconectada no celular: leia o QR de novo',
  wrong_number: 'está com outro número; não responde a ninguém',
  not_replying: 'está conectada, mas os clientes ficam sem resposta',
  restricted: 'não pode escrever a contatos novos: o WhatsApp recusa',
  asks_for_person: 'tem um cliente que pede uma pessoa',
  canary: 'tem um canário à sua espera: zap-fleet canary',
  drafts: 'tem respostas à espera da sua aprovação',
  proposal: 'tem uma mudança nas instruções à sua espera',
  not_receiving: 'está conectada, mas nada chega',
  offline: 'está fora do ar há 10 minutos',
  starting: 'não sobe há 10 minutos',
  paused_start: 'espera para iniciar',
};

/** Why nobody is answered, in two or three words of ours; any other code is one of the AI service. */
const causesEn: Readonly<Record<string, string>> = {
  restricted: 'WhatsApp refuses all it sends',
  'restricted-new': 'WhatsApp refuses messages to new people',
  overdue: 'chats wait too long',
  'probe-failed': 'a mystery customer asked twice in vain',
  'send-refused': 'WhatsApp refused its answers',
  'send-unknown': 'nobody knows whether its answers arrived',
  unreadable: 'messages cannot be read',
  kind: 'messages of a kind that is not answered',
  'too-old': 'messages became too old to answer',
  'in-doubt': 'a greeting or a person paused the chats',
};
const causesPt: Readonly<Record<string, string>> = {
  restricted: 'o WhatsApp recusa tudo',
  'restricted-new': 'o WhatsApp recusa mensagens a contatos novos',
  overdue: 'conversas esperam demais',
  'probe-failed': 'um cliente oculto perguntou duas vezes em vão',
  'send-refused': 'o WhatsApp recusou as respostas',
  'send-unknown': 'não se sabe se as respostas chegaram',
  unreadable: 'mensagens não podem ser lidas',
  kind: 'mensagens de um tipo que não é respondido',
  'too-old': 'mensagens ficaram velhas demais para responder',
  'in-doubt': 'uma saudação ou uma pessoa pausou as conversas',
};
const causeOf = (causes: Readonly<Record<string, string>>, code: string | null, ai: string): string =>
  code !== null && Object.hasOwn(causes, code) ? (causes[code] ?? ai) : ai;

export const alertWords: Readonly<Record<Language, AlertWords>> = {
  en: {
    session: (name, verdict, code) =>
      `${name} ${troubleEn[verdict] ?? 'needs you'}${verdict === 'not_replying' ? ` (${causeOf(causesEn, code, 'AI')})` : ''}`,
    silent: (name) => `${name} left customers without an answer: zap-fleet why ${name}`,
    asksForPerson: (name) => `${name}: a customer asks for a person: zap-fleet why ${name}`,
    restricted: (name) => `${name}: WhatsApp refuses messages to new people. Wait, and answer them on the phone`,
    canary: (name) =>
      `${name}: its canary rolled itself back; everybody is answered as before. Why: zap-fleet canary ${name}`,
    outage: (id, fault, waiting) =>
      `Incident ${id}: ${incidentWordsIn.en.faults[fault]}; ${waiting} sessions wait and start by themselves when it is back.`,
    incident: (id, cause, sessions, total, conclusion) =>
      `Incident ${id}: ${cause}: ${sessions} of ${total} sessions dropped. ${conclusion} Restarts are paused; one session tries first.`,
    gone: (id, server, left) => `Incident ${id}: the server ${server} is gone. ${left}`,
    back: (id, server) => `Incident ${id}: the server ${server} is heard of again`,
    problem: (title) => `PROBLEM: ${title}`,
    recovery: (title, lasted) => `OVER after ${lasted}: ${title}`,
    test: (host) => `Test from zap-fleet on ${host}: alerts arrive here.`,
    digest: (count) => `${count} alerts together:`,
    commands: {
      help: 'I understand: status, restart NAME, qr NAME',
      noSession: (name) => `There is no session ${name}. Send: status`,
      restarts: (name) => `${name} restarts.`,
      qr: (name) => `${name}: scan it now, it is good for about 20 seconds.`,
      noQr: (name) => `${name} shows no QR now.`,
      failed: 'That did not work. The event log says why.',
      status: (answering, total) => `${answering} of ${total} sessions answer.`,
      nothingWrong: 'Nothing needs you.',
    },
  },
  'pt-BR': {
    session: (name, verdict, code) =>
      `${name} ${troublePt[verdict] ?? 'precisa de você'}${verdict === 'not_replying' ? ` (${causeOf(causesPt, code, 'IA')})` : ''}`,
    silent: (name) => `${name} deixou clientes sem resposta: zap-fleet why ${name}`,
    asksForPerson: (name) => `${name}: um cliente pede uma pessoa: zap-fleet why ${name}`,
    restricted: (name) =>
      `${name}: o WhatsApp recusa mensagens a contatos novos. Espere, e responda a eles pelo celular`,
    canary: (name) =>
      `${name}: o canário se desfez sozinho; todos são respondidos como antes. Por quê: zap-fleet canary ${name}`,
    outage: (id, fault, waiting) =>
      `Incidente ${id}: ${incidentWordsIn['pt-BR'].faults[fault]}; ${waiting} sessões esperam e voltam sozinhas.`,
    incident: (id, cause, sessions, total, conclusion) =>
      `Incidente ${id}: ${cause}: ${sessions} de ${total} sessões caíram. ${conclusion} Reinícios pausados; uma sessão tenta primeiro.`,
    gone: (id, server, left) => `Incidente ${id}: o servidor ${server} sumiu. ${left}`,
    back: (id, server) => `Incidente ${id}: o servidor ${server} dá notícia de novo`,
    problem: (title) => `PROBLEMA: ${title}`,
    recovery: (title, lasted) => `RESOLVIDO depois de ${lasted}: ${title}`,
    test: (host) => `Teste do zap-fleet em ${host}: os alertas chegam aqui.`,
    digest: (count) => `${count} alertas juntos:`,
    commands: {
      help: 'Eu entendo: status, restart NOME, qr NOME',
      noSession: (name) => `Não existe a sessão ${name}. Envie: status`,
      restarts: (name) => `${name} está reiniciando.`,
      qr: (name) => `${name}: leia agora, vale uns 20 segundos.`,
      noQr: (name) => `${name} não mostra QR agora.`,
      failed: 'Não deu certo. O registro de eventos diz por quê.',
      status: (answering, total) => `${answering} de ${total} sessões respondem.`,
      nothingWrong: 'Nada precisa de você.',
    },
  },
};

export const lastedWords = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return `${seconds}s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)}m`;
  return `${Math.round(seconds / 3600)}h`;
};
