import type { Tone } from '../../components/paint/tone.ts';

/** How the one-shot commands colour what they print: by the roles of the screen, on a terminal only. */

export type ShellTone = Tone;

/** A text in a tone; as it is where nothing may be coloured. */
export type PaintText = (text: string, tone: ShellTone) => string;

export const plainPaint: PaintText = (text) => text;
