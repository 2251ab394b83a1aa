import { until } from '../support/until.ts';
import type { FleetContainer } from './docker.ts';
import type { PhoneNetwork } from './phone-network.ts';

/** The phone of the n-th session. */
export const phoneOf = (index: number): string => `55119${String(80_000_000 + index)}`;
export const nameOf = (index: number): string => `loja-${String(index).padStart(2, '0')}`;

/** Answers come at once: what is measured is not how long a person would type. */
const quick = { quietMs: 300, readingDelayMs: 0, typing: 'false', pauseBetweenPartsMs: 0, jitter: 0 };

/** Makes a WhatsApp session that echoes, and links it by the QR of `zap-fleet qr --json`. */
export const linkSession = async (container: FleetContainer, network: PhoneNetwork, index: number): Promise<void> => {
  const name = nameOf(index);
  await container.sh(
    [
      `zap-fleet create ${name} --ai echo`,
      ...Object.entries(quick).map(([key, value]) => `zap-fleet config ${name} set timing_config.${key} ${value}`),
      `zap-fleet start ${name} --no-wait`,
      `zap-fleet resume ${name}`,
    ].join(' && '),
  );
  await until(
    async () => {
      const { stdout } = await container.fleet('qr', name, '--json');
      const { payload } = JSON.parse(stdout || '{}') as { payload?: string | null };
      if (typeof payload !== 'string') return (await container.row(name)).state === 'connected';
      await network.web.scan({ code: payload, phone: phoneOf(index), name });
      return true;
    },
    { within: 90_000, every: 500, what: `${name} to be linked` },
  );
  await container.become([name], 'connected');
};

/** Texts that went out of this phone and arrived, in order. */
export const deliveredBy = async (network: PhoneNetwork, index: number): Promise<readonly string[]> =>
  (await network.web.sent({ phone: phoneOf(index) }))
    .filter((one) => one.outcome === 'delivered')
    .map((one) => one.text);
