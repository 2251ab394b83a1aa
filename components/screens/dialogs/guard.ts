/** Keys of the first quarter of a second are dropped: they were meant for what was on the screen before (milliseconds). */
export const dialogGuardMs = 250;
