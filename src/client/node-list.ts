import { randomBytes } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { FleetError, messageOf } from '../session/fleet-error.ts';
import { addressText, type NodeAddress, parseNodeAddress } from './node-address.ts';

/** Another node as a person named it. */
export interface ListedNode {
  readonly name: string;
  /** Its own for as long as it is listed, from 1: what tells its drafts and incidents from another node's. */
  readonly number: number;
  readonly address: NodeAddress;
  /** Of its API; null over ssh, where the key of the person opens. Never printed. */
  readonly token: string | null;
}

/** At most so many: a dashboard holds a connection to each. */
export const mostNodes = 200;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Throws `usage`. */
export const parseNodeName = (text: string): string => {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,47}$/.test(text)) return text;
  throw new FleetError(
    'usage',
    `${JSON.stringify(text)} is not a node's name: use 1 to 48 letters, digits, ".", "-" and "_"`,
  );
};

const readNode = (value: unknown): ListedNode => {
  const name = isRecord(value) ? textOf(value['name']) : null;
  const address = isRecord(value) ? textOf(value['address']) : null;
  const number = isRecord(value) ? value['number'] : null;
  if (!isRecord(value) || name === null || address === null || typeof number !== 'number')
    throw new FleetError('usage', 'a node lacks its name, number or address');

  const parsed = parseNodeAddress(address);
  const command = textOf(value['command']);
  return {
    name: parseNodeName(name),
    number,
    address: parsed.kind === 'ssh' ? { ...parsed, command } : parsed,
    token: textOf(value['token']),
  };
};

/** The nodes in their file, in order of name; none without a file. Throws `failed` when it is damaged or others can read it. */
export const readNodeList = (file: string): readonly ListedNode[] => {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isFile()) throw new FleetError('failed', `${file} is not a file. Move it away, then add the nodes again.`);
  if ((stat.mode & 0o077) !== 0)
    throw new FleetError('failed', `others can read the tokens in ${file}. Run: chmod 600 ${file}`);

  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const nodes = isRecord(value) && Array.isArray(value['nodes']) ? value['nodes'].map(readNode) : null;
    if (nodes === null) throw new FleetError('usage', 'it holds no nodes');
    return nodes.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    // What a parser says of JSON quotes it, and it holds tokens.
    const why = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw new FleetError('failed', `${file} cannot be read: ${why}. Mend it, or remove it and add the nodes again.`);
  }
};

const asJson = ({ name, number, address, token }: ListedNode) => ({
  name,
  number,
  address: addressText(address),
  ...(address.kind === 'ssh' && address.command !== null ? { command: address.command } : {}),
  ...(token === null ? {} : { token }),
});

/** Puts them in place of those that were there, at once; readable by nobody else. */
export const writeNodeList = (file: string, nodes: readonly ListedNode[]): void => {
  const fresh = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(fresh, `${JSON.stringify({ nodes: nodes.map(asJson) }, null, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    });
    renameSync(fresh, file);
  } catch (error) {
    try {
      unlinkSync(fresh);
    } catch {
      // It was never made.
    }
    throw new FleetError('failed', `cannot write ${file}: ${messageOf(error)}.`, { cause: error });
  }
};

/** The lowest number that no other has. */
export const freeNodeNumber = (nodes: readonly ListedNode[]): number => {
  const taken = new Set(nodes.map(({ number }) => number));
  let number = 1;
  while (taken.has(number)) number += 1;
  return number;
};
