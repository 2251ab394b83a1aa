/**
 * Keys of the first quarter of a second are dropped: they were meant for what was on the screen before (milliseconds). A form drops only the
 * enter, as its letters can do no harm.
 */
export const dialogGuardMs = 250;
