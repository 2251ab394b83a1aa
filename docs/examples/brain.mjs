// A brain of your own in 40 lines, without a library. SECRET: as set with `zap-fleet config NAME set ai_key`. TOKEN and FLEET: for answers that
// come later (docs/brain.md).  SECRET=… TOKEN=… FLEET=http://127.0.0.1:3000 node brain.mjs 8080
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { SECRET = '', TOKEN = '', FLEET = 'http://127.0.0.1:3000' } = process.env;
const key = SECRET.startsWith('whsec_') ? Buffer.from(SECRET.slice(6), 'base64') : Buffer.from(SECRET);

const isFromFleet = (headers, body) => {
  const seconds = headers['webhook-timestamp'] ?? '';
  if (Math.abs(Date.now() / 1000 - Number(seconds)) > 300) return false;
  const wanted = createHmac('sha256', key).update(`${headers['webhook-id']}.${seconds}.${body}`).digest();
  const given = Buffer.from(String(headers['webhook-signature'] ?? '').replace('v1,', ''), 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};

const answerTo = ({ text, customer }) => {
  if (/atendente|humano/i.test(text)) return { handOver: { reason: 'asks for a person' } };
  if (/obrigad/i.test(text)) return { none: 'a thank-you needs no answer' };
  return { text: `Olá ${customer?.name ?? ''}! Você escreveu: ${text}` };
};

const later = async (question) => {
  await fetch(FLEET + question.answer.path, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(answerTo(question)),
  });
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  if (!isFromFleet(request.headers, body)) return response.writeHead(401).end();
  const question = JSON.parse(body);
  if (!/depois/i.test(question.text)) return response.end(JSON.stringify(answerTo(question)));
  response.writeHead(202).end();
  setTimeout(() => later(question).catch(console.error), 500);
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log(`listens ${server.address().port}`));
