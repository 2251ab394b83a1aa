import { expect, test } from 'vitest';
import { isNetworkReason, networkFaultIn, networkFaultOf } from '../../src/session/network-fault.ts';

test.each([
  ['net::ERR_INTERNET_DISCONNECTED at https://web.whatsapp.com/', 'no-network'],
  ['net::ERR_ADDRESS_UNREACHABLE at https://web.whatsapp.com/', 'no-network'],
  ['net::ERR_NETWORK_CHANGED', 'no-network'],
  ['connect ENETUNREACH 157.240.0.1:443', 'no-network'],
  ['connect EHOSTUNREACH 157.240.0.1:443', 'no-network'],
  ['net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/', 'dns'],
  ['net::ERR_DNS_TIMED_OUT', 'dns'],
  ['net::ERR_NAME_RESOLUTION_FAILED', 'dns'],
  ['getaddrinfo EAI_AGAIN web.whatsapp.com', 'dns'],
  ['getaddrinfo ENOTFOUND web.whatsapp.com', 'dns'],
  ['net::ERR_CONNECTION_REFUSED at https://web.whatsapp.com/', 'whatsapp-unreachable'],
  ['net::ERR_CONNECTION_TIMED_OUT', 'whatsapp-unreachable'],
  ['net::ERR_TIMED_OUT', 'whatsapp-unreachable'],
  ['net::ERR_PROXY_CONNECTION_FAILED', 'whatsapp-unreachable'],
  ['net::ERR_TUNNEL_CONNECTION_FAILED', 'whatsapp-unreachable'],
  ['net::ERR_CERT_AUTHORITY_INVALID', 'whatsapp-unreachable'],
  ['net::ERR_SSL_PROTOCOL_ERROR', 'whatsapp-unreachable'],
  ['net::ERR_EMPTY_RESPONSE', 'whatsapp-unreachable'],
  ['connect ECONNREFUSED 127.0.0.1:443', 'whatsapp-unreachable'],
])('%s: %s', (text, fault) => expect(networkFaultIn(text)?.fault).toBe(fault));

test.each([
  'Failed to launch the browser process!',
  'write EPIPE',
  'read ECONNRESET',
  'net::ERR_ABORTED; maybe frame was detached?',
  'net::ERR_INSUFFICIENT_RESOURCES',
  'net::ERR_FAILED',
  'spawn /usr/bin/chromium ENOENT',
  'ERROR: dbus: connection refused',
  'Target closed',
  '',
])('%j is no word of the network', (text) => expect(networkFaultIn(text)).toBeNull());

test('codes of a probe, and reasons that are never given up', () => {
  expect(networkFaultOf('UND_ERR_CONNECT_TIMEOUT')).toBe('whatsapp-unreachable');
  expect(networkFaultOf('DEPTH_ZERO_SELF_SIGNED_CERT')).toBe('whatsapp-unreachable');
  expect(networkFaultOf('ENOMEM')).toBeNull();
  expect(['dns', 'no-network', 'whatsapp-unreachable', 'unreachable-alone'].every(isNetworkReason)).toBe(true);
  expect([null, '', 'start-failed', 'socket-timeout', 'toString'].some(isNetworkReason)).toBe(false);
});
