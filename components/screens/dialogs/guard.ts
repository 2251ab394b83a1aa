/**
 * Keys of the first quarter of a second are dropped: they were meant for what was on the screen before (milliseconds). Where a number
 * stands ready in a field only the enter is: letters can do no harm there.
 */
export const dialogGuardMs = 250;
