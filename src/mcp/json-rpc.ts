import { z } from 'zod';

/** JSON-RPC 2.0 as the Model Context Protocol uses it over standard input and output: one message a line, no batches. */

export const rpcErrors = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** Of our own: more at once than is served. */
  busy: -32000,
  /** MCP, revision 2026-07-28. */
  unsupportedVersion: -32022,
} as const;

export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export type RpcId = string | number;

const message = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string().max(200), z.number()]).optional(),
  method: z.string().max(200).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** A request (`id`), a notification (none), or an answer to something that we never ask (no method). */
export interface RpcMessage {
  readonly id: RpcId | undefined;
  readonly method: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Throws `RpcError`. */
export const readMessage = (line: string): RpcMessage => {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RpcError(rpcErrors.parse, 'this line is not JSON');
  }
  const parsed = message.safeParse(value);
  if (!parsed.success) throw new RpcError(rpcErrors.invalidRequest, 'this is no JSON-RPC 2.0 message');
  const { id, method, params = {} } = parsed.data;
  return { id, method, params };
};

export const resultLine = (id: RpcId, result: unknown): string => JSON.stringify({ jsonrpc: '2.0', id, result });

/** Without an id where nobody knows which request it was. */
export const errorLine = (id: RpcId | undefined, { code, message: text, data }: RpcError): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: id ?? null,
    error: { code, message: text, ...(data === undefined ? {} : { data }) },
  });
