// What a bot tells, received in 40 lines without a library (docs/hooks.md). SECRET: as `zap-fleet hook add` printed it.
//   SECRET=whsec_… node receiver.mjs 8080
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { SECRET = '' } = process.env;
const key = SECRET.startsWith('whsec_') ? Buffer.from(SECRET.slice(6), 'base64') : Buffer.from(SECRET);

const isFromFleet = (headers, body) => {
  const seconds = headers['webhook-timestamp'] ?? '';
  if (Math.abs(Date.now() / 1000 - Number(seconds)) > 300) return false;
  const wanted = createHmac('sha256', key).update(`${headers['webhook-id']}.${seconds}.${body}`).digest();
  const given = Buffer.from(String(headers['webhook-signature'] ?? '').replace('v1,', ''), 'base64');
  return given.length === wanted.length && timingSafeEqual(given, wanted);
};

// Each event comes at least once. A program that lasts keeps these where its work is kept.
const known = new Set();

const take = ({ type, timestamp, data }) => {
  if (type === 'message.received')
    console.log(timestamp, data.customer.name ?? data.customer.chatId, 'wrote:', data.message.text);
  else if (type === 'message.answered') console.log(timestamp, 'answered:', data.turn.answer.join(' / '));
  else console.log(timestamp, type, JSON.stringify(data));
};

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  if (!isFromFleet(request.headers, body)) return response.writeHead(401).end();
  const id = request.headers['webhook-id'];
  // First the work, then 2xx: what fails here is sent again.
  if (!known.has(id)) take(JSON.parse(body));
  known.add(id);
  response.writeHead(204).end();
});
server.listen(Number(process.argv[2] ?? 8080), '127.0.0.1', () => console.log(`listens ${server.address().port}`));
