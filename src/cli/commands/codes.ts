import { writeFile } from 'node:fs/promises';
import type { Fleet } from '../../protocol/door.ts';
import type { QrCode } from '../../protocol/fleet.ts';
import { qrLines, qrSize } from '../../qr/qr-text.ts';
import { FleetError, messageOf } from '../../session/fleet-error.ts';
import { formatPhone, parsePhone, phoneProblem } from '../../session/phone.ts';
import { type CommandSpec, flag, jsonOption, sessionNamed, textArgument, textOption } from './command.ts';
import { clockTime, shortDuration } from './printing.ts';

/** What links a phone: `qr`, `pair` and `link`. Their payloads go to the terminal or the file that was asked for, nowhere else. */

const withinMs = 60_000;

const waitForQr = async (fleet: Fleet, name: string): Promise<QrCode | string> => {
  const { qr, row } = await fleet.request('code', { name, within: withinMs });
  if (qr !== null) return qr;
  if (row.state === 'connected' || row.state === 'syncing')
    return `${name} is connected${row.phone === null ? '' : ` as ${formatPhone(row.phone)}`}: no QR is needed.`;
  if (row.state === 'stopped')
    throw new FleetError('refused-by-state', `${name} is stopped. Start it with: zap-fleet start ${name}`);
  if (row.state === 'code')
    throw new FleetError(
      'refused-by-state',
      `${name} shows a pairing code, not a QR. See: zap-fleet pair ${name} PHONE`,
    );
  throw new FleetError('refused-by-state', `${name} shows no QR: ${row.reason ?? row.state}. See: zap-fleet ls`);
};

export const qr: CommandSpec = {
  usage: 'qr <name>',
  summary: 'the QR that links the phone, in the terminal or as a picture',
  example: 'zap-fleet qr padaria-joao --png padaria.png',
  options: [
    { flags: '--png <file>', help: 'write a picture instead' },
    { flags: '--json', help: 'print {payload, expiresAt}' },
  ],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    const fleet = await context.look();
    const code = await waitForQr(fleet, name);
    const file = textOption(options, 'png');
    if (typeof code === 'string') {
      if (flag(options, 'json')) context.print(JSON.stringify({ payload: null, expiresAt: null }));
      else context.print(code);
      return 0;
    }
    if (flag(options, 'json')) {
      context.print(JSON.stringify({ payload: code.payload, expiresAt: new Date(code.expiresAt).toISOString() }));
      return 0;
    }
    if (file !== undefined) {
      // The picture's library costs every other command 60 ms: it is loaded for the one that draws.
      const { qrPng } = await import('../../qr/qr-image.ts');
      try {
        await writeFile(file, qrPng(code.payload), { mode: 0o600 });
      } catch (error) {
        throw new FleetError('failed', `cannot write ${file}: ${messageOf(error)}. Choose another place.`, {
          cause: error,
        });
      }
      context.print(`${file} written; this code expires in ${shortDuration(code.expiresAt - Date.now())}.`);
      return 0;
    }
    const size = qrSize(code.payload);
    if (context.isTerminal && context.columns < size.columns) {
      throw new FleetError(
        'failed',
        `this QR needs ${size.columns} columns, the terminal has ${context.columns}. Make the letters smaller, or: zap-fleet qr ${name} --png qr.png`,
      );
    }
    for (const line of qrLines(code.payload, { colour: context.colour })) context.print(line);
    context.print(
      `${name}: WhatsApp > Linked devices > Link a device. Expires in ${shortDuration(code.expiresAt - Date.now())}, code ${code.attempt} of ${code.maxAttempts}.`,
    );
    return 0;
  },
};

export const pair: CommandSpec = {
  usage: 'pair <name> <phone>',
  summary: 'a code to type on the phone instead of a QR',
  example: 'zap-fleet pair padaria-joao "11 98765-4321"',
  options: [jsonOption],
  run: async (context, [given, number], options) => {
    const name = sessionNamed(textArgument(given));
    const typed = textArgument(number);
    const phone = parsePhone(typed);
    if (phone === null) throw new FleetError('usage', phoneProblem(typed) ?? '');
    const fleet = await context.connect([name]);
    const { pairing } = await fleet.request('pair', { name, phone, actor: 'you' });
    if (flag(options, 'json'))
      context.print(JSON.stringify({ code: pairing.code, expiresAt: new Date(pairing.expiresAt).toISOString() }));
    else {
      context.print(pairing.code);
      context.print(
        `On ${formatPhone(phone)}: WhatsApp > Linked devices > Link a device > Link with phone number instead. Valid ${shortDuration(pairing.expiresAt - Date.now())}.`,
      );
    }
    return 0;
  },
};

export const link: CommandSpec = {
  usage: 'link <name>',
  summary: 'a web page for the client with the live QR of this session only, 30 minutes',
  example: 'zap-fleet link padaria-joao',
  options: [{ flags: '--revoke', help: 'end the links that were given' }, jsonOption],
  run: async (context, [given], options) => {
    const name = sessionNamed(textArgument(given));
    const fleet = await context.connect([name]);
    if (flag(options, 'revoke')) {
      const { revoked } = await fleet.request('revokeLink', { name, actor: 'you' });
      context.print(revoked ? `${name}: its links are ended.` : `${name}: there was no link to end.`);
      return 0;
    }
    const made = await fleet.request('link', { name, actor: 'you' });
    if (made.warning !== undefined && made.warning !== null) context.warn(made.warning);
    if (flag(options, 'json'))
      context.print(
        JSON.stringify({
          url: made.url,
          expiresAt: new Date(made.expiresAt).toISOString(),
          warning: made.warning ?? null,
        }),
      );
    else context.print(`${made.url}\nValid until ${clockTime(made.expiresAt)} or until the phone is linked.`);
    return 0;
  },
};
