import { createHash, createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { browserRoots } from '../support/leftovers.ts';
import { until } from '../support/until.ts';
import { answered, answers, arrivals, lastRequest } from './conversations/answers.ts';
import {
  admin,
  becomes,
  beginFleet,
  chatId,
  customer,
  endFleet,
  ends,
  fleet,
  link,
  messages,
  name,
  openai,
  openDoor,
  phone,
  resetServices,
  row,
  run,
  say,
  setPlainTiming,
  web,
} from './linked-bot.ts';

/**
 * A bakery takes an order: what its customers do is heard, looked up, sent, booked and handed over, and the screen shows each step. All of it
 * is set up by commands; PM2, wppconnect, Chromium and the SDK are real, WhatsApp, the AI and the shop's own system stand in.
 */

/** The shop's own system: it takes orders that carry the signature of the tool, and no others. */
const orders: { readonly key: string; readonly body: Readonly<Record<string, unknown>> }[] = [];
let forged = 0;
let secret = '';
const isSigned = (headers: IncomingHttpHeaders, body: string): boolean => {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
};
const shop = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  if (isSigned(request.headers, body)) {
    orders.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(body) as Record<string, unknown> });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true,"number":17}');
  } else {
    forged += 1;
    response.writeHead(401).end();
  }
});

/** A file in the operator's folder: its SHA-256. Commands run there. */
const write = (file: string, content: string | Buffer): string => {
  writeFileSync(join(fleet.home, file), content);
  return createHash('sha256').update(content).digest('hex');
};
const voiceNote = { type: 'ptt', media: { mimeType: 'audio/ogg; codecs=opus', base64: 'T2dnUw==' } };
/** More than what browser and kernel take in before the other side reads. */
const catalogueBytes = 24 * 1024 * 1024;

let menu = '';
let catalogue = '';

const equip = async (): Promise<void> => {
  write('precos.csv', 'Produto;Preço\nPão francês;R$ 0,90\nBolo de cenoura;R$ 45,00\n');
  menu = write('cardápio.pdf', `%PDF-1.7\n${'página '.repeat(200_000)}`);
  catalogue = write('catalogo.pdf', Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(catalogueBytes, 'bolo ')]));
  write('foto.jpg', Buffer.from('MZ\x90\0', 'latin1'));
  const text = { type: 'string' };
  const properties = { product: text, quantity: { type: 'integer' }, day: { type: 'string', format: 'date' } };
  write('pedido.json', JSON.stringify({ type: 'object', properties, required: ['product', 'quantity', 'day'] }));

  expect(await run('knowledge', 'add', name, 'precos.csv')).toContain('2 trechos');
  await run('files', 'add', name, 'cardápio.pdf', '--description', 'Cardápio com preços');
  await run('files', 'add', name, 'catalogo.pdf', '--description', 'Fotos de todos os bolos');
  expect(await fleet.run('files', 'add', name, 'foto.jpg')).toMatchObject({ code: 2 });
  const url = `http://127.0.0.1:${(shop.address() as AddressInfo).port}/pedidos`;
  const about = ['--schema', 'pedido.json', '--describe', 'Anota uma encomenda', '--allow-host', '127.0.0.1'];
  const added = await fleet.json<{ secret: string }>('tool', 'add', name, 'pedido', '--url', url, ...about);
  secret = added.secret;
};

beforeAll(async () => {
  await beginFleet();
  await new Promise<void>((done) => shop.listen(0, '127.0.0.1', done));
  await run('create', name, '--ai', 'openai', '--prompt', 'Você atende a padaria do João.', '--start');
  await openDoor();
  await Promise.all([link(), equip()]);
  await setPlainTiming();
}, 240_000);
beforeEach(resetServices);
afterAll(async () => {
  await endFleet();
  shop.closeAllConnections();
  shop.close();
}, 60_000);

const price = 'O bolo de cenoura custa R$ 45,00.';
const handedOver = 'Vou chamar uma pessoa da nossa equipe. Ela continua a conversa por aqui.';

