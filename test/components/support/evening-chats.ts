import type { ChatMessage, ChatRow, DraftRow } from '../../../src/session/records.ts';
import { hours, minutes, now, seconds } from './fake-fleet.ts';

/**
 * The conversations of the evening that the look was drawn with: of every kind, with names and words as people have them (emoji, right
 * to left, Chinese, very long, none at all), and answers that wait for a yes.
 */

const chat = (
  sessionName: string,
  [name, phone]: readonly [name: string | null, phone: string | null],
  lastText: string,
  ago: number,
  patch: Partial<ChatRow> = {},
): ChatRow => ({
  sessionName,
  chatId: phone === null ? '77788899900011@lid' : `55${phone}@c.us`,
  name,
  phone: phone === null ? null : `55${phone}`,
  lid: null,
  lastInboundAt: now - ago,
  lastOutboundAt: now - ago + seconds(18),
  lastText,
  messages: 14,
  waiting: 0,
  pausedUntil: null,
  pausedBy: null,
  pausedReason: null,
  drafts: 0,
  silentSince: null,
  silentCode: null,
  silentReason: null,
  asksForPersonSince: null,
  handoverSummary: null,
  ...patch,
});

const waits = (waiting: number, ago: number): Partial<ChatRow> => ({
  waiting,
  waitingSince: now - ago,
  overdue: true,
  lastOutboundAt: now - hours(2),
});
/** What is held for a draft waits for a person, not for the bot. */
const drafted: Partial<ChatRow> = { drafts: 1, lastOutboundAt: now - hours(70) };

export const eveningChats: readonly ChatRow[] = [
  chat('otica-visao', ['Seu Osvaldo', '11998220110'], 'meu óculos ficou pronto?', minutes(9), waits(2, minutes(9))),
  chat('otica-visao', ['Ana Paula', '11998124410'], 'queria fazer um orçamento', minutes(8), waits(3, minutes(8))),
  chat('otica-visao', ['Thiago 🕶️', '11997003321'], 'aceita convênio?', minutes(5), waits(1, minutes(5))),
  chat('otica-visao', [null, '31998124410'], 'oi', minutes(4), waits(1, minutes(4))),
  chat(
    'farmacia-vida',
    ['Maria Aparecida dos Santos Oliveira de Albuquerque', '51998880001'],
    'tem dipirona?',
    minutes(14),
    {
      lastOutboundAt: now - hours(2),
      silentSince: now - minutes(14),
      silentCode: 'empty',
      silentReason: 'the AI service gave an empty answer',
    },
  ),
  chat('pizzaria-roma', ['Carlos\u001b]52;c;aGk=\u0007\nEvil', '11955554444'], 'quero falar com alguém', minutes(6), {
    lastOutboundAt: now - minutes(9),
    asksForPersonSince: now - minutes(6),
    handoverSummary: 'Pedido 4711 veio frio.\nQuer o dinheiro de volta.',
  }),
  chat('psi-renata', ['Camila Rocha', '11982210937'], 'Teria como remarcar pra quinta?', minutes(4), drafted),
  chat('psi-renata', ['Tia Lu 🌸', '11997714402'], 'qual o valor da sessão?', minutes(2), drafted),
  chat('psi-renata', ['Marcos V.', '11981103355'], 'vc atende casal?', seconds(40), drafted),
  chat('pizzaria-roma', ['Rafa 🍕', '11991234567'], 'uma calabresa grande, sem cebola', seconds(12), {
    waiting: 1,
    waitingSince: now - seconds(12),
    overdue: false,
    lastOutboundAt: now - hours(3),
  }),
  chat('pizzaria-roma', ['Grupo da pelada ⚽', '11993332211'], 'fechou às 20h', minutes(14), {
    pausedUntil: now + minutes(46),
    pausedBy: 'owner',
    pausedReason: 'the owner typed on the phone',
  }),
  chat('loja-centro', ['Dona Lúcia', '11944445555'], 'Temos sim, no azul e no preto.', seconds(40)),
  chat('barbearia-do-ze', ['João Pedro', '21988776655'], 'Marcado: hoje às 18h. Até lá!', minutes(1)),
  chat(
    'barbearia-do-ze',
    ['👨‍👩‍👧‍👦 Família Souza 🇧🇷', '21988776611'],
    'Fechado: sábado 10h30, três cortes 👦🏽👦🏽',
    minutes(3),
  ),
  chat('loja-centro', ['王小明（国际部）', '11977778801'], '有的，今天就可以取。', minutes(6)),
  chat('farmacia-vida', ['محمد السيد', '51998880002'], 'شكرا جزيلا', minutes(8), { lastOutboundAt: now - hours(1) }),
  chat('padaria-joao', ['Vó Cida 🙏', '11990001122'], 'Guardadas! Até mais tarde.', minutes(38)),
  chat('loja-centro', [null, null], 'Entregamos sim, de segunda a sábado.', minutes(52)),
  chat('escola-sol', ['Eduardo', '11912344321'], 'A mensalidade é R$ 480.', hours(30)),
];

