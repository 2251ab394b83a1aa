import type { NetworkFault } from '../session/network-fault.ts';
import type { Verdict } from '../session/verdict.ts';
import { incidentWordsIn } from './incident-words.ts';
import type { Language } from './language.ts';

interface AlertWords {
  session(name: string, verdict: Verdict): string;
  /** The network is away; `waiting` sessions wait for it. */
  outage(id: number, fault: NetworkFault, waiting: number): string;
  incident(id: number, cause: string, sessions: number, total: number, conclusion: string): string;
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
  not_replying: 'is connected, but customers get no answer (AI)',
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
  not_replying: 'está conectada, mas os clientes ficam sem resposta (IA)',
  not_receiving: 'está conectada, mas nada chega',
  offline: 'está fora do ar há 10 minutos',
  starting: 'não sobe há 10 minutos',
  paused_start: 'espera para iniciar',
};

export const alertWords: Readonly<Record<Language, AlertWords>> = {
  en: {
    session: (name, verdict) => `${name} ${troubleEn[verdict] ?? 'needs you'}`,
    outage: (id, fault, waiting) =>
      `Incident ${id}: ${incidentWordsIn.en.faults[fault]}; ${waiting} sessions wait and start by themselves when it is back.`,
    incident: (id, cause, sessions, total, conclusion) =>
      `Incident ${id}: ${cause}: ${sessions} of ${total} sessions dropped. ${conclusion} Restarts are paused; one session tries first.`,
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
    session: (name, verdict) => `${name} ${troublePt[verdict] ?? 'precisa de você'}`,
    outage: (id, fault, waiting) =>
      `Incidente ${id}: ${incidentWordsIn['pt-BR'].faults[fault]}; ${waiting} sessões esperam e voltam sozinhas.`,
    incident: (id, cause, sessions, total, conclusion) =>
      `Incidente ${id}: ${cause}: ${sessions} de ${total} sessões caíram. ${conclusion} Reinícios pausados; uma sessão tenta primeiro.`,
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
