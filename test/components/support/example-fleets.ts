import type { FleetSnapshot, FleetTrends, Incident, SessionRow } from '../../../src/protocol/fleet.ts';
import {
  days,
  exampleSnapshot,
  fleetEvent,
  fleetInfo,
  hours,
  minutes,
  now,
  seconds,
  sessionRow,
} from './fake-fleet.ts';

/** The fleets that the look was drawn with: 12 or 60 bots of Brazilian shops, on a calm evening or a bad one. Made by rule: always the same. */

/** A small generator of numbers from 0 to 1, the same ones for the same seed. */
export const numbers = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const shops = `Padaria do João|padaria-joao|11
Ótica Visão Clara|otica-visao|11
Pet Shop Rex|pet-shop-rex|19
Studio Bela|studio-bela|31
Clínica Sorriso|clinica-sorriso|41
Advocacia Lima & Souza|advocacia-lima|11
Barbearia do Zé|barbearia-do-ze|21
Floricultura Íris|floricultura-iris|31
Loja Centro Modas|loja-centro|11
Pizzaria Roma|pizzaria-roma|11
Farmácia Vida|farmacia-vida|51
Escola Sol Nascente|escola-sol|11
Açaí da Praia|acai-da-praia|85
Auto Center Silva|auto-center-silva|62
Imobiliária Horizonte|imob-horizonte|48
Restaurante Sabor Mineiro|sabor-mineiro|31
Hamburgueria do Beto|hamburgueria-beto|11
Academia Força Total|academia-forca|71
Salão Glamour|salao-glamour|81
Dra. Carla Odontologia|dra-carla|21
Mercadinho Bom Preço|mercadinho|83
Lava Jato Turbo|lava-jato-turbo|27
Papelaria Criativa|papelaria|41
Gráfica Rápida|grafica-rapida|11
Chaveiro 24 Horas|chaveiro-24h|11
Confeitaria Doce Mel|doce-mel|47
Sushi Tokyo|sushi-tokyo|11
Casa de Carnes Boi Bom|boi-bom|67
Pousada do Sol|pousada-do-sol|73
Veterinária Amigo Fiel|amigo-fiel|51
Constrular Materiais|constrular|34
Contábil Exata|contabil-exata|11
Autoescola Direção|autoescola|61
Eletro Fix|eletro-fix|85
Pilates Zen|pilates-zen|48
Colégio Saber|colegio-saber|92
Ateliê Costura Fina|atelie-costura|54
Joalheria Brilho|joalheria-brilho|11
Viagens & Cia|viagens-cia|21
Bicicletaria Pedal|bicicletaria|41
Nutri Juliana Prado|nutri-juliana|16
Psicóloga Renata Dias|psi-renata|11
Estética Divina|estetica-divina|62
Cervejaria Lúpulo|lupulo|47
Tapiocaria Nordestina|tapiocaria|81
Empório Natural|emporio-natural|48
Jardim das Flores|jardim-flores|19
Móveis Arte & Estilo|moveis-arte|11
Vidraçaria Cristal|vidracaria|27
Borracharia do Neto|borracharia-neto|65
Seguros Confiança|seguros-conf|11
Tattoo Ink House|tattoo-ink|51
Brechó Chic|brecho-chic|11
Cafeteria Grão Fino|grao-fino|31
Pastelaria da Feira|pastelaria-feira|11
Buffet Encanto|buffet-encanto|12
Foto Momento|foto-momento|44
Inglês Yes!|ingles-yes|11
Transportes Veloz|veloz|13
Moda Ana|moda-ana|31`
  .split('\n')
  .map((line) => line.split('|') as [string, string, string]);

const mega = 2 ** 20;
const clockHour = 14;

/** How much is written at an hour of the day: a hill before noon and one in the evening. */
const habit = (hour: number): number => Math.exp(-((hour - 11) ** 2) / 9) + Math.exp(-((hour - 18) ** 2) / 11);

const stripOf = (random: () => number, volume: number): string =>
  Array.from({ length: 24 }, (_, index) => {
    const hour = (clockHour + 1 + index) % 24;
    if (habit(hour) * volume * 9 * (0.6 + random() * 0.8) < 0.55) return '.';
    const luck = random();
    return luck < 0.006 ? 'n' : luck < 0.045 ? 'l' : 'i';
  }).join('');

