import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { Network } from './network.ts';
import { chatOf, type LinkedDevice, type Phone, type WireMessage } from './phone.ts';

const heard = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('hello'),
    login: z.object({ token: z.string() }).nullable(),
    keys: z.object({ noise: z.string(), identity: z.string(), adv: z.string() }),
  }),
  z.object({ do: z.literal('refresh') }),
  z.object({ do: z.literal('ready') }),
  z.object({ do: z.literal('takeover') }),
  z.object({ do: z.literal('logout') }),
  z.object({ do: z.literal('pairingCode'), phone: z.string(), tag: z.number() }),
  z.object({
    do: z.literal('send'),
    message: z.looseObject({ id: z.string(), to: z.string() }),
    tag: z.number(),
    again: z.boolean().optional(),
  }),
  z.object({ do: z.literal('got'), id: z.string() }),
  z.object({ do: z.literal('read'), chat: z.string() }),
  z.object({ do: z.literal('presence'), chat: z.string(), state: z.string() }),
]);

interface BrowserKeys {
  readonly noise: string;
  readonly identity: string;
  readonly adv: string;
}

/** One page's socket. */
export class DeviceLink {
  phone: Phone | null = null;
  device: LinkedDevice | null = null;
  /** The QR's reference shown now, and the whole text that a scan must show. */
  ref: string | null = null;
  code: string | null = null;
  pairingCode: { code: string; phone: string } | null = null;
  /** In conflict: another page of the same login took over. */
  paused = false;
  readonly tcp: Socket;
  /** A socket that has ended does not know it any more. */
  readonly #address: string;
  readonly #network: Network;
  readonly #socket: WebSocket;
  #keys: BrowserKeys | null = null;
  #ready = false;
  /** Said on this socket. The device has it when its page says so: what a cut cable swallowed is said again on the next socket. */
  readonly #offered = new Set<string>();
  #refs = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(network: Network, socket: WebSocket, tcp: Socket) {
    this.#network = network;
    this.#socket = socket;
    this.tcp = tcp;
    this.#address = tcp.remoteAddress ?? '';
    network.links.add(this);
    network.dials += 1;
    socket.on('message', (data) => this.#hear(heard.parse(JSON.parse(String(data)))));
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
  }

  say(message: Record<string, unknown>): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Gives a message to the page, unless it already has it or cannot take it now; not `announced`: as history. */
  push(message: WireMessage, announced = true): void {
    if (!this.#ready || this.paused || !this.phone || !this.device || this.#has(message.id)) return;
    this.#offered.add(message.id);
    const chat = chatOf(message);
    this.say({
      say: 'message',
      message: this.phone.asPagesSee(message),
      contacts: this.phone.contactsBehind(message.author ?? chat),
      unread: this.phone.unread.get(chat) ?? 0,
      cipher: this.phone.cipher.has(message.id),
      announced,
    });
  }

  #has(id: string): boolean {
    return this.#offered.has(id) || this.device?.given.has(id) === true;
  }

