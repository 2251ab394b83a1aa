import { isIP } from 'node:net';
import { hostOf } from '../../src/session/tool.ts';
import { isPublicAddress } from '../../src/tools/public-address.ts';

/** This machine, a container beside it, or a private network: nobody on the way reads what is sent there. */
const isNear = (host: string): boolean =>
  isIP(host) === 0 ? !host.includes('.') || /\.(?:local|internal|lan|home\.arpa)$/.test(host) : !isPublicAddress(host);

/** What is wrong with the address of a brain of the operator's own, as one sentence; null: nothing. Pure. */
export const brainAddressProblem = (address: string | null): string | null => {
  if (address === null)
    return 'it has no address: zap-fleet config NAME set ai_config.baseUrl https://n8n.example.com/webhook/bot';
  const host = hostOf(address);
  if (address.startsWith('https:') || isNear(host)) return null;
  return `without https customers' words travel open to ${host}: set ai_config.baseUrl to an https address`;
};
