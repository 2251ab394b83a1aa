import { FleetError, messageOf } from '../../../src/session/fleet-error.ts';
import { type NetworkFault, networkFaultIn } from '../../../src/session/network-fault.ts';

const words: Readonly<Record<NetworkFault, string>> = {
  'no-network': 'no internet',
  dns: 'names are not resolved (no internet, or no DNS)',
  'whatsapp-unreachable': 'web.whatsapp.com cannot be reached',
};

/** Why a start failed, in words that say what to do. `waitedForPage`: the browser was up, and nothing of WhatsApp Web had come. */
export const startError = (error: unknown, startMs: number, waitedForPage: boolean): FleetError => {
  if (error instanceof FleetError && error.code !== 'page-hung') return error;
  if (error instanceof FleetError) {
    const within = `within ${Math.round(startMs / 1000)} s`;
    return waitedForPage
      ? new FleetError('whatsapp-unreachable', `nothing came from web.whatsapp.com ${within}`, { cause: error })
      : new FleetError('timeout', `WhatsApp Web did not come up ${within}`, { cause: error });
  }

  const text = messageOf(error);
  const found = networkFaultIn(text);
  if (found !== null)
    return new FleetError(found.fault, `${words[found.fault]} (${found.code}): check the network`, { cause: error });
  return new FleetError('browser-died', `the browser could not be started: ${text}`, { cause: error });
};
