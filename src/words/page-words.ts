import type { Verdict } from '../session/verdict.ts';
import type { Language } from './language.ts';
import { verdictWords } from './verdict-words.ts';

/** Words of the web pages. The client's page is read by people who never heard of us: short, calm, says the next step. */
export interface PageWords {
  readonly login: { readonly title: string; readonly token: string; readonly hint: string; readonly enter: string };
  readonly wrongToken: string;
  readonly tooMany: string;
  readonly logout: string;
  readonly needYou: (count: number) => string;
  readonly allAnswering: (count: number) => string;
  readonly silent: (count: number) => string;
  readonly noSessions: string;
  readonly columns: readonly [string, string, string, string, string];
  readonly wall: string;
  readonly noCodes: string;
  readonly expiresIn: (seconds: number) => string;
  readonly clientLink: string;
  readonly copied: string;
  /** Asked before a link is made that no client could open. */
  readonly onlyHere: string;
  readonly lost: string;
  readonly link: {
    readonly title: string;
    readonly ended: string;
    readonly endedHint: string;
    readonly steps: readonly [string, string, string];
    readonly numberIs: string;
    readonly samePhone: string;
    readonly phone: string;
    readonly askCode: string;
    readonly codeIs: string;
    readonly codeSteps: readonly [string, string, string];
    /** Of the code that is shown: nobody has to do anything when it changes. */
    readonly renews: string;
    readonly loggedOut: string;
    readonly closed: string;
    readonly reopen: string;
    readonly preparing: string;
    readonly syncing: string;
    readonly connected: string;
    readonly connectedHint: string;
    readonly wrongNumber: string;
    readonly unavailable: string;
    readonly validUntil: (time: string) => string;
  };
  /** A page has room to say where: its own words for "elsewhere". */
  readonly verdicts: Readonly<Record<Verdict, string>>;
}

const en: PageWords = {
  login: {
    title: 'zap-fleet',
    token: 'Access token',
    hint: 'On the server, "zap-fleet token" prints it.',
    enter: 'Enter',
  },
  wrongToken: 'That is not the token. On the server, "zap-fleet token" prints it.',
  tooMany: 'Too many tries. Wait a minute.',
  logout: 'Log out',
  needYou: (count) => (count === 1 ? '1 needs you' : `${count} need you`),
  allAnswering: (count) => `all ${count} well`,
  silent: (count) => `${count} ${count === 1 ? 'customer' : 'customers'} left without an answer`,
  noSessions: 'No sessions yet. On the server: zap-fleet create NAME --start',
  columns: ['Name', 'State', 'For', 'Waiting', 'Detail'],
  wall: 'Codes that wait for a phone',
  noCodes: 'No session waits for a phone.',
  expiresIn: (seconds) => `expires in ${seconds} s, renews by itself`,
  clientLink: 'Link for the client',
  copied: 'Link copied; valid for 30 minutes',
  onlyHere:
    'PUBLIC_URL is not set, so this link opens on this machine only. Set it to the address that clients reach. Make the link all the same?',
  lost: 'No connection to the server. Trying again…',
  link: {
    title: 'Connect WhatsApp',
    ended: 'This link has ended.',
    endedHint: 'Links are valid for 30 minutes or until the phone is connected. Ask for a new one.',
    steps: ['Open WhatsApp on the phone', 'Settings > Linked devices', 'Link a device, point it at this code'],
    numberIs: 'Use the phone with the number',
    samePhone: 'Reading this on that same phone?',
    phone: 'Phone number with area code',
    askCode: 'Get a code to type',
    codeIs: 'Type this code on the phone',
    codeSteps: [
      'Open WhatsApp on the phone',
      'Settings > Linked devices > Link a device',
      'Link with phone number instead, type the code',
    ],
    renews: 'The code renews by itself.',
    loggedOut: 'WhatsApp was disconnected on the phone. A new code connects it again.',
    closed: 'Nobody used the code, so it was put away.',
    reopen: 'Show a new code',
    preparing: 'Preparing a code. This can take a minute…',
    syncing: 'The phone is linked. Messages are being loaded; keep WhatsApp open…',
    connected: 'Connected.',
    connectedHint: 'All done, you can close this page.',
    wrongNumber: 'Another number was linked than expected. Unlink it on that phone and ask for help.',
    unavailable: 'There is no code right now. Ask the person who sent you this link.',
    validUntil: (time) => `This page is valid until ${time}.`,
  },
  verdicts: { ...verdictWords.en, elsewhere: 'on another server' },
};

