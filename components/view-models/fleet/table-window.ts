import type { Heading, Item } from './fleet-items.ts';

/** Which items of the table are visible: what needs a person stays on top, the rest moves under it as little as possible. */

/** First visible item so that the cursor stays visible and moves as little as possible; with its heading where that fits. */
export const windowTop = (before: number, cursor: number, height: number, total: number): number => {
  const most = Math.max(0, total - height);
  let top = Math.min(Math.max(0, before), most);
  if (cursor >= 0 && cursor < top + 1) top = Math.max(0, cursor - 1);
  if (cursor >= top + height) top = cursor - height + 1;
  return Math.min(top, most);
};

export interface Visible {
  readonly item: Item;
  /** Its place among all items. */
  readonly index: number;
  /** A heading that stands for a group whose first rows are scrolled away: so many rows are above. */
  readonly above: number;
}

export interface TableWindow {
  readonly visible: readonly Visible[];
  /** First item of the part that scrolls, counted from its start. */
  readonly top: number;
  /** How many items stay on top. */
  readonly pinned: number;
  /** Items and height of the part that scrolls. */
  readonly total: number;
  readonly height: number;
}

/** Heading and rows of what needs a person, at most half of the height. */
const pinnedCount = (items: readonly Item[], height: number): number => {
  const first = items[0];
  if (items.length <= height || first?.kind !== 'heading' || first.group !== 'needs_you') return 0;
  const end = items.findIndex((item, index) => index > 0 && item.kind === 'heading');
  const all = end === -1 ? items.length : end;
  return Math.min(all, Math.floor(height / 2));
};

const headingBefore = (items: readonly Item[], index: number): Heading | null => {
  for (let at = index; at >= 0; at -= 1) {
    const item = items[at];
    if (item?.kind === 'heading') return item;
  }
  return null;
};

const isTarget = ({ kind }: Item): boolean => kind !== 'heading';

export const tableWindow = (items: readonly Item[], cursor: number, before: number, height: number): TableWindow => {
  const pinned = pinnedCount(items, height);
  const scrolled = items.slice(pinned);
  const room = Math.max(0, height - pinned);
  // While the cursor is among what is pinned, the rest stands as it stood.
  const top = windowTop(before, cursor < pinned ? -1 : cursor - pinned, room, scrolled.length);
  const at = (item: Item, index: number): Visible => ({ item, index, above: 0 });
  const fixed = items.slice(0, pinned).map(at);
  const body = scrolled.slice(top, top + room).map((item, index) => at(item, pinned + top + index));
  const first = body[0];
  const heading = top > 0 && first !== undefined ? headingBefore(items, first.index) : null;
  // The first row gives its place to the heading that it stands under.
  if (heading !== null && first !== undefined && room > 1) {
    const above = items.slice(pinned, first.index + 1).filter(isTarget).length;
    body[0] = { item: heading, index: first.index, above };
  }
  return { visible: [...fixed, ...body], top, pinned, total: scrolled.length, height: room };
};