  /** Says something about a message to a page that has it; one that is away sees what became of it when it comes back. */
  tell(id: string, news: Record<string, unknown>): void {
    const isKnown = id.startsWith('true_') || this.#has(id);
    if (this.#ready && !this.paused && isKnown) this.say(news);
  }

  adopt(phone: Phone, device: LinkedDevice): void {
    this.#stopCodes();
    this.pairingCode = null;
    this.phone = phone;
    this.device = device;
    this.say({ say: 'linked', login: { token: device.token, phone: phone.number, lid: phone.lid } });
    this.say({ say: 'syncing' });
    this.#later(this.#network.options.syncMs, () => this.#welcome());
  }

  forget(): void {
    this.phone = null;
    this.device = null;
    this.#ready = false;
  }

  resume(): void {
    this.paused = false;
    this.say({ say: 'resumed' });
    this.#givePending();
  }

  drop(): void {
    this.#socket.terminate();
    this.close();
  }

  close(): void {
    this.#stopCodes();
    if (this.#network.links.delete(this)) this.phone?.ended.push({ at: Date.now(), from: this.#address });
  }

  #hear(message: z.infer<typeof heard>): void {
    if (message.do === 'hello') this.#hello(message.login?.token ?? null, message.keys);
    else if (message.do === 'refresh') this.#startCodes();
    else if (message.do === 'pairingCode') this.#offerPairingCode(message.phone, message.tag);
    else if (this.phone && this.device) this.#hearLinked(message, this.phone, this.device);
  }

  #hearLinked(message: z.infer<typeof heard>, phone: Phone, device: LinkedDevice): void {
    switch (message.do) {
      case 'ready':
        this.#ready = true;
        this.#givePending();
        break;
      case 'takeover':
        this.#pauseOthers(phone, device);
        this.resume();
        break;
      case 'logout':
        this.#network.unlink(phone, device.token);
        break;
      case 'send': {
        const answer = (value: unknown): void => this.say({ say: 'answer', tag: message.tag, value });
        this.#network.acceptSend(this, message.message as unknown as WireMessage, message.again ?? false, answer);
        break;
      }
      case 'got':
        device.given.add(message.id);
        break;
      case 'read':
        this.#network.markRead(phone, message.chat);
        break;
      case 'presence':
        phone.presence.push({ chatId: message.chat, state: message.state, at: Date.now() });
        break;
      default:
    }
  }

  #hello(token: string | null, keys: BrowserKeys): void {
    this.#keys = keys;
    const known = token === null ? null : this.#network.findDevice(token);
    if (token === null) this.#startCodes();
    else if (!known) this.say({ say: 'loggedOut' });
    else if (!known.phone.reachable) this.drop();
    else {
      this.phone = known.phone;
      this.device = known.device;
      if (known.phone.blocked) this.say({ say: 'blocked' });
      else {
        // A second page of the same login: the newer one wins, as on the real service.
        this.#pauseOthers(known.phone, known.device);
        this.#welcome();
      }
    }
  }

  #pauseOthers(phone: Phone, device: LinkedDevice): void {
    for (const other of this.#network.linksOf(phone)) {
      if (other !== this && other.device === device) other.conflict();
    }
  }

  conflict(): void {
    this.paused = true;
    this.say({ say: 'conflict' });
  }

  #welcome(): void {
    if (this.phone && this.device) this.say({ say: 'ready', snapshot: this.phone.snapshotFor(this.device) });
  }

  #givePending(): void {
    if (this.phone && this.device) for (const message of this.phone.pendingFor(this.device)) this.push(message);
  }

  #startCodes(): void {
    if (this.phone) return;
    this.#refs = 0;
    this.#nextCode();
  }

  #nextCode(): void {
    const { firstMs, nextMs, count } = this.#network.options.qr;
    const keys = this.#keys;
    this.#refs += 1;
    if (this.#refs > count || !keys) {
      this.#stopCodes();
      this.say({ say: 'ref', ref: null });
      return;
    }
    // About as long as WhatsApp's own references, so that the QR is as dense as the real one.
    this.ref = `2@${randomBytes(63).toString('base64')}`;
    this.code = [this.ref, keys.noise, keys.identity, keys.adv].join(',');
    this.say({ say: 'ref', ref: this.ref });
    this.#later(this.#refs === 1 ? firstMs : nextMs, () => this.#nextCode());
  }

  #stopCodes(): void {
    this.ref = null;
    this.code = null;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #offerPairingCode(phone: string, tag: number): void {
    const letters = '123456789ABCDEFGHJKLMNPQRSTVWXYZ';
    const code = [...randomBytes(8)].map((byte) => letters[byte % letters.length]).join('');
    this.pairingCode = { code, phone };
    this.say({ say: 'answer', tag, value: { code } });
  }

  #later(ms: number, work: () => void): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(work, ms);
  }
}
