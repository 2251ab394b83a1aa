/**
 * Drafts, incidents, events and jobs are numbered by each node for itself. Among several nodes a number carries its node's behind the point:
 * draft 12 of node 3 is 12.003, and stays that for as long as the node is listed.
 */

const most = 1000;

/** This machine's own keep theirs. */
export const numberAmongNodes = (id: number, node: number): number => (node === 0 ? id : (id * most + node) / most);

export const ownNumber = (shown: number): { readonly id: number; readonly node: number } => {
  const id = Math.floor(shown);
  return { id, node: Math.round((shown - id) * most) };
};