interface Said {
  readonly from: 'customer' | 'bot' | 'owner';
  readonly text: string;
  readonly ago: number;
  readonly outcome?: ChatMessage['outcome'];
  readonly ack?: number;
  readonly kind?: string;
}

const conversation = (said: readonly Said[]): readonly ChatMessage[] =>
  said.map(({ from, text, ago, outcome, ack, kind = 'text' }, index) => ({
    id: `m${index}`,
    at: now - ago,
    from,
    kind,
    text,
    outcome: from === 'customer' ? (outcome ?? 'answered') : null,
    outcomeCode: null,
    outcomeReason: null,
    ack: from === 'customer' ? null : (ack ?? 3),
    status: from === 'customer' ? null : 'sent',
    turnId:
      from === 'owner' || outcome === 'pending'
        ? null
        : 7 + said.slice(0, index).filter((each) => each.from === 'bot').length,
  }));

const ofAna = conversation([
  { from: 'customer', text: 'Oi, boa tarde! Vocês fazem lente multifocal?', ago: hours(2) },
  {
    from: 'bot',
    text: 'Boa tarde, Ana! Fazemos sim, com três níveis de tratamento. O prazo médio é de 7 dias úteis. Quer que eu veja um orçamento?',
    ago: hours(2) - seconds(16),
  },
  { from: 'customer', text: 'Quero sim. Tenho a receita aqui', ago: hours(2) - minutes(2) },
  { from: 'bot', text: 'Pode mandar uma foto da receita por aqui mesmo. 😊', ago: hours(2) - minutes(2) - seconds(14) },
  { from: 'customer', text: 'É só pra mim mesmo, 42 anos', ago: hours(1) },
  {
    from: 'owner',
    text: 'Ana, aqui é a Paula da loja: temos armação nova também!',
    ago: hours(1) - minutes(4),
    ack: 2,
  },
  { from: 'customer', text: 'receita.jpg', kind: 'image', ago: minutes(9), outcome: 'pending' },
  { from: 'customer', text: 'queria fazer um orçamento', ago: minutes(8), outcome: 'pending' },
]);

const ofCamila = conversation([
  { from: 'customer', text: 'Bom dia! Confirmo a sessão de quarta às 9h', ago: hours(78) },
  { from: 'bot', text: 'Bom dia, Camila! Confirmada, quarta às 9h. Até lá!', ago: hours(78) - minutes(1) },
  { from: 'customer', text: 'obrigada 🙏', ago: hours(78) - minutes(2) },
  { from: 'customer', text: 'A Renata emite recibo para o plano?', ago: hours(21) },
  { from: 'bot', text: 'Emite sim, no fim de cada mês, com CRP e CPF.', ago: hours(21) - minutes(4) },
  { from: 'customer', text: 'perfeito!', ago: hours(21) - minutes(5) },
]);

