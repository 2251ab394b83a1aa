/**
 * Functions that run inside the page. Each travels as its source text, so it may use nothing from outside itself but the
 * page's own `WPP` and `WAPI`.
 */
import type { PageSnapshot, PairingNews } from './link-state.ts';
import type { PageFence } from './page-fence.ts';
import type { PageWid, Wpp } from './page-types.ts';

declare const WPP: Wpp;
declare const WAPI: object;
declare const navigator: { readonly onLine: boolean };
declare const window: Record<string, unknown> & {
  readonly zapFleetHook?: () => boolean;
  readonly zapFleetFence?: PageFence;
};
declare const document: { querySelector(selector: string): { getAttribute(name: string): string | null } | null };

export const lookAtPage = (): PageSnapshot => {
  const nothing = {
    hooked: false,
    registered: false,
    socket: '',
    stream: '',
    phone: null,
    lid: null,
    pushName: null,
    pairing: null,
    qr: null,
  };
  const online = navigator.onLine;
  const loaded = performance.timeOrigin;
  const end = window.zapFleetFence?.end() ?? null;
  const fence = {
    clock: performance.now(),
    wall: end?.wall ?? null,
    isWhole: end === null || Number.isFinite(end.page),
  };
  if (typeof WPP === 'undefined' || typeof WAPI === 'undefined' || !WPP.isReady)
    return { ready: false, online, fence, document: loaded, ...nothing };
  const exposed = (name: string): boolean => Boolean((window[name] as { exposed?: boolean } | undefined)?.exposed);
  const user = (wid: PageWid | undefined): string | null => (wid ? (String(wid).split(/[:@]/)[0] ?? null) : null);
  const { Socket, Stream, Conn, UserPrefs } = WPP.whatsapp;
  const registered = Boolean(WPP.conn.isRegistered());
  return {
    ready: true,
    online,
    fence,
    document: loaded,
    hooked: ['onAnyMessage', 'onAck', 'onStateChange'].every(exposed) && Boolean(window.zapFleetHook?.()),
    registered,
    socket: Socket?.state ?? '',
    stream: Stream?.mode ?? '',
    phone: registered ? user(UserPrefs.getMaybeMePnUser()) : null,
    lid: registered ? user(UserPrefs.getMaybeMeLidUser?.()) : null,
    pushName: registered ? (Conn?.pushname ?? null) : null,
    pairing: (window.zapFleetPairing as PairingNews | undefined) ?? null,
    qr: registered ? null : (document.querySelector('[data-ref]')?.getAttribute('data-ref') ?? null),
  };
};

/** Starts pairing by code. Its news are left on the page for the next look: a binding may get lost when the page reloads. */
export const pairInPage = async (phone: string): Promise<void> => {
  const leaveNews = (kind: string, value: string): void => {
    const before = window.zapFleetPairing as { count: number } | undefined;
    window.zapFleetPairing = { count: (before?.count ?? 0) + 1, kind, value };
  };
  if (window.zapFleetPairing === undefined) {
    WPP.on('conn.link_code_change', (code) => leaveNews('code', String(code)));
    WPP.on('conn.link_code_expired', () => leaveNews('expired', ''));
    WPP.on('conn.link_code_error', (error) => leaveNews('error', String((error as Error).message).slice(0, 200)));
  }
  await WPP.conn.startLinkDeviceCodeForPhoneNumber(phone);
};

export const refreshCodesInPage = async (): Promise<void> => {
  WPP.conn.cancelLinkDeviceCode();
  await WPP.conn.refreshQR();
};

export const logOutInPage = async (): Promise<void> => {
  await WPP.conn.logout();
};
