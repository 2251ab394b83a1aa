import type { SessionRow } from '../../../src/protocol/fleet.ts';
import { FleetError } from '../../../src/session/fleet-error.ts';
import { type AiProviderName, defaultConfig, type SessionConfig } from '../../../src/session/session-config.ts';
import { exampleCanary, rolledBackCanary } from './example-canary.ts';
import { exampleChats, exampleDrafts, exampleMessages } from './example-chats.ts';
import { exampleDead, exampleHooks } from './example-hooks.ts';
import { connectedHours, exampleIncident, pastIncidents } from './example-incidents.ts';
import { exampleLessons } from './example-lessons.ts';
import { exampleProposal, exampleProposalPlan } from './example-proposal.ts';
import { examplePlan, exampleRehearsal } from './example-rehearsal.ts';
import { exampleSendFiles } from './example-send-files.ts';
import { exampleServers, exampleTargets } from './example-servers.ts';
import { exampleFiles, exampleGaps, examplePassages, exampleTools } from './example-tools.ts';
import { exampleTurn } from './example-turns.ts';
import { dailyBudgets, shares, sharesOfSessions, usedDays } from './example-usage.ts';
import { type FakeFleet, fleetEvent, hours, minutes, now, seconds, sessionRow } from './fake-fleet.ts';
import { tryAnswers } from './try-answers.ts';

/** Answers for every method, so that each screen of a fake fleet has something to show. */

const row = (fleet: FakeFleet, name: string): SessionRow => {
  const found = fleet.getSnapshot().sessions.find((session) => session.name === name);
  if (found === undefined) throw new FleetError('no-such-session', `no session "${name}"`);
  return found;
};

const logLines = (name: string | null): readonly string[] =>
  Array.from({ length: 60 }, (_, index) =>
    JSON.stringify({
      time: new Date(now - seconds(120 - index * 2)).toISOString(),
      level: ['debug', 'info', 'info', 'warn', 'error'][index % 5],
      session: name ?? 'fleet',
      msg:
        index % 5 === 4
          ? `socket closed (${index}) and a rather long line that has to be wrapped somewhere when it does not fit`
          : `line ${index}`,
    }),
  );