const ofTheFamily = conversation([
  { from: 'customer', text: 'oi! tem horário sábado pra 3 cortes? 💈', ago: minutes(12) },
  { from: 'bot', text: 'Oi! Sábado tenho às 9h, 10h30 e 14h. Qual fica melhor? ✂️', ago: minutes(12) - seconds(21) },
  { from: 'customer', text: '10h30 👍🏽 são 3 cortes, o meu e dos meninos 👦🏽👦🏽', ago: minutes(3) },
  { from: 'bot', text: 'Fechado: sábado 10h30, três cortes. Até lá!', ago: minutes(3) - seconds(18), ack: 2 },
]);

const inChinese = conversation([
  { from: 'customer', text: '你好，请问这件有货吗？', ago: minutes(7) },
  { from: 'bot', text: '您好！这件有货，尺码 M 和 L。', ago: minutes(6) },
]);

const inArabic = conversation([
  { from: 'customer', text: 'هل الصيدلية مفتوحة الآن؟', ago: minutes(9) },
  { from: 'bot', text: 'نعم، نحن مفتوحون حتى الساعة العاشرة.', ago: minutes(9) - seconds(20) },
  { from: 'customer', text: 'شكرا جزيلا', ago: minutes(8) },
]);

const short = ({ lastText, waiting, lastInboundAt, lastOutboundAt }: ChatRow): readonly ChatMessage[] => {
  const ago = now - (lastInboundAt ?? now);
  const isOpen = (lastOutboundAt ?? 0) < (lastInboundAt ?? 0);
  return conversation([
    { from: 'customer', text: 'boa tarde', ago: ago + minutes(31) },
    { from: 'bot', text: 'Boa tarde! Como posso ajudar?', ago: ago + minutes(31) - seconds(14) },
    { from: 'customer', text: lastText, ago, outcome: waiting > 0 ? 'pending' : isOpen ? 'held' : 'answered' },
    ...(isOpen ? [] : [{ from: 'bot' as const, text: 'Claro! Já vejo para você.', ago: ago - seconds(18), ack: 2 }]),
  ]);
};

const conversations: Readonly<Record<string, readonly ChatMessage[]>> = {
  '5511998124410@c.us': ofAna,
  '5511982210937@c.us': ofCamila,
  '5521988776611@c.us': ofTheFamily,
  '5511977778801@c.us': inChinese,
  '5551998880002@c.us': inArabic,
};

export const eveningMessages = (chatId: string): readonly ChatMessage[] => {
  const chat = eveningChats.find((each) => each.chatId === chatId);
  return conversations[chatId] ?? (chat === undefined ? [] : short(chat));
};

const draft = (
  outboxId: number,
  [chatName, phone]: readonly [string, string],
  asked: readonly (readonly [text: string, ago: number])[],
  text: string,
): DraftRow => ({
  outboxId,
  sessionName: 'psi-renata',
  chatId: `55${phone}@c.us`,
  chatName,
  text,
  createdAt: now - (asked[0]?.[1] ?? 0) + seconds(20),
  turnId: 8,
  asked: asked.map(([said, ago]) => ({ text: said, at: now - ago })),
  model: 'gpt-5.6-luna',
  instructionsVersion: 4,
  historyMessages: 12,
  costUsd: 0.0029,
});

export const eveningDrafts: readonly DraftRow[] = [
  draft(
    31,
    ['Camila Rocha', '11982210937'],
    [
      ['Oi Renata, não vou conseguir ir na quarta 😔', minutes(4)],
      ['Teria como remarcar pra quinta de manhã?', minutes(4) - seconds(9)],
    ],
    'Oi, Camila! Sem problema. Na quinta tenho 9h ou 10h30. Qual fica melhor para você? Se for a primeira vez que remarca, não há custo.',
  ),
  draft(
    32,
    ['Tia Lu 🌸', '11997714402'],
    [['qual o valor da sessão?', minutes(2)]],
    'A sessão de 50 minutos custa R$ 180. Atendo também online pelo mesmo valor.',
  ),
  draft(
    33,
    ['Marcos V.', '11981103355'],
    [['vc atende casal?', seconds(40)]],
    'Atendo sim, em sessões de 80 minutos. Quer que eu explique como funciona?',
  ),
];
