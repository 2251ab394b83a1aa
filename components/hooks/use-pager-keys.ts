import type { KeyScreen } from '../keys/keymap.ts';
import { always } from './always.ts';
import { useFilterField } from './use-filter-field.ts';
import { type Handlers, layer, useActions } from './use-keys.ts';
import type { Pager } from './use-pager.ts';

const sideways = 20;

/** The keys of a pager whose window has `height` rows. `shifts`: left and right are its own, no session's tabs. */
export const usePagerKeys = (screen: KeyScreen, pager: Pager, height: number, shifts: boolean): void => {
  const { shown, at } = pager;
  const half = Math.max(1, Math.floor(height / 2));
  const shiftHandlers: Handlers = shifts
    ? { left: always(() => pager.shiftBy(-sideways)), right: always(() => pager.shiftBy(sideways)) }
    : {};

  const visible = () =>
    shown
      .slice(Math.max(0, at - height), at)
      .map(({ text }) => text)
      .join('\n');

  useActions(
    [screen],
    {
      up: always(() => pager.by(height, -1)),
      down: always(() => pager.by(height, 1)),
      'half-up': always(() => pager.by(height, -half)),
      'half-down': always(() => pager.by(height, half)),
      first: always(() => pager.by(height, -shown.length)),
      last: always(() => pager.to(height, shown.length)),
      ...shiftHandlers,
      follow: always(() => pager.toggleFollow(height)),
      wrap: always(pager.toggleWrap),
      fewer: always(() => pager.changeLevel(1)),
      more: always(() => pager.changeLevel(-1)),
      filter: always(() => pager.setTyping(true)),
      'next-match': () => pager.find(height, 1),
      'previous-match': () => pager.find(height, -1),
      back: () => {
        if (pager.search.text === '') return false;
        pager.clearSearch();
        return true;
      },
    },
    { priority: layer.screen + 2, offers: { entries: { visible } } },
  );
  useFilterField({
    typing: pager.typing,
    change: pager.changeSearch,
    keep: () => {
      pager.setTyping(false);
      pager.find(height, -1);
    },
    clear: () => {
      pager.setTyping(false);
      pager.clearSearch();
    },
  });
};
