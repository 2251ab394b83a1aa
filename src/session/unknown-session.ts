import { editDistance } from './edit-distance.ts';
import { FleetError } from './fleet-error.ts';
import { plainText } from './plain-text.ts';

/** Fewer letters say too little for a beginning to be meant. */
const leastBeginning = 3;

/** One mistake in four letters, and at least one. */
const mostMistakes = (text: string): number => Math.max(1, Math.floor(text.length / 4));

/** The one of `names` that was probably meant: the only one that begins so, else the one with the fewest mistakes; null: none is near. */
export const nearestName = (text: string, names: readonly string[]): string | null => {
  const typed = text.toLowerCase();
  const beginning = names.filter((name) => typed.length >= leastBeginning && name.startsWith(typed));
  if (beginning.length === 1) return beginning[0] ?? null;

  const near = names
    .map((name) => ({ name, mistakes: editDistance(typed, name) }))
    .filter(({ mistakes }) => mistakes <= mostMistakes(typed))
    .sort((a, b) => a.mistakes - b.mistakes || (a.name < b.name ? -1 : 1));
  return near[0]?.name ?? null;
};

/** There is no session of that name, but perhaps one that was meant. */
export const unknownSession = (name: string, names: readonly string[]): FleetError => {
  const nearest = nearestName(name.slice(0, 60), names);
  const help = nearest === null ? '' : ` Did you mean ${nearest}?`;

  return new FleetError(
    'no-such-session',
    `there is no session ${JSON.stringify(plainText(name.slice(0, 60)))}.${help} See: zap-fleet ls`,
  );
};