test('an order: a voice note is heard, its price found, the menu sent, the cakes booked once, a person called; why and x show it', async () => {
  const ana = customer();
  openai.script({ kind: 'answer', text: 'Quanto custa o bolo de cenoura?' }, { kind: 'answer', text: price });
  await say(ana, '', voiceNote);
  await answered(ana, [price]);
  expect(openai.requests[0]).toMatchObject({ path: '/v1/audio/transcriptions', body: { file: { size: 4 } } });
  expect(lastRequest(openai)).toMatch(/precos\.csv.*row 2.*R\$ 45,00/);
  expect(lastRequest(openai)).toContain('[audio: Quanto custa o bolo de cenoura?]');
  expect(lastRequest(openai)).not.toContain('R$ 0,90');

  openai.script(
    { kind: 'tool', name: 'send_file', arguments: '{"name":"cardapio","caption":"Com preços"}' },
    { kind: 'answer', text: 'Claro, aqui está.' },
  );
  await say(ana, 'me manda o cardápio?');
  await answered(ana, [price, 'Claro, aqui está.', 'Com preços'], 40_000);
  expect((await arrivals(ana)).at(-1)?.media).toMatchObject({
    type: 'document',
    mimeType: 'application/pdf',
    filename: 'cardápio.pdf',
    sha256: menu,
  });

  const order = { product: 'bolo de cenoura', quantity: 2, day: '2026-12-04' };
  const booked = 'Reservei dois bolos de cenoura para sexta, pedido 17.';
  openai.script({ kind: 'tool', name: 'pedido', arguments: JSON.stringify(order) }, { kind: 'answer', text: booked });
  await say(ana, 'quero dois para sexta');
  await answered(ana, [price, 'Claro, aqui está.', 'Com preços', booked]);
  expect(lastRequest(openai)).toMatch(/function_call_output.*number.*17/);
  expect([orders.length, forged]).toEqual([1, 0]);
  const [{ key, body } = { key: '', body: {} }] = orders;
  expect(body).toMatchObject({ tool: 'pedido', key, session: name, customer: { phone: ana }, arguments: order });

  openai.script({
    kind: 'tool',
    name: 'ask_for_a_person',
    arguments: '{"reason":"quer combinar a entrega","summary":"Ana encomendou dois bolos para sexta."}',
  });
  await say(ana, 'posso falar com alguém sobre a entrega?');
  await answered(ana, [price, 'Claro, aqui está.', 'Com preços', booked, handedOver]);
  await ends(ana, /^held: a person was asked for: quer combinar a entrega/);
  await until(async () => (await answers(admin)).some((text) => text.includes('Ana encomendou dois bolos')), {
    what: 'the owner to be told',
  });
  await becomes('one who asks for a person', ({ asksForPerson }) => asksForPerson === 1);
  const asked = openai.requests.length;
  await say(ana, 'alô?');
  await until(async () => (await messages(ana)).some(({ text, outcome }) => text === 'alô?' && outcome === 'held'), {
    what: 'the bot to leave her to the person',
  });
  expect(openai.requests.length).toBe(asked);

  const steps = [
    /Áudio lido pela IA: "Quanto custa o bolo de cenoura\?"/,
    /Recebeu de precos\.csv, versão 1, trecho 2, linha 2 da tabela/,
    /A IA envia cardápio\.pdf \(cardapio\) com "Com preços"/,
    /A IA chama pedido com .*"quantity":2/,
    /pedido respondeu em .* \(HTTP 200\): .*"number":17/,
    /A IA pediu uma pessoa: quer combinar a entrega/,
  ];
  const why = await run('why', name, chatId(ana), '--lines', '4');
  for (const step of steps) expect(why).toMatch(step);
  expect(await run('files', 'ls', name)).toMatch(/cardapio +cardápio\.pdf .* 1 /);

  const terminal = fleet.open({ columns: 170, rows: 80 });
  await terminal.see(/padaria/);
  terminal.type(':chats padaria\r');
  // The table of bots shows her last words as well; what she said before stands in the conversation alone.
  await terminal.see('me manda o cardápio?');
  terminal.type('x');
  await terminal.see(/A IA pediu uma pessoa/);
  for (const step of steps) await terminal.see(step);
  terminal.type('\u0003');
  expect(await terminal.exited).toBe(0);
});

test('a voice note is answered by one, and its words are kept', async () => {
  await run('config', name, 'set', 'ai_config.voice', 'notes');
  const ana = customer();
  openai.script({ kind: 'answer', text: 'Que horas abre?' }, { kind: 'answer', text: 'Abrimos às oito.' });
  await say(ana, '', voiceNote);
  await ends(ana, /^answered/);
  expect(await arrivals(ana)).toMatchObject([{ text: '', media: { type: 'ptt', mimeType: 'audio/ogg; codecs=opus' } }]);
  expect((await messages(ana)).map(({ text }) => text)).toEqual(['Que horas abre?', 'Abrimos às oito.']);
});

test('the browser is killed in the middle of a file: others were answered meanwhile, and it arrives once, before its words', async () => {
  const [bia, caio] = [customer(), customer()];
  await web.holdMedia();
  openai.script(
    { kind: 'tool', name: 'send_file', arguments: '{"name":"catalogo","place":"before"}' },
    { kind: 'answer', text: 'São todos os nossos bolos.' },
  );
  await say(bia, 'tem fotos dos bolos?');
  const uploads = async () => (await web.uploads()).filter(({ id }) => id.includes(bia));
  await until(async () => (await uploads())[0]?.bytes, { within: 40_000, what: 'the file on its way' });
  await say(caio, 'bom dia');
  await answered(caio, ['echo: bom dia']);

  const { pid } = row();
  for (const browser of browserRoots(join(fleet.paths.tokens, name))) process.kill(browser, 'SIGKILL');
  await becomes('a new worker, connected', (one) => one.pid !== pid && one.state === 'connected', 60_000);
  await ends(bia, /^answered/, 60_000);

  const got = await arrivals(bia);
  expect(got.map(({ text, media }) => [text, media?.sha256])).toEqual([
    ['', catalogue],
    ['São todos os nossos bolos.', undefined],
  ]);
  const [cut, whole, ...more] = await uploads();
  expect([cut?.state, whole?.state, more]).toEqual([expect.stringMatching(/going|broken/), 'whole', []]);
  expect(cut?.bytes).toBeLessThan(catalogueBytes);
  // Under the id that was stored before the first try.
  expect([cut?.id, got[0]?.id]).toEqual([whole?.id, whole?.id]);
  expect(await run('why', name, chatId(bia))).toMatch(/Parte 1: .*parou durante o envio.*\n.*Parte 1 enviada/);
  expect((await messages(bia)).map(({ kind, text }) => [kind, text]).slice(1)).toEqual([
    ['document', '📎 catalogo.pdf'],
    ['text', 'São todos os nossos bolos.'],
  ]);
  expect(row()).toMatchObject({ silent: { chats: 0, today: 0 } });
  expect((await web.sent({ phone })).filter(({ chatId: to }) => to === chatId(caio))).toHaveLength(1);
});
