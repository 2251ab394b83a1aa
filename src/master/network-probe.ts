import type { IncidentCheck } from '../protocol/fleet.ts';
import type { Milliseconds } from '../session/units.ts';

/** Whether the internet and WhatsApp's web server answer at all; asked only while an incident is open. */

const within: Milliseconds = 5000;
/** A well-known host that is not WhatsApp's: IANA's own. */
const elsewhere = 'https://www.iana.org/';
const whatsapp = 'https://web.whatsapp.com/';

const answers = async (url: string): Promise<IncidentCheck['result']> => {
  try {
    // Any answer counts, also a refusal: somebody is there.
    await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(within) });
    return 'ok';
  } catch (error) {
    if (error instanceof Error) return 'fails';
    throw error;
  }
};

export const probeNetwork = async (): Promise<readonly IncidentCheck[]> => {
  const [internet, web] = await Promise.all([answers(elsewhere), answers(whatsapp)]);
  return [
    { name: 'internet', result: internet },
    { name: 'whatsapp', result: web },
    { name: 'page', result: 'unknown' },
  ];
};
