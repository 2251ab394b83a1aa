import { RpcError, type RpcMessage, rpcErrors } from './json-rpc.ts';

/**
 * The revisions of the protocol that are spoken. Since 2026-07-28 every request says its own in `_meta`, and there is no handshake; before, a
 * client says `initialize` once. Both are served: which one a client speaks is seen by what it says.
 */

export const modernRevision = '2026-07-28';
/** 2025-03-26 is not among them: it wants batches. */
const legacyRevisions = ['2025-11-25', '2025-06-18', '2024-11-05'] as const;

const versionKey = 'io.modelcontextprotocol/protocolVersion';
const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';
export const serverInfoKey = 'io.modelcontextprotocol/serverInfo';

const recordOf = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/** Whether a request is of the revision without a handshake. Throws `RpcError` where it is of one that is not known, or lacks what it must say. */
export const isModern = ({ params }: RpcMessage): boolean => {
  const meta = recordOf(params['_meta']);
  const version = meta?.[versionKey];
  if (meta === null || version === undefined) return false;
  if (version !== modernRevision)
    throw new RpcError(rpcErrors.unsupportedVersion, 'this revision of the protocol is not spoken here', {
      supported: [modernRevision],
      requested: typeof version === 'string' ? version.slice(0, 40) : null,
    });
  if (recordOf(meta[capabilitiesKey]) === null)
    throw new RpcError(rpcErrors.invalidParams, `_meta lacks ${capabilitiesKey}`);
  return true;
};

/** What `initialize` agrees on: the one that is asked for where it is spoken, else the newest of those. */
export const agreedLegacy = (asked: unknown): string =>
  legacyRevisions.find((revision) => revision === asked) ?? legacyRevisions[0];
