import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';

/** Why a start failed, in words that say what to do. */
export const startError = (error: unknown, startMs: number): FleetError => {
  if (error instanceof FleetError && error.code !== 'page-hung') return error;
  const text = messageOf(error);
  if (error instanceof FleetError) {
    return new FleetError('timeout', `WhatsApp Web did not come up within ${Math.round(startMs / 1000)} s`, {
      cause: error,
    });
  }
  if (/net::ERR_/.test(text)) {
    const code = /net::(ERR_\w+)/.exec(text)?.[1] ?? 'no connection';
    return new FleetError('unavailable', `web.whatsapp.com cannot be reached (${code}): check the network`, {
      cause: error,
    });
  }
  return new FleetError('browser-died', `the browser could not be started: ${text}`, { cause: error });
};