const ptBr: PageWords = {
  login: {
    title: 'zap-fleet',
    token: 'Token de acesso',
    hint: 'No servidor, "zap-fleet token" mostra o token.',
    enter: 'Entrar',
  },
  wrongToken: 'Esse não é o token. No servidor, "zap-fleet token" mostra o token.',
  tooMany: 'Tentativas demais. Espere um minuto.',
  logout: 'Sair',
  needYou: (count) => (count === 1 ? '1 precisa de você' : `${count} precisam de você`),
  allAnswering: (count) => `todas as ${count} bem`,
  silent: (count) => `${count} ${count === 1 ? 'contato' : 'contatos'} sem resposta`,
  noSessions: 'Nenhuma sessão ainda. No servidor: zap-fleet create NOME --start',
  columns: ['Nome', 'Estado', 'Há', 'Espera', 'Detalhe'],
  wall: 'Códigos à espera de um celular',
  noCodes: 'Nenhuma sessão espera por um celular.',
  expiresIn: (seconds) => `expira em ${seconds} s, renova sozinho`,
  clientLink: 'Link para o cliente',
  copied: 'Link copiado; vale por 30 minutos',
  onlyHere:
    'PUBLIC_URL não está definida, então este link só abre nesta máquina. Defina o endereço que os clientes alcançam. Fazer o link mesmo assim?',
  lost: 'Sem conexão com o servidor. Tentando de novo…',
  link: {
    title: 'Conectar o WhatsApp',
    ended: 'Este link não vale mais.',
    endedHint: 'O link vale por 30 minutos ou até o celular conectar. Peça um novo.',
    steps: [
      'Abra o WhatsApp no celular',
      'Configurações > Dispositivos conectados',
      'Conectar dispositivo e aponte para este código',
    ],
    numberIs: 'Use o celular do número',
    samePhone: 'Está lendo isto nesse mesmo celular?',
    phone: 'Número do celular com DDD',
    askCode: 'Receber um código para digitar',
    codeIs: 'Digite este código no celular',
    codeSteps: [
      'Abra o WhatsApp no celular',
      'Configurações > Dispositivos conectados > Conectar dispositivo',
      'Conectar com número de telefone e digite o código',
    ],
    renews: 'O código se renova sozinho.',
    loggedOut: 'O WhatsApp foi desconectado no celular. Um novo código conecta de novo.',
    closed: 'Ninguém usou o código, então ele foi guardado.',
    reopen: 'Mostrar um novo código',
    preparing: 'Preparando o código. Pode levar um minuto…',
    syncing: 'Celular conectado. Carregando as mensagens; deixe o WhatsApp aberto…',
    connected: 'Conectado.',
    connectedHint: 'Tudo pronto, pode fechar esta página.',
    wrongNumber: 'Foi conectado um número diferente do esperado. Desconecte nesse celular e peça ajuda.',
    unavailable: 'Não há código agora. Fale com quem mandou este link.',
    validUntil: (time) => `Esta página vale até ${time}.`,
  },
  verdicts: { ...verdictWords['pt-BR'], elsewhere: 'em outro servidor' },
};

export const pageWords: Readonly<Record<Language, PageWords>> = { en, 'pt-BR': ptBr };

/** What the browser asks for first of the two, else the fleet's own language. */
export const pageLanguage = (acceptLanguage: string | undefined, own: Language): Language => {
  for (const part of (acceptLanguage ?? '').slice(0, 200).split(',')) {
    if (/^\s*pt\b/i.test(part)) return 'pt-BR';
    if (/^\s*en\b/i.test(part)) return 'en';
  }
  return own;
};