const busyRow = ([label, name, area]: readonly [string, string, string], random: () => number): SessionRow => {
  const volume = 0.35 + random() * 1.3;
  const received = Array.from({ length: 12 }, () =>
    Math.round(habit(clockHour) * volume * 6 * (0.25 + random() * 1.1)),
  );
  const sent = received.map((value) => Math.round(value * 0.9));
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const half = seconds(9 + Math.round(random() * 34));
  return sessionRow(name, {
    label,
    since: now - days(1 + Math.floor(random() * 40)),
    startedAt: now - days(1 + Math.floor(random() * 40)),
    phone: `55${area}9${8000 + Math.floor(random() * 1900)}${1000 + Math.floor(random() * 8999)}`,
    model: random() < 0.7 ? 'gpt-5.6-luna' : 'gemini-3.5-flash-lite',
    receivedLastHour: sum(received),
    sentLastHour: sum(sent),
    lastMessageAt: now - seconds(4 + Math.round(random() * 240)),
    messagesTrend: { received, sent },
    served: stripOf(random, volume),
    answerMs: { half, most: half * 2.2 },
    memorySoftBytes: 700 * mega,
    costTodayUsd: 0.04 + volume * 0.3 * random(),
    resources: {
      cpuPercent: 1 + Math.floor(random() * 6),
      memoryBytes: (176 + Math.floor(random() * 78)) * mega,
      memoryIsPss: true,
      rssBytes: 600 * mega,
      processes: 8,
      orphans: 0,
      memoryTrend: Array.from({ length: 8 }, (_, index) => (170 + index * 8) * mega),
    },
  });
};

const silentHour = {
  receivedLastHour: 0,
  sentLastHour: 0,
  answerMs: null,
  lastMessageAt: now - hours(3),
  messagesTrend: { received: Array(12).fill(0), sent: Array(12).fill(0) },
} as const satisfies Partial<SessionRow>;

const stopped = (since: number): Partial<SessionRow> => ({
  ...silentHour,
  state: 'stopped',
  desiredState: 'stopped',
  since: now - days(since),
  reason: 'stopped by you',
  pid: null,
  startedAt: null,
  resources: null,
});
const asleep = { resources: null, pid: null, startedAt: null, ...silentHour } as const;
const waits = (chats: number, ms: number, estimated: boolean) => ({
  waiting: { chats, oldestSince: now - ms, estimated },
  since: now - ms,
});

/** What the two evenings have in common: shops that are closed, one that a person stopped. */
const habits: Readonly<Record<string, Partial<SessionRow>>> = {
  'pizzaria-roma': { pausedChats: 1, pausedBy: 'owner' },
  'floricultura-iris': { ...silentHour, opensAt: now + hours(17) + minutes(19), heldMessages: 2 },
  'advocacia-lima': { ...silentHour, opensAt: now + hours(18) + minutes(19) },
  'contabil-exata': { ...silentHour, opensAt: now + hours(17) + minutes(49) },
  'colegio-saber': stopped(3),
  'psi-renata': { replies: 'draft' },
};

const troubles: Readonly<Record<string, Partial<SessionRow>>> = {
  'padaria-joao': {
    ...asleep,
    state: 'logged_out',
    reasonCode: 'unlinked',
    reason: 'unlinked on the phone',
    served: '......iiiiiiiiiiiiliiiin',
    ...waits(9, minutes(27), true),
  },
  'otica-visao': {
    ai: { status: 'bad', code: 'quota', reason: 'OpenAI: quota spent' },
    served: 'i......iiiiiiiiiiiiiliin',
    ...waits(4, minutes(9), false),
  },
  'pet-shop-rex': {
    ...asleep,
    state: 'failed',
    reason: '6 crashes in 10 min: out of memory',
    served: 'i......iiiiiiiiiiiiiiil-',
    ...waits(1, minutes(12), true),
  },
  'studio-bela': {
    ...asleep,
    state: 'qr',
    since: now - minutes(2),
    phone: null,
    qr: { payload: 'x', attempt: 4, maxAttempts: 12, expiresAt: now + seconds(14) },
    served: '-'.repeat(24),
  },
  'escola-sol': stopped(12),
};
const lessTrouble: Readonly<Record<string, Partial<SessionRow>>> = {
  'clinica-sorriso': {
    state: 'offline',
    reasonCode: 'no-network',
    reason: 'no internet in the page',
    nextTryAt: now + seconds(8),
    attempt: 3,
    ...waits(1, seconds(40), true),
  },
};
const inIncident = [
  'pousada-do-sol',
  'amigo-fiel',
  'viagens-cia',
  'nutri-juliana',
  'tattoo-ink',
  'foto-momento',
  'emporio-natural',
  'joalheria-brilho',
  'bicicletaria',
];
const moreTrouble: Readonly<Record<string, Partial<SessionRow>>> = {
  'hamburgueria-beto': {
    ai: { status: 'bad', code: 'slow', reason: 'AI too slow: 3 calls over 60s' },
    ...waits(3, minutes(6), false),
  },
  'psi-renata': { replies: 'draft', drafts: 3, ...waits(3, minutes(4), false), verdict: 'drafts' },
  ...Object.fromEntries(
    inIncident.map((name) => [name, { state: 'offline' as const, incidentId: 14, ...waits(1, minutes(10), true) }]),
  ),
};

