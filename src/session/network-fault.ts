/** What keeps a session from WhatsApp when neither its browser nor its login is at fault. Pure. */

export const networkFaults = ['no-network', 'dns', 'whatsapp-unreachable'] as const;
/** `no-network`: nothing is reached. `dns`: names are not resolved. `whatsapp-unreachable`: the rest works, WhatsApp's host does not. */
export type NetworkFault = (typeof networkFaults)[number];

/** One session alone cannot reach WhatsApp while this server does. */
export const unreachableAlone = 'unreachable-alone';

/** Codes of Chromium (`net::ERR_…`) and of Node that say that nothing goes out of this machine. */
const ownNetwork: ReadonlySet<string> = new Set([
  'ERR_INTERNET_DISCONNECTED',
  'ERR_NETWORK_CHANGED',
  'ERR_NETWORK_ACCESS_DENIED',
  'ERR_NETWORK_IO_SUSPENDED',
  'ERR_ADDRESS_UNREACHABLE',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
]);

const names = /^(ERR_NAME_\w+|ERR_DNS_\w+|ERR_ICANN_NAME_COLLISION|ENOTFOUND|EAI_\w+|ESERVFAIL|ENODATA)$/;

/** On the way to the host, or in the first words with it. A page that answers and is wrong is none of these. */
const onTheWay =
  /^(ERR_(CONNECTION|PROXY|TUNNEL|SOCKS|SSL|CERT|QUIC|HTTP2|SOCKET)_\w+|ERR_(TIMED_OUT|EMPTY_RESPONSE|RESPONSE_HEADERS_TRUNCATED|BAD_SSL_CLIENT_AUTH_CERT|HTTP_RESPONSE_CODE_FAILURE)|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EPROTO|UND_ERR_(CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT|SOCKET)|TimeoutError|CERT_\w+|(\w+_)*SELF_SIGNED_CERT(_\w+)*|UNABLE_TO_\w+)$/;

/** From one code of Chromium or Node; null when it says nothing of the network. */
export const networkFaultOf = (code: string): NetworkFault | null => {
  if (ownNetwork.has(code)) return 'no-network';
  if (names.test(code)) return 'dns';
  return onTheWay.test(code) ? 'whatsapp-unreachable' : null;
};

/** Chromium's own, and Node's where a connection was made: `write EPIPE` is a browser that died. */
const codesIn = /\bnet::(ERR_\w+)|\b(?:connect|getaddrinfo|query\w+) (E[A-Z_]+)\b/g;

/** From the text of an error, its first code that says something of the network. */
export const networkFaultIn = (text: string): { readonly fault: NetworkFault; readonly code: string } | null => {
  for (const match of text.matchAll(codesIn)) {
    const code = match[1] ?? match[2] ?? '';
    const fault = networkFaultOf(code);
    if (fault !== null) return { fault, code };
  }
  return null;
};

const all: ReadonlySet<string> = new Set([...networkFaults, unreachableAlone]);

export const isNetworkFault = (code: string | null | undefined): code is NetworkFault =>
  typeof code === 'string' && networkFaults.some((fault) => fault === code);

/** A reason for which no session is ever given up, and no restart counted. */
export const isNetworkReason = (code: string | null | undefined): boolean => typeof code === 'string' && all.has(code);
