import type { HomePaths } from '../home/home-paths.ts';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import type { ArchiveRequest, FromArchiveWork } from './archive-messages.ts';

/** Packs and unpacks what bots have in their hands, in the process of archives: each kind by itself, so that one keeps no other back. */

export type BelongingsRequest = Extract<ArchiveRequest, { work: 'belongings-pack' | 'belongings-unpack' }>;
type Progress = (progress: { readonly step: string; readonly done: number; readonly total: number }) => void;

const failureOf = (error: unknown) => ({
  ok: false as const,
  code: error instanceof FleetError ? error.code : 'failed',
  message: messageOf(error),
});

export const runBelongingsWork = async (
  request: BelongingsRequest,
  paths: HomePaths,
  onProgress: Progress,
): Promise<FromArchiveWork> => {
  const { session, groupKey } = request;
  if (request.work === 'belongings-pack') {
    const { packBelonging } = await import('../bundles/belongings/pack-belonging.ts');
    const { host, version, log2N } = request;
    const bundles: Extract<FromArchiveWork, { kind: 'belongings-packed' }>['bundles'] = [];
    for (const { what, epoch, madeAt, to } of request.bundles)
      try {
        const options = { paths, session, what, epoch, madeAt, host, version, to, groupKey, log2N, onProgress };
        bundles.push({ what, outcome: { ok: true, ...(await packBelonging(options)) } });
      } catch (error) {
        bundles.push({ what, outcome: failureOf(error) });
      }
    return { kind: 'belongings-packed', bundles };
  }

  const { unpackBelonging } = await import('../bundles/belongings/unpack-belonging.ts');
  const bundles: Extract<FromArchiveWork, { kind: 'belongings-unpacked' }>['bundles'] = [];
  for (const { what, epoch, madeAt: namedAt, file, staging } of request.bundles)
    try {
      const expected = { ...session, what, epoch, madeAt: namedAt };
      const { madeAt, host, digest, count } = await unpackBelonging({ file, staging, groupKey, expected, onProgress });
      bundles.push({ what, outcome: { ok: true, madeAt, host, digest, count } });
    } catch (error) {
      bundles.push({ what, outcome: failureOf(error) });
    }
  return { kind: 'belongings-unpacked', bundles };
};