export const answerEverything = (fleet: FakeFleet): void => {
  const configs = new Map<string, SessionConfig>();
  const configOf = (name: string) => configs.get(name) ?? defaultConfig();
  const details = (name: string) => ({
    row: row(fleet, name),
    config: configOf(name),
    instructions: {
      version: 3,
      text: 'You are the bakery. Be kind.',
      author: 'you',
      createdAt: now - hours(30),
      isCurrent: true,
    },
    hasOwnAiKey: false,
  });
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  Object.assign(fleet.answers, {
    create: ({ name, label, ai }: { name: string; label?: string; ai?: AiProviderName }) => {
      const made = sessionRow(name, {
        state: 'starting',
        since: now,
        label: label ?? '',
        phone: null,
        ...(ai === undefined ? {} : { provider: ai }),
      });
      fleet.update((before) => ({ sessions: [...before.sessions, made].sort((a, b) => (a.name < b.name ? -1 : 1)) }));
      return { row: made };
    },
    start: async ({ name }: { name: string }) => {
      fleet.patch(name, { pending: { kind: 'start', since: now } });
      await wait(100);
      fleet.patch(name, { pending: null, state: 'starting', reason: null, since: now });
      return { row: row(fleet, name) };
    },
    stop: async ({ name }: { name: string }) => {
      fleet.patch(name, { pending: { kind: 'stop', since: now } });
      await wait(100);
      fleet.patch(name, { pending: null, state: 'stopped', desiredState: 'stopped', since: now });
      return { row: row(fleet, name) };
    },
    restart: ({ name }: { name: string }) => ({ row: row(fleet, name) }),
    nodes: () => ({ problem: null, nodes: exampleServers }),
    moveTargets: ({ name }: { name: string }) =>
      exampleTargets(
        name,
        name === 'loja-centro'
          ? 'FLEET_GROUP_KEY is not set: logins stay on this server. Set the same key on every server of the group, then restart.'
          : null,
      ),
    move: ({ node }: { node: string }) => ({ outcome: 'moved', node, state: 'connected', reason: null }),
    nodeDrain: ({ node, draining }: { node: string; draining: boolean }) => ({
      node,
      draining,
      here: true,
      sessions: 4,
      drained: draining
        ? {
            node,
            moved: [{ name: 'padaria-joao', node: 'vps-sp2' }],
            stayed: [{ name: 'loja-centro', reason: 'no other server has room for it (zap-fleet node ls)' }],
            cancelled: false,
          }
        : null,
    }),
    logout: ({ name }: { name: string }) => {
      fleet.patch(name, { state: 'logged_out', since: now });
      return { row: row(fleet, name), unlinked: true, reason: null };
    },
    reset: ({ name }: { name: string }) => ({ row: row(fleet, name) }),
    delete: ({ name }: { name: string }) => {
      fleet.update((before) => ({ sessions: before.sessions.filter((session) => session.name !== name) }));
      return { unlinked: true, archived: 'x', purgedMessages: 0, erased: {}, left: [] };
    },
    session: ({ name }: { name: string }) => details(name),
    silences: ({ name }: { name: string }) => ({
      silent:
        row(fleet, name).silent.chats === 0
          ? []
          : [
              {
                chatId: '5511912345678@c.us',
                name: 'Maria Souza',
                phone: '5511912345678',
                since: now - minutes(14),
                lastAt: now - minutes(12),
                code: 'empty',
                reason: 'the AI service gave an empty answer',
              },
            ],
      asking:
        row(fleet, name).asksForPerson === 0
          ? []
          : [
              {
                chatId: '5511955554444@c.us',
                name: 'Carlos\u001b]52;c;aGk=\u0007\nEvil',
                phone: '5511955554444',
                since: now - minutes(5),
                summary: 'Wants to cancel order 4711.\nPaid by card on Friday.\nIs angry.',
              },
            ],
    }),
    dismissSilence: ({ name }: { name: string }) => {
      fleet.patch(name, { silent: { chats: 0, today: 1, oldestSince: null } });
      return { row: row(fleet, name) };
    },
    canary: ({ name }: { name: string }) => ({
      canary: name === 'padaria-joao' ? rolledBackCanary(name) : exampleCanary(name),
    }),
    canaryStart: ({ name }: { name: string }) => ({ canary: exampleCanary(name) }),
    canaryPromote: ({ name }: { name: string }) => ({ canary: exampleCanary(name), version: 4, settings: [] }),
    canaryRollBack: ({ name }: { name: string }) => ({ canary: rolledBackCanary(name) }),
    tools: () => ({ tools: exampleTools }),
    toolSet: ({ tool, newSecret }: { tool: string; newSecret?: boolean }) => ({
      tool: { ...exampleTools[0], name: tool },
      secret: newSecret === true ? 'whsec_never-drawn' : null,
    }),
    toolTest: () => ({ key: 'k', ms: 120, answer: { kind: 'ok', status: 200, text: '{"booked":true}' } }),
    toolRemove: () => ({ removed: true }),
    hooks: () => ({ hooks: exampleHooks }),
    hookDead: () => ({ dead: exampleDead }),
    hookSet: ({ hook, newSecret }: { hook: string; newSecret?: boolean }) => ({
      hook: { ...exampleHooks[0], name: hook },
      secret: newSecret === true ? 'whsec_never-drawn' : null,
    }),
    hookTest: () => ({ key: 'k', ms: 84, answer: { status: 204, reason: null, said: null } }),
    hookAgain: () => ({ events: exampleDead.length }),
    hookRemove: () => ({ removed: true }),
    files: () => ({ files: exampleSendFiles }),
    fileRemove: () => ({ removed: true }),
    knowledge: () => ({ files: exampleFiles, meaning: null }),
    knowledgeGaps: () => ({ gaps: exampleGaps }),
    knowledgeFile: () => ({ file: exampleFiles[0], passages: examplePassages }),
    knowledgeSearch: () => ({
      passages: examplePassages.map((each) => ({ ...each, share: 0.4 })),
      isGap: true,
      wordsAlone: null,
    }),
    knowledgeRemove: () => ({ removed: true }),
    rehearsal: ({ name }: { name: string }) => exampleRehearsal(name),
    rehearsePlan: () => examplePlan,
    rehearseCase: () => ({ title: 'Quanto está o corte?', file: '/f/cases/x.yaml' }),
    rehearse: ({ name }: { name: string }) => ({ rehearsal: exampleRehearsal(name).rehearsal }),
    proposal: ({ name }: { name: string }) => ({ proposal: exampleProposal(name) }),
    proposePlan: () => exampleProposalPlan,
    propose: ({ name }: { name: string }) => ({ proposal: { ...exampleProposal(name).proposal, state: 'asking' } }),
    proposalDrop: ({ name }: { name: string }) => ({
      proposal: { ...exampleProposal(name).proposal, state: 'dropped' },
    }),
    lessons: () => ({ lessons: exampleLessons, next: null }),
    dismissLesson: () => ({ dismissed: true }),
    budgets: () => ({ budgets: dailyBudgets }),
    totals: () => ({ chats: 1204, messages: 18_332 }),
    usage: () => ({ days: usedDays }),
    usageBy: ({ by }: { by: 'session' | 'model' }) => ({
      shares:
        by === 'model' ? shares(['gpt-5.6-luna', 81], ['gemini-flash-lite', 17], ['gpt-5.6-sol', 2]) : sharesOfSessions,
    }),
    today: () => ({
      received: 142,
      sent: 131,
      customers: 38,
      perHour: [1, 0, 0, 0, 0, 1, 4, 9, 14, 12, 11, 15, 18, 12, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    }),
    answerHistogram: () => ({
      counts: [29, 76, 18, 7, 1],
      slowest: { ms: 160_000, chat: 'Marina S.', at: now - minutes(62) },
    }),
    heat: () => ({
      cells: Array.from({ length: 7 }, (_, day) =>
        Array.from({ length: 24 }, (_cell, hour) => (hour * (day + 1)) % 19),
      ),
      measuredDays: 7,
      usualNow: 10,
    }),
    memoryHistory: () => ({
      buckets: Array.from({ length: 96 }, (_, quarter) => (150 + quarter) * 2 ** 20),
      slopeBytesPerHour: 2 * 2 ** 20,
      // Its master runs for 20 hours.
      cpu: Array.from({ length: 288 }, (_, at) => (at < 48 ? null : 1 + ((at * 7) % 11) + (at % 60 === 0 ? 20 : 0))),
    }),
    connectedShare: ({ days }: { days?: number }) =>
      days === 7
        ? { hours: connectedHours, share: 0.9914 }
        : { hours: Array.from({ length: 720 }, () => 1), share: 0.9997 },
    ...tryAnswers(),
    newCodes: ({ name }: { name: string }) => ({ row: row(fleet, name) }),
    pair: ({ name }: { name: string }) => {
      const pairing = { code: 'WZYH4K7Q', attempt: 1, maxAttempts: 5, expiresAt: now + minutes(3) };
      fleet.patch(name, { state: 'code', pairing, qr: null });
      return { pairing };
    },
    code: ({ name }: { name: string }) => ({ qr: row(fleet, name).qr, pairing: null, row: row(fleet, name) }),
    link: ({ name }: { name: string }) => ({
      url: `https://bots.example.com/link/abc-${name}`,
      code: 'abc',
      expiresAt: now + minutes(30),
    }),
    revokeLink: () => ({ revoked: true }),
    check: ({ name }: { name: string }) => ({
      row: row(fleet, name),
      words: ['worker answers in 4 ms', 'page answers in 12 ms', 'socket CONNECTED, stream MAIN'],
    }),
    setConfig: ({ name, key, value }: { name: string; key: string; value: unknown }) => {
      const config = structuredClone(configOf(name)) as unknown as Record<string, Record<string, unknown>>;
      const [group, field] = key.split('.');
      const part = group === 'ai_config' ? 'ai' : group === 'timing_config' ? 'timing' : group;
      if (part !== undefined && field !== undefined && config[part] !== undefined) config[part][field] = value;
      configs.set(name, config as unknown as SessionConfig);
      return { details: details(name) };
    },
    prompt: ({ text }: { text: string }) => ({
      version: { version: 4, text, author: 'you', createdAt: now, isCurrent: true },
    }),
    promptHistory: () => ({
      versions: [
        {
          version: 3,
          text: 'You are the bakery. Be kind.',
          author: 'you',
          createdAt: now - hours(30),
          isCurrent: true,
        },
        { version: 2, text: 'You are the bakery.', author: 'you', createdAt: now - hours(60), isCurrent: false },
      ],
    }),
    promptRollback: ({ version }: { version: number }) => ({
      version: { version: version + 2, text: 'You are the bakery.', author: 'you', createdAt: now, isCurrent: true },
    }),
    pause: ({ name, chat }: { name: string; chat?: string }) => {
      if (chat === undefined) fleet.patch(name, { replies: 'paused' });
      return { row: row(fleet, name) };
    },
    resume: ({ name, chat }: { name: string; chat?: string }) => {
      if (chat === undefined) fleet.patch(name, { replies: 'on' });
      return { row: row(fleet, name) };
    },
    watch: ({ name, on }: { name: string; on: boolean }) => {
      fleet.patch(name, { replies: on ? 'draft' : 'on' });
      return { row: row(fleet, name) };
    },
    drafts: ({ name }: { name?: string }) => ({ drafts: exampleDrafts(name ?? 'loja-centro') }),
    draft: () => ({ draft: null }),
    send: () => ({ outboxId: 1, status: 'sent', ack: 1 }),
    chats: ({ name }: { name?: string }) => ({ chats: exampleChats(name ?? 'loja-centro') }),
    messages: () => ({ messages: exampleMessages() }),
    why: ({ name }: { name: string }) => ({ turns: [exampleTurn(name)] }),
    events: ({ name }: { name?: string }) => ({
      events: Array.from({ length: 30 }, (_, index) =>
        fleetEvent(name ?? 'loja-centro', now - minutes(index), `event ${index}`, {
          level: index % 7 === 3 ? 'error' : index % 5 === 2 ? 'warn' : 'info',
        }),
      ),
    }),
    incidents: () => ({ incidents: [exampleIncident(), ...pastIncidents()] }),
    logs: ({ name, cursor }: { name: string | null; cursor?: string }) => ({
      lines: cursor === undefined ? logLines(name) : [],
      cursor: '60',
    }),
    logLevel: ({ level }: { level: string }) => ({ level }),
    masterStop: () => ({ stopping: true }),
  });
};