const exampleIncidents = (): readonly Incident[] => [
  {
    id: 14,
    blame: 'whatsapp-change',
    cause: 'WhatsApp Web or the network',
    startedAt: now - minutes(10),
    endedAt: null,
    sessionIds: inIncident.map((name) => `id-${name}`),
    totalSessions: 60,
    checks: [
      { name: 'internet', result: 'ok' },
      { name: 'whatsapp', result: 'ok' },
      { name: 'page', result: 'ok' },
      { name: 'login', result: 'fails' },
    ],
    conclusion: 'probably a change at WhatsApp, not your server',
    nextTryAt: now + minutes(2),
    clientText:
      'Olá! O WhatsApp está com instabilidade desde 14:31 e alguns robôs não conseguem entrar. As mensagens ficam guardadas e serão respondidas assim que voltar. Não é preciso fazer nada.',
  },
];

export const exampleTrends = (isBad: boolean, scale = 1): FleetTrends => {
  const random = numbers(isBad ? 57 : 31);
  const wave = (count: number, of: (share: number) => number): readonly number[] =>
    Array.from({ length: count }, (_, index) => Math.max(0, Math.round(of(index / count) * (0.8 + random() * 0.4))));
  const received = wave(
    120,
    (at) => scale * (14 + 16 * Math.sin(at * 2.6) + 6 * Math.sin(at * 11)) * (isBad && at > 0.9 ? 0.5 : 1),
  );
  const sent = received.map((value, index) => Math.round(value * (isBad && index > 108 ? 0.42 : 0.86)));
  const last = (values: readonly number[]) => values.slice(-60).reduce((sum, value) => sum + value, 0);
  return {
    messages: { received, sent },
    served24h: isBad ? { inTime: 910, late: 60, not: 30 } : { inTime: 980, late: 20, not: 0 },
    servedHours: isBad ? 'i......iiiiiiiiiiiiiiiln' : 'i......iiiiiiiiiiiiiiiil',
    answer: {
      half: wave(96, (at) => 1000 * (17 + 5 * Math.sin(at * 9) + (isBad && at > 0.94 ? 30 : 0))),
      most: wave(96, (at) => 1000 * (40 + 14 * Math.sin(at * 9 + 1) + (isBad && at > 0.94 ? 160 : 0))),
    },
    answerNow: isBad ? { half: 44_000, most: 204_000 } : { half: 18_000, most: 38_000 },
    messagesLastHour: { received: last(received), sent: last(sent) },
  };
};

export const exampleFleet = (kind: 'bad' | 'calm', count: 12 | 60): FleetSnapshot => {
  const isBad = kind === 'bad';
  const random = numbers(isBad ? 977 : 4211);
  const many = count === 60;
  const sessions = shops.slice(0, count).map((shop) => {
    const row = busyRow(shop, random);
    const patch = {
      ...habits[row.name],
      ...(isBad ? troubles[row.name] : {}),
      ...(isBad ? (many ? moreTrouble : lessTrouble)[row.name] : {}),
      ...(!isBad && many && row.name === 'escola-sol' ? stopped(12) : {}),
    };
    const { verdict: _, ...plain } = row;
    return sessionRow(row.name, { ...plain, ...patch } as Partial<SessionRow>);
  });
  const before = exampleSnapshot();
  const ai = isBad ? ({ status: 'bad', reason: 'quota spent' } as const) : ({ status: 'ok', reason: null } as const);
  const info = fleetInfo();
  const trends = exampleTrends(isBad, many ? 4 : 1);
  return {
    ...before,
    sessions: [...sessions].sort((a, b) => (a.name < b.name ? -1 : 1)),
    incidents: isBad && many ? exampleIncidents() : [],
    trends,
    fleet: {
      ...info,
      health: { ...info.health, ai },
      messagesPerMinute: { in: trends.messages.received.at(-1) ?? 0, out: trends.messages.sent.at(-1) ?? 0 },
    },
    events: isBad
      ? [
          fleetEvent('clinica-sorriso', now - minutes(1), 'offline, page reloaded'),
          fleetEvent('studio-bela', now - minutes(2), 'you opened its QR'),
          fleetEvent('otica-visao', now - minutes(9), 'OpenAI refused: quota spent'),
          fleetEvent('pet-shop-rex', now - minutes(12), 'gave up after 6 crashes'),
          fleetEvent('padaria-joao', now - minutes(27), 'logged out on the phone'),
          fleetEvent(null, now - hours(1), 'backup 1.2 G, kept 7'),
          fleetEvent('pizzaria-roma', now - hours(2), 'owner took over 1 chat'),
        ]
      : [
          fleetEvent('pizzaria-roma', now - minutes(12), 'owner took over 1 chat'),
          fleetEvent('moda-ana', now - hours(2), 'connected again after 38s'),
          fleetEvent(null, now - hours(11), 'backup 1.2 G, kept 7'),
        ],
  };
};
