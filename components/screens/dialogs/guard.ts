/**
 * A key that would act at once is dropped in the first quarter of a second: it was meant for what was on the screen before (milliseconds).
 * What is typed into a field is taken: it can do no harm, and nobody loses the first letters of a name.
 */
export const dialogGuardMs = 250;
